import { Gateway, GATEWAY_GROUP, gatewayOf, Grant, grantOf, grantRefusal, ParentSection, refusalOf } from './gateways';
import { identityOf } from './identity';
import { LooseFields } from './loose-fields';
import { Origin, printable } from '../../findings/finding';
import { mayExpose } from '../../k8s/exposing-kinds';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
import { includesNamespace, Unread } from '../../manifests/unread';
import { FieldError, FieldPath, isAbsent } from '../../validation/field-errors';
import { Namespace, namespaceByName } from '../cluster';
import { Backend, Entrance, Refusal, ServedBy } from '../entrance';

/** The kinds that are read, with their groups. The routes are those of the Gateway API (https://gateway-api.sigs.k8s.io/reference/spec/). */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Ingress: ['networking.k8s.io', 'extensions'],
  IngressClass: ['networking.k8s.io'],
  Route: ['route.openshift.io'],
  Gateway: [GATEWAY_GROUP],
  GatewayClass: [GATEWAY_GROUP],
  HTTPRoute: [GATEWAY_GROUP],
  GRPCRoute: [GATEWAY_GROUP],
  TCPRoute: [GATEWAY_GROUP],
  TLSRoute: [GATEWAY_GROUP],
  UDPRoute: [GATEWAY_GROUP],
  ReferenceGrant: [GATEWAY_GROUP],
};

/** The annotations by which an Ingress named its class before it had a field, and by which an IngressClass is the default. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** The value that names the controller of OpenShift, as an IngressClass has it. */
const OPENSHIFT = 'openshift.io/ingress-to-route';

/** An entrance as its own object describes it. */
interface OwnEntrance extends Entrance {
  /** The listeners of its Gateway that a route wants. */
  readonly sections?: readonly ParentSection[];
}

/** Collects entrances, and the classes and Gateways that say which controllers serve them. */
export class EntranceReader {
  private readonly entrances: OwnEntrance[] = [];
  /** The controllers of the classes, by kind and name: `IngressClass nginx`. */
  private readonly controllers = new Map<string, string>();
  /** By namespace and name. */
  private readonly gateways = new Map<string, Gateway>();
  private readonly grants: Grant[] = [];
  private defaultClass?: string;

  /** Reads an object. Returns what is wrong with it, and then leaves it out. Undefined for objects of other kinds. */
  public read(object: ApiResource, origin: Origin): readonly FieldError[] | undefined {
    const kind = String(object.kind);
    // This runs for every object, and few are of these kinds.
    if (!Object.hasOwn(GROUPS, kind) || !GROUPS[kind].includes(apiGroup(String(object.apiVersion)))) {
      if (mayExpose(object)) { this.entrances.push(unreadEntrance(object, origin, `netpol does not read ${kind} of ${apiGroup(String(object.apiVersion))}`)); }
      return undefined;
    }
    const reader = new ObjectReader(object, origin);
    const { spec, errors } = reader;
    const { namespace, name } = identityOf(object);
    const read = (): readonly OwnEntrance[] => {
      switch (kind) {
        case 'Ingress': return [reader.ingress()];
        case 'Route': return [reader.openShiftRoute()];
        case 'IngressClass':
          this.controllers.set(`${kind} ${name}`, errors.name(spec.controller, FieldPath.to('spec', 'controller')));
          if (reader.annotation(DEFAULT_ANNOTATION) === 'true') { this.defaultClass = name; }
          return [];
        case 'GatewayClass':
          this.controllers.set(`${kind} ${name}`, errors.name(spec.controllerName, FieldPath.to('spec', 'controllerName')));
          return [];
        case 'Gateway': {
          const gateway = gatewayOf(spec, errors);
          if (errors.errors.length === 0) { this.gateways.set(`${namespace}/${name}`, gateway); }
          return [];
        }
        case 'ReferenceGrant':
          this.grants.push(grantOf(spec, namespace, errors));
          return [];
        default: return reader.gatewayRoutes();
      }
    };
    const entrances = read();
    if (errors.errors.length === 0) { this.entrances.push(...entrances); }
    if (errors.errors.length > 0 && (kind === 'Ingress' || kind.endsWith('Route'))) { this.addFaulty(object, origin); }
    return errors.errors;
  }

