import { Endpoint, representatives } from './endpoints';
import { answerFor, answerForEndpoints, askedBetween, AskedConnection, combinedAnswer, decideSides, flow, FlowAnswer } from './flow';
import { Party } from './parties';
import { PortQuery } from './ports';
import { portsOfPod, portsOfService, ServiceTarget, targetsOfService } from './service-targets';
import { couldSelect } from '../cluster/pod-selection';
import { Service, serviceName, ServicePort } from '../cluster/service';
import { Direction, Reachability } from '../evaluator/reachability';
import { Answer, Assumption, Reason } from '../findings/answer';
import { formatAddress } from '../k8s/address';

/** A question: whether every endpoint of one party reaches every endpoint of another one. */
export interface Question {
  readonly from: Party;
  readonly to: Party;
  /** Absent: some port. For a Service, some of its ports. */
  readonly port?: PortQuery;
  /** Assume nothing: an answer that needs the assumption `extra-label` is undecided. The reachability makes the other assumptions or does not. */
  readonly strict?: boolean;
}

/** The answer to a question. */
export interface QuestionAnswer extends Omit<FlowAnswer, 'example'> {
  /** As for a flow. Absent if nobody knows the destination. */
  readonly example?: FlowAnswer['example'];
  /** For a Service: what the answer says for each of its endpoints. */
  readonly endpoints: readonly EndpointAnswer[];
  /** For the address of a Service: the answer for the endpoints of the Service, or why there is none. */
  readonly service?: { readonly service: Service; readonly answer: QuestionAnswer | string };
  /** For pods, if only a Service has the port that is asked about: the answer for the ports of the pods behind it. */
  readonly translations: readonly PortTranslation[];
}

/** The answer for one endpoint of a Service. */
export interface EndpointAnswer {
  readonly endpoint: Endpoint;
  /** The port of the Service, and that of the endpoint. Both are absent for a headless Service, if the question has no port. */
  readonly servicePort?: ServicePort;
  readonly port?: PortQuery;
  readonly answer: Answer;
}

/** A port that is not one of the pods, but of a Service in front of them. */
export interface PortTranslation {
  readonly service: Service;
  readonly servicePort: ServicePort;
  /** The port of the pods. */
  readonly target: PortQuery;
  /** The answer on that port. */
  readonly answer: Answer;
}

/** Answers a question. Returns a sentence that says what is wrong if it has no answer, such as a port that a Service does not have. */
export function answerQuestion(reach: Reachability, question: Question): QuestionAnswer | string {
  const { from, to, port } = question;
  if ((from.alias ?? from.addressOf) !== undefined) { return `no connection comes from ${from.name}: name the workload that opens it`; }
  if (from.unread !== undefined) { return fromUnread(reach, to, from.unread); }
  if (to.unread !== undefined) { return elsewhere(reach, from, to.unread); }
  if (to.alias !== undefined) {
    const { alias } = to;
    return elsewhere(reach, from, { code: 'domain-name', what: `${alias.externalName}, for which ${serviceName(alias)} stands,`, place: alias.origin.at() });
  }
  if (to.service !== undefined) { return toService(reach, question, to.service); }
  if (to.addressOf !== undefined) { return toServiceAddress(reach, question, to.addressOf); }
  const isSelector = to.withFurtherLabels !== undefined;
  if (isSelector && port !== undefined && 'name' in port) {
    return `no port '${port.name}' is known of a pod that could exist: write the number of the port`;
  }
  const ask: Ask = (sources, destinations) => askedBetween(sources, destinations, port);
  return { ...answerAsked(reach, question, ask), endpoints: [], translations: isSelector ? [] : translationsOf(reach, question) };
}

/** The connections that a question asks about, for some of the endpoints of its parties. */
type Ask = (sources: readonly Endpoint[], destinations: readonly Endpoint[]) => Iterable<AskedConnection>;

