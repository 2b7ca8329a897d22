import { Autoscaler } from './autoscalers';
import { labelsOfCustomTemplate, labelsOfPod, labelsOfTemplate } from './generated-labels';
import { objectKey } from './identity';
import { enumerate, withCommas } from '../../findings/enumeration';
import { finding, Origin, Finding, printable } from '../../findings/finding';
import { parseAddress } from '../../k8s/address';
import { apiGroup, ApiResource, commonLabels, isObject } from '../../k8s/objects';
import { CustomTemplate } from '../../k8s/pod-makers';
import { Selector } from '../../k8s/selector';
import { currentGroup, PodTemplate, servedVersion } from '../../k8s/workloads';
import { Pod, UnreadReason, Workload } from '../cluster';
import { eitherPod, unknownPod } from '../unread-workloads';

/** A workload object that passed validation. */
export interface WorkloadObject {
  readonly namespace: string;
  readonly name: string;
  readonly object: ApiResource;
  readonly origin: Origin;
  readonly template: PodTemplate;
  /** For a custom kind: all of its templates. `template` is the first of them. */
  readonly custom?: readonly CustomTemplate[];
  /** For an object that netpol cannot read: why. */
  readonly unread?: { readonly reason: UnreadReason; readonly isNetworkKnown: boolean };
  /** For an object that is declared twice, with different content: the other declarations, and the reason. */
  readonly others?: { readonly objects: readonly WorkloadObject[]; readonly reason: UnreadReason };
}

/** What the pods of an object depend on beside the object. */
interface GroupFacts {
  readonly minReplicas: ReadonlyMap<string, number>;
  /** The keys of labels of pods that policies look at. Only unknown labels need them. */
  readonly mentioned: () => ReadonlySet<string>;
}

/** An object with its key. */
interface Keyed {
  readonly object: WorkloadObject;
  readonly identity: Owner;
  readonly key: string;
}

/** The objects of one workload. */
interface OwnerGroup {
  readonly namespace: string;
  readonly root: Owner;
  /** The workload's own object, if the input has it. */
  own?: WorkloadObject;
  /** The objects that create its pods: its ReplicaSets or Jobs, and its own object. */
  readonly creators: WorkloadObject[];
  readonly pods: WorkloadObject[];
}

/**
 * Groups objects by their controllers. A Deployment, its ReplicaSets and their pods, as `kubectl get all -o yaml` prints them, are one
 * workload. If the input has pods of a workload, those are its pods; otherwise its template stands for them.
 *
 * @param mentioned gives the keys of labels of pods that policies look at
 */
