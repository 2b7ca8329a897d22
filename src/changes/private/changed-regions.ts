import { ChangeDirection, Causes } from './causes';
import { PairChange } from './declared-pairs';
import { ALLOWING, DENYING } from './probes';
import { FoundRegion } from './region-search';
import { regionEnd, regionPorts } from './region-text';
import { keyOf } from './versions';
import { answerAbout, changeWitness } from './witnesses';
import { AddressesClause, Pod, unevaluatedReason, Workload } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { distinctReasons } from '../../findings/answer';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { ConnectionEnd } from '../../query/connectivity';
import { SearchedCluster } from '../../search/searched-cluster';
import { AddressSet } from '../../search/value-set';
import { ChangeCause, ChangedRegion, EndsExist, RegionEnd, RegionPair, RegionPart, RegionPorts, UndecidedRegion } from '../diff-result';

/** The version that denies, and the one that allows. */
type InOrder = readonly [SearchedCluster, SearchedCluster];

/** Regions between the same ends are one, if they have the same cause; those with the same ports are one, whatever causes them. */
interface MergedRegion {
  readonly from: RegionEnd;
  readonly to: RegionEnd;
  readonly ports: RegionPorts;
  readonly causes: readonly ChangeCause[];
  readonly first: FoundRegion;
}

/** The regions of a result: with their causes, witnesses and declared pairs. */
export function changedRegions(
  found: readonly FoundRegion[], change: ChangeDirection, versions: InOrder, causes: Causes, pairs: readonly PairChange[],
): ChangedRegion[] {
  const members = new RegionMembers(versions, pairs, change);
  const all = merged(found, change, causes).map(({ first, ...region }): ChangedRegion => {
    const own = members.of(region);
    const { connections } = answerAbout({ cluster: versions[DENYING].cluster, state: DENYING }, first.witness);
    const isBroadening = change === 'gain' && (own.some(({ isOfBoth }) => isOfBoth) || !own.some(({ ends }) => ends === 'new'));
    const kinds = change === 'gain' ? ['opened', 'widened'] as const : ['closed', 'narrowed'] as const;
    return {
      ...region,
      kind: kinds[connections.isEmpty ? 0 : 1],
      ends: EXISTENCE.find(one => own.some(({ ends }) => ends === one)) ?? 'possible',
      witness: changeWitness(first.witness, change === 'gain' ? 0 : 1),
      pairs: own.map(({ isOfBoth: _, ...pair }) => pair),
      isBroadening,
      isAddition: change === 'gain' && !isBroadening,
    };
  });
  const rank = (region: ChangedRegion) => (region.isAddition ? 10 : 0) + [...EXISTENCE, 'possible'].indexOf(region.ends);
  return all.sort((a, b) => rank(a) - rank(b));
}

const EXISTENCE: readonly EndsExist[] = ['both', 'new', 'gone'];

/** What may open or close, with the reasons why that is not known. */
export function undecidedRegions(found: readonly FoundRegion[], may: 'open' | 'close', versions: InOrder, causes: Causes): UndecidedRegion[] {
  return merged(found, may === 'open' ? 'gain' : 'loss', causes).map(({ first: { witness }, ...region }) => {
    const ofPods = [witness.source, witness.destination].flatMap(end => end.kind === 'pod' ? [...end.unread === undefined ? [] : [end.unread], ...end.selectedBy.map(unevaluatedReason)] : []);
    const ofSides = [DENYING, ALLOWING].flatMap(state => answerAbout({ cluster: versions[state].cluster, state }, witness).reasons);
    const reasons = distinctReasons([...ofPods, ...ofSides]);
    return { may, ...region, reasons: reasons.length > 0 ? reasons : [{ code: 'unspecified', what: 'which rule decides' }] };
  });
}

