import { Endpoint } from './endpoints';
import { connectionsOfPort, PortQuery } from './ports';
import { ConnectionSet } from '../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../evaluator/reachability';
import { Answer, Assumption, distinctReasons, Reason } from '../findings/answer';

/** Connections of a flow: those of each side, and those that both sides have in common. */
export interface FlowConnections {
  /** Connections of the source's egress side. */
  readonly egress: ConnectionSet;
  /** Connections of the destination's ingress side. */
  readonly ingress: ConnectionSet;
  /** Connections of both sides. */
  readonly connections: ConnectionSet;
}

/** The traffic from one endpoint to another. Its own connections are those that certainly pass. */
export interface Flow extends FlowConnections {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** A pod connects to itself: policies do not apply. */
  readonly loopback: boolean;
  /** The connections that may pass: those that certainly pass, and those that are undecided. */
  readonly possible: FlowConnections;
}

/** One connection that a question asks about. */
export interface AskedConnection {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** The port of the destination; absent for any. */
  readonly port?: PortQuery;
  /** Why only the running cluster knows whether the question is about this connection; absent if it surely is. */
  readonly doubt?: Reason;
}

/** The answer to a question about two parties, each of which may have several endpoints. */
export interface FlowAnswer {
  readonly answer: Answer;
  /** The answer of the sources' egress side alone. */
  readonly egress: Answer;
  /** The answer of the destinations' ingress side alone. */
  readonly ingress: Answer;
  /** Why the answer is undecided; empty if it is decided. A `no` on one side decides, whatever the other side is. */
  readonly reasons: readonly Reason[];
  /** Why a side is undecided, even if the answer is not. */
  readonly sideReasons: readonly Reason[];
  /** What the answer rests on; empty if it is undecided. */
  readonly assumptions: readonly Assumption[];
  /** The answer is `no`, and some pairs are `yes`. */
  readonly mixed: boolean;
  /** One flow that shows the answer: a blocked one, an undecided one, or one that rests on an assumption, if there is one. */
  readonly example: Flow;
  /** The port of the example's destination that the answer is about; absent for any. */
  readonly port?: PortQuery;
}

const ALL: FlowConnections = { egress: ConnectionSet.ALL, ingress: ConnectionSet.ALL, connections: ConnectionSet.ALL };

/** The traffic from one endpoint to another. */
export function flow(reach: Reachability, source: Endpoint, destination: Endpoint): Flow {
  if (isLoopback(source, destination)) { return { source, destination, loopback: true, ...ALL, possible: ALL }; }
  const egress = reach.sideConnections(source.index, 'egress', destination.index);
  const ingress = reach.sideConnections(destination.index, 'ingress', source.index);
  if (!reach.mayBeUndecided) {
    const decided = { egress, ingress, connections: egress.intersect(ingress) };
    return { source, destination, loopback: false, ...decided, possible: decided };
  }
  // The labels of one namespace can decide on both sides, so the two sides together can be decided although each of them is not.
  return {
    source,
    destination,
    loopback: false,
    egress,
    ingress,
    connections: reach.connections(source.index, destination.index),
    possible: {
      egress: reach.possibleSideConnections(source.index, 'egress', destination.index),
      ingress: reach.possibleSideConnections(destination.index, 'ingress', source.index),
      connections: reach.possibleConnections(source.index, destination.index),
    },
  };
}

/** Every flow from one of the sources to one of the destinations. */
export function* flows(reach: Reachability, sources: readonly Endpoint[], destinations: readonly Endpoint[]): Iterable<Flow> {
  for (const source of sources) {
    for (const destination of destinations) { yield flow(reach, source, destination); }
  }
}

/**
 * True if the connections include every connection that the question asks for; without a port, if there is any connection. A port
 * name that the destination does not have asks for no connection, and nothing covers it.
 */
export function covers(connections: ConnectionSet, port: PortQuery | undefined, destination: Endpoint): boolean {
  if (port === undefined) { return !connections.isEmpty; }
  const asked = connectionsOfPort(port, destination);
  return !asked.isEmpty && connections.includes(asked);
}

/**
 * Whether every endpoint of `sources` reaches every endpoint of `destinations`, on this port; without a port, on some port. One pair that is
 * `no` makes the answer `no`; otherwise, one pair that is `undecided` makes it `undecided`.
 */
export function answerForEndpoints(
  reach: Reachability, sources: readonly Endpoint[], destinations: readonly Endpoint[], port?: PortQuery,
): FlowAnswer {
  return answerFor(reach, sources.flatMap(source => destinations.map(destination => ({ source, destination, port }))));
}

/** The answer for some connections, of which there is one at least: `yes` if each of them passes. */
export function answerFor(reach: Reachability, asked: readonly AskedConnection[]): FlowAnswer {
  const answer = answerAll(reach, asked);
  if (answer.answer === 'undecided' || reach.strict === reach) { return answer; }
  // The classes of the strict evaluation have the same indexes, so the same endpoints can be asked about.
  const strict = answerAll(reach.strict, asked);
  if (strict.answer !== 'undecided') { return answer; }
  const { source, destination } = strict.example;
  // What is undecided under the assumptions too is not one of them.
  const isOpen = ({ code, what }: Reason) => answer.sideReasons.some(reason => reason.code === code && reason.what === what);
  const isShown = answer.answer === 'yes';
  return {
    ...answer,
    assumptions: strict.reasons.filter(isAssumption).filter(reason => !isOpen(reason)),
    example: isShown ? flow(reach, source, destination) : answer.example,
    port: isShown ? strict.port : answer.port,
  };
}

