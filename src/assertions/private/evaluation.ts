import { NamedSubject, PatternSubject, StandInPort, Subject } from './subjects';
import { remedyFor } from './verdict-text';
import { Claim, judge, ClaimVerdict } from '../../claims/claim';
import { LabelDomain } from '../../claims/label-domain';
import { Cluster, Namespace, Pod, PortClause, Workload, workloadName } from '../../cluster/cluster';
import { Reachability } from '../../evaluator/reachability';
import { Origin } from '../../findings/finding';
import { DEFAULT_NAMESPACE, NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort, portName } from '../../k8s/workloads';
import { addressEndpoints, Endpoint, Party, partyNamed, EndpointSelector, podEndpoint, workloadEndpoints } from '../../query/endpoints';
import { PortQuery } from '../../query/ports';

/** A claim about subjects: what `Claim` is once they are found in a cluster. */
export type ClaimDraft =
  | { readonly kind: 'allowed' | 'denied'; readonly from: Subject; readonly to: Subject; readonly ports?: readonly PortQuery[] }
  | { readonly kind: 'only' | 'onlyTo'; readonly subject: Subject; readonly others: readonly Subject[]; readonly ports?: readonly PortQuery[] };

/** What came of one claim: a judgement and what to look its policies up in, or why there can be none. */
export type Outcome = Judged | { readonly error: string };

/** A claim that was judged, and the evaluation that it was judged by. */
export interface Judged {
  readonly judgement: ClaimVerdict;
  readonly reach: Reachability;
}

/** A subject, its patterns worked out against the other side's namespace. */
interface Placed {
  readonly subject: Subject;
  readonly patterns: readonly EndpointSelector[];
  readonly standIns: readonly StandIn[];
}

/** Pods of a workload that are of a pattern. */
interface Selected {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
}

/**
 * Claims judged against one cluster. All of them share one evaluation, with the stand-ins of all in it; one that comes
 * later and brings no new stand-in is judged by the same.
 */
export class Evaluation {
  private readonly standIns = new Map<string, readonly StandIn[]>();
  private readonly selected = new Map<string, readonly Selected[]>();
  private readonly workloadsOf = new Map<string, Workload[]>();
  private evaluated?: { readonly reach: Reachability; readonly standIns: number };

  /** `before`: who reached whom when the cluster was another, to go on from. */
  constructor(private readonly cluster: Cluster, private readonly before?: Reachability) {
    for (const workload of cluster.workloads) {
      const known = this.workloadsOf.get(workload.namespace);
      if (known === undefined) { this.workloadsOf.set(workload.namespace, [workload]); } else { known.push(workload); }
    }
  }

  /** Judges claims, all at once. One that can not be judged does not keep the others from it. */
  public judge(drafts: readonly ClaimDraft[]): Outcome[] {
    const placed = drafts.map(draft => this.placeAll(draft));
    const reach = this.reach();
    return drafts.map((draft, i) => {
      const sides = placed[i];
      if (typeof sides === 'string') { return { error: sides }; }
      const parties: Party[] = [];
      for (const each of sides) {
        const party = this.partyOf(reach, each);
        if (typeof party === 'string') { return { error: party }; }
        parties.push(party);
      }
      const claim = claimOf(draft, parties);
      return typeof claim === 'string' ? { error: claim } : { judgement: judge(reach, claim), reach };
    });
  }

  /** The cluster after a change; objects that have not changed are the same ones. */
  public after(cluster: Cluster): Evaluation {
    return new Evaluation(cluster, this.evaluated?.reach ?? this.before);
  }

  /** The evaluation with all stand-ins that there are so far. */
  private reach(): Reachability {
    if (this.evaluated?.standIns !== this.standIns.size) {
      const cluster = withStandIns(this.cluster, [...this.standIns.values()].flat());
      const last = this.evaluated?.reach ?? this.before;
      const reach = last === undefined ? new Reachability(cluster) : last.update(cluster);
      this.evaluated = { reach, standIns: this.standIns.size };
    }
    return this.evaluated!.reach;
  }

  /** Each side of a claim; or why it has none: what a tier selects is asked for here, late. */
  private placeAll(draft: ClaimDraft): Placed[] | string {
    try {
      return 'from' in draft
        ? [this.place(draft.from, draft.to), this.place(draft.to, draft.from)]
        : [this.place(draft.subject, draft.others[0]), ...draft.others.map(other => this.place(other, draft.subject))];
    } catch (error) {
      return (error as Error).message;
    }
  }

  private place(subject: Subject, other: Subject | undefined): Placed {
    if (subject.kind === 'named') { return { subject, patterns: [], standIns: [] }; }
    const patterns = subject.patterns(homeOf(other));
    return { subject, patterns, standIns: patterns.flatMap(pattern => this.standInsFor(subject, pattern)) };
  }

