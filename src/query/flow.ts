import { Endpoint, representatives } from './endpoints';
import { connectionsOfPort, PortQuery } from './ports';
import { ConnectionSet } from '../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../evaluator/reachability';
import { Answer, Assumption, distinctReasons, Reason, reasonKey } from '../findings/answer';

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
  return answerFor(reach, askedBetween(sources, destinations, port));
}

/**
 * The connections from each source to each destination, without those that are like others. They are made one at a time, each time that somebody goes
 * through them: there may be millions.
 */
export function askedBetween(sources: readonly Endpoint[], destinations: readonly Endpoint[], port?: PortQuery): Iterable<AskedConnection> {
  const from = representatives(sources, destinations);
  const to = representatives(destinations, sources);
  return {
    *[Symbol.iterator]() {
      for (const source of from) {
        for (const destination of to) { yield { source, destination, port }; }
      }
    },
  };
}

/** The answer for some connections, of which there is one at least: `yes` if each of them passes. Goes through them several times. */
export function answerFor(reach: Reachability, asked: Iterable<AskedConnection>): FlowAnswer {
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

/** Keeps no connection except the example, because there may be millions. */
function answerAll(reach: Reachability, asked: Iterable<AskedConnection>): FlowAnswer {
  const examples: Partial<Record<Answer, { readonly one: Flow; readonly port?: PortQuery }>> = {};
  const egressAnswers = new Set<Answer>();
  const ingressAnswers = new Set<Answer>();
  for (const { source, destination, port, doubt } of asked) {
    const one = flow(reach, source, destination);
    const sides = withDoubt(decideSides(one, port), doubt);
    examples[sides.answer] ??= { one, port };
    egressAnswers.add(sides.egress);
    ingressAnswers.add(sides.ingress);
  }
  const answer: Answer = examples.no !== undefined ? 'no' : examples.undecided !== undefined ? 'undecided' : 'yes';
  const egress = combinedAnswer([...egressAnswers]);
  const ingress = combinedAnswer([...ingressAnswers]);
  const example = examples[answer]!;
  return {
    answer,
    egress,
    ingress,
    reasons: answer === 'undecided' ? reasonsOfAnswer(reach, asked) : [],
    assumptions: [],
    sideReasons: reasonsOfSides(reach, asked, egress, ingress),
    mixed: answer === 'no' && examples.yes !== undefined,
    example: example.one,
    port: example.port,
  };
}

/** The reasons of the connections that are undecided. */
function reasonsOfAnswer(reach: Reachability, asked: Iterable<AskedConnection>): readonly Reason[] {
  const [reasons, doubts] = [new ReasonList(), new ReasonList()];
  for (const { source, destination, port, doubt } of asked) {
    const one = flow(reach, source, destination);
    if (withDoubt(decideSides(one, port), doubt).answer !== 'undecided') { continue; }
    reasons.add(reasonsOfFlow(reach, one, port));
    doubts.add(doubt === undefined ? [] : [doubt]);
  }
  reasons.add(doubts.all);
  return reasons.all;
}

/** The reasons of the sides that are undecided for all connections together. */
function reasonsOfSides(reach: Reachability, asked: Iterable<AskedConnection>, egress: Answer, ingress: Answer): readonly Reason[] {
  if (egress !== 'undecided' && ingress !== 'undecided') { return []; }
  const [ofEgress, ofIngress, doubts] = [new ReasonList(), new ReasonList(), new ReasonList()];
  for (const { source, destination, port, doubt } of asked) {
    if (egress === 'undecided') { ofEgress.add(reasonsOfSide(reach, { source, destination }, 'egress', port)); }
    if (ingress === 'undecided') { ofIngress.add(reasonsOfSide(reach, { source, destination }, 'ingress', port)); }
    if (doubt !== undefined && withDoubt(decideSides(flow(reach, source, destination), port), doubt).answer === 'undecided') { doubts.add([doubt]); }
  }
  ofEgress.add([...ofIngress.all, ...doubts.all]);
  return ofEgress.all;
}

/** Reasons, each once: millions of connections have few of them. */
class ReasonList {
  private readonly distinct = new Map<string, Reason>();

  public get all(): Reason[] { return [...this.distinct.values()]; }

  public add(reasons: readonly Reason[]): void {
    for (const reason of reasons) { this.distinct.set(reasonKey(reason), reason); }
  }
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
export function reasonsOfSide(reach: Reachability, { source, destination }: Pick<Flow, 'source' | 'destination'>, side: Direction, port?: PortQuery): readonly Reason[] {
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
