import { placed } from './causes';
import { Cluster, UnevaluatedPolicy, unevaluatedName, unevaluatedReason } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { DIRECTIONS } from '../../k8s/objects';
import { RegionEnd, UndecidedRegion } from '../diff-result';

/** True if policies of kinds that are not evaluated, or that were not read, may decide about pods. */
export function isOpenPolicyKind({ unevaluated }: Cluster): boolean {
  return unevaluated.length > 0;
}

/** The policies that are not evaluated and that only one version has, or that may differ. */
export function unevaluatedDifferences(old: Cluster, now: Cluster): UnevaluatedPolicy[] {
  const textOf = ({ kind, namespace, name, product, content, ingress, egress }: UnevaluatedPolicy) =>
    content === undefined ? undefined : JSON.stringify([kind, namespace, name, product, content, ingress, egress]);
  const [ofOld, ofNow] = [old, now].map(({ unevaluated }) => new Set(unevaluated.map(textOf)));
  const isOnlyIn = (others: ReadonlySet<string | undefined>) => (policy: UnevaluatedPolicy) => {
    const text = textOf(policy);
    return text === undefined || !others.has(text);
  };
  return [...old.unevaluated.filter(isOnlyIn(ofNow)), ...now.unevaluated.filter(isOnlyIn(ofOld))];
}

const EVERYONE: RegionEnd = { text: 'every pod and address', parts: [{ kind: 'anything' }] };

/** A policy that is not evaluated and that differs, as far as each version has it. One of them does. */
interface Differing {
  readonly before?: UnevaluatedPolicy;
  readonly after?: UnevaluatedPolicy;
}

/** What policies that are not evaluated may open and close, because they differ. */
export function ofUnevaluated(old: Cluster, now: Cluster): UndecidedRegion[] {
  return paired(old, now).flatMap(all => DIRECTIONS.flatMap((direction): UndecidedRegion[] => {
    const [before, after] = [all.before, all.after].map(policy => policy?.[direction] === true ? policy : undefined);
    const own = after ?? before;
    if (own === undefined) { return []; }
    const names = [...new Set([before, after].flatMap(policy => policy === undefined ? [] : [unevaluatedName(policy)]))];
    const selected: RegionEnd = {
      text: `the pods that ${names.join(' or ')} selects`,
      parts: own.namespace === undefined ? [{ kind: 'anything' }] : [{ kind: 'namespace', name: own.namespace }],
    };
    return [{
      may: 'open or close',
      from: direction === 'egress' ? selected : EVERYONE,
      to: direction === 'egress' ? EVERYONE : selected,
      ports: { text: 'every port', connections: ConnectionSet.ALL, names: [] },
      // The reason says what netpol does not know about it.
      causes: [{
        kind: 'rule',
        text: names.length > 1 ? `${names[1]} may differ from ${names[0]}` : `${names[0]} may differ between the versions`,
        ...placed(before?.origin.at(), after?.origin.at()),
      }],
      reasons: [unevaluatedReason(own)],
    }];
  }));
}

/** The policies that differ. One that both versions have, and that is undecided in both for the same reason, comes once. */
function paired(old: Cluster, now: Cluster): Differing[] {
  const isOld = new Set(old.unevaluated);
  const all = unevaluatedDifferences(old, now);
  const left = new Map<string, Set<UnevaluatedPolicy>>();
  for (const policy of all.filter(one => !isOld.has(one))) { left.set(keyOf(policy), (left.get(keyOf(policy)) ?? new Set()).add(policy)); }
  const ofOld = all.filter(policy => isOld.has(policy)).map((before): Differing => {
    const others = left.get(keyOf(before));
    const after = others && nearest(before, [...others]);
    if (after === undefined) { return { before }; }
    others!.delete(after);
    return { before, after };
  });
  return [...ofOld, ...[...left.values()].flatMap(others => [...others].map((after): Differing => ({ after })))];
}

/** Equal for policies of one name, and for what parts may hold that were not read, if netpol does not know the same about them. */
function keyOf(policy: UnevaluatedPolicy): string {
  const { kind, namespace, name, product } = policy;
  return JSON.stringify([kind, namespace, name, product, unevaluatedReason(policy).code]);
}

/** The policy whose name ends most alike: a part that was not read has the path of its version, such as `HEAD~1:k8s/chart` and `k8s/chart`. */
function nearest(policy: UnevaluatedPolicy, others: readonly UnevaluatedPolicy[]): UnevaluatedPolicy | undefined {
  const stepsOf = (one: UnevaluatedPolicy) => unevaluatedName(one).split(/[ :/\\]/).reverse();
  const own = stepsOf(policy);
  const alike = (other: UnevaluatedPolicy) => [...stepsOf(other), undefined].findIndex((step, i) => step !== own[i] || step === undefined);
  const best = Math.max(0, ...others.map(alike));
  return best === 0 ? undefined : others.find(other => alike(other) === best);
}
