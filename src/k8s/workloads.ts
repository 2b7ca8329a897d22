import { apiGroup, isObject, Labels, LabelSelector, Protocol, PROTOCOLS } from './objects';

/*
 * The kinds that netpol reads, and the pods of each kind of workload. Reading is lenient: a field of the wrong type counts as absent.
 * Validation reports what the API server refuses (src/validation).
 */

interface Kind {
  /** Where Kubernetes serves the kind. */
  readonly apiVersion: string;
  /** For a workload, the path to its pod template. */
  readonly template?: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1' },
  Namespace: { apiVersion: 'v1' },
  Pod: { apiVersion: 'v1', template: [] },
  ReplicationController: { apiVersion: 'v1', template: ['spec', 'template'] },
  Deployment: { apiVersion: 'apps/v1', template: ['spec', 'template'] },
  ReplicaSet: { apiVersion: 'apps/v1', template: ['spec', 'template'] },
  StatefulSet: { apiVersion: 'apps/v1', template: ['spec', 'template'] },
  DaemonSet: { apiVersion: 'apps/v1', template: ['spec', 'template'] },
  Job: { apiVersion: 'batch/v1', template: ['spec', 'template'] },
  CronJob: { apiVersion: 'batch/v1', template: ['spec', 'jobTemplate', 'spec', 'template'] },
};

/** The kinds that netpol reads, in the groups of Kubernetes itself. */
export const READ_KINDS: readonly string[] = Object.keys(KINDS);

/** Before Kubernetes 1.16, this group had the workloads of `apps`. */
const LEGACY_GROUP = 'extensions';

/** The `apiVersion` of a kind that netpol reads: `apps/v1` for `Deployment`. Undefined for other kinds. */
export function servedVersion(kind: string): string | undefined {
  return kindOf(kind)?.apiVersion;
}

/** The API group of an `apiVersion`, with the current group of workloads that are written in the legacy group. */
export function currentGroup(apiVersion: string): string {
  const group = apiGroup(apiVersion);
  return group === LEGACY_GROUP ? 'apps' : group;
}

function kindOf(kind: string): Kind | undefined {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
}

/** Why no cluster serves an API version of a kind. */
export interface VersionFault {
  readonly message: string;
  /** The fix, as a clause. */
  readonly fix: string;
  /** True if netpol reads the object nevertheless, as one of the version in the fix. */
  readonly isRead: boolean;
}

/**
 * Checks the API version of a kind that netpol reads. Returns undefined if Kubernetes serves it, and for a kind of another organization
 * with the same name, such as a Deployment of `acme.io/v1`.
 */
export function versionFault(apiVersion: string, kind: string): VersionFault | undefined {
  const served = servedVersion(kind);
  if (served === undefined || served === apiVersion) { return undefined; }
  const fix = `write 'apiVersion: ${served}'`;
  if (isWorkloadKind(apiVersion, kind)) {
    return { message: `Kubernetes does not serve ${kind} in ${apiVersion}; netpol reads it as ${served}`, fix, isRead: true };
  }
  const group = apiGroup(apiVersion);
  const isKubernetes = !group.includes('.') || group === apiGroup(served);
  if (!isKubernetes) { return undefined; }
  const removed = kind === 'NetworkPolicy' && group === LEGACY_GROUP ? ' (Kubernetes 1.16 removed it)' : '';
  return { message: `there is no ${kind} in ${apiVersion}${removed}`, fix, isRead: false };
}

/** A port that a container declares. */
export interface ContainerPort {
  readonly protocol: Protocol;
  /** 1–65535 */
  readonly port: number;
  readonly name?: string;
  /** The port of the node that leads to it (v1, ContainerPort). Absent also for one of the node's loopback addresses. */
  readonly hostPort?: number;
}

/** What a workload declares about its pods. */
export interface PodTemplate {
  /** The path from the workload to the object with the `metadata` and `spec` of its pods. */
  readonly path: readonly string[];
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  /** `spec.hostNetwork`: the pods use the network of their node. */
  readonly hostNetwork: boolean;
  /** `spec.selector`, if the kind has one and the workload sets it. */
  readonly selector?: LabelSelector;
}

/** The kinds of workloads. */
export const WORKLOAD_KINDS: readonly string[] = Object.keys(KINDS).filter(kind => KINDS[kind].template !== undefined);

/** True if `apiVersion` and `kind` together are those of a workload. The version within the API group does not matter. */
export function isWorkloadKind(apiVersion: unknown, kind: unknown): boolean {
  return templatePath(apiVersion, kind) !== undefined;
}

/** The pods that a workload declares. Undefined if the object is not a workload. */
export function podTemplateOf(resource: { readonly apiVersion?: unknown; readonly kind?: unknown }): PodTemplate | undefined {
  const path = templatePath(resource.apiVersion, resource.kind);
  if (path === undefined) { return undefined; }
  return { ...templateAt(resource, path), selector: path.length === 0 ? undefined : selectorOf(resource as Record<string, unknown>) };
}

/** The pods that the object at a path of a resource describes. Items of lists are named by their index as text. */
export function templateAt(resource: object, path: readonly string[]): PodTemplate {
  let template: unknown = resource;
  for (const field of path) { template = isObject(template) || Array.isArray(template) ? (template as Record<string, unknown>)[field] : undefined; }
  const { metadata, spec } = isObject(template) ? template : {} as Record<string, unknown>;
  return {
    path,
    labels: stringMap(isObject(metadata) ? metadata.labels : undefined),
    ports: containerPorts(spec),
    hostNetwork: isObject(spec) && spec.hostNetwork === true,
  };
}

/** The entries of a map whose values are strings. null is the empty string, as the API server reads it. */
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
 * An object without inherited properties, because a label may be called `constructor` or `__proto__`. It is made by a class, because V8
 * enumerates the properties of `Object.create(null)` many times slower.
 */
const Bare = function () {} as unknown as new () => Record<string, string>;
Bare.prototype = Object.create(null);

function templatePath(apiVersion: unknown, kind: unknown): readonly string[] | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') { return undefined; }
  const known = kindOf(kind);
  if (known === undefined) { return undefined; }
  const group = apiGroup(known.apiVersion);
  const actual = apiGroup(apiVersion);
  return actual === group || (group === 'apps' && actual === LEGACY_GROUP) ? known.template : undefined;
}

function selectorOf(resource: Record<string, unknown>): LabelSelector | undefined {
  const selector = isObject(resource.spec) ? resource.spec.selector : undefined;
  if (!isObject(selector)) { return undefined; }
  // A ReplicationController's selector is a plain map of labels.
  return resource.kind === 'ReplicationController' ? { matchLabels: stringMap(selector) } : selector as LabelSelector;
}

/** The ports of the containers and of the sidecars, which are init containers that keep running. */
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
      // The API server treats an empty protocol like an absent one.
      const protocol = (entry.protocol || 'TCP') as Protocol;
      if (!PROTOCOLS.includes(protocol)) { continue; }
      const isOutside = typeof entry.hostPort === 'number' && entry.hostPort > 0 && !/^(?:127\.|::1$)/.test(String(entry.hostIP));
      ports.push({
        protocol,
        port: entry.containerPort,
        ...(typeof entry.name === 'string' ? { name: entry.name } : {}),
        ...(isOutside ? { hostPort: entry.hostPort as number } : {}),
      });
    }
  }
  return ports;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The key under which a named port is looked up: `TCP/http`. */
export function namedPortKey(port: { readonly protocol: string; readonly name?: string }): string {
  return `${port.protocol}/${port.name}`;
}
