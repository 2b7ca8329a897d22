import { modelOf, resourcesOf } from './cluster-case';
import { realisticCluster, RealisticWorkload } from './realistic-cluster';
import { repetitions, timed, Timing, timingOf } from './timing';
import { ClaimJudge } from '../src/claims/judge';
import { namedParty, Party, PartyPart } from '../src/claims/party';
import { Reachability } from '../src/evaluator/reachability';
import { Cidr, parseCidr, subtractRanges } from '../src/k8s/address';
import { Selector } from '../src/k8s/selector';
import { namespaceNamed } from '../src/query/parties';

/** The cost of an `admitsOnly` claim about every workload of a cluster. All of them hold. */
export interface ClaimFigures {
  readonly workloads: number;
  /** Finding all workloads by name. */
  readonly naming: Timing;
  /** Searching the rules of all workloads for a pod or address outside the list. */
  readonly searching: Timing;
}

export function measureClaims(pods: number, seed: number, quick: boolean): ClaimFigures {
  const made = realisticCluster(pods, seed);
  const cluster = modelOf(resourcesOf(made));
  const reach = new Reachability(cluster);
  const sources = made.workloads.map(sourcesOf);
  const name = () => made.workloads.map(({ namespace, name: own }) => namedParty(reach, `${namespace}/${own}`) as Party);
  // A new judge each time: it remembers what claims have in common.
  const search = (subjects: readonly Party[], others: readonly Party[][]) => {
    const judge = ClaimJudge.of(cluster);
    return subjects.map((target, i) => {
      const outcome = judge.judge({ kind: 'admitsOnly', target, listed: others[i], strict: true });
      if ('error' in outcome) { throw new Error(outcome.error); }
      return outcome.verdict.answer;
    });
  };

  const subjects = name();
  const wrong = search(subjects, sources).findIndex(answer => answer !== 'holds');
  if (wrong !== -1) { throw new Error(`admitsOnly does not hold for ${subjects[wrong].name}`); }
  // The search is not empty: if a peer is left out of the list, it finds that peer.
  for (let left = 0; left < 4; left++) {
    const fewer = sources.slice(0, 50).map(all => all.filter((_, i) => i !== left));
    if (search(subjects.slice(0, 50), fewer).includes('holds')) { throw new Error('admitsOnly holds although the list lacks a peer that the policies admit'); }
  }

  const { ms } = timed(() => search(subjects, sources));
  const times = quick ? 5 : repetitions(ms);
  return {
    workloads: made.workloads.length,
    naming: timingOf(Array.from({ length: 5 }, () => timed(name).ms)),
    searching: timingOf(Array.from({ length: times }, () => timed(() => search(subjects, sources)).ms)),
  };
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
