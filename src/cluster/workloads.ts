import { Pod, Workload } from './cluster';
import { Origin } from './origin';
import { controllerOf, normalGroup, Owner } from './owners';
import { Problem } from './problem';
import { Selector } from './selector';
import { parseAddress } from '../api/address';
import { ApiResource, isObject, Labels } from '../api/objects';
import { PodTemplate } from '../api/workloads';

/** A workload object that passed validation. */
export interface WorkloadObject {
  readonly namespace: string;
  readonly name: string;
  readonly object: ApiResource;
  readonly origin: Origin;
  readonly template: PodTemplate;
}

/** All that belongs to one workload. */
interface Family {
  readonly namespace: string;
  readonly root: Owner;
  /** The workload's own object, where the input has it. */
  own?: WorkloadObject;
  /** What makes its pods: its ReplicaSets or Jobs, and its own object. */
  readonly makers: WorkloadObject[];
  readonly pods: WorkloadObject[];
}

/**
 * Groups objects by what controls them: a Deployment, its ReplicaSets and their pods are one workload, as
 * `kubectl get all -o yaml` gives them. Pods that are known count as they are; a template stands in where
 * none is.
 */
export function groupWorkloads(objects: readonly WorkloadObject[]): { workloads: Workload[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const byKey = new Map(objects.map(object => [keyOf(object.namespace, identityOf(object)), object]));
  const families = new Map<string, Family>();
  for (const object of objects) {
    const root = rootOf(object, byKey);
    const key = keyOf(object.namespace, root);
    const family = families.get(key) ?? { namespace: object.namespace, root, makers: [], pods: [] };
    families.set(key, family);
    if (key === keyOf(object.namespace, identityOf(object))) { family.own = object; }
    (object.object.kind === 'Pod' ? family.pods : family.makers).push(object);
  }
  const workloads: Workload[] = [];
  for (const family of families.values()) {
    const workload = workloadOf(family, problems);
    if (workload !== undefined) { workloads.push(workload); }
  }
  return { workloads, problems };
}

/** Nothing where all of its pods have finished. */
function workloadOf({ namespace, root, own, makers, pods }: Family, problems: Problem[]): Workload | undefined {
  const running = pods.filter(pod => !hasFinished(pod.object));
  const templates = own !== undefined && own.object.kind !== 'Pod' ? [own] : currentGenerations(makers);
  const members = running.length > 0 ? running : templates;
  if (members.length === 0) { return undefined; }
  const known = members.map(member => podOf(member, problems));
  const name = `${namespace}/${root.name}[${root.kind}]`;
  const onHost = members.find(member => member.template.hostNetwork);
  if (onHost !== undefined) {
    problems.push({
      severity: 'warning',
      message: `${name} has hostNetwork: its pods are not subject to NetworkPolicies, and peers match them only by address`,
      place: onHost.origin.at([...onHost.template.path, 'spec', 'hostNetwork']),
    });
  }
  const selector = own?.template.selector === undefined ? Selector.everything : Selector.from(own.template.selector);
  return {
    namespace,
    name: root.name,
    kind: root.kind,
    origin: (own ?? members[0]).origin,
    selector: selector.isEverything ? Selector.labels(commonLabels(known)) : selector,
    pods: known,
  };
}

/** Of several generations those that are meant to have pods; all of them where none is. */
function currentGenerations(generations: readonly WorkloadObject[]): readonly WorkloadObject[] {
  const current = generations.filter(({ object }) => !isObject(object.spec) || object.spec.replicas !== 0);
  return current.length > 0 ? current : generations;
}

function podOf({ name, object, origin, template }: WorkloadObject, problems: Problem[]): Pod {
  const { labels, ports, hostNetwork } = template;
  return object.kind === 'Pod'
    ? { name, labels, ports, hostNetwork, addresses: addressesOf(object, origin, problems) }
    : { labels, ports, hostNetwork, addresses: [] };
}

/** `status.podIPs` and `status.podIP`, which is the first of them. */
function addressesOf({ status }: ApiResource, origin: Origin, problems: Problem[]): bigint[] {
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
      problems.push({ severity: 'warning', message: `${JSON.stringify(ip)} is no IP address: the pod is judged as if its address were not known`, place: origin.at(path) });
    } else {
      addresses.add(address);
    }
  }
  return [...addresses];
}

/** A pod that has run to its end takes part in no connection. */
function hasFinished({ status }: ApiResource): boolean {
  return isObject(status) && (status.phase === 'Succeeded' || status.phase === 'Failed');
}

function commonLabels(pods: readonly Pod[]): Labels {
  const [first, ...others] = pods;
  return Object.fromEntries(Object.entries(first.labels).filter(([key, value]) => others.every(({ labels }) => labels[key] === value)));
}

/** The last of the chain of controllers, as far as the input knows it. */
function rootOf(object: WorkloadObject, byKey: ReadonlyMap<string, WorkloadObject>): Owner {
  const seen = new Set<WorkloadObject>();
  let root = identityOf(object);
  for (let next: WorkloadObject | undefined = object; next !== undefined && !seen.has(next);) {
    seen.add(next);
    root = controllerOf(next.object) ?? identityOf(next);
    next = byKey.get(keyOf(object.namespace, root));
  }
  return root;
}

function identityOf({ name, object }: WorkloadObject): Owner {
  return { group: normalGroup(String(object.apiVersion)), kind: String(object.kind), name };
}

function keyOf(namespace: string, { group, kind, name }: Owner): string {
  return JSON.stringify([namespace, group, kind, name]);
}