  private standInsFor({ name, ports }: PatternSubject, pattern: EndpointSelector): readonly StandIn[] {
    if (pattern.kind === 'addresses') { return []; }
    const key = JSON.stringify([name, pattern.namespaces.id, pattern.pods.id, ports]);
    let standIns = this.standIns.get(key);
    if (standIns === undefined) {
      standIns = standInsFor(this.cluster, name, pattern, ports);
      this.standIns.set(key, standIns);
    }
    return standIns;
  }

  private partyOf(reach: Reachability, { subject, patterns, standIns }: Placed): Party | string {
    if (subject.kind === 'named') { return this.named(reach, subject); }
    const standing = (suspect: boolean): Endpoint[] => standIns.filter(s => s.suspect === suspect)
      .map(({ workload }) => podEndpoint(reach, workload, workload.pods[0], subject.standInName));
    const members = [
      ...patterns.flatMap(pattern => this.membersOf(reach, pattern)),
      ...standing(false),
    ];
    if (members.length === 0) { return `no pod and no address can be ${subject.name}: what it asks for contradicts itself or the namespaces that are declared`; }
    return { name: subject.name, endpoints: members, worstCase: standing(true), selectors: patterns };
  }

  private named(reach: Reachability, { text }: NamedSubject): Party | string {
    const party = partyNamed(reach, text);
    // Whoever is told which workloads there are wants to know of no stand-in.
    return typeof party === 'string' ? partyNamed(new Reachability(this.cluster), text) : party;
  }

  /** Workloads of the cluster whose pods are of the pattern, or its addresses. */
  private membersOf(reach: Reachability, pattern: EndpointSelector): Endpoint[] {
    if (pattern.kind === 'addresses') {
      return pattern.ranges.flatMap(range => addressEndpoints(reach, range));
    }
    return this.selectedBy(pattern).flatMap(({ workload, pods }) => workloadEndpoints(reach, workload, workloadName(workload), pods));
  }

  private selectedBy({ namespaces, pods: selector }: PodsPattern): readonly Selected[] {
    const key = JSON.stringify([namespaces.id, selector.id]);
    let selected = this.selected.get(key);
    if (selected === undefined) {
      selected = [...this.workloadsOf]
        .filter(([name]) => namespaces.matches(this.cluster.namespaces.get(name)?.labels ?? {}))
        .flatMap(([, workloads]) => workloads)
        .map(workload => ({ workload, pods: workload.pods.filter(pod => selector.matches(pod.labels)) }))
        .filter(({ pods }) => pods.length > 0);
      this.selected.set(key, selected);
    }
    return selected;
  }
}

type PodsPattern = Extract<EndpointSelector, { kind: 'pods' }>;

/** The namespace that "this namespace" means beside a subject. */
function homeOf(subject: Subject | undefined): string {
  if (subject === undefined) { return DEFAULT_NAMESPACE; }
  if (subject.kind === 'named') { return subject.text.split('/')[0]; }
  for (const pattern of subject.patterns(DEFAULT_NAMESPACE)) {
    const name = pattern.kind === 'pods' ? pattern.namespaces.requirements.find(r => r.operator === 'In' && r.values.length === 1) : undefined;
    if (name !== undefined) { return name.values[0]; }
  }
  return DEFAULT_NAMESPACE;
}

function claimOf(draft: ClaimDraft, parties: readonly Party[]): Claim | string {
  if ('from' in draft) {
    const [from, to] = parties;
    const known = draft.kind === 'allowed' && draft.to.kind === 'patterns' ? draft.to.questions : undefined;
    const remedy = draft.kind === 'allowed' ? remedyFor(draft.from, draft.to, draft.ports) : undefined;
    return { kind: draft.kind, from, to, ports: draft.ports ?? known, remedy };
  }
  const [subject, ...others] = parties;
  if (!subject.endpoints.some(m => m.kind === 'pod')) {
    return `${draft.kind} speaks of pods, and ${subject.name} is no pod: no policy decides what ${draft.kind === 'only' ? 'reaches' : 'leaves'} an address outside`;
  }
  return { kind: draft.kind, subject, others, ports: draft.ports };
}

/*
 * Stand-ins: a pod that has just the labels which a tier or a peer asks for, and nothing else. A tier is
 * judged by one even where none of its workloads is in the app, and beside those that are.
 */

/** A pod that need not exist, as a workload of its own. */
export interface StandIn {
  readonly workload: Workload;
  readonly namespace: Namespace;
  readonly pattern: EndpointSelector;
  /** One that could have any named port that policies mention: what a denial has to hold against. */
  readonly suspect: boolean;
}

