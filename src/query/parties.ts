import { addressEndpoints, Endpoint, knownPodName, podEndpoint, podName, workloadEndpoints } from './endpoints';
import { PodsText, readPodsText } from './pods-text';
import { PossiblePods } from './possible-pods';
import { endpointsOfService } from './service-targets';
import { Cluster, Pod, unreadWith, Workload, workloadName } from '../cluster/cluster';
import { Service, serviceName } from '../cluster/service';
import { withUnreadWorkloads } from '../cluster/unread-workloads';
import { Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { nearestName } from '../findings/nearest-name';
import { AddressRange, cidrFix, cidrsOf, looksLikeAddress, parseAddress, parseCidr } from '../k8s/address';
import { NetworkPlugin, pluginFact } from '../k8s/network-plugins';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/** A set of possible pods or of addresses. */
export type EndpointSelector =
  | { readonly kind: 'pods'; readonly namespaces: Selector; readonly pods: Selector }
  | { readonly kind: 'addresses'; readonly ranges: readonly AddressRange[] };

/** One side of a question or a claim. */
export interface Party {
  /** The name in messages. */
  readonly name: string;
  /** The declared pods and the addresses of the party. */
  readonly endpoints: readonly Endpoint[];
  /** Every possible pod and every address of the party, for the lists of a claim. */
  readonly selectors: readonly EndpointSelector[];
  /** The party is the endpoints of this Service. */
  readonly service?: Service;
  /** The party is the domain name for which this Service stands. It has no known endpoints. */
  readonly alias?: Service;
  /** The party is an address of this Service. With a plugin that decides so, it leads to the endpoints of the Service. */
  readonly addressOf?: { readonly service: Service; readonly address: bigint; readonly plugin?: NetworkPlugin };
  /** The input does not have the party, but what was not read may have it. It has no known endpoints. */
  readonly unread?: Reason;
  /** The party is written by labels: its pods with further labels, which `endpoints` does not have if that is an assumption. */
  readonly withFurtherLabels?: readonly Endpoint[];
}

/** The forms of an endpoint, for the error about a text that has none of them. */
const FORMS = "name it as 'namespace/name', 'namespace/Kind/name', 'svc/NAMESPACE/NAME', a selector such as 'ns=shop,app=web', an IP address or a CIDR block";

/**
 * The party that a text names: `app/frontend`, `app/Deployment/frontend`, `svc/app/frontend`, `ns=app,tier=frontend`, `10.0.0.1`, `10.0.0.0/8`.
 * Returns a sentence that says what is wrong if the text names no party, or more than one.
 *
 * @param possible the pods of the selectors that texts may name; `reach` is about its cluster
 */
export function partyNamed(reach: Reachability, text: string, possible?: PossiblePods): Party | string {
  const address = parseAddress(text);
  if (address !== undefined) { return partyOfAddress(reach, address, text); }
  if (looksLikeAddress(text)) {
    const cidr = parseCidr(text);
    const fix = cidrFix(text);
    return typeof cidr === 'string' ? `'${text}': ${cidr}${fix === undefined ? '' : `; ${fix}`}` : partyOfRange(reach, cidr, text);
  }
  const selector = readPodsText(text);
  if (typeof selector === 'string') { return selector; }
  if (selector !== undefined) { return partyOfSelector(reach, selector, possible); }
  const service = serviceTextOf(text);
  if (service !== undefined) { return partyOfService(reach, service); }
  const workload = workloadTextOf(text);
  return workload === undefined ? `'${text}' is not an endpoint: ${FORMS}` : partyOfName(reach, text, workload);
}

/** The namespace, name and kind in `namespace/name` and `namespace/Kind/name`. Undefined for other texts. */
export function workloadTextOf(text: string): { readonly namespace: string; readonly name: string; readonly kind?: string } | undefined {
  const parts = text.split('/');
  if (looksLikeAddress(text) || text.includes('=') || serviceTextOf(text) !== undefined || parts.length < 2 || parts.length > 3 || parts.some(part => part === '')) { return undefined; }
  const [namespace, kind, name = kind] = parts;
  return parts.length === 2 ? { namespace, name } : { namespace, name, kind };
}

/**
 * The cluster with the workloads that texts name, that it does not have, and that may be in what was not read. Whatever is asked about them is answered
 * for every pod that they could have.
 */
export function withUnreadParties(cluster: Cluster, texts: readonly string[]): Cluster {
  if (cluster.unread === undefined || cluster.unread.length === 0) { return cluster; }
  const known = new Set(cluster.workloads.flatMap(workload => [
    `${workload.namespace}/${workload.name}`, `${workload.namespace}/${workload.kind}/${workload.name}`,
    ...workload.pods.flatMap(pod => [knownPodName(workload, pod) ?? []].flat().flatMap(name => [`${workload.namespace}/${name}`, `${workload.namespace}/Pod/${name}`])),
  ]));
  const missing = [...new Set(texts)].filter(text => !known.has(text)).flatMap(text => workloadTextOf(text) ?? []);
  return withUnreadWorkloads(cluster, missing.map(({ kind = 'not read', ...one }) => ({ ...one, kind })));
}

/** The namespace and the name in `svc/NAMESPACE/NAME`. Undefined for other texts, such as a workload of a namespace that is called `svc`. */
export function serviceTextOf(text: string): { readonly namespace: string; readonly name: string } | undefined {
  const [prefix, namespace, name, ...others] = text.split('/');
  const isService = prefix === 'svc' && namespace && name && others.length === 0 && !/[A-Z]/.test(namespace);
  return isService ? { namespace, name } : undefined;
}

function partyOfService(reach: Reachability, { namespace, name }: { readonly namespace: string; readonly name: string }): Party | string {
  const services = reach.cluster.services;
  const service = services.find(one => one.namespace === namespace && one.name === name);
  if (service === undefined) {
    const unread = unreadWith(reach.cluster, 'services', namespace, name);
    if (unread !== undefined) { return { name: `Service ${namespace}/${name}`, endpoints: [], selectors: [], unread }; }
    const elsewhere = services.filter(one => one.namespace === namespace || one.name === name);
    const known = elsewhere.length === 0 ? '' : `; there is ${firstFew(distinct(elsewhere.map(one => `svc/${one.namespace}/${one.name}`)))}`;
    return `there is no Service '${namespace}/${name}' in the input${known}`;
  }
  if (service.isAmbiguous) {
    const unread: Reason = { code: 'defined-twice', what: serviceName(service), place: service.origin.at() };
    return { name: serviceName(service), endpoints: [], selectors: [], unread };
  }
  if (service.externalName !== undefined) { return { name: serviceName(service), endpoints: [], selectors: [], alias: service }; }
  const endpoints = endpointsOfService(reach, service);
  if (typeof endpoints === 'string') { return endpoints; }
  const selected = service.selector === undefined ? [] : [{ kind: 'pods', namespaces: namespaceNamed(namespace), pods: service.selector } as const];
  return { name: serviceName(service), endpoints, selectors: selected, service };
}

function partyOfSelector(reach: Reachability, selector: PodsText, possible: PossiblePods | undefined): Party {
  const { text, namespaces, pods } = selector;
  const { endpoints, withFurtherLabels } = possible?.endpointsOf(reach, selector) ?? { endpoints: [], withFurtherLabels: [] };
  return { name: text, endpoints, withFurtherLabels, selectors: [{ kind: 'pods', namespaces: namespacesNamed(namespaces), pods }] };
}

/** A selector of the namespaces with these names. */
export function namespacesNamed(names: readonly string[]): Selector {
  return Selector.of([{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: names }]);
}

/** A selector of the namespace with this name. */
export function namespaceNamed(name: string): Selector {
  return Selector.labels({ [NAMESPACE_NAME_LABEL]: name });
}

/** The pod that has the address; otherwise the address itself. */
function partyOfAddress(reach: Reachability, address: bigint, text: string): Party {
  for (const workload of reach.cluster.workloads) {
    const pod = workload.pods.find(p => p.addresses.includes(address));
    if (pod !== undefined) {
      const name = `${text} (${podName(workload, pod)})`;
      return { ...partyOfPods(reach, workload, [pod], name), selectors: [...selectorsOf(workload, [pod]), { kind: 'addresses', ranges: [{ first: address, last: address }] }] };
    }
  }
  const service = reach.cluster.services.find(({ addresses }) => addresses.includes(address));
  const outside = partyOfRange(reach, { first: address, last: address }, text);
  if (service === undefined) { return outside; }
  const [name, addressOf] = [`${text} (${serviceName(service)})`, { service, address }];
  const { plugin } = reach.cluster;
  const decides = service.clusterAddresses.includes(address) && pluginFact(plugin, 'Service addresses') !== undefined;
  const party = decides ? partyOfService(reach, service) : '';
  // A Service without endpoints leads somewhere, which the input does not say.
  return typeof party === 'string' || party.service === undefined ? { ...outside, name, addressOf } : { ...party, name, addressOf: { ...addressOf, plugin } };
}

function partyOfRange(reach: Reachability, range: AddressRange, text: string): Party {
  const atoms = addressEndpoints(reach, range);
  // A fix opens the whole range, and not only the part that is blocked first.
  const blocks = cidrsOf(range).map(cidr => ({ cidr }));
  return { name: text, endpoints: atoms.length === 1 ? atoms : atoms.map(atom => ({ ...atom, blocks })), selectors: [{ kind: 'addresses', ranges: [range] }] };
}

function partyOfName(reach: Reachability, text: string, { namespace, name, kind }: NonNullable<ReturnType<typeof workloadTextOf>>): Party | string {
  const inNamespace = reach.workloadsIn(namespace);
  const workloads = inNamespace.filter(w => w.name === name && (kind === undefined || w.kind === kind));
  if (workloads.length > 1) {
    return `'${text}' is the name of ${workloads.length} workloads: write ${workloads.map(w => `'${namespace}/${w.kind}/${name}'`).join(' or ')}`;
  }
  if (workloads.length === 1) {
    const [workload] = workloads;
    const own = workloadName(workload);
    return { ...partyOfPods(reach, workload, workload.pods, own), endpoints: workloadEndpoints(reach, workload, own) };
  }
  // A pod that has an owner can be asked about by its own name too.
  for (const workload of kind === undefined || kind === 'Pod' ? inNamespace : []) {
    const pod = workload.pods.find(p => knownPodName(workload, p) === name);
    if (pod !== undefined) { return partyOfPods(reach, workload, [pod], podName(workload, pod)); }
  }
  return `there is no workload '${text}'${existingNames(reach, namespace, name, kind)}`;
}

function partyOfPods(reach: Reachability, workload: Workload, pods: readonly Pod[], name: string): Party {
  return { name, endpoints: pods.map(pod => podEndpoint(reach, workload, pod, name)), selectors: selectorsOf(workload, pods) };
}

/** The pods that the workload's selector matches; if it does not match these pods, the pods that have their labels. */
function selectorsOf(workload: Workload, pods: readonly Pod[]): EndpointSelector[] {
  const namespaces = namespaceNamed(workload.namespace);
  const selectors = new Map(pods.map(pod => workload.selector.matches(pod.labels) ? workload.selector : Selector.labels(pod.labels))
    .map(selector => [selector.id, selector]));
  return [...selectors.values()].map(selector => ({ kind: 'pods', namespaces, pods: selector }));
}

/** The names that exist, for the error about a name that does not. */
function existingNames(reach: Reachability, namespace: string, name: string, kind?: string): string {
  const all = reach.cluster.workloads;
  const didYouMean = (workloads: readonly Workload[]) => {
    const texts = distinct(workloads.map(w => `'${w.namespace}/${kind === undefined ? '' : `${w.kind}/`}${w.name}'`));
    return `did you mean ${texts.slice(0, 3).join(' or ')}?`;
  };
  const sameName = all.filter(w => w.name === name);
  if (sameName.length > 0) { return `; ${didYouMean(sameName)}`; }
  const here = all.filter(w => w.namespace === namespace);
  if (here.length > 0) {
    const names = distinct(here.map(w => w.name));
    const near = nearestName(name, names);
    return `; namespace '${namespace}' has ${firstFew(names)}${near === undefined ? '' : `: ${didYouMean(here.filter(w => w.name === near))}`}`;
  }
  return all.length === 0 ? ': the input has no workload' : `; there are workloads in ${firstFew(distinct(all.map(w => w.namespace)))}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** The first few of many. */
function firstFew(names: readonly string[]): string {
  return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}
