import { bothSelect, canSelect, excluding, intersectionOf, textOfRule } from './bridging-rules';
import { networkPolicyManifest } from './plan-manifest';
import { NamespacedObject, PolicyObject } from './plan-policies';
import { Policy, policyName, Rule } from '../../cluster/cluster';
import { Origin } from '../../findings/finding';
import { Direction, DIRECTIONS, Labels } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/*
 * Policies that a plan creates and deletes again. Kubernetes has no way to change several policies at once. A bridging policy holds open, or holds closed,
 * what must not change while the others are applied.
 */

/** The annotation of a bridging policy, which says what it is for. */
export const BRIDGE_ANNOTATION = 'cdk8s-netpol/bridge';

/** The label of a bridging policy: `kubectl delete networkpolicy --all-namespaces -l cdk8s-netpol/bridge` deletes those that are left. */
export const BRIDGE_LABEL: Labels = { 'cdk8s-netpol/bridge': 'true' };

/** A bridging policy is written nowhere but in the plan. */
const IN_PLAN: Origin = { at: () => ({ constructPath: '(netpol plan)' }) };

/** A policy of the plan, and what it is for. */
export interface Bridge {
  readonly object: NamespacedObject;
  readonly purpose: string;
}

/** Makes the bridging policies of a plan. Their names clash with those of no other policy. */
export class BridgeMaker {
  private readonly made = new Set<string>();
  private count = 0;

  /** @param taken the names of the policies of both versions */
  constructor(private readonly taken: ReadonlySet<string>) {}

  /** Begins again with the first name. */
  public restart(): void { this.count = 0; }

  /** True if this plan made the policy. */
  public isBridge(name: string): boolean { return this.made.has(name); }

  public make(namespace: string, subject: Selector, sides: Pick<Policy, Direction>, purpose: string): Bridge {
    const annotations = { [BRIDGE_ANNOTATION]: `netpol plan: ${purpose}; the plan deletes it` };
    for (;;) {
      const policy: Policy = { namespace, name: `netpol-bridge-${++this.count}`, origin: IN_PLAN, subject, ingress: sides.ingress, egress: sides.egress };
      const name = `NetworkPolicy ${policyName(policy)}`;
      if (this.taken.has(name)) { continue; }
      this.made.add(name);
      return { object: { name, policy, manifest: networkPolicyManifest(policy, { labels: BRIDGE_LABEL, annotations }) }, purpose };
    }
  }
}

const EVERYTHING: readonly Rule[] = [{ path: [] }];

/** The policies of a namespace in one direction: those before and after the change. */
class Side {
  public readonly old: readonly Policy[];
  public readonly now: readonly Policy[];
  /** Those that do not change. */
  public readonly kept: readonly Policy[];

  constructor(public readonly namespace: string, public readonly direction: Direction, old: readonly PolicyObject[], now: readonly PolicyObject[]) {
    const isolating = (objects: readonly PolicyObject[]) => objects.flatMap(({ policy }) =>
      policy !== undefined && policy.namespace === namespace && policy[direction] !== undefined ? [policy] : []);
    const [before, after] = [isolating(old), isolating(now)];
    const text = (policy: Policy) => `${policy.kind} ${policy.name} ${policy.subject.id} ${policy[direction]!.map(textOfRule).join()}`;
    const [oldTexts, newTexts] = [before, after].map(policies => new Set(policies.map(text)));
    this.old = before.filter(policy => !newTexts.has(text(policy)));
    this.now = after.filter(policy => !oldTexts.has(text(policy)));
    this.kept = before.filter(policy => newTexts.has(text(policy)));
  }

  public get oldSubjects(): Selector[] { return [...this.old, ...this.kept].map(({ subject }) => subject); }
  public get newSubjects(): Selector[] { return [...this.now, ...this.kept].map(({ subject }) => subject); }
  public get changes(): boolean { return this.old.length + this.now.length > 0; }

  /** Selectors of pods that no policy isolates before the change, among them all those that one isolates after it. */
  public get unisolatedBefore(): Selector[] | undefined { return this.now.length === 0 ? [] : free(this.oldSubjects, this.newSubjects); }

  /** The same after the change. */
  public get unisolatedAfter(): Selector[] | undefined { return this.old.length === 0 ? [] : free(this.newSubjects, this.oldSubjects); }
}

/** What none of the subjects selects, as far as one of the others does. */
function free(subjects: readonly Selector[], others: readonly Selector[]): Selector[] | undefined {
  const parts = excluding(Selector.everything, ...subjects);
  return parts?.filter(part => others.some(other => canSelect(bothSelect(part, other))));
}

/** True if two of these policies have different rules for some pod. */
function differForAPod(policies: readonly Policy[], direction: Direction): boolean {
  const withRules = policies.filter(policy => policy[direction]!.length > 0);
  return withRules.some((one, i) => withRules.slice(i + 1).some(other => canSelect(bothSelect(one.subject, other.subject))));
}

/**
 * Policies that hold a namespace open, in the directions in which a pod gets its first policies, or loses its last ones: a pod with one of several policies is
 * cut off from what the others allow.
 *
 * @param onlyIfSure only where several policies surely select one pod
 */
