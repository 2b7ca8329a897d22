import { modelOf, resourcesOf } from './cluster-case';
import { realisticCluster, RealisticWorkload } from './realistic';
import { repetitions, timed, Timing, timingOf } from './timing';
import { findOutsider } from '../src/claims/witness';
import { Reachability } from '../src/evaluator/reachability';
import { Cidr, parseCidr, subtractRanges } from '../src/k8s/address';
import { Selector } from '../src/k8s/selector';
import { namespaceNamed, partyNamed, Party, EndpointSelector } from '../src/query/endpoints';

/** `only` on every workload of a cluster: each holds. */
export interface OnlyFigures {
  readonly workloads: number;
  /** To find the workloads by their names. */
  readonly naming: Timing;
  /** To search all of their rules for somebody else. */
  readonly searching: Timing;
}

export function measureOnly(pods: number, seed: number, quick: boolean): OnlyFigures {
  const made = realisticCluster(pods, seed);
  const reach = new Reachability(modelOf(resourcesOf(made)));
  const sources = made.workloads.map(sourcesOf);
  const name = () => made.workloads.map(({ namespace, name: own }) => partyNamed(reach, `${namespace}/${own}`) as Party);
  const search = (subjects: readonly Party[], others: readonly Party[][]) => subjects.map((subject, i) => findOutsider(reach, subject, others[i], 'ingress'));

  const subjects = name();
  const wrong = search(subjects, sources).findIndex(found => found !== undefined);
  if (wrong !== -1) { throw new Error(`only does not hold of ${subjects[wrong].name}`); }
  // Without any one of those who may, each is told who else gets in.
  for (let left = 0; left < 4; left++) {
    const fewer = sources.slice(0, 50).map(all => all.filter((_, i) => i !== left));
    const missed = search(subjects.slice(0, 50), fewer).includes(undefined);
    if (missed) { throw new Error('only holds though somebody who may was left out'); }
  }

  const { ms } = timed(() => search(subjects, sources));
  const times = quick ? 5 : repetitions(ms);
  return {
    workloads: made.workloads.length,
    naming: timingOf(Array.from({ length: 5 }, () => timed(name).ms)),
    searching: timingOf(Array.from({ length: times }, () => timed(() => search(subjects, sources)).ms)),
  };
}

/** Everybody whom the policies of a workload let in. */
function sourcesOf({ namespace, upstream, team, tier, office }: RealisticWorkload): Party[] {
  const blocks = subtractRanges(parseCidr(office.cidr) as Cidr, office.except.map(block => parseCidr(block) as Cidr));
  return [
    party('the chain', { kind: 'pods', namespaces: namespaceNamed(namespace), pods: Selector.labels({ app: upstream }) }),
    party('the team', { kind: 'pods', namespaces: Selector.labels({ team }), pods: Selector.labels({ tier }) }),
    party('Prometheus', { kind: 'pods', namespaces: namespaceNamed('monitoring'), pods: Selector.labels({ app: 'prometheus' }) }),
    party('the office', { kind: 'addresses', ranges: blocks }),
  ];
}

/** Of those who may, only which they could be is looked at. */
function party(name: string, pattern: EndpointSelector): Party {
  return { name, endpoints: [], worstCase: [], selectors: [pattern] };
}
