import { remedyFor } from './remedy';
import { StandIn, standInsFor, withStandIns } from './stand-in';
import { NamedSubject, PatternSubject, Subject } from './subject';
import { Claim, judge, Judgement } from '../analysis/claim';
import { partyNamed } from '../analysis/named-party';
import { addressMembers, Member, Party, Pattern, podMember, workloadMembers } from '../analysis/party';
import { PortQuestion } from '../analysis/port-question';
import { cidrsOf, formatRange } from '../api/address';
import { DEFAULT_NAMESPACE } from '../api/objects';
import { Cluster, Pod, Workload, workloadName } from '../cluster/cluster';
import { Reachability } from '../reach/reachability';

/** A claim about subjects: what `Claim` is once they are found in a cluster. */
export type ClaimDraft =
  | { readonly kind: 'allowed' | 'denied'; readonly from: Subject; readonly to: Subject; readonly ports?: readonly PortQuestion[] }
  | { readonly kind: 'only' | 'onlyTo'; readonly subject: Subject; readonly others: readonly Subject[]; readonly ports?: readonly PortQuestion[] };

/** What came of one claim: a judgement and what to look its policies up in, or why there can be none. */
export type Outcome = Judged | { readonly error: string };

/** A claim that was judged, and the evaluation that it was judged by. */
export interface Judged {
  readonly judgement: Judgement;
  readonly reach: Reachability;
}

/** A subject, its patterns worked out against the other side's namespace. */
interface Placed {
  readonly subject: Subject;
  readonly patterns: readonly Pattern[];
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

  private standInsFor({ name, ports }: PatternSubject, pattern: Pattern): readonly StandIn[] {
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
    const standing = (suspect: boolean): Member[] => standIns.filter(s => s.suspect === suspect)
      .map(({ workload }) => podMember(reach, workload, workload.pods[0], subject.standInName));
    const members = [
      ...patterns.flatMap(pattern => this.membersOf(reach, pattern)),
      ...standing(false),
    ];
    if (members.length === 0) { return `no pod and no address can be ${subject.name}: what it asks for contradicts itself or the namespaces that are declared`; }
    return { name: subject.name, members, suspects: standing(true), patterns };
  }

  private named(reach: Reachability, { text }: NamedSubject): Party | string {
    const party = partyNamed(reach, text);
    // Whoever is told which workloads there are wants to know of no stand-in.
    return typeof party === 'string' ? partyNamed(new Reachability(this.cluster), text) : party;
  }

  /** Workloads of the cluster whose pods are of the pattern, or its addresses. */
  private membersOf(reach: Reachability, pattern: Pattern): Member[] {
    if (pattern.kind === 'addresses') {
      return pattern.ranges.flatMap(range => addressMembers(reach, range, part =>
        cidrsOf(part).length === 1 ? cidrsOf(part)[0] : formatRange(part)));
    }
    return this.selectedBy(pattern).flatMap(({ workload, pods }) => workloadMembers(reach, workload, workloadName(workload), pods));
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

type PodsPattern = Extract<Pattern, { kind: 'pods' }>;

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
  if (!subject.members.some(m => m.kind === 'pod')) {
    return `${draft.kind} speaks of pods, and ${subject.name} is no pod: no policy decides what ${draft.kind === 'only' ? 'reaches' : 'leaves'} an address outside`;
  }
  return { kind: draft.kind, subject, others, ports: draft.ports };
}
