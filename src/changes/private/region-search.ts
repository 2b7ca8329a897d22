import { ALLOWING, DENYING, Probe } from './probes';
import { peerPart, subjectPart } from './region-text';
import { ConnectionSet } from '../../evaluator/connections';
import { Direction, otherDirection } from '../../k8s/objects';
import { Way } from '../../search/candidate';
import { firstFound } from '../../search/connection-search';
import { Budget } from '../../search/constraint-search';
import { JointEnd } from '../../search/joint-ends';
import { canMeet, JointConnection, JointQuestion, JointSearch } from '../../search/joint-search';
import { JointWitness, witnessOf } from '../../search/joint-witness';
import { PORT } from '../../search/literals';
import { Grant } from '../../search/policy-index';
import { RegionPart } from '../diff-result';

/** Connections that only one version allows, between the ends that some selectors describe. */
export interface FoundRegion {
  readonly probe: Probe;
  /** What the ends are, beside what the probe says, because the other side lets only them pass. */
  readonly subjectParts: readonly RegionPart[];
  readonly peerParts: readonly RegionPart[];
  readonly connections: ConnectionSet;
  readonly witness: JointWitness;
}

/** More regions of one difference than this become one, without the limits of the other side. */
const MAX_LIMITED = 8;

type Found = { connections: ConnectionSet; witness?: JointWitness };

/** Asks the questions about differences. */
export class RegionSearch {
  /**
   * @param budget the steps that are left for all questions
   * @param reading whether what only the running cluster knows is left out, or taken as it would have to be
   */
  constructor(private readonly search: JointSearch, private readonly budget: Budget, private readonly reading: JointQuestion['reading']) {}

  /**
   * The regions of one difference. The other side lets each pod pass, or its rules limit the ends.
   *
   * @param known ports that count as found
   */
  public regionsOf(probe: Probe, known = ConnectionSet.NONE): FoundRegion[] {
    const region = ({ connections, witness }: Found, limit?: Grant): FoundRegion[] => witness === undefined ? [] : [{
      probe,
      connections,
      witness,
      subjectParts: limit === undefined ? [] : [peerPart(limit.clause, limit.policy.namespace)],
      peerParts: limit === undefined ? [] : [subjectPart(limit.policy)],
    }];
    const open: Found = { connections: ConnectionSet.NONE };
    const opposite = otherDirection(probe.direction);
    for (const connection of this.connections(probe)) {
      const ways = connection.states[ALLOWING].waysOf(opposite).filter(({ kind }) => kind !== 'grant');
      this.gather(probe, connection, opposite, ways, open, known);
    }
    const limited = new Map<string, Found & { readonly limit: Grant }>();
    for (const connection of this.connections(probe)) {
      for (const way of connection.states[ALLOWING].waysOf(opposite)) {
        if (way.kind !== 'grant') { continue; }
        const key = JSON.stringify([subjectPart(way.grant.policy), peerPart(way.grant.clause, way.grant.policy.namespace)], textOfNumbers);
        const found = limited.get(key) ?? { connections: ConnectionSet.NONE, limit: way.grant };
        this.gather(probe, connection, opposite, [way], found, known.union(open.connections));
        if (!found.connections.isEmpty) { limited.set(key, found); }
      }
    }
    if (limited.size <= MAX_LIMITED) { return [...region(open), ...[...limited.values()].flatMap(found => region(found, found.limit))]; }
    const [first] = limited.values();
    const connections = [...limited.values()].reduce((all, one) => all.union(one.connections), open.connections);
    return region({ connections, witness: open.witness ?? first.witness });
  }

  private* connections({ direction, subjects, peers }: Probe): Iterable<JointConnection> {
    for (const subject of subjects) {
      for (const peer of peers) {
        const [source, destination]: [JointEnd, JointEnd] = direction === 'egress' ? [subject, peer] : [peer, subject];
        if (canMeet(source, destination)) { yield this.search.connection(source, destination, this.budget, this.reading); }
      }
    }
  }

  /** Adds the ports of the connections between two ends that pass on the other side in one of these ways. */
  private gather(probe: Probe, connection: JointConnection, opposite: Direction, ways: readonly Way[], found: Found, known: ConnectionSet): void {
    if (ways.length === 0) { return; }
    const [first] = connection.states;
    const { [ALLOWING]: allowing, [DENYING]: denying } = connection.states;
    const own = probe.ways(connection);
    for (;;) {
      const rest = ConnectionSet.ALL.subtract(found.connections).subtract(known);
      const witness = first.withPorts(() => first.withLiterals([{ variable: PORT, allowed: rest }], () => probe.within(connection, () =>
        firstFound(own, way => allowing.withWay(probe.direction, way, () => firstFound(ways, other => allowing.withWay(opposite, other, () =>
          denying.withDenial(probe.direction, () => first.finish(() => this.accepted(connection))))))))));
      if (witness === undefined) { return; }
      found.witness ??= witness;
      found.connections = found.connections.union(witness.ports);
    }
  }

  private accepted(connection: JointConnection): JointWitness | undefined {
    const witness = witnessOf(connection);
    const isUncertain = this.reading === 'sure' && [witness?.source, witness?.destination]
      .some(end => end?.kind === 'pod' && (end.unread !== undefined || end.selectedBy.length > 0));
    return isUncertain ? undefined : witness;
  }
}

/** JSON has no large numbers. */
function textOfNumbers(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
