import { modelOf, resourcesOf } from './cluster-case';
import { realisticCluster, RealisticWorkload } from './realistic-cluster';
import { repetitions, timed, Timing, timingOf } from './timing';
import { judge } from '../src/claims/judge';
import { Reachability } from '../src/evaluator/reachability';
import { Cidr, parseCidr, subtractRanges } from '../src/k8s/address';
import { Selector } from '../src/k8s/selector';
import { namespaceNamed, partyNamed, Party, EndpointSelector } from '../src/query/parties';

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
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const sources = made.workloads.map(sourcesOf);
  const name = () => made.workloads.map(({ namespace, name: own }) => partyNamed(reach, `${namespace}/${own}`) as Party);
  const search = (subjects: readonly Party[], others: readonly Party[][]) => subjects.map((target, i) => judge(reach, { kind: 'admitsOnly', target, listed: others[i] }).witness);

  const subjects = name();
  const wrong = search(subjects, sources).findIndex(found => found !== undefined);
  if (wrong !== -1) { throw new Error(`admitsOnly does not hold for ${subjects[wrong].name}`); }
  // The search is not empty: if a peer is left out of the list, it finds that peer.
  for (let left = 0; left < 4; left++) {
    const fewer = sources.slice(0, 50).map(all => all.filter((_, i) => i !== left));
    const missed = search(subjects.slice(0, 50), fewer).includes(undefined);
    if (missed) { throw new Error('admitsOnly holds although the list lacks a peer that the policies admit'); }
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
    party('the chain', { kind: 'pods', namespaces: namespaceNamed(namespace), pods: Selector.labels({ app: upstream }) }),
    party('the team', { kind: 'pods', namespaces: Selector.labels({ team }), pods: Selector.labels({ tier }) }),
    party('Prometheus', { kind: 'pods', namespaces: namespaceNamed('monitoring'), pods: Selector.labels({ app: 'prometheus' }) }),
    party('the office', { kind: 'addresses', ranges: blocks }),
  ];
}

/** A member of the list: the search reads its selectors only. */
function party(name: string, pattern: EndpointSelector): Party {
  return { name, endpoints: [], worstCase: [], selectors: [pattern] };
}
