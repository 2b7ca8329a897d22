import { couldMatch, Grant, IsolatingPolicy, surelyMatches } from './policy-index';
import { TierMatch, withActions } from './tier-rules';
import { Universe } from './universe';
import { AddressSet, LabelSet } from './value-set';
import { anyNamespaceUnread, isLabelKnown, isLabelOpen, Namespace, Pod, UnevaluatedPolicy, UnreadReason, Workload } from '../../cluster/cluster';
import { PolicyTier } from '../../cluster/cluster-policy';
import { couldSelect } from '../../cluster/pod-selection';
import { Direction } from '../../evaluator/reachability';
import { AssumptionCode } from '../../findings/answer';
import { Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort } from '../../k8s/workloads';
import { PossiblePort, SelectedPods } from '../party';
import { POSSIBLE } from '../witness';

/** The assumptions that a search does not make. */
export class Dropped {
  /** Equal for equal sets. */
  public readonly id: string;

  /** @param codes in the order of `ORDER` */
  constructor(private readonly codes: readonly AssumptionCode[]) { this.id = codes.join(); }

  public has(code: AssumptionCode): boolean { return this.codes.includes(code); }
}

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

/** The namespace as one that a selector of a party matches. Undefined if it cannot match it. */
export function namespaceMatching(namespace: CandidateNamespace, selector: Selector): CandidateNamespace | undefined {
  if (!namespace.labels.narrow(selector)) { return undefined; }
  const { known } = namespace;
  const isSure = known?.open === undefined || selector.surelyMatches(known.labels, key => !isLabelOpen(known, key));
  return isSure ? namespace : { ...namespace, mayBeOutside: true };
}

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
    public readonly ports: readonly (ContainerPort | PossiblePort)[] = declared?.pod.ports ?? [],
    /** The part of a party that it was made for. */
    public readonly part?: SelectedPods,
  ) {}

  public get hostNetwork(): boolean { return this.declared?.pod.hostNetwork === true; }

  /** The ways in which its policies may let a connection pass. */
  public waysOf(universe: Universe, direction: Direction): readonly Way[] {
    return this.ways[direction] ??= this.computeWays(universe, direction);
  }

  private computeWays(universe: Universe, direction: Direction): Way[] {
    const policies = this.policies(universe, direction);
    const isOpen = !policies.some(({ policy }) => surelyMatches(policy.subject, key => this.labels.get(key)));
    const acceptedBy = (tier: PolicyTier) => withActions(this.tierMatches(universe, tier, direction), 'accept').map((match): Way => ({ kind: 'tier', match }));
    return [
      ...acceptedBy('Admin'), ...isOpen ? [...acceptedBy('Baseline'), OPEN] : [],
      ...policies.flatMap(({ grants }) => grants).map((grant): Way => ({ kind: 'grant', grant })),
    ];
  }

  /** The rules of a tier whose policies could select it, in order. They select no pod on its node's network. */
  public tierMatches(universe: Universe, tier: PolicyTier, direction: Direction): readonly TierMatch[] {
    return this.tiers[`${tier} ${direction}`] ??= this.hostNetwork ? [] : universe.tiers.of(tier, direction).matches.filter(({ policy }) =>
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
  public policies(universe: Universe, direction: Direction): readonly IsolatingPolicy[] {
    return this.isolating[direction] ??= this.namespace.name === undefined ? []
      : universe.policies.couldIsolate(this.namespace.name, direction, key => this.labels.get(key));
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

/** True if the selector requires a label to be there. */
export function hasPositiveRequirement({ requirements }: Selector, except?: string): boolean {
  return requirements.some(({ key, operator }) => key !== except && (operator === 'In' || operator === 'Exists'));
}

/** Whether a claim is about namespaces that are neither declared nor used. */
export interface NewNamespaces {
  /** `assumed absent`: the claim assumes that none of them has the labels of the party. */
  readonly are: 'members' | 'assumed absent';
  /** Why it is not known whether the claim is about each of them: what was not read may declare a namespace with the labels. */
  readonly unread?: UnreadReason;
}

/**
 * Whether the claim is about namespaces that are neither declared nor used. If a declared namespace has the labels of the party, the claim assumes
 * that no such namespace has them. Otherwise the claim can only be about such namespaces.
 */
export function newNamespacesOf({ declaredNamespaces, cluster }: Universe, { namespaces }: SelectedPods): NewNamespaces {
  if (!hasPositiveRequirement(namespaces, NAMESPACE_NAME_LABEL)) { return { are: 'members' }; }
  const unread = anyNamespaceUnread(cluster);
  if (unread !== undefined) { return { are: 'members', unread }; }
  if (declaredNamespaces.some(one => namespaces.surelyMatches(one.labels, key => isLabelKnown(one, key)))) { return { are: 'assumed absent' }; }
  return { are: 'members', unread: declaredNamespaces.find(one => namespaces.couldMatch(one.labels, key => isLabelKnown(one, key)))?.open?.reason };
}

/** The labels of a declared pod. */
export function labelsOfPod({ labels, generated, lacks }: Pod): LabelSpace {
  // Of a workload that netpol cannot read, no label is known.
  const space = new LabelSpace(labels, lacks === undefined ? LabelSet.ABSENT : LabelSet.ANY);
  generated?.forEach(one => space.set(one.key, LabelSet.generated(one.optional, one)));
  return space;
}

/** What the labels of a declared pod are beside those that a party mentions, as far as policies look at them. */
export function furtherLabels(universe: Universe, pod: Pod, party: Selector): Map<string, LabelSet> {
  const mentioned = new Set(party.requirements.map(({ key }) => key));
  const further = new Map<string, LabelSet>();
  for (const [key, value] of Object.entries(pod.labels)) {
    if (!mentioned.has(key) && universe.isMentioned(key)) { further.set(key, LabelSet.optional(value)); }
  }
  pod.generated?.forEach(one => {
    if (!mentioned.has(one.key) && universe.isMentioned(one.key)) { further.set(one.key, LabelSet.generated(true, one)); }
  });
  return further;
}

/** True if a declared pod has these labels, or may have them. */
export function carries(pod: Pod, labels: Labels): boolean {
  return couldSelect(Selector.labels(labels), pod);
}
