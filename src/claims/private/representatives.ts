import { LabelDomain } from './label-domain';
import { Cluster, Namespace, Pod, PortClause, Workload } from '../../cluster/cluster';
import { Origin } from '../../findings/finding';
import { NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort, namedPortKey } from '../../k8s/workloads';
import { EndpointSelector } from '../../query/parties';

/** A port of a possible pod: without a number if only its name is known. */
export interface PossiblePort {
  readonly protocol: Protocol;
  readonly name?: string;
  readonly port?: number;
}

/**
 * A pod that has the labels that a selector requires and no others, as a workload of its own. A tier is judged by it even if the app has
 * no workload of the tier.
 */
export interface RepresentativePod {
  readonly workload: Workload;
  readonly namespace: Namespace;
  /** Has every named port that a policy mentions: only `denied`, `admitsOnly` and `reachesOnly` look at it. */
  readonly isWorstCase: boolean;
}

/** The representative pods of a selector; none for addresses, and none if no pod can match. */
export function representativesOf(cluster: Cluster, name: string, selector: EndpointSelector, ports: readonly PossiblePort[]): RepresentativePod[] {
  if (selector.kind === 'addresses') { return []; }
  const labels = LabelDomain.any.whereAll(selector.pods.requirements)?.example();
  const namespace = namespaceFor(cluster, selector.namespaces);
  if (labels === undefined || namespace === undefined) { return []; }
  const representative = (isWorstCase: boolean, own: readonly ContainerPort[]): RepresentativePod => {
    const pod: Pod = { labels, ports: own, addresses: [], hostNetwork: false };
    return { namespace, isWorstCase, workload: { namespace: namespace.name, name, kind: 'Pod', origin: NOWHERE, selector: selector.pods, pods: [pod] } };
  };
  const known = ports.map(port => ({ ...port, port: port.port ?? unmentionedPort(cluster, port.protocol) }));
  const others = otherNamedPorts(cluster, known);
  return [representative(false, known), ...others.length === 0 ? [] : [representative(true, [...known, ...others])]];
}

/** The cluster with the representative pods in it. They change no answer about other pods. */
export function withRepresentatives(cluster: Cluster, representatives: readonly RepresentativePod[]): Cluster {
  const namespaces = new Map(cluster.namespaces);
  for (const { namespace } of representatives) {
    if (!namespaces.has(namespace.name)) { namespaces.set(namespace.name, namespace); }
  }
  return { ...cluster, namespaces, workloads: [...cluster.workloads, ...representatives.map(({ workload }) => workload)] };
}

/** Messages never show where a representative pod is written, because it is written nowhere. */
const NOWHERE: Origin = { at: () => ({ constructPath: '(any such pod)' }) };

/** The namespace that the selector names, or else a new one that it matches. */
function namespaceFor(cluster: Cluster, selector: Selector): Namespace | undefined {
  const byName = selector.requirements.find(r => r.key === NAMESPACE_NAME_LABEL && r.operator === 'In' && r.values.length === 1);
  const known = byName === undefined ? undefined : cluster.namespaces.get(byName.values[0]);
  if (known?.origin !== undefined) { return selector.matches(known.labels) ? known : undefined; }
  const labels = LabelDomain.any
    .where({ key: NAMESPACE_NAME_LABEL, operator: 'Exists', values: [] })
    ?.whereAll(selector.requirements)
    ?.whereNot({ key: NAMESPACE_NAME_LABEL, operator: 'In', values: byName === undefined ? [...cluster.namespaces.keys()] : [] })
    ?.example();
  // The labels of a new namespace are known, because the claim chooses them. Those of a named one are not, unless it is declared.
  return labels && { name: labels[NAMESPACE_NAME_LABEL], labels, origin: byName === undefined ? NOWHERE : undefined };
}

/** The named ports that policies mention and the pod is not known to have. */
function otherNamedPorts(cluster: Cluster, known: readonly ContainerPort[]): ContainerPort[] {
  const names = new Set(known.map(namedPortKey));
  return [...mentionsOf(cluster).named].filter(([key]) => !names.has(key))
    .map(([, { protocol, name }]) => ({ protocol, name, port: unmentionedPort(cluster, protocol) }));
}

/** A number that no policy mentions, for a port whose number is not known. */
function unmentionedPort(cluster: Cluster, protocol: Protocol): number {
  const { unmentioned, clauses } = mentionsOf(cluster);
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

/** The ports that a cluster's policies mention. */
interface PortMentions {
  readonly clauses: readonly PortClause[];
  /** Those with a name, each once. */
  readonly named: ReadonlyMap<string, PortClause>;
  readonly unmentioned: Map<Protocol, number>;
}

/** Every claim asks, so the policies are read once. */
const mentions = new WeakMap<Cluster, PortMentions>();

function mentionsOf(cluster: Cluster): PortMentions {
  let known = mentions.get(cluster);
  if (known === undefined) {
    const clauses = cluster.policies
      .flatMap(policy => [...policy.ingress ?? [], ...policy.egress ?? []])
      .flatMap(rule => rule.ports ?? []);
    const named = new Map(clauses.filter(({ name }) => name !== undefined).map(clause => [namedPortKey(clause), clause]));
    known = { clauses, named, unmentioned: new Map() };
    mentions.set(cluster, known);
  }
  return known;
}
