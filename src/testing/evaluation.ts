import { remedyFor } from './remedy';
import { StandIn, standInsFor, withStandIns } from './stand-in';
import { NamedSubject, Subject } from './subject';
import { Claim, judge, Judgement } from '../analysis/claim';
import { partyNamed } from '../analysis/named-party';
import { addressMembers, Member, Party, Pattern, podMember, workloadMembers } from '../analysis/party';
import { PortQuestion } from '../analysis/port-question';
import { cidrsOf, formatRange } from '../api/address';
import { DEFAULT_NAMESPACE } from '../api/objects';
import { Cluster, workloadName } from '../cluster/cluster';
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

/** A pattern subject, its patterns worked out against the other side's namespace. */
interface Placed {
  readonly subject: Subject;
  readonly patterns: readonly Pattern[];
  readonly standIns: readonly StandIn[];
}

/** Judges claims against a cluster: all at once, in one evaluation. */
export function evaluate(cluster: Cluster, drafts: readonly ClaimDraft[]): Outcome[] {
  const placed = drafts.map(draft => placeAll(cluster, draft));
  const standIns = placed.flatMap(parties => parties.flatMap(p => p.standIns));
  const reach = new Reachability(withStandIns(cluster, standIns));
  return drafts.map((draft, i) => {
    const parties: Party[] = [];
    for (const each of placed[i]) {
      const party = partyOf(reach, cluster, each);
      if (typeof party === 'string') { return { error: party }; }
      parties.push(party);
    }
    const claim = claimOf(draft, parties);
    return typeof claim === 'string' ? { error: claim } : { judgement: judge(reach, claim), reach };
  });
}

function placeAll(cluster: Cluster, draft: ClaimDraft): Placed[] {
  const place = (subject: Subject, other: Subject | undefined): Placed => {
    if (subject.kind === 'named') { return { subject, patterns: [], standIns: [] }; }
    const patterns = subject.patterns(homeOf(other));
    return { subject, patterns, standIns: patterns.flatMap(p => standInsFor(cluster, subject.name, p, subject.ports)) };
  };
  return 'from' in draft
    ? [place(draft.from, draft.to), place(draft.to, draft.from)]
    : [place(draft.subject, draft.others[0]), ...draft.others.map(other => place(other, draft.subject))];
}

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

function partyOf(reach: Reachability, cluster: Cluster, { subject, patterns, standIns }: Placed): Party | string {
  if (subject.kind === 'named') { return named(reach, subject); }
  const standing = (suspect: boolean): Member[] => standIns.filter(s => s.suspect === suspect)
    .map(({ workload }) => podMember(reach, workload, workload.pods[0], subject.standInName));
  const members = [
    ...patterns.flatMap(pattern => membersOf(reach, cluster, pattern)),
    ...standing(false),
  ];
  if (members.length === 0) { return `no pod and no address can be ${subject.name}: what it asks for contradicts itself or the namespaces that are declared`; }
  return { name: subject.name, members, suspects: standing(true), patterns };
}

function named(reach: Reachability, { text }: NamedSubject): Party | string {
  return partyNamed(reach, text);
}

/** Workloads of the cluster whose pods are of the pattern, or its addresses. */
function membersOf(reach: Reachability, cluster: Cluster, pattern: Pattern): Member[] {
  if (pattern.kind === 'addresses') {
    return pattern.ranges.flatMap(range => addressMembers(reach, range, part =>
      cidrsOf(part).length === 1 ? cidrsOf(part)[0] : formatRange(part)));
  }
  return cluster.workloads.flatMap(workload => {
    if (!pattern.namespaces.matches(cluster.namespaces.get(workload.namespace)?.labels ?? {})) { return []; }
    const pods = workload.pods.filter(pod => pattern.pods.matches(pod.labels));
    return pods.length === 0 ? [] : workloadMembers(reach, workload, workloadName(workload), pods);
  });
}
