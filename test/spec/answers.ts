import { allows, SpecCluster, SpecEnd, SpecLabels, SpecPod, sideAllows } from './network-policy';

/*
 * Three answers, written down as plainly as network-policy.ts, and without code of src/. An answer quantifies over everything that the input
 * leaves open, one world after the other: what a policy of an unknown kind does with a pod that it could select and, without assumptions,
 * which labels a namespace has that nobody declares. It is `yes` or `no` if all worlds agree, and `undecided` otherwise.
 */

/** A policy of a kind that is not evaluated, as far as its kind is known. */
export interface SpecUnevaluated {
  directions: ('Ingress' | 'Egress')[];
  /** A mesh can only deny. */
  canAllow: boolean;
  /** True if it could select the pod, whose namespace has these labels. */
  couldSelect(pod: SpecPod, namespaceLabels: SpecLabels): boolean;
}

export interface OpenCluster extends SpecCluster {
  unevaluated: SpecUnevaluated[];
}

/** The layers in order: a policy that is not evaluated may allow, deny or pass; NetworkPolicy decides or passes; what is passed to the end is allowed. */
export type Step = 'allow' | 'deny' | 'pass';

/** Every result that layers can have together, if each of them may take any of its steps. */
export function results(layers: Step[][]): Set<'allow' | 'deny'> {
  const [first, ...rest] = layers;
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
  }
  if (found.size === 2) { return 'undecided'; }
  return found.has('allow') ? 'yes' : 'no';
}

function sideResults(
  world: OpenCluster, type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd, destination: SpecEnd, protocol: string, port: number,
): Set<'allow' | 'deny'> {
  if (!('pod' in subject)) { return new Set(['allow']); }
  const { pod } = subject;
  const labels = { ...world.namespaces[pod.namespace], 'kubernetes.io/metadata.name': pod.namespace };
  const unknown = world.unevaluated.filter(policy => policy.directions.includes(type) && policy.couldSelect(pod, labels))
    .map(({ canAllow }): Step[] => canAllow ? ['allow', 'deny', 'pass'] : ['deny', 'pass']);
  return results([...unknown, [sideAllows(world, type, subject, peer, destination, protocol, port) ? 'allow' : 'deny']]);
}

/** The values that the labels of an undeclared namespace are tried with: absent, each value that a policy of the test mentions, and another. */
const VALUES = [undefined, 'a', 'b', 'other'];

/** The cluster with every set of labels that the namespaces which are not declared could have, of the one key that the tests use. */
function* worlds(cluster: OpenCluster): Iterable<OpenCluster> {
  const undeclared = [...new Set(cluster.pods.map(pod => pod.namespace))].filter(name => !(name in cluster.namespaces));
  const labelSets: SpecLabels[] = VALUES.map(value => value === undefined ? {} : { team: value });
  const sets = undeclared.reduce<Record<string, SpecLabels>[]>((all, name) => all.flatMap(chosen => labelSets.map(labels => ({ ...chosen, [name]: labels }))), [{}]);
  for (const labels of sets) { yield { ...cluster, namespaces: { ...cluster.namespaces, ...labels } }; }
}

/** The same question to a cluster without anything open has the same answer as the plain specification. */
export function plainAnswer(cluster: SpecCluster, from: SpecEnd, to: SpecEnd, protocol: string, port: number): 'yes' | 'no' {
  return allows(cluster, from, to, protocol, port) ? 'yes' : 'no';
}
