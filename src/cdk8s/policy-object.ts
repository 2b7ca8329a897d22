import { ApiObject, ApiObjectMetadata, JsonPatch, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { fileSpaceOf, objectsIn, rendersItself } from './app-objects';
import { clusterOf, clustersOf } from './cluster-boundaries';
import { isList, isPolicyKind, policiesIn } from './hand-written-policies';
import { assignNames, NameRequest } from './policy-names';
import { orderPolicies, PolicyStage } from './policy-order';
import { beforeReading, invalidate, isLastPass, isSettling, memoizeInSynth, memoizeWhileRendering } from './synth-run';
import { isClusterScoped } from '../k8s/cluster-scoped';
import { apiGroup, DEFAULT_NAMESPACE, isObject, MANAGED_BY } from '../k8s/objects';

/** The annotation that says what an object is for (Kubernetes, "Well-Known Labels, Annotations and Taints"). */
const DESCRIPTION = 'kubernetes.io/description';

/** The kind of a policy object. */
export interface PolicyKind {
  readonly apiVersion: string;
  readonly kind: string;
}

const NETWORK_POLICY: PolicyKind = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };

/** What a policy object is made from. */
export interface PolicyObjectProps {
  /** A NetworkPolicy if left out. */
  readonly kind?: PolicyKind;
  /** Undefined for a cluster-wide policy. */
  readonly namespace: string | undefined;
  /** Its name, unless another policy of the namespace, or of the kind if it is cluster-wide, has or wants the same. */
  readonly name: string;
  /** Unique in the cluster, and independent of the order of calls. */
  readonly key: string;
  /** Its place in the file. */
  readonly stage: PolicyStage;
  /** Called at synth, when all edges are known. */
  readonly spec: () => object;
  /** Called at synth. */
  readonly descriptions: () => readonly string[];
}

/** A policy that renders its spec, and decides its name, when it is synthesized. */
export class PolicyObject extends ApiObject {
  /** The name that the policy asks for, unless another policy has or wants it. */
  public readonly wantedName: string;
  public readonly stage: PolicyStage;
  private readonly key: string;

  constructor(scope: Construct, id: string, { kind = NETWORK_POLICY, namespace, name, key, stage, spec, descriptions }: PolicyObjectProps) {
    const description = Lazy.any({ produce: () => [...new Set(descriptions())].sort().join('; ') || undefined });
    super(scope, id, {
      ...kind,
      metadata: {
        name,
        namespace,
        labels: MANAGED_BY,
        // cdk8s resolves lazy values in metadata, and leaves out those that are undefined, but its types do not say so.
        annotations: { [DESCRIPTION]: description } as unknown as ApiObjectMetadata['annotations'],
      },
      spec: Lazy.any({ produce: spec }),
    });
    // cdk8s 2.68.12, lib/api-object.js, writes the namespace of the chart also into an object that has none.
    if (namespace === undefined) { Object.defineProperty(this.metadata, 'namespace', { value: undefined }); }
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
  const take = (spaces: readonly string[], name: unknown) => {
    for (const space of spaces) { taken.add(`${space}/${name}`); }
  };
  for (const object of objectsIn(root)) {
    const { apiVersion, kind, metadata: { namespace } } = object;
    const fileSpace = fileSpaceOf(object);
    const ofFile = fileSpace === undefined ? [] : [`${fileSpace} ${kind}`];
    if (isPolicyObject(object)) {
      const spaces = [...policySpaces(object, object, namespace, clusters), ...ofFile];
      requests.push({ key: object.uniqueKey, name: object.wantedName, spaces });
    } else if (isPolicyKind(apiVersion, kind)) {
      take([...policySpaces(object, object, namespace, clusters), ...ofFile], object.name);
    } else if (isList(object)) {
      for (const policy of policiesIn(object)) {
        const metadata = (isObject(policy.metadata) ? policy.metadata : {}) as { readonly namespace?: string; readonly name?: unknown };
        const listed = { apiVersion: String(policy.apiVersion), kind: String(policy.kind) };
        take(policySpaces(object, listed, metadata.namespace, clusters), metadata.name);
      }
    }
  }
  return assignNames(requests, taken);
}

/**
 * Where a policy of an object has its name: a namespace, or among the cluster-wide policies of its kind. One such place, or that of each cluster if the
 * object is part of all of them.
 */
function policySpaces(object: ApiObject, { apiVersion, kind }: PolicyKind, namespace: string | undefined, clusters: readonly string[]): string[] {
  const own = clusterOf(object);
  const of = own !== undefined ? [own] : clusters.length > 0 ? clusters : [''];
  // No name of a namespace has a dot or a capital.
  const place = isClusterScoped(apiVersion, kind) ? `${apiGroup(apiVersion)} ${kind}` : namespace ?? DEFAULT_NAMESPACE;
  return of.map(cluster => `${cluster}/${place}`);
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
