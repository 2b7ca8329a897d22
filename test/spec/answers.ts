import { results, Step, tierResults } from './cluster-wide';
import { SpecCluster, SpecEnd, SpecLabels, SpecPod, rulesThatMatch, sideAllows } from './network-policy';
import { mayHave } from './unknown-addresses';

/*
 * The three answers, written as plainly as network-policy.ts, and without code of src/. An answer quantifies over everything that the input
 * leaves open: what a policy of a kind that is not evaluated does with a pod that it could select, the values of labels that Kubernetes adds to
 * pods, the addresses of pods and, without assumptions, which labels a namespace has that is not declared. It is `yes` or `no` if every
 * case gives this answer, and `undecided` otherwise.
 */

/** What is known about a policy of a kind that is not evaluated. */
export interface SpecUnevaluated {
  directions: ('Ingress' | 'Egress')[];
  /** False for a mesh, which can only deny. */
  canAllow: boolean;
  /** True if the policy could select a pod whose namespace has these labels. */
  couldSelect(pod: SpecPod, namespaceLabels: SpecLabels): boolean;
}

/** A pod. If it has no address, its address is not known. */
export interface OpenPod extends SpecPod {
  /** The labels that Kubernetes adds, each with every value that it may have: undefined if the pod may lack it. */
  generated: Record<string, (string | undefined)[]>;
}

export interface OpenCluster extends SpecCluster {
  pods: OpenPod[];
  unevaluated: SpecUnevaluated[];
  podCidrs?: string[];
  /** One address of each part of the address space that policies and rules about addresses tell apart. */
  addresses: string[];
}

/** May a new connection be opened between two different pods? `strict` assumes nothing about namespaces that are not declared, and about addresses. */
export function answer(cluster: OpenCluster, from: OpenPod, to: OpenPod, protocol: string, port: number, strict: boolean): 'yes' | 'no' | 'undecided' {
  const found = new Set<'allow' | 'deny'>();
  for (const world of strict ? worlds(cluster, [from.namespace, to.namespace]) : [cluster]) {
    for (const source of cases(cluster, from, strict)) {
      for (const destination of cases(cluster, to, strict)) {
        const egress = sideResults(world, 'Egress', source, destination, destination, protocol, port);
        const ingress = sideResults(world, 'Ingress', destination, source, destination, protocol, port);
        for (const out of egress) {
          for (const into of ingress) { found.add(out === 'allow' && into === 'allow' ? 'allow' : 'deny'); }
        }
        if (found.size === 2) { return 'undecided'; }
      }
    }
  }
  return found.has('allow') ? 'yes' : 'no';
}

/** The pod with everything that it could be. Only labels and blocks that a policy mentions can matter. */
function cases(cluster: OpenCluster, pod: OpenPod, strict: boolean): SpecEnd[] {
  const text = JSON.stringify([cluster.policies, cluster.clusterPolicies]);
  let labels: SpecLabels[] = [pod.labels];
  for (const [key, values] of Object.entries(pod.generated)) {
    if (!text.includes(JSON.stringify(key))) { continue; }
    labels = labels.flatMap(own => values.map(value => value === undefined ? own : { ...own, [key]: value }));
  }
  const isKnown = pod.ips.length > 0 || !(text.includes('"ipBlock"') || text.includes('"networks"'));
  const ips = isKnown ? [pod.ips] : cluster.addresses.filter(ip => mayHave(cluster, pod, ip, strict)).map(ip => [ip]);
  return labels.flatMap(own => ips.map(one => ({ pod: { ...pod, labels: own, ips: one } })));
}

function sideResults(
  world: OpenCluster, type: 'Ingress' | 'Egress', subject: SpecEnd, peer: SpecEnd, destination: SpecEnd, protocol: string, port: number,
): Set<'allow' | 'deny'> {
  if (!('pod' in subject)) { return new Set(['allow']); }
  const { pod } = subject;
  const labels = { ...world.namespaces[pod.namespace], 'kubernetes.io/metadata.name': pod.namespace };
  const unevaluated = world.unevaluated.filter(policy => policy.directions.includes(type) && policy.couldSelect(pod, labels))
    .map(({ canAllow }): Step[] => canAllow ? ['allow', 'deny', 'pass'] : ['deny', 'pass']);
  const connection = { type, subject, peer, protocol, port };
  const isIsolated = rulesThatMatch(world, type, subject, peer) !== 'not isolated';
  const networkPolicy: Step = !isIsolated ? 'pass' : sideAllows(world, type, subject, peer, destination, protocol, port) ? 'allow' : 'deny';
  return results([...unevaluated, tierResults(world, 'Admin', connection), [networkPolicy], tierResults(world, 'Baseline', connection)]);
}

/** What the label `team` of a namespace can be: absent, each value that the policies of the tests mention, and another one. */
const TEAMS: SpecLabels[] = [{}, { team: 'a' }, { team: 'b' }, { team: 'other' }];

/** The cluster with every value of the label `team` that undeclared ones of these namespaces could have. */
function* worlds(cluster: OpenCluster, names: string[]): Iterable<OpenCluster> {
  const undeclared = [...new Set(names)].filter(name => !(name in cluster.namespaces));
  let all: Record<string, SpecLabels>[] = [{}];
  for (const name of undeclared) { all = all.flatMap(chosen => TEAMS.map(labels => ({ ...chosen, [name]: labels }))); }
  for (const labels of all) { yield { ...cluster, namespaces: { ...cluster.namespaces, ...labels } }; }
}
