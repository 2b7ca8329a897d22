import { formatPortQuery, unresolvedPort } from './ports';
import { EndpointAnswer, Question, QuestionAnswer } from './questions';
import { formatServicePort } from './service-targets';
import { serviceName } from '../cluster/service';
import { pluginFact, pluginName } from '../k8s/network-plugins';

/* What the answer to a question says besides yes, no and undecided, as sentences without a full stop. */

/** The answers differ, and which pair shows the answer. */
export function mixedNotes({ mixed, example }: QuestionAnswer): string[] {
  return mixed && example !== undefined
    ? [`the answers differ: ${example.source.name} does not reach ${example.destination.name}, but other pairs connect`] : [];
}

/** Why a `no` is not the policies' doing: the destination does not have the port name that the question asks about. */
export function portNotes({ answer, example, port }: QuestionAnswer): string[] {
  const text = answer !== 'no' || port === undefined || example === undefined ? undefined : unresolvedPort(port, example.destination);
  return text === undefined ? [] : [`the answer is no because of the port. ${text}`.replace(/\.$/, '')];
}

/** More endpoints than this are counted. */
const MAX_ENDPOINTS = 20;

/** What an answer says for each endpoint of a Service, and about ports that only a Service has. */
export function serviceNotes({ to }: Question, { endpoints, service, translations }: QuestionAnswer): string[] {
  const plugin = to.addressOf?.plugin;
  return [
    ...plugin === undefined ? [] : [`${pluginName(plugin)} ${pluginFact(plugin, 'Service addresses')!.what}`],
    ...endpointNotes(to.name, endpoints),
    ...service === undefined ? [] : beside(service),
    ...translations.map(({ service: by, servicePort, target, answer }) =>
      `${formatServicePort(servicePort)} is a port of ${serviceName(by)}, which leads to ${formatPortQuery(target)} of ${to.name}; on that port the answer is ${answer}`),
  ];
}

function beside({ service, answer }: NonNullable<QuestionAnswer['service']>): string[] {
  const name = serviceName(service);
  if (typeof answer === 'string') { return [`there is no answer for the endpoints of ${name}: ${answer}`]; }
  return [`for the endpoints of ${name} the answer is ${answer.answer}`, ...endpointNotes(name, answer.endpoints)];
}

/** The answer for each endpoint of a Service. */
function endpointNotes(name: string, endpoints: readonly EndpointAnswer[]): string[] {
  const hidden = endpoints.length - MAX_ENDPOINTS;
  return [
    ...endpoints.slice(0, MAX_ENDPOINTS).map(one => `${one.answer}: ${endpointText(name, one)}`),
    ...hidden > 0 ? [`and ${hidden} more endpoints of ${name}`] : [],
  ];
}

/** `TCP 443 of Service edge/gw is TCP 8443 of edge/gw[Deployment]`. A headless Service has no ports of its own. */
function endpointText(name: string, { endpoint, servicePort, port }: EndpointAnswer): string {
  if (servicePort !== undefined) { return `${formatServicePort(servicePort)} of ${name} is ${formatPortQuery(port!)} of ${endpoint.name}`; }
  return `${endpoint.name}${port === undefined ? '' : ` on ${formatPortQuery(port)}`}, an endpoint of ${name}, which is headless`;
}
