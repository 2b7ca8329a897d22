import { modelOf, resourcesOf } from './cluster-case';
import { realisticCluster, RealisticWorkload } from './realistic';
import { repetitions, timed, Timing, timingOf } from './timing';
import { judge } from '../src/claims/judge';
import { Reachability } from '../src/evaluator/reachability';
import { Cidr, parseCidr, subtractRanges } from '../src/k8s/address';
import { Selector } from '../src/k8s/selector';
import { namespaceNamed, partyNamed, Party, EndpointSelector } from '../src/query/endpoints';

/** `admitsOnly` on every workload of a cluster: each claim holds. */
export interface OnlyFigures {
  readonly workloads: number;
  /** To find the workloads by their names. */
  readonly naming: Timing;
  /** To search all of their rules for an outsider. */
  readonly searching: Timing;
}

export function measureOnly(pods: number, seed: number, quick: boolean): OnlyFigures {
  const made = realisticCluster(pods, seed);
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const sources = made.workloads.map(sourcesOf);
  const name = () => made.workloads.map(({ namespace, name: own }) => partyNamed(reach, `${namespace}/${own}`) as Party);
  const search = (subjects: readonly Party[], others: readonly Party[][]) => subjects.map((target, i) => judge(reach, { kind: 'admitsOnly', target, listed: others[i] }).witness);

  const subjects = name();
  const wrong = search(subjects, sources).findIndex(found => found !== undefined);
  if (wrong !== -1) { throw new Error(`admitsOnly does not hold for ${subjects[wrong].name}`); }
  // Without any one member of the list, every claim must show an outsider.
  for (let left = 0; left < 4; left++) {
    const fewer = sources.slice(0, 50).map(all => all.filter((_, i) => i !== left));
    const missed = search(subjects.slice(0, 50), fewer).includes(undefined);
    if (missed) { throw new Error('admitsOnly holds although the list lacks a member'); }
  }

  const { ms } = timed(() => search(subjects, sources));
  const times = quick ? 5 : repetitions(ms);
  return {
    workloads: made.workloads.length,
    naming: timingOf(Array.from({ length: 5 }, () => timed(name).ms)),
    searching: timingOf(Array.from({ length: times }, () => timed(() => search(subjects, sources)).ms)),
  };
}

/** Everything that the policies of a workload admit. */
function sourcesOf({ namespace, upstream, team, tier, office }: RealisticWorkload): Party[] {
  const blocks = subtractRanges(parseCidr(office.cidr) as Cidr, office.except.map(block => parseCidr(block) as Cidr));
  return [
    party('the chain', { kind: 'pods', namespaces: namespaceNamed(namespace), pods: Selector.labels({ app: upstream }) }),
    party('the team', { kind: 'pods', namespaces: Selector.labels({ team }), pods: Selector.labels({ tier }) }),
    party('Prometheus', { kind: 'pods', namespaces: namespaceNamed('monitoring'), pods: Selector.labels({ app: 'prometheus' }) }),
    party('the office', { kind: 'addresses', ranges: blocks }),
  ];
}

/** A member of a list needs only its selectors. */
function party(name: string, pattern: EndpointSelector): Party {
  return { name, endpoints: [], worstCase: [], selectors: [pattern] };
}
