import { couldMatch, Grant, IsolatingPolicy, surelyMatches } from './policy-index';
import { SearchedCluster } from './searched-cluster';
import { TierMatch, withActions } from './tier-rules';
import { AddressSet, LabelSet } from './value-set';
import { Namespace, Pod, UnevaluatedPolicy, UnreadReason, Workload } from '../cluster/cluster';
import { PolicyTier } from '../cluster/cluster-policy';
import { Direction } from '../evaluator/reachability';
import { Origin } from '../findings/finding';
import { Labels, NAMESPACE_NAME_LABEL, Protocol } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/** How a side lets a connection pass. */
export type Way =
  /** No policy isolates the pod, and no rule of a tier decides. */
  | { readonly kind: 'open'; readonly grant?: undefined; readonly match?: undefined; readonly policy?: undefined }
  | { readonly kind: 'grant'; readonly grant: Grant; readonly match?: undefined; readonly policy?: undefined }
  /** A rule of a tier accepts it. */
  | { readonly kind: 'tier'; readonly match: TierMatch; readonly grant?: undefined; readonly policy?: undefined }
  /** A policy of a kind that is not evaluated may allow it. */
  | { readonly kind: 'unevaluated'; readonly policy: UnevaluatedPolicy; readonly grant?: undefined; readonly match?: undefined };

/** The side of an end that no policy isolates. */
export const OPEN: Way = { kind: 'open' };

/** One end of a connection that could exist, with what each fact about it may be. */
export type Candidate = PodCandidate | AddressCandidate;

/** Addresses that belong to no pod. */
export interface AddressCandidate {
  readonly kind: 'address';
  readonly addresses: AddressSet;
  readonly declared?: undefined;
}

/** The labels of a pod or a namespace: what each may be. */
export class LabelSpace {
  private readonly sets: Map<string, LabelSet>;
  /** The keys of the known labels, and of those that a selector requires. */
  public readonly keysThatMatter: Set<string>;

  /** @param open what a label may be that is not among `known` */
  constructor(known: Labels, private readonly open: LabelSet) {
    this.sets = new Map(Object.entries(known).map(([key, value]) => [key, LabelSet.of(value)]));
    this.keysThatMatter = new Set(this.sets.keys());
  }

  /** What one label may be. */
  public get(key: string): LabelSet {
    return this.sets.get(key) ?? this.open;
  }

  public set(key: string, set: LabelSet): this {
    this.sets.set(key, set);
    return this;
  }

  /** Narrows the labels to those that a selector matches. Returns false if there are none. */
  public narrow(selector: Selector): boolean {
    return selector.requirements.every(requirement => {
      const narrowed = this.get(requirement.key).intersect(LabelSet.meeting(requirement));
      this.sets.set(requirement.key, narrowed);
      this.keysThatMatter.add(requirement.key);
      return !narrowed.isEmpty;
    });
  }

  /** True if it has no labels but those about which something is known. */
  public get isClosed(): boolean { return this.open === LabelSet.ABSENT; }

  /** The keys about which something is known. */
  public keys(): Iterable<string> {
    return this.sets.keys();
  }
}

/** The namespace of a possible pod. */
export interface CandidateNamespace {
  /** Absent for a namespace that is neither declared nor used. */
  readonly name?: string;
  /** The namespace, if nothing is assumed about its labels: it is declared, or what was not read may declare it. */
  readonly known?: Namespace;
  readonly labels: LabelSpace;
  /** Why not all of its labels are known: what was not read says them. */
  readonly unread?: UnreadReason;
  /** True if the party has the namespace only if `unread` says so. */
  readonly mayBeOutside?: boolean;
}

/** A port of a candidate. */
export interface CandidatePort {
  readonly protocol: Protocol;
  readonly name?: string;
  /** 1–65535; absent if only the name is known. */
  readonly port?: number;
}

/** Every possible pod that two selectors match, as a claim names them. */
export interface CandidatePart {
  readonly namespaces: Selector;
  readonly pods: Selector;
  /** What messages call one of its pods, if they have a name of their own: those of a tier. */
  readonly podName?: string;
}

/** Nobody sees where a possible pod is written, because it is written nowhere. */
export const POSSIBLE: Origin = { at: () => ({ constructPath: '(possible)' }) };

/** A pod of the cluster. */
export interface DeclaredPod {
  readonly workload: Workload;
  readonly pod: Pod;
  /** What messages call it. */
  readonly name: string;
}

/** A declared pod, or a pod that could exist. */
export class PodCandidate {
  public readonly kind = 'pod';
  private readonly isolating: { [direction in Direction]?: readonly IsolatingPolicy[] } = {};
  private readonly ways: { [direction in Direction]?: readonly Way[] } = {};
  private readonly tiers: { [tier in `${PolicyTier} ${Direction}`]?: readonly TierMatch[] } = {};

