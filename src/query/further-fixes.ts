import { explain, Explanation, SideExplanation } from './explanation';
import { askedBetween, decideSides, flow } from './flow';
import { Party } from './parties';
import { PodsSelector, PolicyFix, UNWRITTEN } from './private/fix';
import { Question, QuestionAnswer } from './questions';
import { Cluster, Policy } from '../cluster/cluster';
import { readCluster } from '../cluster/read-cluster';
import { Reachability } from '../evaluator/reachability';
import { ApiResource } from '../k8s/objects';

/*
 * The fix of an explanation is for one pair of pods. A question may be about many pairs that policies tell apart. So netpol applies the fix to the model, asks
 * the question again, and goes on until the answer is no longer `no`.
 */

/** A question and its answer, and the reachability that gave the answer. */
export interface Asked {
  readonly reach: Reachability;
  readonly question: Question;
  readonly answer: QuestionAnswer;
}

/** A side that is blocked, and its fix. */
export type FixedSide = SideExplanation & { readonly fix: PolicyFix };

/** What comes of the fix of an explanation. */
export interface FixOutcome {
  /** The fixes to apply after it, in their order, MAX_FURTHER at most. */
  readonly further: readonly FixedSide[];
  /** The answer after all of them. */
  readonly after: QuestionAnswer;
  /** The number of pairs that are blocked after all of them, and that policies tell apart. */
  readonly blocked: number;
  /** True if netpol knows more fixes. If pairs are blocked and it is false, no change of a NetworkPolicy that netpol knows opens them. */
  readonly hasMore: boolean;
}

/** More further fixes than this are not shown: whoever asks applies them, and asks again. */
export const MAX_FURTHER = 10;

/** Explains the pair that shows the answer. Undefined if there is none. */
export function explainAnswer({ reach, question, answer }: Asked, workloads: Cluster['workloads']): Explanation | undefined {
  const selected = { source: selectorOf(question.from), destination: selectorOf(question.to) };
  return answer.example && explain(reach, answer.example, answer.port, { workloads, mayOpenNamespace: true, selected });
}

/** The selector by which a question names an end. Undefined for an end with a name or an address. */
function selectorOf({ withFurtherLabels, selectors: [selector] }: Party): PodsSelector | undefined {
  return withFurtherLabels !== undefined && selector.kind === 'pods' ? selector : undefined;
}

/**
 * Applies the fix of an explanation and asks again, until the answer is no longer `no`. Undefined if the explanation has no fix, or the question cannot be
 * asked again.
 *
 * @param cluster the cluster of the question, without pods that could exist
 * @param ask asks the same question about a changed cluster. Undefined if that is not possible
 */
export function fixOutcome(explanation: Explanation, cluster: Cluster, ask: (changed: Cluster) => Asked | undefined): FixOutcome | undefined {
  const further: FixedSide[] = [];
  let changed = cluster;
  let sides = fixedSides(explanation);
  if (sides.length === 0) { return undefined; }
  for (;;) {
    for (const { fix } of sides) { changed = withFix(changed, fix); }
    const asked = ask(changed);
    if (asked === undefined) { return undefined; }
    const after = asked.answer;
    const next = after.answer === 'no' ? explainAnswer(asked, cluster.workloads) : undefined;
    sides = next === undefined ? [] : fixedSides(next);
    if (sides.length === 0 || further.length + sides.length > MAX_FURTHER) {
      return { further, after, blocked: after.answer === 'no' ? blockedPairs(asked) : 0, hasMore: sides.length > 0 };
    }
    further.push(...sides);
  }
}

function fixedSides({ egress, ingress }: Explanation): FixedSide[] {
  return [egress, ingress].filter((side): side is FixedSide => side.fix !== undefined);
}

/** The cluster in which a fix is applied. */
function withFix(cluster: Cluster, fix: PolicyFix): Cluster {
  if (fix.kind === 'policy') { return { ...cluster, policies: [...cluster.policies, policyOf(fix.object)] }; }
  const { policy: { namespace, name }, rule } = fix;
  const direction = fix.section === 'spec.egress' ? 'egress' : 'ingress';
  const spec = { podSelector: {}, policyTypes: [direction === 'egress' ? 'Egress' : 'Ingress'], [direction]: [rule] };
  const read = policyOf({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name }, spec });
  // The fix for the other side may have changed the policy already.
  const isSame = (one: Policy) => one.namespace === namespace && one.name === name;
  const withRule = (one: Policy) => ({ ...one, [direction]: [...one[direction]!, ...read[direction]!] });
  return { ...cluster, policies: cluster.policies.map(one => isSame(one) ? withRule(one) : one) };
}

function policyOf(object: ApiResource): Policy {
  return readCluster([{ object, origin: UNWRITTEN, named: true }]).cluster.policies[0];
}

/** Pairs of a Service count on the port of the one that is explained. */
function blockedPairs({ reach, question: { from, to }, answer: { port } }: Asked): number {
  const blocked = new Set<string>();
  for (const { source, destination } of askedBetween(from.endpoints, to.endpoints, port)) {
    if (decideSides(flow(reach, source, destination), port).answer === 'no') { blocked.add(`${source.index} ${destination.index}`); }
  }
  return blocked.size;
}
