import { LooseFields } from './loose-fields';
import { LabelSelector } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { FieldPath } from '../../validation/field-errors';
import { validateLabelSelector } from '../../validation/labels';
import { isLabelKnown, Namespace } from '../cluster';
import { Refusal } from '../entrance';

/*
 * Which routes a Gateway accepts, and which Services a route may lead to. A route belongs to a listener if its parent reference means the listener, and
 * the listener allows its namespace, its kind and one of its host names (https://gateway-api.sigs.k8s.io/reference/spec/: ParentReference, Listener,
 * AllowedRoutes). A Service of another namespace needs a ReferenceGrant.
 */

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** A Gateway of the input. */
export interface Gateway {
  readonly className: string;
  readonly listeners: readonly Listener[];
}

interface Listener {
  readonly name: string;
  readonly port?: number;
  readonly protocol: string;
  readonly tlsMode: string;
  readonly host?: string;
  readonly from: string;
  readonly selector?: Selector;
  /** `group/Kind`. Empty: every kind that suits the protocol. */
  readonly kinds: readonly string[];
}

/** What a route says about the listeners of a Gateway that it wants: those of a name and a port, or all of them. */
export interface ParentSection {
  readonly name?: string;
  readonly port?: number;
}

/** A route as a listener sees it. */
export interface AskingRoute {
  readonly kind: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
}

/** A ReferenceGrant: in its namespace, objects of other namespaces may refer to some objects. */
export interface Grant {
  readonly namespace: string;
  readonly from: readonly { readonly kind: string; readonly namespace: string }[];
  /** The names of Services. Undefined stands for every Service. */
  readonly services: readonly (string | undefined)[];
}

export function gatewayOf(spec: Readonly<Record<string, unknown>>, errors: LooseFields): Gateway {
  const path = FieldPath.to('spec', 'listeners');
  return {
    className: errors.name(spec.gatewayClassName, FieldPath.to('spec', 'gatewayClassName')),
    listeners: errors.list(spec.listeners, path).map((value, i) => listenerOf(value, path.child(i), errors)),
  };
}

function listenerOf(value: unknown, path: FieldPath, errors: LooseFields): Listener {
  const { name, port, protocol, hostname, tls, allowedRoutes } = errors.fields(value, path);
  const allowedPath = path.child('allowedRoutes');
  const allowed = errors.fields(allowedRoutes, allowedPath);
  const namespaces = errors.fields(allowed.namespaces, allowedPath.child('namespaces'));
  const before = errors.errors.length;
  const selectorPath = allowedPath.child('namespaces').child('selector');
  validateLabelSelector(errors, namespaces.selector, selectorPath);
  const isSelectorValid = errors.errors.length === before && namespaces.selector !== undefined && namespaces.selector !== null;
  return {
    name: errors.name(name, path.child('name')),
    port: errors.port(port, path.child('port')),
    protocol: errors.name(protocol, path.child('protocol')),
    tlsMode: errors.text(errors.fields(tls, path.child('tls')).mode, path.child('tls').child('mode')) || 'Terminate',
    host: errors.text(hostname, path.child('hostname')) || undefined,
    from: errors.text(namespaces.from, allowedPath.child('namespaces').child('from')) || 'Same',
    selector: isSelectorValid ? Selector.from(namespaces.selector as LabelSelector) : undefined,
    kinds: errors.list(allowed.kinds, allowedPath.child('kinds')).map((entry, i) => {
      const { group, kind } = errors.fields(entry, allowedPath.child('kinds').child(i));
      return `${group ?? GATEWAY_GROUP}/${kind}`;
    }),
  };
}

export function grantOf(spec: Readonly<Record<string, unknown>>, namespace: string, errors: LooseFields): Grant {
  const [fromPath, toPath] = [FieldPath.to('spec', 'from'), FieldPath.to('spec', 'to')];
  return {
    namespace,
    from: errors.list(spec.from, fromPath).map((entry, i) => {
      const { group, kind, namespace: from } = errors.fields(entry, fromPath.child(i));
      return { kind: `${group}/${kind}`, namespace: errors.name(from, fromPath.child(i).child('namespace')) };
    }),
    services: errors.list(spec.to, toPath).flatMap((entry, i) => {
      const { group, kind, name } = errors.fields(entry, toPath.child(i));
      return !group && kind === 'Service' ? [errors.text(name, toPath.child(i).child('name')) || undefined] : [];
    }),
  };
}