export function groupWorkloads(
  objects: readonly WorkloadObject[], autoscalers: readonly Autoscaler[], mentioned: () => ReadonlySet<string>,
): { workloads: Workload[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const minReplicas = new Map(autoscalers.map(one => [one.target, one.minReplicas]));
  const keyed = objects.map(keyedOf);
  const byKey = new Map(keyed.map(one => [one.key, one]));
  const groups = new Map<string, OwnerGroup>();
  for (const one of keyed) {
    const { object } = one;
    const { root, key } = rootOf(one, byKey);
    const group = groups.get(key) ?? { namespace: object.namespace, root, creators: [], pods: [] };
    groups.set(key, group);
    if (key === one.key) { group.own = object; }
    (object.object.kind === 'Pod' ? group.pods : group.creators).push(object);
  }
  const workloads: Workload[] = [];
  const groupsOfName = new Map<string, number>();
  for (const { namespace, root } of groups.values()) {
    const key = objectKey('', root.kind, namespace, root.name);
    groupsOfName.set(key, (groupsOfName.get(key) ?? 0) + 1);
  }
  for (const group of groups.values()) {
    const { namespace, root } = group;
    const isUnique = groupsOfName.get(objectKey('', root.kind, namespace, root.name)) === 1;
    const workload = workloadOf(isUnique ? group : { ...group, root: { ...root, kind: kindWithGroup(root) } }, { minReplicas, mentioned }, findings);
    if (workload !== undefined) { workloads.push(workload); }
  }
  findings.push(...finishedPods(objects));
  return { workloads, findings };
}

/** The kind of a workload that has its name and kind in common with one of another API group, as kubectl writes it: `Deployment.acme.io`. */
function kindWithGroup({ group, kind }: Owner): string {
  const served = servedVersion(kind);
  return served !== undefined && apiGroup(served) === group ? kind : `${kind}.${group === '' ? 'core' : group}`;
}

/** Undefined if all of its pods have finished. */
function workloadOf(
  { namespace, root, own, creators, pods }: OwnerGroup, facts: GroupFacts, findings: Finding[],
): Workload | undefined {
  const running = pods.filter(pod => !hasFinished(pod.object));
  const templates = own !== undefined && own.object.kind !== 'Pod' ? [own] : currentGenerations(creators);
  const members = running.length > 0 ? running : templates;
  if (members.length === 0) { return undefined; }
  const known = members.flatMap(member => podsOf(member, facts, findings));
  const name = `${namespace}/${root.name}[${root.kind}]`;
  const described = members.flatMap(({ origin, template, custom }) =>
    custom === undefined ? [{ origin, template }] : custom.map(one => ({ origin, template: one.template })));
  const onHost = described.find(({ template }) => template.hostNetwork);
  if (onHost !== undefined) {
    findings.push(finding(
      'NP304', onHost.origin.at([...placeIn(onHost.template), 'spec', 'hostNetwork']),
      `${name} has hostNetwork: NetworkPolicies do not select its pods, and rules match them only by address`,
    ));
  }
  // What is common to all declarations, if there are several.
  const isKnown = known.every(({ unread }) => unread === undefined);
  const selector = own?.template.selector === undefined || !isKnown ? Selector.everything : Selector.from(own.template.selector);
  const written = isKnown ? described.map(({ template }) => template.labels) : known.map(({ labels }) => labels);
  return {
    namespace,
    name: root.name,
    kind: root.kind,
    origin: (own ?? members[0]).origin,
    selector: selector.isEverything ? Selector.labels(commonLabels(written)) : selector,
    hasOwnSelector: !selector.isEverything,
    pods: known,
  };
}

/** The ReplicaSets that are not scaled to zero; all of them if every one is. */
function currentGenerations(generations: readonly WorkloadObject[]): readonly WorkloadObject[] {
  const current = generations.filter(({ object }) => !isObject(object.spec) || object.spec.replicas !== 0);
  return current.length > 0 ? current : generations;
}

/** The pods of one object; one entry for all that they could be, if they are not known. */
function podsOf(member: WorkloadObject, facts: GroupFacts, findings: Finding[]): Pod[] {
  const { name, object, template: { hostNetwork }, unread, others } = member;
  if (unread !== undefined) { return [unknownPod(facts.mentioned(), unread.reason, { name: object.kind === 'Pod' ? name : undefined, hostNetwork: unread.isNetworkKnown ? hostNetwork : undefined })]; }
  const pods = describedPods(member, facts, findings);
  if (others === undefined) { return pods; }
  const either = eitherPod([pods, ...others.objects.map(other => describedPods(other, facts, findings))], others.reason);
  return either === undefined ? pods : [either];
}

function describedPods(member: WorkloadObject, { minReplicas, mentioned }: GroupFacts, findings: Finding[]): Pod[] {
  const { name, object, origin, template, custom } = member;
  if (custom !== undefined) {
    return custom.map(one => {
      const { ports, hostNetwork } = one.template;
      return { ...labelsOfCustomTemplate(one, mentioned), ports, hostNetwork, addresses: [] };
    });
  }
  const { labels, ports, hostNetwork } = template;
  if (object.kind === 'Pod') {
    return [{ name, ...labelsOfPod(labels, isPrinted(object)), ports, hostNetwork, addresses: addressesOf(object, origin, findings) }];
  }
  const owner = { kind: String(object.kind), name, spec: specOfController(object), minReplicas: minReplicas.get(keyedOf(member).key) };
  return labelsOfTemplate(labels, owner).map(own => ({ ...own, ports, hostNetwork, addresses: [] }));
}

/** The path of a template for places, in which the items of lists have numbers. */
function placeIn({ path }: PodTemplate): (string | number)[] {
  return path.map(step => /^\d+$/.test(step) ? Number(step) : step);
}

/** The `spec` of the object whose controller makes the pods. A CronJob makes Jobs. */
function specOfController({ kind, spec }: ApiResource): Readonly<Record<string, unknown>> {
  const jobs = kind === 'CronJob' && isObject(spec) && isObject(spec.jobTemplate) ? spec.jobTemplate.spec : spec;
  // Validation has seen the pod template in it.
  return jobs as Readonly<Record<string, unknown>>;
}

/** True if a cluster has printed the pod, with every label that it has: it has an owner or a status. */
function isPrinted({ metadata, status }: ApiResource): boolean {
  return (isObject(metadata) && Array.isArray(metadata.ownerReferences) && metadata.ownerReferences.length > 0)
    || (isObject(status) && Object.values(status).some(value => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)));
}

