import { changedField, changedTierField } from './changed-field';
import { ProbeCause } from './probes';
import { keyOf, Versions } from './versions';
import { Cluster, Policy, policyName, UnevaluatedPolicy, workloadName } from '../../cluster/cluster';
import { ClusterPolicy, clusterPolicyName } from '../../cluster/cluster-policy';
import { formatPath, Place } from '../../findings/finding';
import { ChangeCause } from '../diff-result';

/** What a change does to connections. */
export type ChangeDirection = 'gain' | 'loss';

/** Says what made a difference, and where it is written. */
export class Causes {
  private readonly policies: readonly [ReadonlyMap<string, Policy>, ReadonlyMap<string, Policy>];
  /** The policies of kinds that netpol evaluates, and that it could not read. */
  private readonly unread: readonly [ReadonlyMap<string, UnevaluatedPolicy>, ReadonlyMap<string, UnevaluatedPolicy>];
  private readonly tiers: readonly [ReadonlyMap<string, ClusterPolicy>, ReadonlyMap<string, ClusterPolicy>];

  /** @param versions as they are written: the places are theirs */
  constructor(private readonly versions: Versions) {
    const { old, now } = versions;
    const named = (policies: readonly Policy[]) => new Map(policies.map(policy => [keyOf(policy), policy]));
    const tiers = (policies: readonly ClusterPolicy[]) => new Map(policies.map(policy => [tierKey(policy), policy]));
    this.policies = [named(old.policies), named(now.policies)];
    const unread = ({ unevaluated }: Cluster) => new Map(unevaluated.filter(({ unread: why }) => why === 'invalid' || why === 'twice').map(policy => [nameKey(policy), policy]));
    this.unread = [unread(old), unread(now)];
    this.tiers = [tiers(old.clusterPolicies), tiers(now.clusterPolicies)];
  }

  public of(cause: ProbeCause, change: ChangeDirection): ChangeCause {
    return this.ofUnread(cause) ?? this.ofRead(cause, change);
  }

  /** A policy that one version has in a form that netpol could not read is neither new nor gone. */
  private ofUnread(cause: ProbeCause): ChangeCause | undefined {
    if (cause.kind !== 'grant' && cause.kind !== 'isolation' && cause.kind !== 'tier') { return undefined; }
    const policy = cause.kind === 'grant' ? cause.grant.policy : cause.kind === 'isolation' ? cause.policy : cause.match.policy;
    const [before, after] = 'namespace' in policy ? this.policies.map(all => all.get(keyOf(policy))) : this.tiers.map(all => all.get(tierKey(policy)));
    const [unreadBefore, unreadAfter] = this.unread.map(all => all.get(nameKey(policy)));
    const inOld = before === undefined && unreadBefore !== undefined;
    if (!inOld && (after !== undefined || unreadAfter === undefined)) { return undefined; }
    return {
      kind: cause.kind === 'grant' ? 'rule' : cause.kind === 'isolation' ? 'isolation' : 'cluster-wide rule',
      ...placed((before ?? unreadBefore)?.origin.at(), (after ?? unreadAfter)?.origin.at()),
      text: `${'namespace' in policy ? policyName(policy) : clusterPolicyName(policy)} could not be read in the ${inOld ? 'old' : 'new'} version`,
    };
  }

  private ofRead(cause: ProbeCause, change: ChangeDirection): ChangeCause {
    switch (cause.kind) {
      case 'grant': {
        const { grant: { policy, rule, clause }, direction } = cause;
        const [before, after] = this.policies.map(all => all.get(keyOf(policy)));
        const [own, other] = change === 'gain' ? [after, before] : [before, after];
        const { path, counterpart } = other === undefined ? { path: (clause ?? rule).path } : changedField(cause.grant, direction, other);
        const places = [own?.origin.at(path), counterpart && other?.origin.at(counterpart)];
        return {
          kind: 'rule',
          ...change === 'gain' ? placed(places[1], places[0]) : placed(places[0], places[1]),
          text: grantText(policyName(policy), formatPath(path), change, other === undefined ? 'policy' : counterpart === undefined ? 'rule' : 'nothing'),
        };
      }
      case 'isolation': {
        const { policy, direction } = cause;
        const own = policyName(policy);
        const [before, after] = this.policies.map(all => all.get(keyOf(policy)));
        const path = ['spec', before !== undefined && before.subject.id === after?.subject.id ? 'policyTypes' : 'podSelector'];
        return {
          kind: 'isolation',
          ...placed(before?.origin.at(path), after?.origin.at(path)),
          text: change === 'gain'
            ? after === undefined ? `${own} is gone, which isolated pods for ${direction}` : `${own} no longer isolates these pods for ${direction}`
            : before === undefined ? `${own} is new, and isolates pods for ${direction}` : `${own} now isolates these pods for ${direction}`,
        };
      }
      case 'tier': {
        const { match, direction } = cause;
        const { policy, rule } = match;
        const [before, after] = this.tiers.map(all => all.get(tierKey(policy)));
        const isOfNow = cause.isOfAllowing === (change === 'gain');
        const other = isOfNow ? before : after;
        const path = other === undefined ? rule.path : changedTierField(match, direction, other);
        const own = `${clusterPolicyName(policy)} ${formatPath(path)}`;
        return {
          kind: 'cluster-wide rule',
          ...placed(before?.origin.at(path), after?.origin.at(path)),
          text: before === undefined ? `${own} is new` : after === undefined ? `${own} is gone` : `${own} has changed`,
        };
      }
      case 'namespace': {
        const [before, after] = [this.versions.old, this.versions.now].map(({ namespaces }) => namespaces.get(cause.name)?.origin?.at(['metadata', 'labels']));
        return { kind: 'namespace', ...placed(before, after), text: `the labels of namespace ${cause.name} have changed` };
      }
      case 'workload': {
        const { workload } = cause.end.declared!;
        const [before, after] = [this.versions.old, this.versions.now]
          .map(({ workloads }) => workloads.find(one => keyOf(one) === keyOf(workload))?.origin.at());
        return { kind: 'workload', ...placed(before, after), text: `the pods of ${workloadName(workload)} have changed: their labels, ports, addresses or network` };
      }
    }
  }
}

/** @param missing what the version lacks that allows less: the policy, or the peer of the rule */
function grantText(name: string, field: string, change: ChangeDirection, missing: 'policy' | 'rule' | 'nothing'): string {
  if (field === 'spec.podSelector') { return `${name} ${field} selects other pods`; }
  if (change === 'gain') { return `${name} ${field} ${missing === 'nothing' ? 'allows more' : 'is new'}`; }
  switch (missing) {
    case 'policy': return `${name} is gone, and ${field} with it`;
    case 'rule': return `${name} no longer has ${field}`;
    case 'nothing': return `${name} no longer allows what ${field} allowed`;
  }
}

/** The name of an object, with its kind, as far as both readings have them. */
function nameKey(policy: { readonly kind?: string; readonly namespace?: string; readonly name: string }): string {
  return `${policy.kind ?? 'NetworkPolicy'} ${policy.namespace ?? ''}/${policy.name}`;
}

function tierKey({ api, kind, name }: ClusterPolicy): string { return `${api} ${kind} ${name}`; }

/** How the text at a place changed, of which each version has it as far as its place is given. */
export function placed(before: Place | undefined, after: Place | undefined): Pick<ChangeCause, 'change' | 'before' | 'after'> {
  return {
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    ...before === undefined ? {} : { before },
    ...after === undefined ? {} : { after },
  };
}