  /** Adds an object that may be a way in, but has faults. */
  public addFaulty(object: ApiResource, origin: Origin): void {
    const { namespace, name } = identityOf(object);
    this.entrances.push(unreadEntrance(object, origin, `netpol cannot read ${object.kind} ${namespace}/${name}`));
  }

  /** The entrances, each with what the input says about its controller, and about what it may lead to. */
  public finish(namespaces: ReadonlyMap<string, Namespace>, unread: readonly Unread[]): readonly Entrance[] {
    return this.entrances.map(({ sections, ...entrance }) => {
      const served = this.servedBy(entrance);
      if (sections === undefined) { return { ...entrance, served }; }
      const { namespace } = entrance;
      const own = namespaceByName({ namespaces, unread }, namespace);
      const backends = entrance.backends.map(backend => {
        const mayBeUnread = unread.some(({ mayHold }) => includesNamespace(mayHold.services, backend.namespace));
        const refusal = backend.refusal ?? (backend.otherKind === undefined ? grantRefusal(this.grants, entrance, backend, mayBeUnread) : undefined);
        return { ...backend, refusal };
      });
      return { ...entrance, served, backends, refusal: this.refusalBy(served.gateway!, sections, entrance, own) ?? entrance.refusal };
    });
  }

  /** A Gateway that is not in the input may accept the route. Then nobody knows its controller either. */
  private refusalBy(
    { namespace, name }: NonNullable<ServedBy['gateway']>, sections: readonly ParentSection[], route: Entrance, own: Namespace,
  ): Refusal | undefined {
    const gateway = this.gateways.get(`${namespace}/${name}`);
    return gateway === undefined ? undefined : refusalOf(printable(`Gateway ${namespace}/${name}`), gateway, sections, route, namespace, own);
  }

  private servedBy({ kind, served }: Entrance): ServedBy {
    const { gateway } = served;
    const className = gateway !== undefined ? this.gateways.get(`${gateway.namespace}/${gateway.name}`)?.className
      : served.className ?? (kind === 'Ingress' ? this.defaultClass : undefined);
    const controller = served.controller ?? this.controllers.get(`${gateway === undefined ? 'IngressClass' : 'GatewayClass'} ${className}`);
    return { ...served, className, controller };
  }
}

/** Reads the fields of one object. */
class ObjectReader {
  public readonly errors = new LooseFields();
  public readonly spec: Readonly<Record<string, unknown>>;
  private readonly path = FieldPath.to('spec');

  constructor(private readonly object: ApiResource, private readonly origin: Origin) {
    this.spec = this.errors.fields(object.spec, this.path);
  }

  public annotation(key: string): unknown {
    const annotations = isObject(this.object.metadata) ? this.object.metadata.annotations : undefined;
    return isObject(annotations) ? annotations[key] : undefined;
  }

  public ingress(): Entrance {
    const { spec, path } = this;
    const rules = path.child('rules');
    const hosts: string[] = [];
    const backends = this.ingressBackend(spec.defaultBackend ?? spec.backend, path.child('defaultBackend'));
    this.errors.list(spec.rules, rules).forEach((rule, i) => {
      const { host, http } = this.errors.fields(rule, rules.child(i));
      const text = this.errors.text(host, rules.child(i).child('host'));
      if (text) { hosts.push(text); }
      const paths = rules.child(i).child('http').child('paths');
      this.errors.list(this.errors.fields(http, rules.child(i).child('http')).paths, paths).forEach((entry, j) => {
        backends.push(...this.ingressBackend(this.errors.fields(entry, paths.child(j)).backend, paths.child(j).child('backend')));
      });
    });
    const annotated = this.annotation(CLASS_ANNOTATION);
    const className = this.errors.text(spec.ingressClassName, path.child('ingressClassName')) || (typeof annotated === 'string' ? annotated : undefined);
    return this.entrance(hosts, backends, { className });
  }