  constructor(
    public readonly namespace: CandidateNamespace,
    public readonly labels: LabelSpace,
    /** Its known addresses, or else what its address may be. */
    public readonly addresses: readonly bigint[] | AddressSet,
    /** Absent: a pod that could exist. */
    public readonly declared?: DeclaredPod,
    /** The named ports that it has for certain. It may have others, unless it is declared. */
    public readonly ports: readonly CandidatePort[] = declared?.pod.ports ?? [],
    /** The part of a claim's party that it was made for. */
    public readonly part?: CandidatePart,
  ) {}

  public get hostNetwork(): boolean { return this.declared?.pod.hostNetwork === true; }

  /** The ways in which its policies may let a connection pass. */
  public waysOf(cluster: SearchedCluster, direction: Direction): readonly Way[] {
    return this.ways[direction] ??= this.computeWays(cluster, direction);
  }

  private computeWays(cluster: SearchedCluster, direction: Direction): Way[] {
    const policies = this.policies(cluster, direction);
    const isOpen = !policies.some(({ policy }) => surelyMatches(policy.subject, key => this.labels.get(key)));
    const acceptedBy = (tier: PolicyTier) => withActions(this.tierMatches(cluster, tier, direction), 'accept').map((match): Way => ({ kind: 'tier', match }));
    return [
      ...acceptedBy('Admin'), ...isOpen ? [...acceptedBy('Baseline'), OPEN] : [],
      ...policies.flatMap(({ grants }) => grants).map((grant): Way => ({ kind: 'grant', grant })),
    ];
  }

  /** The rules of a tier whose policies could select it, in order. They select no pod on its node's network. */
  public tierMatches(cluster: SearchedCluster, tier: PolicyTier, direction: Direction): readonly TierMatch[] {
    return this.tiers[`${tier} ${direction}`] ??= this.hostNetwork ? [] : cluster.tiers.of(tier, direction).matches.filter(({ policy }) =>
      couldMatch(policy.namespaces, key => this.namespace.labels.get(key)) && couldMatch(policy.subject, key => this.labels.get(key)));
  }

  /**
   * True if a policy of a kind that is not evaluated could select a pod that it stands for.
   *
   * @param closed the pod, or its namespace, has no label about which nothing is known
   */
  public couldBeSelectedBy(policy: UnevaluatedPolicy, closed: ClosedLabels = {}): boolean {
    const { pods, namespace } = this.partlyKnown(closed);
    return pods.some(pod => policy.selects(pod, namespace) !== 'no');
  }

  /** The pods that it stands for, as far as their labels are known: one for each choice of values, if those of a label are listed. */
  private partlyKnown(closed: ClosedLabels): { readonly pods: readonly Pod[]; readonly namespace: Namespace } {
    const { known, name = '', labels } = this.namespace;
    // The other labels of a namespace that is not declared may be anything, unless it has none.
    const origin = closed.namespace === true || labels.isClosed ? POSSIBLE : undefined;
    return {
      pods: this.declared === undefined ? podsOf(this.labels, closed.pod === true || this.labels.isClosed) : [this.declared.pod],
      namespace: known ?? { name, labels: { [NAMESPACE_NAME_LABEL]: name }, origin },
    };
  }

  /** The policies that could isolate it. */
  public policies(cluster: SearchedCluster, direction: Direction): readonly IsolatingPolicy[] {
    return this.isolating[direction] ??= this.namespace.name === undefined ? []
      : cluster.policies.couldIsolate(this.namespace.name, direction, key => this.labels.get(key));
  }
}

/** What has no labels about which nothing is known. */
export interface ClosedLabels {
  readonly pod?: boolean;
  readonly namespace?: boolean;
}

/** The values of some labels; undefined for those that are absent. */
type Choice = ReadonlyMap<string, string | undefined>;

/** The number of choices that are told apart. Labels with more values are left open. */
const MAX_CHOICES = 64;

/** A pod for each choice of values for the labels whose values are listed. */
function podsOf(labels: LabelSpace, isClosed: boolean): Pod[] {
  let choices: Choice[] = [new Map()];
  const open = new Set<string>();
  for (const key of labels.keys()) {
    const { absent, listed } = labels.get(key);
    const values: (string | undefined)[] = [...listed ?? []];
    if (absent) { values.push(undefined); }
    if (listed === undefined || choices.length * values.length > MAX_CHOICES) {
      open.add(key);
    } else {
      choices = choices.flatMap(choice => values.map(value => new Map([...choice, [key, value]])));
    }
  }
  return choices.map(choice => ({
    labels: Object.fromEntries([...choice].filter((entry): entry is [string, string] => entry[1] !== undefined)),
    lacks: { has: key => isClosed ? !open.has(key) : choice.has(key) },
    ports: [],
    addresses: [],
    hostNetwork: false,
  }));
}

/** The labels of a declared pod. */
export function labelsOfPod({ labels, generated, lacks }: Pod): LabelSpace {
  // Of a workload that netpol cannot read, no label is known.
  const space = new LabelSpace(labels, lacks === undefined ? LabelSet.ABSENT : LabelSet.ANY);
  generated?.forEach(one => space.set(one.key, LabelSet.generated(one.optional, one)));
  return space;
}

