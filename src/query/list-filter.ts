import { AddressesEnd, ConnectionEnd, PodEnd, WorkloadEnd } from './connectivity';
import { podEndpoint } from './endpoints';
import { Party } from './parties';
import { connectionsOfPort, PortQuery } from './ports';
import { targetsOfService } from './service-targets';
import { Pod } from '../cluster/cluster';
import { couldSelect } from '../cluster/pod-selection';
import { ConnectionSet } from '../evaluator/connections';
import { Reachability } from '../evaluator/reachability';
import { enumerate } from '../findings/enumeration';
import { AddressRange } from '../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';

/** Which rows a list has. Each field leaves out further rows. */
export interface ListFilter {
  /** Rows whose source is in this party. */
  readonly from?: Party;
  /** Rows whose destination is in this party. */
  readonly to?: Party;
  /** Rows with an end in one of these namespaces. */
  readonly namespaces?: readonly string[];
  /** Rows on this port, without other ports. For a Service in `to`, its own port, which leads to ports of its endpoints. */
  readonly port?: PortQuery;
}

/** The connections that a filter asks about. */
interface Asked {
  readonly with: (destination: WorkloadEnd | PodEnd) => ConnectionSet;
  readonly withAddresses: ConnectionSet;
}

const EVERY_PORT: Asked = { with: () => ConnectionSet.ALL, withAddresses: ConnectionSet.ALL };

/** Decides which rows of a list are wanted. */
export class RowFilter {
  /** The filter of a whole list. */
  public static readonly NONE = new RowFilter(() => true, () => true, undefined, EVERY_PORT, true, () => true);

  /** Returns a sentence that says what is wrong if a list cannot have such rows. */
  public static of(reach: Reachability, { from, to, namespaces, port }: ListFilter): RowFilter | string {
    for (const party of [from, to]) {
      if (party?.alias !== undefined) { return `${party.name} stands for the domain name ${party.alias.externalName}, and no policy decides about domain names`; }
      if (party?.addressOf !== undefined) {
        const { namespace, name } = party.addressOf.service;
        return `${party.name} is the address of a Service: write svc/${namespace}/${name}`;
      }
    }
    const asked = port === undefined ? EVERY_PORT : askedPorts(reach, to, port);
    if (typeof asked === 'string') { return asked; }
    const [isSource, isDestination] = [from, to].map(party => party === undefined ? () => true : membership(party, reach));
    return new RowFilter(isSource, isDestination, namespaces, asked, from !== undefined, namespace => mayBeIn(to, namespace));
  }

  private constructor(
    private readonly isSource: (end: ConnectionEnd) => boolean,
    private readonly isDestination: (end: ConnectionEnd) => boolean,
    private readonly namespaces: readonly string[] | undefined,
    public readonly asked: Asked,
    private readonly hasSources: boolean,
    private readonly mayHaveDestinationIn: (namespace: string) => boolean,
  ) {}

  /** True if an end may be the source of a row. */
  public mayStart(end: ConnectionEnd): boolean { return this.isSource(end); }

  /** True if an end may be the destination of a row. */
  public mayEnd(end: ConnectionEnd): boolean { return this.isDestination(end); }

  /** True if a row may be about two ends, the first of which may be a source, and the second a destination. */
  public joins(source: ConnectionEnd, destination: ConnectionEnd): boolean {
    return this.namespaces === undefined || [source, destination].some(end => end.kind !== 'addresses' && this.namespaces!.includes(end.workload.namespace));
  }

  /** True if a way in from outside is wanted that leads to this end of this namespace, with these connections. */
  public reaches(end: PodEnd | AddressesEnd, namespace: string, connections: ConnectionSet): boolean {
    const asked = end.kind === 'addresses' ? this.asked.withAddresses : this.asked.with(end);
    return this.isDestination(end) && includes(this.namespaces, namespace) && asked.overlaps(connections);
  }

  /** True if a way in may lead to something that is wanted. It leads into this namespace, but nobody knows to what; or nobody knows the namespace either. */
  public mayReachInto(namespace: string | undefined): boolean {
    return namespace === undefined || (includes(this.namespaces, namespace) && this.mayHaveDestinationIn(namespace));
  }

  /** True if a reader expects to hear of a source that reaches nothing: of each source in a whole list, and of those that the filter names. */
  public names(source: ConnectionEnd): boolean {
    return this.hasSources && this.isSource(source);
  }
}

/** Without a list, every name is wanted. */
function includes(names: readonly string[] | undefined, name: string): boolean {
  return names === undefined || names.includes(name);
}

/** True if a party may have something behind a Service of a namespace: pods of the namespace, or addresses. */
function mayBeIn(party: Party | undefined, namespace: string): boolean {
  return party === undefined || party.endpoints.some(one => one.kind === 'address' || one.workload.namespace === namespace)
    || party.selectors.some(one => one.kind === 'pods' && one.namespaces.matches({ [NAMESPACE_NAME_LABEL]: namespace }));
}

