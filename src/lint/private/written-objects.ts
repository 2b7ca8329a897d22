import { Workload } from '../../cluster/cluster';
import { Origin, Path, printable } from '../../findings/finding';
import { apiGroup, DEFAULT_NAMESPACE } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { podTemplateOf } from '../../k8s/workloads';
import { Resource } from '../../manifests/resources';

/*
 * Objects as they are written, for rules about what changes no answer: webhooks, role bindings, monitors, and what a pod template says beside its labels
 * and ports. Reading is lenient, because these objects are not validated: a field of the wrong type counts as absent.
 */

/** An object with the names by which others refer to it. */
export interface NamedObject {
  readonly kind: string;
  /** That of an object without one is `default`, also for a kind that has no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
}

/** The pods of a workload as they are written. */
export interface WrittenPods {
  /** The path to the object with `metadata` and `spec`: empty for a Pod. */
  readonly path: readonly string[];
  readonly metadata: unknown;
  readonly spec: unknown;
}

/** The objects of one cluster. */
export class WrittenObjects {
  /** For each list of objects. Rules of one run share it. */
  public static readonly of = oncePer((resources: readonly Resource[]) => new WrittenObjects(resources));

  private readonly byType = new Map<string, NamedObject[]>();
  private readonly byOrigin = new Map<Origin, Resource>();

  private constructor(resources: readonly Resource[]) {
    for (const resource of resources) {
      const { object, origin } = resource;
      const kind = String(object.kind);
      const type = `${apiGroup(String(object.apiVersion))}/${kind}`;
      const named = { kind, namespace: textAt(object, 'metadata', 'namespace') ?? DEFAULT_NAMESPACE, name: textAt(object, 'metadata', 'name') ?? '', object, origin };
      const alike = this.byType.get(type);
      if (alike === undefined) { this.byType.set(type, [named]); } else { alike.push(named); }
      this.byOrigin.set(origin, resource);
    }
  }

  /** The objects of some kinds of an API group, in the order of the kinds. The version does not matter. */
  public ofKinds(group: string, ...kinds: readonly string[]): readonly NamedObject[] {
    return kinds.flatMap(kind => this.byType.get(`${group}/${kind}`) ?? []);
  }

  /** The object that was written at an origin of the cluster. */
  public at(origin: Origin): Readonly<Record<string, unknown>> | undefined {
    return this.byOrigin.get(origin)?.object;
  }

  /** What the workload says about its pods. Undefined for a custom kind, and if no object describes them. */
  public podsOf({ origin }: Workload): WrittenPods | undefined {
    const object = this.at(origin);
    const template = object && podTemplateOf(object);
    if (template === undefined) { return undefined; }
    const { path } = template;
    return { path, metadata: valueAt(object, ...path, 'metadata'), spec: valueAt(object, ...path, 'spec') };
  }
}

/** The name of an object in messages: `ServiceMonitor app/web`. */
export function objectName({ kind, namespace, name }: NamedObject): string {
  return printable(`${kind} ${namespace}/${name}`);
}

/** The same for a kind without namespaces: `APIService v1beta1.metrics.k8s.io`. */
export function globalName({ kind, name }: NamedObject): string {
  return printable(`${kind} ${name}`);
}

/** The value of a field, or undefined if a field on the way is absent or of another type. */
export function valueAt(from: unknown, ...path: Path): unknown {
  return path.reduce<unknown>((value, step) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined, from);
}

/** The value of a field if it is text that is not empty. */
export function textAt(from: unknown, ...path: Path): string | undefined {
  const value = valueAt(from, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The items of a field; none if it is not a list. */
export function listAt(from: unknown, ...path: Path): readonly unknown[] {
  const value = valueAt(from, ...path);
  return Array.isArray(value) ? value : [];
}