function merged(found: readonly FoundRegion[], change: ChangeDirection, causes: Causes): MergedRegion[] {
  const byEnds = new Map<string, FoundRegion[]>();
  const textOfEnds = (region: FoundRegion) => JSON.stringify([endsOf(region).map(({ text }) => text), causes.of(region.probe.cause, change).text]);
  for (const region of found) {
    const key = textOfEnds(region);
    byEnds.set(key, [...byEnds.get(key) ?? [], region]);
  }
  const byPorts = new Map<string, MergedRegion>();
  for (const regions of byEnds.values()) {
    const [first] = regions;
    const [from, to] = endsOf(first);
    const ports = portsOf(regions);
    const key = JSON.stringify([from.text, to.text, ports.text, ports.connections.key]);
    const known = byPorts.get(key);
    const cause = causes.of(first.probe.cause, change);
    byPorts.set(key, { ...known ?? { from, to, ports, first }, causes: [...known?.causes ?? [], cause] });
  }
  return [...byPorts.values()];
}

/** The source and the destination of a region. */
function endsOf({ probe, subjectParts, peerParts }: FoundRegion): [RegionEnd, RegionEnd] {
  const subject = regionEnd([...probe.subjectParts, ...subjectParts]);
  const peer = regionEnd([...probe.peerParts, ...peerParts]);
  return probe.direction === 'egress' ? [subject, peer] : [peer, subject];
}

function portsOf(regions: readonly FoundRegion[]): RegionPorts {
  const connections = ConnectionSet.unionOf(regions.map(region => region.connections));
  const numbered = ConnectionSet.unionOf(regions.filter(({ probe }) => probe.portName === undefined).map(region => region.connections));
  return regionPorts(connections, [...new Set(regions.flatMap(({ probe }) => probe.portName ?? []))], numbered);
}

/** Finds the declared pairs of regions. */
class RegionMembers {
  private readonly labelled: readonly (ReadonlyMap<string, Workload>)[];

  constructor(private readonly versions: InOrder, private readonly pairs: readonly PairChange[], private readonly change: ChangeDirection) {
    this.labelled = versions.map(({ cluster }) => new Map(cluster.workloads.map(workload => [keyOf(workload), workload])));
  }

  public of({ from, to, ports }: Pick<MergedRegion, 'from' | 'to' | 'ports'>): (RegionPair & { readonly isOfBoth: boolean })[] {
    return this.pairs.flatMap(({ source, destination, ends, gained, lost }) => {
      const connections = (this.change === 'gain' ? gained : lost).intersect(ports.connections);
      if (connections.isEmpty || !this.isIn(from, source) || !this.isIn(to, destination)) { return []; }
      return [{ source, destination, ends, connections, isOfBoth: [source, destination].some(end => this.isOfBoth(end)) }];
    });
  }

  private isOfBoth(end: ConnectionEnd): boolean {
    return end.kind !== 'addresses' && this.labelled.every(all => all.has(keyOf(end.workload)));
  }

  private isIn({ parts }: RegionEnd, end: ConnectionEnd): boolean {
    return parts.every(part => end.kind === 'addresses' ? mayHaveAddresses(part, AddressSet.of([end.range])) : this.hasPods(part, end.workload, end.kind === 'pod' ? end.pod : undefined));
  }

  private hasPods(part: RegionPart, workload: Workload, pod: Pod | undefined): boolean {
    const inVersions = this.labelled.flatMap(all => all.get(keyOf(workload)) ?? []);
    switch (part.kind) {
      case 'anything': return true;
      case 'workload': return keyOf(part.workload) === keyOf(workload);
      case 'namespace': return part.name === workload.namespace;
      case 'addresses': return inVersions.some(({ pods }) => pods.some(({ addresses }) => addresses.length === 0 || addresses.some(address => AddressSet.ofClause(part).has(address))));
      case 'nodes': case 'domains': return true;
      case 'pods': return this.versions.some(({ cluster }) => part.namespaces.matches(cluster.namespaces.get(workload.namespace)?.labels ?? { [NAMESPACE_NAME_LABEL]: workload.namespace }))
        && [...pod === undefined ? [] : [{ pods: [pod] }], ...inVersions].some(({ pods }) => pods.some(one => couldSelect(part.pods, one)));
    }
  }
}

function mayHaveAddresses(part: RegionPart, range: AddressSet): boolean {
  switch (part.kind) {
    case 'addresses': return !range.intersect(AddressSet.ofClause(part satisfies AddressesClause)).isEmpty;
    case 'anything': case 'nodes': case 'domains': return true;
    default: return false;
  }
}