export function openingBridges(
  namespace: string, old: readonly PolicyObject[], now: readonly PolicyObject[], maker: BridgeMaker, onlyIfSure: boolean,
): Bridge[] {
  const byPods = new Map<string, { readonly subject: Selector; readonly directions: Direction[] }>();
  for (const direction of DIRECTIONS) {
    const side = new Side(namespace, direction, old, now);
    const isSure = (changed: readonly Policy[], subjects: readonly Selector[]) => subjects.length === 0 && differForAPod(changed, direction);
    const needsFirst = !onlyIfSure || isSure(side.now, side.oldSubjects);
    const needsLast = !onlyIfSure || isSure(side.old, side.newSubjects);
    for (const subject of [...needsFirst ? side.unisolatedBefore ?? [] : [], ...needsLast ? side.unisolatedAfter ?? [] : []]) {
      const known = byPods.get(subject.id);
      if (known === undefined) {
        byPods.set(subject.id, { subject, directions: [direction] });
      } else if (!known.directions.includes(direction)) {
        known.directions.push(direction);
      }
    }
  }
  return [...byPods.values()].map(({ subject, directions }) => maker.make(
    namespace, subject, sidesOf(directions, EVERYTHING),
    `keeps ${directions.join(' and ')} open for pods that no policy isolates ${subject.isEverything ? 'in one of the versions' : `(${subject})`}`,
  ));
}

function sidesOf(directions: readonly Direction[], rules: readonly Rule[]): Pick<Policy, Direction> {
  return { ingress: directions.includes('ingress') ? rules : undefined, egress: directions.includes('egress') ? rules : undefined };
}

/** What a direction of the policies of a namespace needs so that it can change through what both versions allow, or through what one of them allows. */
export interface BridgedSide {
  readonly namespace: string;
  readonly direction: Direction;
  /** The names of the old policies that change. */
  readonly changed: ReadonlySet<string>;
  /** The rules that both versions allow, as policies. They open nothing. */
  readonly common: readonly Bridge[];
  /** The new rules, as policies. */
  readonly now: readonly Bridge[];
  /** The new rules, for pods that the old version does not isolate. */
  readonly first: readonly Bridge[];
  /** The old rules, for pods that the new version does not isolate. */
  readonly last: readonly Bridge[];
  /** Everything, for pods that the old version does not isolate. */
  readonly openBefore: readonly Bridge[];
  /** Everything, for pods that the new version does not isolate. */
  readonly openAfter: readonly Bridge[];
}

/** More bridging policies than this are not made. */
const MAX_BRIDGES = 40;

/**
 * The bridging policies for one direction of a namespace. Undefined if it does not change.
 * @throws TooManyBridges
 */
export function bridgedSide(
  namespace: string, direction: Direction, old: readonly PolicyObject[], now: readonly PolicyObject[], maker: BridgeMaker,
): BridgedSide | undefined {
  const side = new Side(namespace, direction, old, now);
  if (!side.changes) { return undefined; }
  const { unisolatedBefore: freeBefore, unisolatedAfter: freeAfter } = side;
  const firsts = side.now.map(policy => ({ policy, subjects: excluding(policy.subject, ...side.oldSubjects) }));
  const lasts = side.old.map(policy => ({ policy, subjects: excluding(policy.subject, ...side.newSubjects) }));
  const areTooMany = [...firsts, ...lasts].some(({ subjects }) => subjects === undefined);
  if (freeBefore === undefined || freeAfter === undefined || areTooMany) { throw new TooManyBridges(); }
  const bridge = (subject: Selector, rules: readonly Rule[], purpose: string) =>
    maker.make(namespace, subject, { [direction]: rules }, `${purpose} for ${direction}`);
  const copy = (subject: Selector, policy: Policy, which: 'old' | 'new') =>
    bridge(subject, policy[direction]!, `has the ${which} rules of ${policyName(policy)}`);
  const everything = (subject: Selector) => bridge(subject, EVERYTHING, 'lets everything pass');
  const common = side.old.flatMap(one => side.now.flatMap(other => {
    const subject = bothSelect(one.subject, other.subject);
    const rules = canSelect(subject) ? intersectionOf(one[direction]!, other[direction]!, namespace) : [];
    if (rules === undefined) { throw new TooManyBridges(); }
    return rules.length === 0 ? [] : [bridge(subject, rules, `allows what ${policyName(one)} and the new ${policyName(other)} have in common`)];
  }));
  const result: BridgedSide = {
    namespace,
    direction,
    changed: new Set(side.old.map(({ name }) => name)),
    common,
    now: side.now.map(policy => copy(policy.subject, policy, 'new')),
    first: firsts.flatMap(({ policy, subjects }) => subjects!.map(subject => copy(subject, policy, 'new'))),
    last: lasts.flatMap(({ policy, subjects }) => subjects!.map(subject => copy(subject, policy, 'old'))),
    openBefore: freeBefore.map(everything),
    openAfter: freeAfter.map(everything),
  };
  const { now: copies, first, last, openBefore, openAfter } = result;
  if ([common, copies, first, last, openBefore, openAfter].flat().length > MAX_BRIDGES) { throw new TooManyBridges(); }
  return result;
}

/** Thrown if a change would need more bridging policies than anybody would want. */
export class TooManyBridges extends Error {}