/** Why a Gateway refuses a route; undefined if it accepts it. `own` is the namespace of the route. */
export function refusalOf(
  title: string, { listeners }: Gateway, sections: readonly ParentSection[], route: AskingRoute, gatewayNamespace: string, own: Namespace,
): Refusal | undefined {
  // The API server demands a listener.
  if (listeners.length === 0) { return { isCertain: false, reason: `${title} has no listener` }; }
  const meant = listeners.filter(({ name, port }) => sections.some(section => (section.name ?? name) === name && (section.port ?? port) === port));
  if (meant.length === 0) { return { isCertain: true, reason: `${title} has no listener with ${sections.map(sectionText).join(' or ')}` }; }
  const refusals = meant.map(listener => listenerRefusal(`listener ${listener.name} of ${title}`, listener, route, gatewayNamespace, own));
  return refusals.includes(undefined) ? undefined : refusals.find(one => !one!.isCertain) ?? refusals[0];
}

/** Why a route may not lead to a Service of another namespace; undefined if it may. */
export function grantRefusal(
  grants: readonly Grant[], { kind, namespace }: AskingRoute, service: { readonly namespace: string; readonly name: string }, mayBeUnread: boolean,
): Refusal | undefined {
  const isGranted = service.namespace === namespace || grants.some(grant => grant.namespace === service.namespace
    && grant.from.some(from => from.kind === `${GATEWAY_GROUP}/${kind}` && from.namespace === namespace)
    && grant.services.some(name => name === undefined || name === service.name));
  return isGranted ? undefined : {
    isCertain: !mayBeUnread, reason: `no ReferenceGrant in namespace ${service.namespace} lets an object of kind ${kind} in namespace ${namespace} lead there`,
  };
}

function listenerRefusal(
  title: string, listener: Listener, { kind, namespace, hosts }: AskingRoute, gatewayNamespace: string, own: Namespace,
): Refusal | undefined {
  const { from, selector, kinds, protocol, tlsMode, host } = listener;
  const suits = suitsProtocol(kind, protocol, tlsMode);
  if (suits === 'no' || kinds.length > 0 && !kinds.includes(`${GATEWAY_GROUP}/${kind}`)) {
    return { isCertain: true, reason: `${title}, which has the protocol ${protocol}, accepts no ${kind}` };
  }
  if (from === 'Same' && namespace !== gatewayNamespace) { return { isCertain: true, reason: `${title} accepts routes of namespace ${gatewayNamespace} only` }; }
  if (host !== undefined && hosts.length > 0 && kind !== 'TCPRoute' && kind !== 'UDPRoute' && !hosts.some(one => meet(one, host))) {
    return { isCertain: true, reason: `${title} serves ${host}, which is none of its host names` };
  }
  if (from === 'Selector' && selector !== undefined) {
    const isKnown = (key: string) => isLabelKnown(own, key);
    if (!selector.couldMatch(own.labels, isKnown)) { return { isCertain: true, reason: `${title} accepts routes of namespaces ${selector} only` }; }
    if (!selector.requirements.every(({ key }) => isKnown(key))) {
      return { isCertain: false, reason: `${title} accepts routes of namespaces ${selector}, and the labels of namespace ${namespace} are not in the input` };
    }
  } else if (from !== 'Same' && from !== 'All') {
    return { isCertain: false, reason: `netpol does not know from which namespaces ${title} accepts routes` };
  }
  return suits === 'yes' ? undefined : { isCertain: false, reason: `whether ${title}, which has the protocol ${protocol}, accepts the kind ${kind} depends on the controller` };
}

/** Whether routes of a kind belong to listeners of a protocol (https://gateway-api.sigs.k8s.io/concepts/api-overview/#route-resources). */
function suitsProtocol(kind: string, protocol: string, tlsMode: string): 'yes' | 'no' | 'depends' {
  switch (protocol) {
    case 'HTTP': case 'HTTPS': return kind === 'HTTPRoute' || kind === 'GRPCRoute' ? 'yes' : 'no';
    case 'TLS':
      if (kind !== 'TLSRoute' && kind !== 'TCPRoute') { return 'no'; }
      // The other two combinations are optional.
      return (kind === 'TLSRoute') === (tlsMode === 'Passthrough') ? 'yes' : 'depends';
    case 'TCP': return kind === 'TCPRoute' ? 'yes' : 'no';
    case 'UDP': return kind === 'UDPRoute' ? 'yes' : 'no';
    // Controllers may have protocols of their own.
    default: return 'depends';
  }
}

/** True if some host name is one of both. `*.` stands for one or more labels. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.startsWith('*.') && b.endsWith(a.slice(1)) || b.startsWith('*.') && a.endsWith(b.slice(1));
}

function sectionText({ name, port }: ParentSection): string {
  return [...name === undefined ? [] : [`the name ${name}`], ...port === undefined ? [] : [`port ${port}`]].join(' and ');
}