  /** The backend of `networking.k8s.io/v1`, or of the versions before it. A resource, such as a bucket, is no Service. */
  private ingressBackend(value: unknown, path: FieldPath): Backend[] {
    const { service, serviceName, servicePort, resource } = this.errors.fields(value, path);
    if (service === undefined && serviceName === undefined) {
      const at = path.child('resource');
      const { apiGroup: group, kind, name } = this.errors.fields(resource, at);
      return isObject(resource) ? [{ ...this.backend(name, undefined, at.child('name')), otherKind: this.kindOf(kind, group, at) }] : [];
    }
    if (service === undefined) { return [this.backend(serviceName, this.portOrName(servicePort, path.child('servicePort')), path.child('serviceName'))]; }
    const { name, port } = this.errors.fields(service, path.child('service'));
    const at = path.child('service').child('port');
    const { number, name: portName } = this.errors.fields(port, at);
    return [this.backend(name, this.errors.port(number, at.child('number')) ?? (this.errors.text(portName, at.child('name')) || undefined), path.child('service').child('name'))];
  }

  public gatewayRoutes(): OwnEntrance[] {
    const { spec, path } = this;
    const hosts = this.errors.list(spec.hostnames, path.child('hostnames')).flatMap((host, i) => this.errors.text(host, path.child('hostnames').child(i)) || []);
    const rules = path.child('rules');
    const backends = this.errors.list(spec.rules, rules).flatMap((value, i) => {
      const at = rules.child(i);
      const rule = this.errors.fields(value, at);
      const references = this.errors.list(rule.backendRefs, at.child('backendRefs')).flatMap((reference, j): Backend[] => {
        const own = at.child('backendRefs').child(j);
        return [this.gatewayBackend(reference, own), ...this.mirrors(this.errors.fields(reference, own).filters, own.child('filters'))];
      });
      return [...references, ...this.mirrors(rule.filters, at.child('filters'))];
    });
    const parents = path.child('parentRefs');
    const own = identityOf(this.object).namespace;
    const entrances = new Map<string, OwnEntrance>();
    const noBackend = backends.length > 0 ? undefined : { isCertain: true, reason: 'none of its rules names a backend' };
    this.errors.list(spec.parentRefs, parents).forEach((value, i) => {
      const at = parents.child(i);
      const { kind = 'Gateway', group = GATEWAY_GROUP, name: written, namespace: other, sectionName, port } = this.errors.fields(value, at);
      const [namespace, name] = [this.errors.text(other, at.child('namespace')) || own, this.errors.name(written, at.child('name'))];
      const title = `${String(kind)} ${namespace}/${name}`;
      if (kind === 'Gateway' && group === GATEWAY_GROUP) {
        const section = { name: this.errors.text(sectionName, at.child('sectionName')) || undefined, port: this.errors.port(port, at.child('port')) };
        // Two listeners of one Gateway are one entrance.
        const sections = [...entrances.get(title)?.sections ?? [], section];
        entrances.set(title, { ...this.entrance(hosts, backends, { gateway: { namespace, name } }), sections, refusal: noBackend });
      } else {
        const isMesh = kind === 'Service' && group === '';
        const reason = isMesh ? `its parent is ${title}, so it leads connections between pods` : `netpol does not read its parent, ${title}`;
        entrances.set(title, { ...this.entrance(hosts, backends, { controller: title }), refusal: { isCertain: isMesh, reason: printable(reason) } });
      }
    });
    if (entrances.size > 0) { return [...entrances.values()]; }
    // A Gateway may be a default one, with which such a route joins (GEP-3793).
    const isCertain = isAbsent(spec.useDefaultGateways);
    const refusal = { isCertain, reason: `it has no parentRefs, ${isCertain ? 'so it belongs to no Gateway' : 'and a default Gateway may take it'}` };
    return [{ ...this.entrance(hosts, backends, { controller: 'no Gateway' }), refusal }];
  }

