import { ChangeDirection, Causes } from './causes';
import { PairChange } from './declared-pairs';
import { ALLOWING, DENYING } from './probes';
import { InOrder, RegionMembers } from './region-members';
import { FoundRegion } from './region-search';
import { regionEnd, regionPorts } from './region-text';
import { keyOf } from './versions';
import { answerAbout, changeWitness } from './witnesses';
import { unevaluatedReason, Workload } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { distinctReasons } from '../../findings/answer';
import { JointWitnessEnd } from '../../search/joint-witness';
import { ChangeCause, ChangedRegion, EndsExist, RegionEnd, RegionPart, RegionPorts, UndecidedRegion } from '../diff-result';

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
  const all = merged(found, change, causes, versions).map(({ first, ...region }): ChangedRegion => {
    const own = members.of(region);
    const { connections } = answerAbout({ cluster: versions[DENYING].cluster, state: DENYING }, first.witness);
    const isBroadening = change === 'gain' && (own.some(({ isOfBoth }) => isOfBoth) || !own.some(({ ends }) => ends === 'new'));
    const kinds = change === 'gain' ? ['opened', 'widened'] as const : ['closed', 'narrowed'] as const;
    return {
      ...region,
      kind: kinds[connections.isEmpty ? 0 : 1],
      ends: EXISTENCE.find(one => own.some(({ ends }) => ends === one)) ?? 'possible',
      witness: changeWitness(first.witness, [versions[DENYING].cluster, versions[ALLOWING].cluster], change === 'gain' ? 0 : 1),
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
  return merged(found, may === 'open' ? 'gain' : 'loss', causes, versions).map(({ first: { witness }, ...region }) => {
    const ofPods = [witness.source, witness.destination].flatMap(end => end.kind === 'pod' ? [...end.unread === undefined ? [] : [end.unread], ...end.selectedBy.map(unevaluatedReason)] : []);
    const ofSides = [DENYING, ALLOWING].flatMap(state => answerAbout({ cluster: versions[state].cluster, state }, witness).reasons);
    const reasons = distinctReasons([...ofPods, ...ofSides]);
    return { may, ...region, reasons: reasons.length > 0 ? reasons : [{ code: 'unspecified', what: 'which rule decides' }] };
  });
}

function merged(all: readonly FoundRegion[], change: ChangeDirection, causes: Causes, versions: InOrder): MergedRegion[] {
  const found = withNewWorkloads(all, versions[change === 'gain' ? ALLOWING : DENYING].cluster.workloads);
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

/** The same regions with each workload as the new version has it, if it does: a search takes that of the version that denies. */
function withNewWorkloads(found: readonly FoundRegion[], workloads: readonly Workload[]): FoundRegion[] {
  const known = new Map(workloads.map(workload => [keyOf(workload), workload]));
  const newest = <T extends Workload | undefined>(workload: T) => workload && (known.get(keyOf(workload)) ?? workload);
  const parts = (all: readonly RegionPart[]) => all.map(part => part.kind === 'workload' ? { ...part, workload: newest(part.workload) } : part);
  const end = (one: JointWitnessEnd): JointWitnessEnd => one.kind === 'pod' ? { ...one, workload: newest(one.workload) } : one;
  return found.map(({ probe, witness, ...region }) => ({
    ...region,
    probe: { ...probe, subjectParts: parts(probe.subjectParts), peerParts: parts(probe.peerParts) },
    witness: { ...witness, source: end(witness.source), destination: end(witness.destination) },
  }));
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
