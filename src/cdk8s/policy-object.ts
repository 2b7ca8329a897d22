import { ApiObject, ApiObjectMetadata, JsonPatch, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { fileSpaceOf, manifestOf, objectsIn, rendersItself } from './app-objects';
import { clusterOf, clustersOf } from './cluster-boundaries';
import { assignNames, NameRequest } from './policy-names';
import { orderPolicies, PolicyStage } from './policy-order';
import { beforeReading, invalidate, isLastPass, isSettling, memoizeInSynth, memoizeWhileRendering } from './synth-run';
import { DEFAULT_NAMESPACE, isObject, MANAGED_BY, NetworkPolicySpec } from '../k8s/objects';
import { objectsOf } from '../manifests/resources';

/** The annotation that says what an object is for (Kubernetes, "Well-Known Labels, Annotations and Taints"). */
const DESCRIPTION = 'kubernetes.io/description';

/** What a policy object is made from. */
export interface PolicyObjectProps {
  readonly namespace: string | undefined;
  /** Its name, unless another policy of the namespace has or wants the same. */
  readonly name: string;
  /** Unique in the cluster, and independent of the order of calls. */
  readonly key: string;
  /** Its place in the file. */
  readonly stage: PolicyStage;
  /** Called at synth, when all edges are known. */
  readonly spec: () => NetworkPolicySpec;
  /** Called at synth. */
  readonly descriptions: () => readonly string[];
}

/** A NetworkPolicy that renders its spec, and decides its name, when it is synthesized. */
export class PolicyObject extends ApiObject {
  /** The name that the policy asks for, unless another policy has or wants it. */
  public readonly wantedName: string;
  public readonly stage: PolicyStage;
  private readonly key: string;

  constructor(scope: Construct, id: string, { namespace, name, key, stage, spec, descriptions }: PolicyObjectProps) {
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
    this.wantedName = name;
    this.stage = stage;
    this.key = key;
    resolveNameLate(this);
    const { root } = this.node;
    invalidate(root);
    beforeReading(root, ORDER, () => orderPolicies(root, isPolicyObject));
    checkNamesInLastPass(root);
  }

  /** Unique in the app: two clusters may have policies with the same key. */
  public get uniqueKey(): string {
    const cluster = clusterOf(this);
    return cluster === undefined ? this.key : `${cluster}/${this.key}`;
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

const ORDER = {};

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
  // A policy that was removed from the tree has no name in the app. It shows the one that it asked for.
  const getter = { get: () => namesOf(policy.node.root).get(policy.uniqueKey) ?? policy.wantedName, enumerable: true };
  Object.defineProperty(policy, 'name', getter);
  Object.defineProperty(policy.metadata, 'name', getter);
}

const NAMES = {};

/** The name of each of our policies in an app, by key. */
function namesOf(root: IConstruct): ReadonlyMap<string, string> {
  return memoizeWhileRendering(root, NAMES, () => computeNames(root));
}

function computeNames(root: IConstruct): ReadonlyMap<string, string> {
  const requests: NameRequest[] = [];
  const taken = new Set<string>();
  const clusters = [...clustersOf(root).keys()];
  const take = (object: ApiObject, namespace: string | undefined, name: unknown) => {
    for (const space of policySpaces(object, namespace, clusters)) { taken.add(`${space}/${name}`); }
  };
  for (const object of objectsIn(root)) {
    const { namespace } = object.metadata;
    const fileSpace = fileSpaceOf(object);
    if (isPolicyObject(object)) {
      const spaces = [...policySpaces(object, namespace, clusters), ...fileSpace === undefined ? [] : [fileSpace]];
      requests.push({ key: object.uniqueKey, name: object.wantedName, spaces });
    } else if (object.kind === 'NetworkPolicy') {
      take(object, namespace, object.name);
      if (fileSpace !== undefined) { taken.add(`${fileSpace}/${object.name}`); }
    } else if (object.kind.endsWith('List')) {
      for (const { metadata } of policiesListedIn(object)) { take(object, metadata.namespace, metadata.name); }
    }
  }
  return assignNames(requests, taken);
}

/** The namespaces in which a policy of an object has its name: one, or that of each cluster if the object is part of all of them. */
function policySpaces(object: ApiObject, namespace: string | undefined, clusters: readonly string[]): string[] {
  const own = clusterOf(object);
  const of = own !== undefined ? [own] : clusters.length > 0 ? clusters : [''];
  return of.map(cluster => `${cluster}/${namespace ?? DEFAULT_NAMESPACE}`);
}

/** The NetworkPolicies of a list, which an `Include` may have. */
function policiesListedIn(list: ApiObject): { readonly metadata: { readonly namespace?: string; readonly name?: unknown } }[] {
  const { resources } = objectsOf(manifestOf(list), { at: () => ({}) }, true);
  return resources.filter(({ object }) => object.kind === 'NetworkPolicy').map(({ object: { metadata } }) => ({ metadata: isObject(metadata) ? metadata : {} }));
}

const checked = new WeakSet<IConstruct>();

/** Decides the names again if a validation of the user's has added a NetworkPolicy that takes one of them. */
function checkNamesInLastPass(root: IConstruct): void {
  if (checked.has(root)) { return; }
  checked.add(root);
  root.node.addValidation({
    validate: () => {
      if (!isSettling(root) && isLastPass(root) && !isSame(namesOf(root), computeNames(root))) { invalidate(root); }
      return [];
    },
  });
}

function isSame(some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean {
  return some.size === others.size && [...some].every(([key, name]) => others.get(key) === name);
}
