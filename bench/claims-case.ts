import { modelOf, resourcesOf } from './cluster-case';
import { Random } from './random';
import { realisticCluster, RealisticWorkload } from './realistic-cluster';
import { repetitions, timed, Timing, timingOf } from './timing';
import { Claim } from '../src/claims/claim';
import { ClaimAnswer, ClaimJudge } from '../src/claims/judge';
import { namedParty, Party, PartyPart } from '../src/claims/party';
import { Cluster, Workload } from '../src/cluster/cluster';
import { Reachability } from '../src/evaluator/reachability';
import { Cidr, parseCidr, subtractRanges } from '../src/k8s/address';
import { Selector } from '../src/k8s/selector';
import { namespaceNamed } from '../src/query/parties';

/** The cost of claims about the workloads of a cluster. */
export interface ClaimFigures {
  readonly workloads: number;
  /** Finding all workloads by name. */
  readonly naming: Timing;
  /** An `admitsOnly` claim about each workload. All of them hold. */
  readonly admitsOnly: Timing;
  readonly pairs: number;
  /** A `denied` claim about each of some random pairs of tiers, which mean every possible pod with the labels of a workload. */
  readonly denied: Timing;
}

export function measureClaims(pods: number, seed: number, quick: boolean): ClaimFigures {
  const made = realisticCluster(pods, seed);
  const cluster = modelOf(resourcesOf(made));
  const reach = new Reachability(cluster);
  const pairs = randomPairs(cluster, quick ? 100 : 10_000, seed);
  const deny = () => {
    const judge = ClaimJudge.of(cluster);
    return pairs.map(([from, to]) => answerOf(judge, { kind: 'denied', from: tierOf(from), to: tierOf(to) }));
  };
  checkDenied(reach, pairs, deny());
  const sources = made.workloads.map(sourcesOf);
  const name = () => made.workloads.map(({ namespace, name: own }) => namedParty(reach, `${namespace}/${own}`) as Party);
  // A new judge each time: it remembers what claims have in common.
  const search = (subjects: readonly Party[], others: readonly Party[][]) => {
    const judge = ClaimJudge.of(cluster);
    return subjects.map((target, i) => answerOf(judge, { kind: 'admitsOnly', target, listed: others[i], strict: true }));
  };

  const subjects = name();
  const wrong = search(subjects, sources).findIndex(answer => answer !== 'holds');
  if (wrong !== -1) { throw new Error(`admitsOnly does not hold for ${subjects[wrong].name}`); }
  // The search is not empty: if a peer is left out of the list, it finds that peer.
  for (let left = 0; left < 4; left++) {
    const fewer = sources.slice(0, 50).map(all => all.filter((_, i) => i !== left));
    if (search(subjects.slice(0, 50), fewer).includes('holds')) { throw new Error('admitsOnly holds although the list lacks a peer that the policies admit'); }
  }

  const repeated = (work: () => unknown): Timing => {
    const { ms } = timed(work);
    return timingOf(Array.from({ length: quick ? 5 : repetitions(ms) }, () => timed(work).ms));
  };
  return {
    workloads: made.workloads.length,
    naming: timingOf(Array.from({ length: 5 }, () => timed(name).ms)),
    admitsOnly: repeated(() => search(subjects, sources)),
    pairs: pairs.length,
    denied: repeated(deny),
  };
}

function answerOf(judge: ClaimJudge, claim: Claim): ClaimAnswer {
  const outcome = judge.judge(claim);
  if ('error' in outcome) { throw new Error(outcome.error); }
  return outcome.verdict.answer;
}

function randomPairs({ workloads }: Cluster, count: number, seed: number): (readonly [Workload, Workload])[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => [random.pick(workloads), random.pick(workloads)] as const);
}

/** Every possible pod that the selector of a workload matches. */
function tierOf({ namespace, name, selector }: Workload): Party {
  return party(name, { kind: 'selected', namespaces: namespaceNamed(namespace), pods: selector, ports: [] });
}

/** A claim that holds denies every connection between declared pods. Some of the claims hold, and some do not. */
function checkDenied(reach: Reachability, pairs: readonly (readonly [Workload, Workload])[], answers: readonly ClaimAnswer[]): void {
  pairs.forEach(([from, to], i) => {
    const [source, destination] = [reach.ofPod(from, from.pods[0]), reach.ofPod(to, to.pods[0])];
    if (answers[i] === 'holds' && !reach.connections(source, destination).isEmpty) {
      throw new Error(`denied holds for ${from.name} and ${to.name}, but the first pod of one reaches the first pod of the other`);
    }
  });
  if (new Set(answers).size < 2) { throw new Error(`every claim ${answers[0]}`); }
}

/** All peers that the policies of a workload admit. */
function sourcesOf({ namespace, upstream, team, tier, office }: RealisticWorkload): Party[] {
  const blocks = subtractRanges(parseCidr(office.cidr) as Cidr, office.except.map(block => parseCidr(block) as Cidr));
  return [
    party('the chain', selected(namespaceNamed(namespace), { app: upstream })),
    party('the team', selected(Selector.labels({ team }), { tier })),
    party('Prometheus', selected(namespaceNamed('monitoring'), { app: 'prometheus' })),
    party('the office', { kind: 'addresses', ranges: blocks }),
  ];
}

function selected(namespaces: Selector, labels: Readonly<Record<string, string>>): PartyPart {
  return { kind: 'selected', namespaces, pods: Selector.labels(labels), ports: [] };
}

function party(name: string, part: PartyPart): Party {
  return { name, parts: [part] };
}
