import { PodCandidate } from './candidate';
import { PolicyIndex } from './policy-index';
import { ClusterTiers } from './tier-rules';
import { AddressSet } from './value-set';
import { Cluster, Namespace, Pod, PodsClause, podSelectorsOf, Policy, Rule, UnevaluatedPolicy, Workload } from '../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy, ClusterRule } from '../cluster/cluster-policy';
import { possibleAddresses } from '../cluster/pod-addresses';
import { Direction } from '../evaluator/reachability';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { namedPortKey } from '../k8s/workloads';

/** A declared pod. */
export interface WorkloadPod {
  readonly workload: Workload;
  readonly pod: Pod;
}

/** What the address of a pod may be, with the assumption `pod-address` and without it. */
interface PossibleAddresses {
  readonly assumed: AddressSet;
  readonly all: AddressSet;
}

/** What the policies of a cluster tell pods apart by. */
export interface Vocabulary {
  /** The keys of pod labels that a selector mentions. */
  readonly podKeys: ReadonlySet<string>;
  /** The named ports that a rule mentions (`namedPortKey`). */
  readonly portNames: ReadonlySet<string>;
  /** The addresses at which a block begins, and those after its end. */
  readonly edges: readonly bigint[];
}

/** A cluster, prepared for searches. Everything is computed when a search first needs it, and no search changes it. */
export class SearchedCluster {
  public readonly policies: PolicyIndex;
  public readonly tiers: ClusterTiers;
  private ofPods?: PossibleAddresses;
  private ofNodes?: PossibleAddresses;
  private usedNames?: ReadonlySet<string>;
  private declared?: readonly Namespace[];
  private addressed?: readonly WorkloadPod[];
  private known?: ReadonlySet<bigint>;
  private words?: Vocabulary;

  /**
   * @param alike the preparation of a cluster that differs in its NetworkPolicies only, which name no namespace that those of `alike` do not. What does not
   *   depend on them is not computed again
   */
  constructor(public readonly cluster: Cluster, alike?: SearchedCluster) {
    this.policies = new PolicyIndex(cluster, alike?.policies);
    this.tiers = alike?.tiers ?? new ClusterTiers(cluster.clusterPolicies);
    if (alike === undefined) { return; }
    // A namespace that nothing names any more is a place for possible pods like any other.
    this.usedNames = alike.namedNamespaces;
    this.declared = alike.declaredNamespaces;
    this.addressed = alike.podsWithAddress;
    this.known = alike.knownAddresses;
    this.ofPods = alike.addressesOf(false);
    this.ofNodes = alike.addressesOf(true);
  }

  /** The namespaces that are declared or stated. */
  public get declaredNamespaces(): readonly Namespace[] {
    return this.declared ??= [...this.cluster.namespaces.values()].filter(({ origin }) => origin !== undefined);
  }

  /** The names of the namespaces that an object is in, or that a selector of a policy names. */
  public get namedNamespaces(): ReadonlySet<string> {
    const { namespaces, policies, clusterPolicies } = this.cluster;
    return this.usedNames ??= new Set([
      ...namespaces.keys(), ...clusterPolicies.flatMap(policy => namesIn(policy.namespaces)),
      ...[...policies, ...clusterPolicies].flatMap(podClauses).flatMap(clause => namesIn(clause.namespaces)),
    ]);
  }

  /** What policies tell pods apart by. */
  public get vocabulary(): Vocabulary { return this.words ??= vocabularyOf(this.cluster); }

  /** The policies of kinds that are not evaluated that could select a pod. */
  public couldSelect(candidate: PodCandidate, direction: Direction): readonly UnevaluatedPolicy[] {
    const { unevaluated } = this.cluster;
    // Most clusters have none, and this runs for every claim.
    if (unevaluated.length === 0) { return unevaluated; }
    return unevaluated.filter(policy => policy[direction] && candidate.couldBeSelectedBy(policy));
  }

  /** The addresses that a pod may have if its address is not known. */
  public addressesOf(hostNetwork: boolean): PossibleAddresses {
    // Pods on one node's network share its address. Other pods never share one.
    return hostNetwork
      ? this.ofNodes ??= this.freeAddresses(hostNetwork, addressesOf(this.podsWithAddress.filter(({ pod }) => !pod.hostNetwork)))
      : this.ofPods ??= this.freeAddresses(hostNetwork, this.knownAddresses);
  }

  private freeAddresses(hostNetwork: boolean, taken: ReadonlySet<bigint>): PossibleAddresses {
    const { assumed, all } = possibleAddresses(this.cluster, { hostNetwork });
    return { assumed: AddressSet.of(assumed, taken), all: AddressSet.of(all, taken) };
  }

  /** The declared pods whose addresses are known. */
  public get podsWithAddress(): readonly WorkloadPod[] {
    return this.addressed ??= this.declaredPods(({ addresses }) => addresses.length > 0);
  }

  /** The known addresses of declared pods. */
  public get knownAddresses(): ReadonlySet<bigint> {
    return this.known ??= addressesOf(this.podsWithAddress);
  }

  protected declaredPods(isMeant: (pod: Pod) => boolean): WorkloadPod[] {
    return this.cluster.workloads.flatMap(workload => workload.pods.filter(isMeant).map(pod => ({ workload, pod })));
  }
}

/** The names of namespaces of which a selector requires one; undefined if it names none. Whoever looks at those alone saves work. */
export function listedNames({ requirements }: Selector): readonly string[] | undefined {
  return requirements.find(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In')?.values;
}

/** The names of namespaces that a selector mentions. */
export function namesIn(selector: Selector | undefined): string[] {
  return selector?.requirements.flatMap(({ key, values }) => key === NAMESPACE_NAME_LABEL ? values : []) ?? [];
}

/** The rules of a policy in both directions. */
export function rulesOf({ ingress = [], egress = [] }: Policy | ClusterPolicy): (Rule | ClusterRule)[] {
  return [...ingress, ...egress];
}

/** The peers of a policy that are pods. */
export function podClauses(policy: Policy | ClusterPolicy): PodsClause[] {
  return rulesOf(policy).flatMap(({ peers = [] }) => (peers as readonly ClusterPeerClause[]).filter(peer => peer.kind === 'pods'));
}

function addressesOf(pods: readonly WorkloadPod[]): Set<bigint> {
  return new Set(pods.flatMap(({ pod }) => pod.addresses));
}

function vocabularyOf({ policies, clusterPolicies }: Cluster): Vocabulary {
  const all = [...policies, ...clusterPolicies];
  const blocks = all.flatMap(rulesOf).flatMap(({ peers = [] }) => (peers as readonly ClusterPeerClause[]).flatMap(peer => blocksOf(peer) ?? []));
  return {
    podKeys: new Set(all.flatMap(podSelectorsOf).flatMap(({ requirements }) => requirements.map(({ key }) => key))),
    portNames: new Set(all.flatMap(rulesOf).flatMap(({ ports = [] }) => ports.filter(({ name }) => name !== undefined).map(namedPortKey))),
    edges: [...new Set(blocks.flatMap(({ block, except }) => [block, ...except].flatMap(({ first, last }) => [first, last + 1n])))],
  };
}
