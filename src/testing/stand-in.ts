import { StandInPort } from './subject';
import { LabelDomain } from '../analysis/label-domain';
import { Pattern } from '../analysis/party';
import { NAMESPACE_NAME_LABEL, Protocol } from '../api/objects';
import { ContainerPort } from '../api/workloads';
import { Cluster, Namespace, Pod, PortClause, Workload } from '../cluster/cluster';
import { Origin } from '../cluster/origin';
import { Selector } from '../cluster/selector';
import { portName } from '../reach/lens';

/*
 * Stand-ins: a pod that has just the labels which a tier or a peer asks for, and nothing else. A tier is
 * judged by one even where none of its workloads is in the app, and beside those that are.
 */

/** A pod that need not exist, as a workload of its own. */
export interface StandIn {
  readonly workload: Workload;
  readonly namespace: Namespace;
  readonly pattern: Pattern;
  /** One that could have any named port that policies mention: what a denial has to hold against. */
  readonly suspect: boolean;
}

/** Stand-ins for the pods of a pattern; none for addresses, nor where no pod can be like that. */
export function standInsFor(cluster: Cluster, name: string, pattern: Pattern, ports: readonly StandInPort[]): StandIn[] {
  if (pattern.kind === 'addresses') { return []; }
  const labels = LabelDomain.any.whereAll(pattern.pods.requirements)?.example();
  const namespace = namespaceFor(cluster, pattern.namespaces);
  if (labels === undefined || namespace === undefined) { return []; }
  const pod = (own: readonly ContainerPort[]): Pod => ({ labels, ports: own, addresses: [], hostNetwork: false });
  const workload = (own: Pod): Workload =>
    ({ namespace: namespace.name, name, kind: 'Pod', origin: nowhere, selector: pattern.pods, pods: [own] });
  const standIn = { namespace, pattern };
  const known = ports.map(port => ({ ...port, port: port.port ?? unmentionedPort(cluster, port.protocol) }));
  const others = namesNotDeclared(cluster, known);
  return [
    { ...standIn, suspect: false, workload: workload(pod(known)) },
    ...others.length === 0 ? [] : [{ ...standIn, suspect: true, workload: workload(pod([...known, ...others])) }],
  ];
}

/** The cluster with stand-ins in it. A pod that is added changes no answer about the others. */
export function withStandIns(cluster: Cluster, standIns: readonly StandIn[]): Cluster {
  const namespaces = new Map(cluster.namespaces);
  for (const { namespace } of standIns) {
    if (!namespaces.has(namespace.name)) { namespaces.set(namespace.name, namespace); }
  }
  return { ...cluster, namespaces, workloads: [...cluster.workloads, ...standIns.map(s => s.workload)] };
}

/** A port that no policy mentions by number, for a name whose number is not known: it stands for whichever it is. */
function unmentionedPort(cluster: Cluster, protocol: Protocol): number {
  const { unmentioned, clauses } = mentionsIn(cluster);
  let free = unmentioned.get(protocol);
  if (free === undefined) {
    const mentioned = clauses.filter(p => p.protocol === protocol && p.name === undefined && p.last - p.first < 65534);
    free = 65535;
    while (free > 0 && mentioned.some(p => p.first <= free! && free! <= p.last)) { free--; }
    if (free === 0) { free = 65535; }
    unmentioned.set(protocol, free);
  }
  return free;
}

/** Where a stand-in is written: nowhere. */
const nowhere: Origin = { at: () => ({ constructPath: '(any such pod)' }) };

/** The namespace that a selector names; else one that is declared; else one that it would select. */
function namespaceFor(cluster: Cluster, selector: Selector): Namespace | undefined {
  const byName = selector.requirements.find(r => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In' && r.values.length === 1);
  const known = byName === undefined ? undefined : cluster.namespaces.get(byName.values[0]);
  if (known?.origin !== undefined) { return selector.matches(known.labels) ? known : undefined; }
  const labels = LabelDomain.any
    .where({ key: NAMESPACE_NAME_LABEL, operator: 'Exists', values: [] })
    ?.whereAll(selector.requirements)
    ?.whereNot({ key: NAMESPACE_NAME_LABEL, operator: 'In', values: byName === undefined ? [...cluster.namespaces.keys()] : [] })
    ?.example();
  return labels && { name: labels[NAMESPACE_NAME_LABEL], labels };
}

function namesNotDeclared(cluster: Cluster, ports: readonly ContainerPort[]): ContainerPort[] {
  const declared = new Set(ports.map(portName));
  return [...mentionsIn(cluster).named].filter(([key]) => !declared.has(key))
    .map(([, { protocol, name }]) => ({ protocol, name, port: unmentionedPort(cluster, protocol) }));
}

/** The ports that a cluster's policies mention: read once, since every claim asks. */
interface Mentions {
  readonly clauses: readonly PortClause[];
  /** Those with a name, each once. */
  readonly named: ReadonlyMap<string, PortClause>;
  readonly unmentioned: Map<Protocol, number>;
}

const mentions = new WeakMap<Cluster, Mentions>();

function mentionsIn(cluster: Cluster): Mentions {
  let known = mentions.get(cluster);
  if (known === undefined) {
    const clauses = cluster.policies
      .flatMap(policy => [...policy.ingress ?? [], ...policy.egress ?? []])
      .flatMap(rule => rule.ports ?? []);
    const named = new Map(clauses.filter(({ name }) => name !== undefined).map(clause => [portName(clause), clause]));
    known = { clauses, named, unmentioned: new Map() };
    mentions.set(cluster, known);
  }
  return known;
}