/** The addresses in `status.podIPs` and `status.podIP` (v1, PodStatus). */
function addressesOf({ status }: ApiResource, origin: Origin, findings: Finding[]): bigint[] {
  if (!isObject(status)) { return []; }
  const written: { ip: unknown; path: (string | number)[] }[] = [{ ip: status.podIP, path: ['status', 'podIP'] }];
  if (Array.isArray(status.podIPs)) {
    status.podIPs.forEach((item, i) => { if (isObject(item)) { written.push({ ip: item.ip, path: ['status', 'podIPs', i, 'ip'] }); } });
  }
  const addresses = new Set<bigint>();
  for (const { ip, path } of written) {
    if (ip === undefined || ip === null || ip === '') { continue; }
    const address = typeof ip === 'string' ? parseAddress(ip) : undefined;
    if (address === undefined) {
      findings.push(finding('NP033', origin.at(path), `${JSON.stringify(ip)} is not an IP address; netpol treats the address of the pod as not known`));
    } else {
      addresses.add(address);
    }
  }
  return [...addresses];
}

/** At most this many pods that have finished are named. */
const MAX_FINISHED = 5;

/** Says which pods are left out because they have finished; nothing if there are none. */
function finishedPods(objects: readonly WorkloadObject[]): Finding[] {
  const finished = objects.filter(({ object }) => object.kind === 'Pod' && hasFinished(object));
  if (finished.length === 0) { return []; }
  const names = enumerate(finished.map(({ namespace, name }) => printable(`${namespace}/${name}`)), MAX_FINISHED);
  const message = finished.length === 1 ? '1 pod has finished, so it has no connections and is not in the answers' : `${withCommas(finished.length)} pods have finished, so they have no connections and are not in the answers`;
  return [finding('NP319', finished[0].origin.at(['status', 'phase']), `${message}: ${names}`)];
}

/** A pod that has finished has no connections. */
function hasFinished({ status }: ApiResource): boolean {
  return isObject(status) && (status.phase === 'Succeeded' || status.phase === 'Failed');
}

/** The last controller in the chain of controllers, as far as the input has it. */
function rootOf(one: Keyed, byKey: ReadonlyMap<string, Keyed>): { root: Owner; key: string } {
  const seen = new Set<Keyed>();
  let root = one.identity;
  let key = one.key;
  for (let next: Keyed | undefined = one; next !== undefined && !seen.has(next); next = byKey.get(key)) {
    seen.add(next);
    const controller = controllerOf(next.object.object);
    root = controller ?? next.identity;
    key = controller === undefined ? next.key : keyOf(one.object.namespace, controller);
  }
  return { root, key };
}

function keyedOf(object: WorkloadObject): Keyed {
  const identity = { group: currentGroup(String(object.object.apiVersion)), kind: String(object.object.kind), name: object.name };
  return { object, identity, key: keyOf(object.namespace, identity) };
}

function keyOf(namespace: string, { group, kind, name }: Owner): string {
  return objectKey(group, kind, namespace, name);
}

/** An object that owns pods, directly or through other objects. */
interface Owner {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Kinds that a controller creates. Their owner is the workload. */
const CREATED_BY_OWNER: readonly unknown[] = ['Pod', 'ReplicaSet', 'ReplicationController', 'Job'];

/**
 * The controller of an object: the owner with `controller: true`, or the only owner (meta/v1, OwnerReference). A Node does not count: it
 * owns its static pods, but these have nothing else in common.
 */
function controllerOf(object: ApiResource): Owner | undefined {
  const { kind, metadata } = object;
  if (!CREATED_BY_OWNER.includes(kind) || !isObject(metadata) || !Array.isArray(metadata.ownerReferences)) { return undefined; }
  const owners = metadata.ownerReferences.filter(isObject);
  const owner = owners.find(o => o.controller === true) ?? (owners.length === 1 ? owners[0] : undefined);
  if (owner === undefined || typeof owner.kind !== 'string' || typeof owner.name !== 'string') { return undefined; }
  const group = typeof owner.apiVersion === 'string' ? currentGroup(owner.apiVersion) : '';
  return group === '' && owner.kind === 'Node' ? undefined : { group, kind: owner.kind, name: owner.name };
}
