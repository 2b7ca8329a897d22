import { ChangeDirection } from './causes';
import { PairChange } from './declared-pairs';
import { keyOf } from './versions';
import { AddressesClause, Pod, Workload } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { compareEnds, ConnectionEnd } from '../../query/connectivity';
import { podNamed } from '../../search/joint-ends';
import { listedNames, SearchedCluster } from '../../search/searched-cluster';
import { AddressSet } from '../../search/value-set';
import { ChangedRegion, RegionEnd, RegionPair, RegionPart } from '../diff-result';

/** The version that denies, and the one that allows. */
export type InOrder = readonly [SearchedCluster, SearchedCluster];

/** Finds the declared pairs of regions. */
export class RegionMembers {
  private readonly labelled: readonly (ReadonlyMap<string, Workload>)[];
  /** The pairs of each end, by side. */
  private readonly bySource = new Map<ConnectionEnd['name'], PairChange[]>();
  private readonly byDestination = new Map<ConnectionEnd['name'], PairChange[]>();
  private readonly sources: ReadonlyMap<string | undefined, readonly ConnectionEnd[]>;
  private readonly destinations: ReadonlyMap<string | undefined, readonly ConnectionEnd[]>;
  private readonly known = new Map<string, readonly ConnectionEnd[]>();

  constructor(private readonly versions: InOrder, pairs: readonly PairChange[], private readonly change: ChangeDirection) {
    this.labelled = versions.map(({ cluster }) => new Map(cluster.workloads.map(workload => [keyOf(workload), workload])));
    const changed = pairs.filter(({ gained, lost }) => !(change === 'gain' ? gained : lost).isEmpty);
    for (const pair of changed) {
      for (const [index, { name }] of [[this.bySource, pair.source], [this.byDestination, pair.destination]] as const) {
        const own = index.get(name);
        if (own === undefined) { index.set(name, [pair]); } else { own.push(pair); }
      }
    }
    this.sources = byNamespace([...this.bySource.values()].map(([{ source }]) => source));
    this.destinations = byNamespace([...this.byDestination.values()].map(([{ destination }]) => destination));
  }

  /** The declared pairs of a region, sorted, and whether an end of each is a workload of both versions. */
  public of({ from, to, ports }: Pick<ChangedRegion, 'from' | 'to' | 'ports'>): (RegionPair & { readonly isOfBoth: boolean })[] {
    const sources = this.endsIn('from', from, this.sources);
    const destinations = this.endsIn('to', to, this.destinations);
    const isSource = new Set(sources.map(({ name }) => name));
    const isDestination = new Set(destinations.map(({ name }) => name));
    const pairs = sources.length < destinations.length
      ? sources.flatMap(({ name }) => this.bySource.get(name)!.filter(({ destination }) => isDestination.has(destination.name)))
      : destinations.flatMap(({ name }) => this.byDestination.get(name)!.filter(({ source }) => isSource.has(source.name)));
    return pairs.flatMap(({ source, destination, ends, gained, lost }) => {
      const connections = (this.change === 'gain' ? gained : lost).intersect(ports.connections);
      return connections.isEmpty ? [] : [{ source, destination, ends, connections, isOfBoth: [source, destination].some(end => this.isOfBoth(end)) }];
    }).sort((a, b) => compareEnds(a.source, b.source) || compareEnds(a.destination, b.destination));
  }

  private endsIn(side: 'from' | 'to', end: RegionEnd, all: RegionMembers['sources']): readonly ConnectionEnd[] {
    const key = `${side} ${end.text}`;
    let own = this.known.get(key);
    if (own === undefined) {
      const names = end.parts.map(namesOf).find(listed => listed !== undefined);
      const near = (names ?? [...all.keys()]).flatMap(name => all.get(name) ?? []);
      this.known.set(key, own = near.filter(one => this.isIn(end, one)));
    }
    return own;
  }

  private isOfBoth(end: ConnectionEnd): boolean {
    return end.kind !== 'addresses' && this.labelled.every(all => all.has(keyOf(end.workload)));
  }

  private isIn({ parts }: RegionEnd, end: ConnectionEnd): boolean {
    return parts.every(part => end.kind === 'addresses' ? mayHaveAddresses(part, AddressSet.of([end.range])) : this.hasPods(part, end.workload, end.kind === 'pod' ? end.pod : undefined));
  }

  private hasPods(part: RegionPart, workload: Workload, pod: Pod | undefined): boolean {
    switch (part.kind) {
      case 'anything': case 'nodes': case 'domains': return true;
      case 'workload': return keyOf(part.workload) === keyOf(workload);
      case 'namespace': return part.name === workload.namespace;
      case 'addresses': return this.podsOf(workload, pod).some(({ addresses }) => addresses.length === 0 || addresses.some(address => AddressSet.ofClause(part).has(address)));
      case 'pods': return this.versions.some(({ cluster }) => part.namespaces.matches(cluster.namespaces.get(workload.namespace)?.labels ?? { [NAMESPACE_NAME_LABEL]: workload.namespace }))
        && this.podsOf(workload, pod).some(one => couldSelect(part.pods, one));
    }
  }

  /** The pods of a workload in the versions that have it, or only one of them. */
  private podsOf(workload: Workload, pod: Pod | undefined): Pod[] {
    const all = this.labelled.map(workloads => workloads.get(keyOf(workload))?.pods ?? []);
    return pod === undefined ? all.flat() : all.flatMap(pods => podNamed(pods, pod.name) ?? []);
  }
}

function mayHaveAddresses(part: RegionPart, range: AddressSet): boolean {
  switch (part.kind) {
    case 'addresses': return !range.intersect(AddressSet.ofClause(part satisfies AddressesClause)).isEmpty;
    case 'anything': case 'nodes': case 'domains': return true;
    default: return false;
  }
}

function byNamespace(ends: readonly ConnectionEnd[]): Map<string | undefined, ConnectionEnd[]> {
  const all = new Map<string | undefined, ConnectionEnd[]>();
  for (const end of ends) {
    const name = end.kind === 'addresses' ? undefined : end.workload.namespace;
    const own = all.get(name);
    if (own === undefined) { all.set(name, [end]); } else { own.push(end); }
  }
  return all;
}

/** The names of the only namespaces that a part can have pods of; undefined if it may have others, or addresses. */
function namesOf(part: RegionPart): readonly string[] | undefined {
  switch (part.kind) {
    case 'workload': return [part.workload.namespace];
    case 'namespace': return [part.name];
    case 'pods': return listedNames(part.namespaces);
    default: return undefined;
  }
}