  /** What a route leads to. For a Service, the API server demands the port: "Must have port for Service reference" (BackendObjectReference, port). */
  private gatewayBackend(value: unknown, path: FieldPath): Backend {
    const { kind, group, name, namespace, port, weight } = this.errors.fields(value, path);
    const backend = withWeight(this.backend(name, this.errors.port(port, path.child('port')), path.child('name'), namespace), weight);
    const otherKind = this.kindOf(kind ?? 'Service', group, path);
    if (otherKind.kind !== 'Service' || otherKind.group !== '') { return { ...backend, otherKind }; }
    return backend.port !== undefined ? backend : { ...backend, refusal: { isCertain: true, reason: 'its backend names no port, which the Gateway API demands for a Service' } };
  }

  private kindOf(kind: unknown, group: unknown, path: FieldPath): NonNullable<Backend['otherKind']> {
    return { kind: this.errors.name(kind, path.child('kind')), group: this.errors.text(group, path.child('group')) ?? '' };
  }

  /** What gets a copy of each request. */
  private mirrors(value: unknown, path: FieldPath): Backend[] {
    return this.errors.list(value, path).flatMap((filter, i) => {
      const { requestMirror } = this.errors.fields(filter, path.child(i));
      const at = path.child(i).child('requestMirror');
      return requestMirror === undefined ? [] : [this.gatewayBackend(this.errors.fields(requestMirror, at).backendRef, at.child('backendRef'))];
    });
  }

  public openShiftRoute(): Entrance {
    const { spec, path } = this;
    const host = this.errors.text(spec.host, path.child('host'));
    const port = this.portOrName(this.errors.fields(spec.port, path.child('port')).targetPort, path.child('port').child('targetPort'));
    const others = path.child('alternateBackends');
    const targets = [
      { value: spec.to, at: path.child('to') },
      ...this.errors.list(spec.alternateBackends, others).map((value, i) => ({ value, at: others.child(i) })),
    ];
    const backends = targets.map(({ value, at }) => {
      const { name, weight } = this.errors.fields(value, at);
      return withWeight({ ...this.backend(name, port, at.child('name')), isTargetPort: true }, weight);
    });
    return this.entrance(host ? [host] : [], backends, { controller: OPENSHIFT });
  }

  private entrance(hosts: readonly string[], backends: readonly Backend[], served: ServedBy): Entrance {
    return { kind: String(this.object.kind), ...identityOf(this.object), origin: this.origin, hosts: [...new Set(hosts)], backends, served };
  }

  private backend(name: unknown, port: number | string | undefined, path: FieldPath, namespace?: unknown): Backend {
    const own = identityOf(this.object).namespace;
    return { path: path.path, namespace: typeof namespace === 'string' && namespace !== '' ? namespace : own, name: this.errors.name(name, path), port };
  }

  private portOrName(value: unknown, path: FieldPath): number | string | undefined {
    return typeof value === 'string' ? value || undefined : this.errors.port(value, path);
  }
}

/** An object that netpol does not read, and why. */
function unreadEntrance(object: ApiResource, origin: Origin, reason: string): Entrance {
  const [kind, group] = [String(object.kind), apiGroup(String(object.apiVersion))];
  const refusal = { isCertain: false, reason: printable(reason) };
  return { kind, ...identityOf(object), origin, hosts: [], backends: [], served: { controller: group }, refusal };
}

/** A backend with the weight 0 gets no request, in the Gateway API and in Routes of OpenShift. */
function withWeight(backend: Backend, weight: unknown): Backend {
  return weight === 0 ? { ...backend, refusal: { isCertain: true, reason: 'its weight is 0' } } : backend;
}
