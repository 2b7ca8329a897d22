import { ApiObject, ApiObjectMetadata, JsonPatch, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { manifestOf, objectsIn, rendersItself } from './app-objects';
import { assignNames, NameRequest } from './policy-names';
import { invalidate, isLastPass, isSettling, memoizeInSynth, watchSynth } from './synth-run';
import { DEFAULT_NAMESPACE, isObject, NetworkPolicySpec } from '../k8s/objects';
import { objectsOf } from '../manifests/resources';

/** The label by which `kubectl apply --prune -l` finds the policies of this library. */
const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };

/** The annotation that says what an object is for (Kubernetes, "Well-Known Labels, Annotations and Taints"). */
const DESCRIPTION = 'kubernetes.io/description';

/** What a policy object is made from. */
export interface PolicyObjectProps {
  readonly namespace: string | undefined;
  /** Its name, unless another policy of the namespace has or wants the same. */
  readonly name: string;
  /** Unique in the app, and independent of the order of calls. */
  readonly key: string;
  /** Called at synth, when all edges are known. */
  readonly spec: () => NetworkPolicySpec;
  /** Called at synth. */
  readonly descriptions: () => readonly string[];
}

/** A NetworkPolicy that renders its spec, and decides its name, when it is synthesized. */
export class PolicyObject extends ApiObject {
  public readonly nameRequest: NameRequest;

  constructor(scope: Construct, id: string, { namespace, name, key, spec, descriptions }: PolicyObjectProps) {
    const description = Lazy.any({ produce: () => [...new Set(descriptions())].sort().join('; ') || undefined });
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name,
        namespace,
        labels: MANAGED_BY,
        // cdk8s resolves lazy values in metadata, and leaves out those that are undefined, but its types do not say so.
        annotations: { [DESCRIPTION]: description } as unknown as ApiObjectMetadata['annotations'],
      },
      spec: Lazy.any({ produce: spec }),
    });
    this.nameRequest = { key, name, namespace: namespace ?? DEFAULT_NAMESPACE };
    resolveNameLate(this);
    const { root } = this.node;
    nameCache.delete(root);
    invalidate(root);
    watchSynth(root);
    cacheNamesWhileRendering(root);
  }

  /** Renders once per synth, so that what was judged is what is written. */
  public toJson(): any {
    const json = memoizeInSynth(this.node.root, this, () => super.toJson());
    // A chart that renders itself may change what it gets.
    return rendersItself(this.chart) ? JSON.parse(JSON.stringify(json)) : json;
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    invalidate(this.node.root);
    super.addJsonPatch(...ops);
  }
}

/** True for a policy of this library. */
export function isPolicyObject(construct: IConstruct): construct is PolicyObject {
  // cdk8s 2.68.12, lib/api-object.js, `ApiObject[Symbol.hasInstance]` makes every API object an instance of each subclass.
  return construct.constructor === PolicyObject;
}

/**
 * Redefines the name of a policy as a getter. Whether a name is free is known only when all policies of the app are, but cdk8s 2.68.12,
 * lib/api-object.js, fixes `name` and `metadata.name` in the constructor of `ApiObject`, and does not resolve a lazy name.
 */
function resolveNameLate(policy: PolicyObject): void {
  const { key, name } = policy.nameRequest;
  // A policy that was removed from the tree has no name in the app. It shows the one that it asked for.
  const getter = { get: () => namesOf(policy.node.root).get(key) ?? name, enumerable: true };
  Object.defineProperty(policy, 'name', getter);
  Object.defineProperty(policy.metadata, 'name', getter);
}

/** The names of an app's policies between its validation and the end of the task. */
const nameCache = new WeakMap<IConstruct, ReadonlyMap<string, string>>();

const NAMES = {};

/** The name of each of our policies in an app, by key. */
function namesOf(root: IConstruct): ReadonlyMap<string, string> {
  return nameCache.get(root) ?? memoizeInSynth(root, NAMES, () => computeNames(root));
}

function computeNames(root: IConstruct): ReadonlyMap<string, string> {
  const requests: NameRequest[] = [];
  const taken = new Set<string>();
  for (const object of objectsIn(root)) {
    if (isPolicyObject(object)) {
      requests.push(object.nameRequest);
    } else if (object.kind === 'NetworkPolicy') {
      taken.add(`${object.metadata.namespace ?? DEFAULT_NAMESPACE}/${object.name}`);
    } else if (object.kind.endsWith('List')) {
      for (const name of policiesListedIn(object)) { taken.add(name); }
    }
  }
  return assignNames(requests, taken);
}

/** The `namespace/name` of each NetworkPolicy of a list, which an `Include` may have. */
function policiesListedIn(list: ApiObject): string[] {
  const { resources } = objectsOf(manifestOf(list), { at: () => ({}) }, true);
  return resources.filter(({ object }) => object.kind === 'NetworkPolicy').map(({ object: { metadata } }) => {
    const { namespace = DEFAULT_NAMESPACE, name } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
    return `${namespace}/${name}`;
  });
}

const cachingNames = new WeakSet<IConstruct>();

/**
 * Caches the names of an app's policies from its validation until the end of the task. `Chart.toJson` validates the app and then renders in
 * the same task (cdk8s 2.68.12, lib/app.js, `App._synthChart`), also outside a synth. Without this, each policy would walk the whole tree.
 */
function cacheNamesWhileRendering(root: IConstruct): void {
  if (cachingNames.has(root)) { return; }
  cachingNames.add(root);
  root.node.addValidation({
    validate: () => {
      if (isSettling(root)) { return []; }
      nameCache.delete(root);
      // A validation of the user's may have added a NetworkPolicy that takes one of our names.
      if (isLastPass(root) && !isSame(namesOf(root), computeNames(root))) { invalidate(root); }
      nameCache.set(root, namesOf(root));
      queueMicrotask(() => nameCache.delete(root));
      return [];
    },
  });
}

function isSame(some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean {
  return some.size === others.size && [...some].every(([key, name]) => others.get(key) === name);
}
