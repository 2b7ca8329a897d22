import { SpecCluster, SpecEnd, SpecLabels, SpecPod, sideAllows } from './network-policy';

/*
 * The three answers, written as plainly as network-policy.ts, and without code of src/. An answer quantifies over everything that the input
 * leaves open: what a policy of a kind that is not evaluated does with a pod that it could select and, without assumptions, which labels a
 * namespace has that is not declared. It is `yes` or `no` if every case gives this answer, and `undecided` otherwise.
 */

/** What is known about a policy of a kind that is not evaluated. */
export interface SpecUnevaluated {
  directions: ('Ingress' | 'Egress')[];
  /** False for a mesh, which can only deny. */
  canAllow: boolean;
  /** True if the policy could select a pod whose namespace has these labels. */
  couldSelect(pod: SpecPod, namespaceLabels: SpecLabels): boolean;
}

export interface OpenCluster extends SpecCluster {
  unevaluated: SpecUnevaluated[];
}

/** What a layer can do with a connection. A policy of another kind may do any of these. NetworkPolicy comes last, and allows or denies. */
export type Step = 'allow' | 'deny' | 'pass';

/** Every result that the layers can have together if each of them may take any of its steps. */
export function results([first, ...rest]: Step[][]): Set<'allow' | 'deny'> {
  if (first === undefined) { return new Set(['allow']); }
  return new Set(first.flatMap(step => step === 'pass' ? [...results(rest)] : [step]));
}

/** May a new connection be opened? `strict` assumes nothing about namespaces that are not declared. */
export function answer(cluster: OpenCluster, from: SpecEnd, to: SpecEnd, protocol: string, port: number, strict: boolean): 'yes' | 'no' | 'undecided' {
  if ('pod' in from && 'pod' in to && from.pod === to.pod) { return 'yes'; }
  const found = new Set<'allow' | 'deny'>();
  for (const world of strict ? worlds(cluster) : [cluster]) {
    const egress = sideResults(world, 'Egress', from, to, to, protocol, port);
    const ingress = sideResults(world, 'Ingress', to, from, to, protocol, port);
    for (const out of egress) {
      for (const into of ingress) { found.add(out === 'allow' && into === 'allow' ? 'allow' : 'deny'); }
    }
    if (found.size === 2) { return 'undecided'; }
  }
  return found.has('allow') ? 'yes' : 'no';
}

function sideResults(
  world: OpenCluster, type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd, destination: SpecEnd, protocol: string, port: number,
): Set<'allow' | 'deny'> {
  if (!('pod' in subject)) { return new Set(['allow']); }
  const { pod } = subject;
  const labels = { ...world.namespaces[pod.namespace], 'kubernetes.io/metadata.name': pod.namespace };
  const unevaluated = world.unevaluated.filter(policy => policy.directions.includes(type) && policy.couldSelect(pod, labels))
    .map(({ canAllow }): Step[] => canAllow ? ['allow', 'deny', 'pass'] : ['deny', 'pass']);
  return results([...unevaluated, [sideAllows(world, type, subject, peer, destination, protocol, port) ? 'allow' : 'deny']]);
}

/** What the label `team` of a namespace can be: absent, each value that the policies of the tests mention, and another one. */
const TEAMS: SpecLabels[] = [{}, { team: 'a' }, { team: 'b' }, { team: 'other' }];

/** The cluster with every value of the label `team` that its undeclared namespaces could have. */
function* worlds(cluster: OpenCluster): Iterable<OpenCluster> {
  const undeclared = [...new Set(cluster.pods.map(pod => pod.namespace))].filter(name => !(name in cluster.namespaces));
  let all: Record<string, SpecLabels>[] = [{}];
  for (const name of undeclared) { all = all.flatMap(chosen => TEAMS.map(labels => ({ ...chosen, [name]: labels }))); }
  for (const labels of all) { yield { ...cluster, namespaces: { ...cluster.namespaces, ...labels } }; }
}