/** The answer. A `yes` about a workload that may not be there is none; a `no` is one, because the other side decides it. */
function answerAsked(reach: Reachability, question: Question, ask: Ask): FlowAnswer {
  const answer = answerForLabels(reach, question, ask);
  const absent = [question.from, question.to].flatMap(({ endpoints }) => endpoints)
    .flatMap(endpoint => endpoint.kind === 'pod' && endpoint.workload.mayBeAbsent === true ? endpoint.pod.unread ?? [] : []);
  return answer.answer !== 'yes' || absent.length === 0 ? answer : { ...answer, answer: 'undecided', reasons: absent.slice(0, 1), assumptions: [] };
}

/** The answer, which may rest on the assumption that pods which are named by labels have no further ones. */
function answerForLabels(reach: Reachability, { from, to, strict }: Question, ask: Ask): FlowAnswer {
  const answer = answerFor(reach, ask(from.endpoints, to.endpoints));
  const byLabels = [from, to].filter(({ withFurtherLabels = [] }) => withFurtherLabels.length > 0);
  // A pod without further labels that does not get through is enough for a `no`.
  if (answer.answer !== 'yes' || byLabels.length === 0) { return answer; }
  const all = ({ endpoints, withFurtherLabels = [] }: Party) => [...endpoints, ...withFurtherLabels];
  const open = answerFor(reach, ask(all(from), all(to)));
  if (open.answer === 'yes') { return { ...answer, assumptions: open.assumptions }; }
  const names = [...new Set(byLabels.map(({ name }) => name))];
  const assumption: Assumption = { code: 'extra-label', what: `pod of ${names.join(' or of ')} with further labels that policies treat differently` };
  if (strict !== true) { return { ...answer, assumptions: [...answer.assumptions, assumption] }; }
  return { ...open, answer: 'undecided', reasons: [assumption], assumptions: [], mixed: false };
}

/** The answer for the endpoints of a Service, on the ports that the port of the question leads to. */
function toService(reach: Reachability, question: Question, service: Service): QuestionAnswer | string {
  const { from, port } = question;
  const targets = targetsOfService(reach, service, port);
  if (typeof targets === 'string') { return targets; }
  // Without a port, one port of the Service is enough for each pair.
  const targetsFor = (source: Endpoint) => port === undefined ? bestTargets(reach, source, targets) : targets;
  const some = (sources: readonly Endpoint[]) => representatives(sources, targets.map(({ endpoint }) => endpoint));
  const ask: Ask = sources => some(sources).flatMap(source => targetsFor(source).map(target => askedOf(source, target)));
  const endpoints = targets.map(({ endpoint, servicePort, port: own, doubt }): EndpointAnswer => {
    const { answer } = answerFor(reach, some(from.endpoints).map(source => ({ source, destination: endpoint, port: own, doubt })));
    return { endpoint, servicePort, port: own, answer };
  });
  return { ...answerAsked(reach, question, ask), endpoints: foldedByName(endpoints), translations: [] };
}

function askedOf(source: Endpoint, { endpoint, port, doubt }: ServiceTarget): AskedConnection {
  return { source, destination: endpoint, port, doubt };
}

/** For each endpoint, the port on which the source gets furthest, with as few assumptions as possible. */
function bestTargets(reach: Reachability, source: Endpoint, targets: readonly ServiceTarget[]): ServiceTarget[] {
  const ORDER: readonly Answer[] = ['no', 'undecided', 'yes'];
  const rank = (target: ServiceTarget) => [reach, reach.strict].reduce((sum, one) =>
    sum * ORDER.length + ORDER.indexOf(decideSides(flow(one, source, target.endpoint), target.port).answer), 0);
  const best = new Map<Endpoint, ServiceTarget>();
  for (const target of targets) {
    const known = best.get(target.endpoint);
    if (known === undefined || rank(target) > rank(known)) { best.set(target.endpoint, target); }
  }
  return [...best.values()];
}