/** Stand-ins for the pods of a pattern; none for addresses, nor where no pod can be like that. */
export function standInsFor(cluster: Cluster, name: string, pattern: EndpointSelector, ports: readonly StandInPort[]): StandIn[] {
  if (pattern.kind === 'addresses') { return []; }
  const labels = LabelDomain.any.whereAll(pattern.pods.requirements)?.example();
  const namespace = namespaceFor(cluster, pattern.namespaces);
  if (labels === undefined || namespace === undefined) { return []; }
  const pod = (own: readonly ContainerPort[]): Pod => ({ labels, ports: own, addresses: [], hostNetwork: false });
  const workload = (own: Pod): Workload =>
    ({ namespace: namespace.name, name, kind: 'Pod', origin: nowhere, selector: pattern.pods, pods: [own] });
  const standIn = { namespace, pattern };
  const known = ports.map(port => ({ ...port, port: port.port ?? unmentionedPort(cluster, port.protocol) }));
  const others = namesNotDeclared(cluster, known);
  return [
    { ...standIn, suspect: false, workload: workload(pod(known)) },
    ...others.length === 0 ? [] : [{ ...standIn, suspect: true, workload: workload(pod([...known, ...others])) }],
  ];
}

/** The cluster with stand-ins in it. A pod that is added changes no answer about the others. */
export function withStandIns(cluster: Cluster, standIns: readonly StandIn[]): Cluster {
  const namespaces = new Map(cluster.namespaces);
  for (const { namespace } of standIns) {
    if (!namespaces.has(namespace.name)) { namespaces.set(namespace.name, namespace); }
  }
  return { ...cluster, namespaces, workloads: [...cluster.workloads, ...standIns.map(s => s.workload)] };
}

/** A port that no policy mentions by number, for a name whose number is not known: it stands for whichever it is. */
function unmentionedPort(cluster: Cluster, protocol: Protocol): number {
  const { unmentioned, clauses } = mentionsIn(cluster);
  let free = unmentioned.get(protocol);
  if (free === undefined) {
    const mentioned = clauses.filter(p => p.protocol === protocol && p.name === undefined && p.last - p.first < 65534);
    free = 65535;
    while (free > 0 && mentioned.some(p => p.first <= free! && free! <= p.last)) { free--; }
    if (free === 0) { free = 65535; }
    unmentioned.set(protocol, free);
  }
  return free;
}

/** Where a stand-in is written: nowhere. */
const nowhere: Origin = { at: () => ({ constructPath: '(any such pod)' }) };

/** The namespace that a selector names; else one that is declared; else one that it would select. */
function namespaceFor(cluster: Cluster, selector: Selector): Namespace | undefined {
  const byName = selector.requirements.find(r => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In' && r.values.length === 1);
  const known = byName === undefined ? undefined : cluster.namespaces.get(byName.values[0]);
  if (known?.origin !== undefined) { return selector.matches(known.labels) ? known : undefined; }
  const labels = LabelDomain.any
    .where({ key: NAMESPACE_NAME_LABEL, operator: 'Exists', values: [] })
    ?.whereAll(selector.requirements)
    ?.whereNot({ key: NAMESPACE_NAME_LABEL, operator: 'In', values: byName === undefined ? [...cluster.namespaces.keys()] : [] })
    ?.example();
  return labels && { name: labels[NAMESPACE_NAME_LABEL], labels };
}

function namesNotDeclared(cluster: Cluster, ports: readonly ContainerPort[]): ContainerPort[] {
  const declared = new Set(ports.map(portName));
  return [...mentionsIn(cluster).named].filter(([key]) => !declared.has(key))
    .map(([, { protocol, name }]) => ({ protocol, name, port: unmentionedPort(cluster, protocol) }));
}

/** The ports that a cluster's policies mention: read once, since every claim asks. */
interface Mentions {
  readonly clauses: readonly PortClause[];
  /** Those with a name, each once. */
  readonly named: ReadonlyMap<string, PortClause>;
  readonly unmentioned: Map<Protocol, number>;
}

const mentions = new WeakMap<Cluster, Mentions>();

function mentionsIn(cluster: Cluster): Mentions {
  let known = mentions.get(cluster);
  if (known === undefined) {
    const clauses = cluster.policies
      .flatMap(policy => [...policy.ingress ?? [], ...policy.egress ?? []])
      .flatMap(rule => rule.ports ?? []);
    const named = new Map(clauses.filter(({ name }) => name !== undefined).map(clause => [portName(clause), clause]));
    known = { clauses, named, unmentioned: new Map() };
    mentions.set(cluster, known);
  }
  return known;
}
