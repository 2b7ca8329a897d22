import { apiGroup, isObject, Labels, LabelSelector, Protocol, PROTOCOLS } from './objects';

/*
 * Where each kind of workload keeps its pods. Read leniently: a field of the wrong type counts as
 * absent, since these are the fields of other people's objects and the API server has the last word.
 */

/** The path from a workload to its pod template, per kind and API group. */
const TEMPLATE_PATHS: Readonly<Record<string, { group: string; path: readonly string[] }>> = {
  Pod: { group: '', path: [] },
  ReplicationController: { group: '', path: ['spec', 'template'] },
  Deployment: { group: 'apps', path: ['spec', 'template'] },
  ReplicaSet: { group: 'apps', path: ['spec', 'template'] },
  StatefulSet: { group: 'apps', path: ['spec', 'template'] },
  DaemonSet: { group: 'apps', path: ['spec', 'template'] },
  Job: { group: 'batch', path: ['spec', 'template'] },
  CronJob: { group: 'batch', path: ['spec', 'jobTemplate', 'spec', 'template'] },
};

/** The group that `Deployment` and its like were in before Kubernetes 1.16; read as `apps`. */
const LEGACY_GROUP = 'extensions';

/** A port that a container declares. */
export interface ContainerPort {
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly port: number;
  readonly name?: string;
}

/** What a workload says of the pods that it makes. */
export interface PodTemplate {
  /** Path from the workload to the object that has the pod's `metadata` and `spec`. */
  readonly path: readonly string[];
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  /** `spec.hostNetwork`: such pods are not subject to policies. */
  readonly hostNetwork: boolean;
  /** By which labels the workload knows its pods (`spec.selector`); not every kind has it. */
  readonly selector?: LabelSelector;
}

/** The kinds that count as workloads. */
export const WORKLOAD_KINDS: readonly string[] = Object.keys(TEMPLATE_PATHS);

/** True where kind and API group are those of a workload: `apiVersion` counts, not `kind` alone. */
export function isWorkloadKind(apiVersion: unknown, kind: unknown): boolean {
  return templatePath(apiVersion, kind) !== undefined;
}

/** The pods that a workload makes, or nothing where the object is not a workload. */
export function podTemplateOf(resource: { readonly apiVersion?: unknown; readonly kind?: unknown }): PodTemplate | undefined {
  const path = templatePath(resource.apiVersion, resource.kind);
  if (path === undefined) { return undefined; }
  let template: unknown = resource;
  for (const field of path) { template = isObject(template) ? template[field] : undefined; }
  const { metadata, spec } = isObject(template) ? template : {} as Record<string, unknown>;
  return {
    path,
    labels: stringMap(isObject(metadata) ? metadata.labels : undefined),
    ports: containerPorts(spec),
    hostNetwork: isObject(spec) && spec.hostNetwork === true,
    selector: path.length === 0 ? undefined : selectorOf(resource as Record<string, unknown>),
  };
}

/** String values of a map, others left out; null is the empty text, as a JSON null is to a string of Go. */
export function stringMap(value: unknown): Labels {
  const labels = new Bare();
  if (isObject(value)) {
    for (const [key, text] of Object.entries(value)) {
      if (typeof text === 'string' || text === null) { labels[key] = text ?? ''; }
    }
  }
  return labels;
}

/**
 * What has no field but its own: a label may be called `constructor` or `__proto__`. By a class, since V8 goes through the
 * fields of `Object.create(null)` many times slower.
 */
const Bare = function () {} as unknown as new () => Record<string, string>;
Bare.prototype = Object.create(null);

function templatePath(apiVersion: unknown, kind: unknown): readonly string[] | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !Object.hasOwn(TEMPLATE_PATHS, kind)) { return undefined; }
  const { group, path } = TEMPLATE_PATHS[kind];
  const actual = apiGroup(apiVersion);
  return actual === group || (group === 'apps' && actual === LEGACY_GROUP) ? path : undefined;
}

function selectorOf(resource: Record<string, unknown>): LabelSelector | undefined {
  const selector = isObject(resource.spec) ? resource.spec.selector : undefined;
  if (!isObject(selector)) { return undefined; }
  // A ReplicationController's selector is a plain map of labels.
  return resource.kind === 'ReplicationController' ? { matchLabels: stringMap(selector) } : selector as LabelSelector;
}

/** Ports of the containers that go on running: an init container counts only as a sidecar. */
function containerPorts(spec: unknown): ContainerPort[] {
  if (!isObject(spec)) { return []; }
  const containers = [
    ...list(spec.containers),
    ...list(spec.initContainers).filter(c => isObject(c) && c.restartPolicy === 'Always'),
  ];
  const ports: ContainerPort[] = [];
  for (const container of containers) {
    for (const entry of isObject(container) ? list(container.ports) : []) {
      if (!isObject(entry) || typeof entry.containerPort !== 'number') { continue; }
      // The API server takes a protocol that is empty, too, for one that is not said.
      const protocol = (entry.protocol || 'TCP') as Protocol;
      if (!PROTOCOLS.includes(protocol)) { continue; }
      ports.push({ protocol, port: entry.containerPort, ...(typeof entry.name === 'string' ? { name: entry.name } : {}) });
    }
  }
  return ports;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Under which name a port is looked up: protocol and name. */
export function portName(port: { readonly protocol: string; readonly name?: string }): string {
  return `${port.protocol}/${port.name}`;
}
