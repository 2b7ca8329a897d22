import { WORDS } from '../../claims/intent-file';
import { ClaimJudge } from '../../claims/judge';
import { namedParty } from '../../claims/party';
import { isLabelKnown, namespaceByName, PeerClause, PodsClause, Rule, Workload } from '../../cluster/cluster';
import { surelySelects } from '../../cluster/pod-selection';
import { cidrsOf, formatCidr, subtractRanges } from '../../k8s/address';
import { PUBLIC_INTERNET } from '../../k8s/public-internet';
import { Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { nameOf, ProposedEnd, workloadEnd } from '../proposed-claim';

/** At most this many workloads that one peer selects are tried. */
const MAX_WORKLOADS = 8;

/** A list has at most this many blocks. One block without its exceptions can be many. */
const MAX_BLOCKS = 40;

/** At most this many blocks of one peer are tried. */
const MAX_TRIED = 3;

const INTERNET: ProposedEnd = { kind: 'word', word: 'internet' };
const DNS: ProposedEnd = { kind: 'word', word: 'dns' };

/** The peers of rules as ends of claims. */
export class PeerEnds {
  private readonly permits = new Map<Workload, ReadonlySet<string>>();

  constructor(private readonly judge: ClaimJudge) {}

  public namespace(name: string): Selector { return namespaceNamed(name); }

  /** The peers of rules as a list. Undefined if a rule allows every peer, or a block has so many exceptions that the list would be long. */
  public of(rules: readonly Rule[], namespace: string): ProposedEnd[] | undefined {
    if (rules.some(({ peers }) => peers === undefined)) { return undefined; }
    const ends = withInternet(rules.flatMap(({ peers }) => peers!)).flatMap(peer => peer === 'internet' ? [INTERNET] : this.inList(peer, namespace));
    return ends.filter(({ kind }) => kind === 'block').length > MAX_BLOCKS ? undefined : [...new Map(ends.map(end => [keyOf(end), end])).values()];
  }

  /** The peers one by one: the declared workloads among them first. `undefined` means every peer. */
  public allEnds(peers: readonly PeerClause[] | undefined, namespace: string): ProposedEnd[] {
    if (peers === undefined) {
      const own = this.judge.workloadsIn(namespace).filter(workload => !hostsNoPolicy(workload)).slice(0, MAX_WORKLOADS);
      return [...own.map(workload => workloadEnd(this.judge, workload)), { kind: 'pods', namespaces: Selector.everything, pods: Selector.everything }, { kind: 'block', cidr: '0.0.0.0/0' }];
    }
    return peers.flatMap(peer => {
      if (isOfInternet(peer)) { return [INTERNET]; }
      return peer.kind === 'addresses' ? this.inList(peer, namespace).slice(0, MAX_TRIED) : this.podsOf(peer, namespace);
    });
  }

  private podsOf(peer: PodsClause, namespace: string): ProposedEnd[] {
    const { pods, namespaces = namespaceNamed(namespace) } = peer;
    return [...this.workloadsOf(peer, namespace).slice(0, MAX_WORKLOADS).map(workload => workloadEnd(this.judge, workload)), isDns(namespaces, pods) ? DNS : { kind: 'pods', namespaces, pods }];
  }

  /** A peer as a member of a list: as a workload if the workload has the same selector. */
  private inList(peer: PeerClause, namespace: string): ProposedEnd[] {
    if (peer.kind === 'addresses') {
      const blocks = subtractRanges(peer.block, peer.except).flatMap(cidrsOf);
      return blocks.map(cidr => ({ kind: 'block', cidr }));
    }
    const { pods, namespaces = namespaceNamed(namespace) } = peer;
    if (isDns(namespaces, pods)) { return [DNS]; }
    const name = nameOf(namespaces);
    const own = name === undefined ? [] : this.judge.workloadsIn(name);
    const same = own.find(workload => !hostsNoPolicy(workload) && this.permitted(workload).has(pods.id));
    return [same === undefined ? { kind: 'pods', namespaces, pods } : workloadEnd(this.judge, same)];
  }

  /** The selectors of which a list with the workload permits every pod. */
  private permitted(workload: Workload): ReadonlySet<string> {
    let ids = this.permits.get(workload);
    if (ids === undefined) {
      const end = workloadEnd(this.judge, workload);
      const party = end.kind === 'workload' ? namedParty(this.judge.reach, end.name) : '';
      const parts = typeof party === 'string' ? [] : party.parts;
      this.permits.set(workload, ids = new Set(parts.flatMap(part => part.kind === 'declared' ? part.permits.map(({ id }) => id) : [])));
    }
    return ids;
  }

  private workloadsOf({ pods, namespaces }: PodsClause, own: string): Workload[] {
    const { cluster } = this.judge;
    const names = namespaces === undefined ? [own] : [...cluster.namespaces.keys()].filter(name => {
      const namespace = namespaceByName(cluster, name);
      return namespaces.surelyMatches(namespace.labels, key => isLabelKnown(namespace, key));
    });
    return names.flatMap(name => this.judge.workloadsIn(name))
      .filter(workload => !hostsNoPolicy(workload) && workload.pods.every(pod => surelySelects(pods, pod)));
  }
}

/** The peers, with a word in place of the blocks of the public internet, if both families are there. */
function withInternet(peers: readonly PeerClause[]): readonly (PeerClause | 'internet')[] {
  const own = new Set(peers.filter(isOfInternet).map(textOfBlock));
  return own.size < PUBLIC.size ? peers : ['internet', ...peers.filter(peer => !isOfInternet(peer))];
}

function isOfInternet(peer: PeerClause): boolean {
  return PUBLIC.has(textOfBlock(peer));
}

function textOfBlock(peer: PeerClause): string {
  return peer.kind === 'addresses' ? [formatCidr(peer.block), ...peer.except.map(formatCidr).sort()].join() : '';
}

const PUBLIC = new Set(PUBLIC_INTERNET.map(({ ipBlock }) => [ipBlock!.cidr, ...[...ipBlock!.except!].sort()].join()));

/** True for pods on their node's network, which no NetworkPolicy selects. */
export function hostsNoPolicy({ pods }: Workload): boolean {
  return pods.some(({ hostNetwork }) => hostNetwork);
}

/** True for the selectors that the word `dns` stands for. */
function isDns(namespaces: Selector, pods: Selector): boolean {
  const [part] = WORDS.dns.parts;
  return part.kind === 'selected' && part.namespaces.id === namespaces.id && part.pods.id === pods.id;
}

/** Equal for equal ends. */
export function keyOf(end: ProposedEnd): string {
  switch (end.kind) {
    case 'workload': return `workload ${end.workload.namespace} ${end.workload.kind} ${end.workload.name}`;
    case 'pods': return `pods ${end.namespaces.id} ${end.pods.id}`;
    case 'block': return end.cidr;
    case 'word': return end.word;
  }
}