/** Two replicas that no policy tells apart have one name, and are one entry. */
function foldedByName(answers: readonly EndpointAnswer[]): EndpointAnswer[] {
  const folded = new Map<string, EndpointAnswer>();
  for (const one of answers) {
    const key = JSON.stringify([one.endpoint.name, one.servicePort?.port, one.port]);
    const known = folded.get(key);
    folded.set(key, known === undefined ? one : { ...known, answer: combinedAnswer([known.answer, one.answer]) });
  }
  return [...folded.values()];
}

/**
 * Where an address of a Service leads depends on the data plane: some judge the connection before they replace the address by that of an endpoint,
 * and some after it. A source that may connect to nothing gets nowhere in either case. If the network plugin decides it, the question is about the Service.
 */
function toServiceAddress(reach: Reachability, question: Question, { service, address }: NonNullable<Party['addressOf']>): QuestionAnswer {
  const reason: Reason = { code: 'service-address', what: `${formatAddress(address)}, an address of ${serviceName(service)},`, place: service.origin.at() };
  const answer = toService(reach, question, service);
  const example = typeof answer === 'string' ? {} : { example: answer.example, port: answer.port };
  return { ...elsewhere(reach, question.from, reason), ...example, service: { service, answer } };
}

/** The answer about a destination of which nothing is known. */
function elsewhere(reach: Reachability, { endpoints }: Party, reason: Reason): QuestionAnswer {
  const egress = combinedAnswer(endpoints.map(source => isClosed(reach, source, 'egress') ? 'no' : 'undecided'));
  const reasons = egress === 'no' ? [] : [reason];
  return { answer: egress, egress, ingress: 'undecided', reasons, sideReasons: [reason], assumptions: [], mixed: false, endpoints: [], translations: [] };
}

/** The answer about a source of which nothing is known. */
function fromUnread(reach: Reachability, { endpoints }: Party, reason: Reason): QuestionAnswer {
  const ingress = endpoints.some(destination => isClosed(reach, destination, 'ingress')) ? 'no' : 'undecided';
  const reasons = ingress === 'no' ? [] : [reason];
  return { answer: ingress, egress: 'undecided', ingress, reasons, sideReasons: [reason], assumptions: [], mixed: false, endpoints: [], translations: [] };
}

/** True if the endpoint may have no connection in a direction: policies isolate it, and none has a rule. */
function isClosed(reach: Reachability, { index }: Endpoint, direction: Direction): boolean {
  return reach.isIsolated(index, direction) && reach.policies(index, direction).every(policy => policy[direction]!.length === 0)
    && reach.unevaluated(index, direction).every(({ canAllow }) => !canAllow) && reach.clusterPolicies(index, direction).length === 0;
}

/** The ports of Services that lead to the pods of a question, if no container has the port that it asks about. */
function translationsOf(reach: Reachability, { from, to, port }: Question): PortTranslation[] {
  if (port === undefined || 'name' in port || port.first !== port.last) { return []; }
  const pods = to.endpoints.filter(endpoint => endpoint.kind === 'pod');
  const isOwn = pods.some(({ pod }) => pod.ports.some(own => own.protocol === port.protocol && own.port === port.first));
  if (pods.length === 0 || isOwn) { return []; }
  return reach.cluster.services.flatMap(service => {
    const { selector, namespace, isHeadless } = service;
    const behind = selector === undefined || isHeadless ? []
      : pods.filter(({ workload, pod }) => workload.namespace === namespace && couldSelect(selector, pod));
    return behind.length === 0 ? [] : portsOfService(service, port).flatMap((servicePort): PortTranslation[] => {
      const [number] = portsOfPod(behind[0].pod, servicePort);
      if (number === undefined || number === port.first) { return []; }
      const target = { protocol: port.protocol, first: number, last: number };
      return [{ service, servicePort, target, answer: answerForEndpoints(reach, from.endpoints, to.endpoints, target).answer }];
    });
  });
}
