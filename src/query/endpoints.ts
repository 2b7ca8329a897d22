import { Pod, Workload, workloadName } from '../cluster/cluster';
import { ClassIndex, Reachability } from '../evaluator/reachability';
import { nearestName } from '../findings/nearest-name';
import { AddressRange, cidrFix, cidrsOf, formatAddress, parseAddress, parseCidr } from '../k8s/address';
import { LabelSelector, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';

/** One of those that a question is about: a pod, or addresses that no policy tells apart. */
export type Endpoint = PodEndpoint | AddressEndpoint;

/** A pod, or the pods that a template makes. */
export interface PodEndpoint {
  readonly kind: 'pod';
  /** How messages call it: `app/web[Deployment]`. */
  readonly name: string;
  readonly workload: Workload;
  readonly pod: Pod;
  readonly index: ClassIndex;
}

/** Addresses: all of an atom, or the part of it that was asked about. */
export interface AddressEndpoint {
  readonly kind: 'address';
  readonly name: string;
  readonly range: AddressRange;
  readonly index: ClassIndex;
}

/** Which pods and addresses are meant, whether they exist or not. */
export type EndpointSelector =
  | { readonly kind: 'pods'; readonly namespaces: Selector; readonly pods: Selector }
  | { readonly kind: 'addresses'; readonly ranges: readonly AddressRange[] };

/** One side of a question or a claim. */
export interface Party {
  /** As the asker named it. */
  readonly name: string;
  /** Those that are judged. Never empty. */
  readonly endpoints: readonly Endpoint[];
  /**
   * Further members that only a claim of absence is judged by: what a pod of this party could be at
   * the worst, where not all is known of it.
   */
  readonly worstCase: readonly Endpoint[];
  /** All that could ever be part of it: what `only` lets through. */
  readonly selectors: readonly EndpointSelector[];
}

/** The ports of pods, each once, in a stable order. */
export function portsOf(members: readonly Endpoint[]): ContainerPort[] {
  const ports = new Map<string, ContainerPort>();
  for (const member of members) {
    for (const port of member.kind === 'pod' ? member.pod.ports : []) { ports.set(`${port.protocol}/${port.port}`, port); }
  }
  return [...ports.values()].sort((a, b) => a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port);
}

/** How a pod of a workload is called: `app/web-0[Pod]`. */
export function podName({ namespace, name, pods }: Workload, pod: Pod): string {
  // Two generations of a workload have two templates, and no pod of theirs is known by name.
  return `${namespace}/${pod.name ?? `${name}#${pods.indexOf(pod) + 1}`}[Pod]`;
}

/** A pod of the cluster as a member. */
export function podEndpoint(reach: Reachability, workload: Workload, pod: Pod, name: string): PodEndpoint {
  return { kind: 'pod', name, workload, pod, index: reach.ofPod(workload, pod) };
}

/**
 * The pods of a workload, all or some of them: two members for each kind that policies or a question about
 * ports tell apart, one to ask about the other. A thousand equal replicas are one question.
 */
export function workloadEndpoints(reach: Reachability, workload: Workload, name: string, pods = workload.pods): PodEndpoint[] {
  const kinds = new Map<string, Pod[]>();
  for (const pod of pods) {
    const kind = JSON.stringify([reach.ofPod(workload, pod), pod.ports]);
    kinds.set(kind, [...(kinds.get(kind) ?? []).slice(0, 1), pod]);
  }
  return [...kinds.values()].flat().map(pod => podEndpoint(reach, workload, pod, kinds.size === 1 ? name : podName(workload, pod)));
}

/** The addresses of a range, one member for each atom that it touches. */
export function addressEndpoints(reach: Reachability, range: AddressRange, name: (range: AddressRange) => string): AddressEndpoint[] {
  const { first, end } = reach.addresses.atomsOf(range);
  const members: AddressEndpoint[] = [];
  for (let atom = first; atom < end; atom++) {
    const whole = reach.addresses.range(atom);
    const part = {
      first: whole.first > range.first ? whole.first : range.first,
      last: whole.last < range.last ? whole.last : range.last,
    };
    members.push({ kind: 'address', name: name(part), range: part, index: reach.ofAtom(atom) });
  }
  return members;
}

/** Endpoints are named in four ways; whoever names one wrongly is told all of them. */
const FORMS = "name it as 'namespace/name', 'namespace/Kind/name', an IP address or a CIDR block";

/**
 * The party that a text names: `app/frontend`, `app/Deployment/frontend`, `10.0.0.1`, `10.0.0.0/8`.
 * Returns what is wrong, as a sentence, where it names none or more than one.
 */
export function partyNamed(reach: Reachability, text: string): Party | string {
  const address = parseAddress(text);
  if (address !== undefined) { return partyOfAddress(reach, address, text); }
  const parts = text.split('/');
  // A namespace may be called 2024, but has neither dot nor colon.
  if (/^[0-9.]*\.[0-9.]*$|:/.test(parts[0])) {
    const cidr = parseCidr(text);
    const fix = cidrFix(text);
    return typeof cidr === 'string' ? `'${text}': ${cidr}${fix === undefined ? '' : `; ${fix}`}` : partyOfRange(reach, cidr, text);
  }
  if (parts.length < 2 || parts.length > 3 || parts.some(part => part === '')) { return `'${text}' is no endpoint: ${FORMS}`; }
  return parts.length === 2
    ? partyOfName(reach, text, parts[0], parts[1])
    : partyOfName(reach, text, parts[0], parts[2], parts[1]);
}

/** The party of all pods that labels select: those there are, and for `only` all that could be. */
export function partySelected(
  reach: Reachability, name: string, namespaces: LabelSelector, pods: LabelSelector,
): Party | string {
  const namespaceSelector = Selector.from(namespaces);
  const podSelector = Selector.from(pods);
  const members = reach.cluster.workloads.flatMap(workload => {
    if (!namespaceSelector.matches(reach.cluster.namespaces.get(workload.namespace)!.labels)) { return []; }
    const selected = workload.pods.filter(pod => podSelector.matches(pod.labels));
    return selected.length === 0 ? [] : workloadEndpoints(reach, workload, workloadName(workload), selected);
  });
  if (members.length === 0) { return `no workload is selected by ${name}: see the labels with 'netpol list', or name it as 'namespace/name'`; }
  return { name, endpoints: members, worstCase: [], selectors: [{ kind: 'pods', namespaces: namespaceSelector, pods: podSelector }] };
}

/** The pods of one namespace, as a selector of namespaces. */
export function namespaceNamed(name: string): Selector {
  return Selector.labels({ [NAMESPACE_NAME_LABEL]: name });
}

/** An address; where it is that of a pod that is known, the pod. */
function partyOfAddress(reach: Reachability, address: bigint, text: string): Party {
  for (const workload of reach.cluster.workloads) {
    const pod = workload.pods.find(p => p.addresses.includes(address));
    if (pod !== undefined) {
      const name = `${text} (${podName(workload, pod)})`;
      return { ...partyOfPods(reach, workload, [pod], name), selectors: [...patternsOf(workload, [pod]), { kind: 'addresses', ranges: [{ first: address, last: address }] }] };
    }
  }
  return partyOfRange(reach, { first: address, last: address }, text);
}

function partyOfRange(reach: Reachability, range: AddressRange, text: string): Party {
  const members = addressEndpoints(reach, range, part =>
    part.first === part.last ? formatAddress(part.first) : cidrsOf(part).length === 1 ? cidrsOf(part)[0] : `${formatAddress(part.first)}-${formatAddress(part.last)}`);
  return { name: text, endpoints: members, worstCase: [], selectors: [{ kind: 'addresses', ranges: [range] }] };
}

function partyOfName(reach: Reachability, text: string, namespace: string, name: string, kind?: string): Party | string {
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
  // A pod that somebody owns can be asked about by its own name too.
  for (const workload of kind === undefined || kind === 'Pod' ? inNamespace : []) {
    const pod = workload.pods.find(p => p.name === name);
    if (pod !== undefined) { return partyOfPods(reach, workload, [pod], podName(workload, pod)); }
  }
  return `there is no workload '${text}'${suggestion(reach, namespace, name, kind)}`;
}

function partyOfPods(reach: Reachability, workload: Workload, pods: readonly Pod[], name: string): Party {
  return { name, endpoints: pods.map(pod => podEndpoint(reach, workload, pod, name)), worstCase: [], selectors: patternsOf(workload, pods) };
}

/** The pods that a workload knows as its own; where its selector is not that of these pods, pods of just their labels. */
function patternsOf(workload: Workload, pods: readonly Pod[]): EndpointSelector[] {
  const namespaces = namespaceNamed(workload.namespace);
  const selectors = new Map(pods.map(pod => workload.selector.matches(pod.labels) ? workload.selector : Selector.labels(pod.labels))
    .map(selector => [selector.id, selector]));
  return [...selectors.values()].map(selector => ({ kind: 'pods', namespaces, pods: selector }));
}

function suggestion(reach: Reachability, namespace: string, name: string, kind?: string): string {
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
    return `; namespace '${namespace}' has ${some(names)}${near === undefined ? '' : `: ${didYouMean(here.filter(w => w.name === near))}`}`;
  }
  return all.length === 0 ? ': no workload was given at all' : `; there are workloads in ${some(distinct(all.map(w => w.namespace)))}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** The first few of many. */
function some(names: readonly string[]): string {
  return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
}