/** Whether an end of a row is in a party, or a part of it is. */
function membership({ endpoints, selectors, service, withFurtherLabels }: Party, reach: Reachability): (end: ConnectionEnd) => boolean {
  const pods = new Map(endpoints.flatMap(one => one.kind === 'pod' ? [[one.workload, new Set<Pod>()]] : []));
  for (const one of endpoints) { if (one.kind === 'pod') { pods.get(one.workload)!.add(one.pod); } }
  const ranges = [
    ...selectors.flatMap(one => one.kind === 'addresses' ? one.ranges : []),
    ...service === undefined ? [] : endpoints.flatMap(one => one.kind === 'address' ? [one.range] : []),
  ];
  // A party by labels has every declared pod with these labels. A workload is a party by its name, because others may have its labels.
  const byLabels = service !== undefined || withFurtherLabels !== undefined ? selectors : [];
  const isSelected = (namespace: string, some: readonly Pod[]) => byLabels.some(one => one.kind === 'pods'
    && one.namespaces.matches(reach.cluster.namespaces.get(namespace)!.labels) && some.some(pod => couldSelect(one.pods, pod)));
  return end => {
    if (end.kind === 'addresses') { return ranges.some(range => overlap(range, end.range)); }
    const { workload } = end;
    if (isSelected(workload.namespace, end.kind === 'pod' ? [end.pod] : workload.pods)) { return true; }
    const own = pods.get(workload);
    if (own === undefined || end.kind === 'workload') { return own !== undefined; }
    // Two endpoints stand for all pods of a class.
    const alike = [...own].filter(pod => reach.ofPod(workload, pod) === reach.ofPod(workload, end.pod));
    return own.has(end.pod) || (service === undefined && alike.length > 1);
  };
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The connections that a port means: those of a named port are the numbers of the pods, and a Service translates its own ports. */
function askedPorts(reach: Reachability, to: Party | undefined, port: PortQuery): Asked | string {
  if (to?.service === undefined) {
    return {
      with: end => ConnectionSet.unionOf((end.kind === 'pod' ? [end.pod] : end.workload.pods)
        .map(pod => connectionsOfPort(port, podEndpoint(reach, end.workload, pod, end.name)))),
      withAddresses: 'name' in port ? ConnectionSet.NONE : ConnectionSet.range(port.protocol, port.first, port.last),
    };
  }
  const targets = targetsOfService(reach, to.service, port);
  if (typeof targets === 'string') { return targets; }
  const portsOf = (some: typeof targets) => ConnectionSet.unionOf(some.map(({ endpoint, port: own }) => connectionsOfPort(own!, endpoint)));
  return {
    with: end => portsOf(targets.filter(({ endpoint }) => endpoint.kind === 'pod' && endpoint.workload === end.workload)),
    withAddresses: portsOf(targets.filter(({ endpoint }) => endpoint.kind === 'address')),
  };
}

/** The sentence about a port name that no possible destination of a list has; nothing if one has it, or may have it. */
export function unmatchedPort(reach: Reachability, { to, port }: ListFilter, ends: readonly ConnectionEnd[]): string | undefined {
  // A Service has ports of its own.
  if (port === undefined || !('name' in port) || to?.service !== undefined) { return undefined; }
  const isDestination = to === undefined ? () => true : membership(to, reach);
  const pods = ends.flatMap(end => end.kind === 'addresses' || !isDestination(end) ? [] : end.kind === 'pod' ? [end.pod] : end.workload.pods);
  if (to !== undefined && pods.length === 0) {
    return to.endpoints.some(({ kind }) => kind === 'address') ? `the port name '${port.name}' has no meaning for an address: give a number` : undefined;
  }
  const named = pods.flatMap(({ ports }) => ports).filter(one => one.name !== undefined);
  const isNamed = named.some(({ protocol, name }) => protocol === port.protocol && name === port.name);
  if (isNamed || pods.some(pod => pod.hasOpenPorts === true)) { return undefined; }
  const known = [...new Set(named.map(({ protocol, name }) => `${protocol} ${name}`))].sort();
  return `no container of ${to === undefined ? 'the listed workloads' : to.name} has a ${port.protocol} port named '${port.name}'`
    + `${known.length === 0 ? '' : ` (there is ${enumerate(known, 8)})`}: name it in the container's ports, or give its number`;
}

/** The sentence about a party by labels that no pod of the input has; nothing if one has them. */
export function unmatchedText(reach: Reachability, party: Party, ends: readonly ConnectionEnd[]): string | undefined {
  if (party.withFurtherLabels === undefined || ends.some(membership(party, reach))) { return undefined; }
  return `no workload of the input matches ${party.name}: netpol can-reach answers for pods that could exist`;
}
