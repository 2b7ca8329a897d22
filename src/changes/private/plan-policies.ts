import { isDeepStrictEqual } from 'util';
import { Policy, policyName } from '../../cluster/cluster';
import { ClusterPolicy, clusterPolicyName } from '../../cluster/cluster-policy';
import { Origin } from '../../findings/finding';
import { ApiResource, DEFAULT_NAMESPACE, isObject } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/* The policies of a version, as objects that can be applied one by one. */

/** A policy as it is written, and what it means. */
export type PolicyObject = NamespacedObject | ClusterWideObject;

interface Written {
  /** `NetworkPolicy app/web`. Two versions of one object have the same name. */
  readonly name: string;
  /** What kubectl is given: without what only the server writes, and with the namespace. */
  readonly manifest: ApiResource;
}

/** A NetworkPolicy, or a policy of a namespace that does the same. */
export interface NamespacedObject extends Written {
  readonly policy: Policy;
  readonly clusterWide?: undefined;
}

/** A cluster-wide policy. */
export interface ClusterWideObject extends Written {
  readonly policy?: undefined;
  readonly clusterWide: ClusterPolicy;
}

/** A version of a cluster: the model, and the objects that it was read from. */
export interface WrittenVersion {
  readonly cluster: Version;
  readonly resources: Iterable<{ readonly object: ApiResource; readonly origin: Origin }>;
}

interface Version {
  readonly policies: readonly Policy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
}

/** The policies of a version by name, in their order. */
export function policyObjects({ cluster, resources }: WrittenVersion): Map<string, PolicyObject> {
  const written = new Map<Origin, ApiResource>();
  for (const { object, origin } of resources) { written.set(origin, object); }
  const objects = new Map<string, PolicyObject>();
  for (const policy of cluster.policies) {
    const name = policy.kind === undefined ? `NetworkPolicy ${policyName(policy)}` : policyName(policy);
    objects.set(name, { name, policy, manifest: manifestOf(written.get(policy.origin)!, policy.namespace) });
  }
  for (const clusterWide of cluster.clusterPolicies) {
    const { api } = clusterWide;
    // Two groups have the kind ClusterNetworkPolicy.
    const group = String(written.get(clusterWide.origin)!.apiVersion).split('/')[0];
    const name = `${clusterPolicyName(clusterWide)}${group === 'policy.networking.k8s.io' ? '' : ` of ${group}`}`;
    objects.set(`${api} ${name}`, { name, clusterWide, manifest: manifestOf(written.get(clusterWide.origin)!, undefined) });
  }
  return objects;
}

/** The fields of the metadata that the server writes. With some of them, kubectl refuses an object that has changed in the meantime. */
const OF_SERVER: ReadonlySet<string> = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds']);

/** The annotation in which kubectl keeps what was applied. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function manifestOf(object: ApiResource, namespace: string | undefined): ApiResource {
  const { status: _, apiVersion, kind, metadata, ...others } = object;
  const own = Object.entries(isObject(metadata) ? metadata : {}).filter(([field, value]) => !OF_SERVER.has(field) && value !== null);
  const { annotations, ...kept } = Object.fromEntries(own);
  const notes = Object.entries(isObject(annotations) ? annotations : {}).filter(([key]) => key !== LAST_APPLIED);
  return {
    apiVersion,
    kind,
    metadata: { ...kept, ...namespace === undefined ? {} : { namespace }, ...notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) } },
    ...others,
  };
}

/** The namespace of an object that kubectl is given; absent if it has none. */
export function namespaceOf({ policy }: PolicyObject): string | undefined {
  return policy === undefined ? undefined : policy.namespace || DEFAULT_NAMESPACE;
}

/**
 * What a policy means, as a text with every default filled in. Policies with different texts may mean the same too, such as those that differ in the
 * order of their rules.
 */
export function meaningOf({ policy, clusterWide }: PolicyObject): string {
  const known = meanings.get(policy ?? clusterWide!);
  if (known !== undefined) { return known; }
  const { origin: _, ...fields } = policy ?? clusterWide!;
  const text = JSON.stringify(fields, (key, value) =>
    key === 'path' ? undefined : value instanceof Selector ? value.id : typeof value === 'bigint' ? String(value) : value as unknown);
  meanings.set(policy ?? clusterWide!, text);
  return text;
}

const meanings = new WeakMap<Policy | ClusterPolicy, string>();

/** True if both mean the same in one cluster. A policy with node peers also means other addresses in a cluster with other nodes. */
export function meansTheSame(a: PolicyObject, b: PolicyObject): boolean {
  return meaningOf(a) === meaningOf(b) || isDeepStrictEqual(a.manifest.spec, b.manifest.spec);
}

/** True if applying one in place of the other changes nothing that the API server stores, besides fields that are empty or have their default value. */
export function isSameObject(a: PolicyObject, b: PolicyObject): boolean {
  return meaningOf(a) === meaningOf(b) && domainsOf(a) === domainsOf(b) && ['labels', 'annotations'].every(field => textOf(a, field) === textOf(b, field));
}

/** What the rules of an ApplicationNetworkPolicy say about domain names. Its model does not say which domains they are. */
function domainsOf({ policy, manifest: { spec } }: PolicyObject): string {
  if (policy?.kind === undefined) { return ''; }
  const { egress } = spec as { readonly egress?: readonly { readonly to?: readonly { readonly domainNames?: unknown }[] | null }[] | null };
  return JSON.stringify(egress?.map(({ to }) => to?.map(({ domainNames }) => domainNames)));
}

function textOf({ manifest: { metadata } }: PolicyObject, field: string): string {
  const map = (metadata as Record<string, unknown>)[field];
  return JSON.stringify(Object.entries(isObject(map) ? map : {}).map(([key, value]) => [key, value ?? '']).sort());
}