/** True if a strict answer is undecided only because an answer that is not strict assumes something. */
export function isAssumption(reason: Reason): reason is Assumption {
  return reason.code === 'namespace-label' || reason.code === 'pod-address';
}

function answerAll(reach: Reachability, asked: readonly AskedConnection[]): FlowAnswer {
  const pairs = asked.map(({ source, destination, port, doubt }) => {
    const one = flow(reach, source, destination);
    return { one, port, doubt, ...withDoubt(decideSides(one, port), doubt) };
  });
  const answer = combinedAnswer(pairs.map(each => each.answer));
  const egress = combinedAnswer(pairs.map(each => each.egress));
  const ingress = combinedAnswer(pairs.map(each => each.ingress));
  const undecided = pairs.filter(each => each.answer === 'undecided');
  const doubts = undecided.flatMap(({ doubt }) => doubt ?? []);
  const example = pairs.find(each => each.answer === answer)!;
  return {
    answer,
    egress,
    ingress,
    reasons: answer === 'undecided' ? distinctReasons([...undecided.flatMap(({ one, port }) => reasonsOfFlow(reach, one, port)), ...doubts]) : [],
    assumptions: [],
    sideReasons: distinctReasons([
      ...egress === 'undecided' ? pairs.flatMap(({ one, port }) => reasonsOfSide(reach, one, 'egress', port)) : [],
      ...ingress === 'undecided' ? pairs.flatMap(({ one, port }) => reasonsOfSide(reach, one, 'ingress', port)) : [],
      ...egress === 'undecided' || ingress === 'undecided' ? doubts : [],
    ]),
    mixed: answer === 'no' && pairs.some(each => each.answer === 'yes'),
    example: example.one,
    port: example.port,
  };
}

/** If the question may not be about the connection, a `no` says nothing. */
function withDoubt(sides: Record<'answer' | Direction, Answer>, doubt: Reason | undefined): Record<'answer' | Direction, Answer> {
  const open = (answer: Answer): Answer => answer === 'no' && doubt !== undefined ? 'undecided' : answer;
  return { answer: open(sides.answer), egress: open(sides.egress), ingress: open(sides.ingress) };
}

/** `no` if one of the answers is, otherwise `undecided` if one is. */
export function combinedAnswer(answers: readonly Answer[]): Answer {
  return answers.includes('no') ? 'no' : answers.includes('undecided') ? 'undecided' : 'yes';
}

/** The answer as JSON has it: `null` if it is undecided. */
export function answerAsJson(answer: Answer): boolean | null {
  return answer === 'undecided' ? null : answer === 'yes';
}

/** The answers for both sides of a flow together, and for each side alone. */
export function decideSides({ destination, possible: may, ...certain }: Flow, port: PortQuery | undefined): Record<'answer' | Direction, Answer> {
  const isOpen = openPortReasons(destination, port).length > 0;
  const decide = (part: keyof FlowConnections): Answer => isOpen ? may[part].isEmpty ? 'no' : 'undecided' :
    covers(certain[part], port, destination) ? 'yes' : covers(may[part], port, destination) ? 'undecided' : 'no';
  return { answer: decide('connections'), egress: decide('egress'), ingress: decide('ingress') };
}

/** Why a port name may have any number: the ports of the destination were not read. Empty for every other port and destination. */
function openPortReasons(destination: Endpoint, port: PortQuery | undefined): readonly Reason[] {
  return destination.kind === 'pod' && destination.pod.hasOpenPorts === true && port !== undefined && 'name' in port && connectionsOfPort(port, destination).isEmpty
    ? [destination.pod.unread!] : [];
}

/** Why one side of a flow is undecided. */
export function reasonsOfSide(reach: Reachability, { source, destination }: Flow, side: Direction, port?: PortQuery): readonly Reason[] {
  const own = side === 'egress'
    ? reach.undecidedReasons(source.index, 'egress', destination.index)
    : reach.undecidedReasons(destination.index, 'ingress', source.index);
  return distinctReasons([...own, ...openPortReasons(destination, port)]);
}

function reasonsOfFlow(reach: Reachability, { source, destination }: Flow, port: PortQuery | undefined): readonly Reason[] {
  const asked = port === undefined ? ConnectionSet.ALL : connectionsOfPort(port, destination);
  return [...reasonsBetween(reach, source.index, destination.index, asked), ...openPortReasons(destination, port)];
}

/**
 * Why it is undecided which of the connections that are asked for pass: the reasons of each side that is undecided about a
 * connection which the other side may let pass.
 */
export function reasonsBetween(reach: Reachability, source: ClassIndex, destination: ClassIndex, asked = ConnectionSet.ALL): readonly Reason[] {
  const sides = [
    { subject: source, direction: 'egress', peer: destination },
    { subject: destination, direction: 'ingress', peer: source },
  ] as const;
  const may = sides.map(({ subject, direction, peer }) => reach.possibleSideConnections(subject, direction, peer).intersect(asked));
  return distinctReasons(sides.flatMap(({ subject, direction, peer }, i) => {
    const open = may[i].subtract(reach.sideConnections(subject, direction, peer)).intersect(may[1 - i]);
    return open.isEmpty ? [] : reach.undecidedReasons(subject, direction, peer);
  }));
}

/**
 * A pod that is known by its own name always reaches itself. The pods of a template are several, and policies decide between
 * them.
 */
function isLoopback(source: Endpoint, destination: Endpoint): boolean {
  return source.kind === 'pod' && destination.kind === 'pod' && source.pod === destination.pod && source.pod.name !== undefined;
}
