import { identityOf } from './identity';
import { LooseFields } from './loose-fields';
import { Origin } from '../../findings/finding';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
import { FieldError, FieldPath } from '../../validation/field-errors';
import { Backend, Entrance, ServedBy } from '../entrance';

const GATEWAY_GROUP = 'gateway.networking.k8s.io';

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
};

/** The annotations by which an Ingress named its class before it had a field, and by which an IngressClass is the default. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** The value that names the controller of OpenShift, as an IngressClass has it. */
const OPENSHIFT = 'openshift.io/ingress-to-route';

/** Collects entrances, and the classes and Gateways that say which controllers serve them. */
export class EntranceReader {
  private readonly entrances: Entrance[] = [];
  /** The controllers of the classes, by kind and name: `IngressClass nginx`. */
  private readonly controllers = new Map<string, string>();
  /** The classes of the Gateways, by namespace and name. */
  private readonly gateways = new Map<string, string>();
  private defaultClass?: string;

  /** Reads an object. Returns what is wrong with it, and then leaves it out. Undefined for objects of other kinds. */
  public read(object: ApiResource, origin: Origin): readonly FieldError[] | undefined {
    const kind = String(object.kind);
    // This runs for every object, and few are of these kinds.
    if (!Object.hasOwn(GROUPS, kind) || !GROUPS[kind].includes(apiGroup(String(object.apiVersion)))) { return undefined; }
    const reader = new ObjectReader(object, origin);
    const { spec, errors } = reader;
    const { namespace, name } = identityOf(object);
    const read = (): readonly Entrance[] => {
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
        case 'Gateway':
          this.gateways.set(`${namespace}/${name}`, errors.name(spec.gatewayClassName, FieldPath.to('spec', 'gatewayClassName')));
          return [];
        default: return reader.gatewayRoutes();
      }
    };
    const entrances = read();
    if (errors.errors.length === 0) { this.entrances.push(...entrances); }
    return errors.errors;
  }

  /** The entrances, each with what the input says about its controller. */
  public finish(): readonly Entrance[] {
    return this.entrances.map(entrance => ({ ...entrance, served: this.servedBy(entrance) }));
  }

  private servedBy({ kind, served }: Entrance): ServedBy {
    const { gateway } = served;
    const className = gateway !== undefined ? this.gateways.get(`${gateway.namespace}/${gateway.name}`)
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
    const { service, serviceName, servicePort } = this.errors.fields(value, path);
    if (service === undefined && serviceName === undefined) { return []; }
    if (service === undefined) { return [this.backend(serviceName, this.portOrName(servicePort, path.child('servicePort')), path.child('serviceName'))]; }
    const { name, port } = this.errors.fields(service, path.child('service'));
    const at = path.child('service').child('port');
    const { number, name: portName } = this.errors.fields(port, at);
    return [this.backend(name, this.errors.port(number, at.child('number')) ?? (this.errors.text(portName, at.child('name')) || undefined), path.child('service').child('name'))];
  }

  public gatewayRoutes(): Entrance[] {
    const { spec, path } = this;
    const hosts = this.errors.list(spec.hostnames, path.child('hostnames')).flatMap((host, i) => this.errors.text(host, path.child('hostnames').child(i)) || []);
    const rules = path.child('rules');
    const backends = this.errors.list(spec.rules, rules).flatMap((rule, i) => {
      const at = rules.child(i).child('backendRefs');
      return this.errors.list(this.errors.fields(rule, rules.child(i)).backendRefs, at).flatMap((value, j): Backend[] => {
        const { kind, group, name, namespace, port } = this.errors.fields(value, at.child(j));
        const isService = (kind ?? 'Service') === 'Service' && (group ?? '') === '';
        return isService ? [this.backend(name, this.errors.port(port, at.child(j).child('port')), at.child(j).child('name'), namespace)] : [];
      });
    });
    const parents = path.child('parentRefs');
    const own = identityOf(this.object).namespace;
    const gateways = this.errors.list(spec.parentRefs, parents).flatMap((value, i) => {
      const { kind, group, name, namespace } = this.errors.fields(value, parents.child(i));
      // A route of a mesh has a Service as its parent, and leads nothing in from outside.
      const isGateway = (kind ?? 'Gateway') === 'Gateway' && (group ?? GATEWAY_GROUP) === GATEWAY_GROUP;
      return isGateway ? [{ namespace: this.errors.text(namespace, parents.child(i).child('namespace')) || own, name: this.errors.name(name, parents.child(i).child('name')) }] : [];
    });
    // Two listeners of one Gateway are one entrance.
    const distinct = new Map(gateways.map(gateway => [`${gateway.namespace}/${gateway.name}`, gateway]));
    return [...distinct.values()].map(gateway => this.entrance(hosts, backends, { gateway }));
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
    const backends = targets.map(({ value, at }) => ({ ...this.backend(this.errors.fields(value, at).name, port, at.child('name')), isTargetPort: true }));
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
