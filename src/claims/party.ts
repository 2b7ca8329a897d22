import { Pod, Workload, workloadName } from '../cluster/cluster';
import { hasAddressLabel, lastingSelector, workloadsAlike } from '../cluster/lasting-selection';
import { Service, serviceName } from '../cluster/service';
import { Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { AddressRange, cidrsOf, FAMILY_RANGE, formatAddress, parseCidr } from '../k8s/address';
import { IpBlock } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { Endpoint } from '../query/endpoints';
import { namespacesNamed, Party as QueryParty, partyNamed } from '../query/parties';
import { readPodsText } from '../query/pods-text';
import { PortQuery } from '../query/ports';
import { CandidatePart, CandidatePort } from '../search/candidate';

/** One side of a claim: a set of possible pods and addresses. */
export interface Party {
  /** The name in messages. */
  readonly name: string;
  readonly parts: readonly PartyPart[];
  /** The ports that `allowed` means by default. Absent: the container ports of the declared pods. */
  readonly ownPorts?: readonly PortQuery[];
  /** The party is the endpoints of this Service. The ports of a claim are then those of the Service. */
  readonly service?: Service;
  /** Why its pods and addresses are not known: it is a Service that was not read. `parts` has everything that could be behind it. */
  readonly unread?: Reason;
}

export type PartyPart = DeclaredPods | SelectedPods | PartyAddresses;

/** The pods of one declared workload, or some of them. */
export interface DeclaredPods {
  readonly kind: 'declared';
  /** What messages call the pods. */
  readonly name: string;
  readonly workload: Workload;
  readonly pods: readonly Pod[];
  /** In a list, it permits every possible pod of the workload's namespace that one of these matches, because no policy can tell them apart. */
  readonly permits: readonly Selector[];
}

/** Every possible pod that two selectors match, the declared ones among them. */
export interface SelectedPods extends CandidatePart {
  readonly kind: 'selected';
  /** The named ports that every pod of the party has: those of a tier. */
  readonly ports: readonly PossiblePort[];
}

/** A named port of a possible pod. */
export interface PossiblePort extends CandidatePort {
  readonly name: string;
}

/** Addresses that belong to no pod. As a member of a list, every address in the ranges. */
export interface PartyAddresses {
  readonly kind: 'addresses';
  readonly ranges: readonly AddressRange[];
  /** The block as it is written, if it has exceptions. */
  readonly block?: IpBlock;
}

/** Every possible pod and every address. */
export const ANYTHING: readonly PartyPart[] = [
  { kind: 'selected', namespaces: Selector.everything, pods: Selector.everything, ports: [] },
  { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6] },
];

/** The party that a text names, as `partyNamed` reads it. Returns a sentence that says what is wrong if the text names no party. */
export function namedParty(reach: Reachability, text: string): Party | string {
  const range = parseCidr(text);
  // A block of one address is that address, which may be the known address of a pod.
  const selector = readPodsText(text);
  if (typeof selector === 'object') {
    const part: SelectedPods = { kind: 'selected', namespaces: namespacesNamed(selector.namespaces), pods: selector.pods, ports: [] };
    return { name: `pods ${selector.pods} of namespace ${selector.namespaces.join(' and ')}`, parts: [part] };
  }
  const party = partyNamed(reach, typeof range === 'object' && range.first === range.last ? formatAddress(range.first) : text);
  if (typeof party === 'string') { return party; }
  const { name, alias, addressOf, service, unread } = party;
  if (unread !== undefined) { return { name, parts: ANYTHING, unread }; }
  if (alias !== undefined) { return `${name} stands for the domain name ${alias.externalName}, and no claim can be judged about a domain name: name the addresses behind it`; }
  if (addressOf !== undefined) {
    const { service: { namespace, name: own }, plugin } = addressOf;
    const fix = `name the Service, svc/${namespace}/${own}`;
    return plugin === undefined ? `where ${text}, an address of ${serviceName(addressOf.service)}, leads depends on the data plane of the cluster: ${fix}`
      : `${text} is an address of ${serviceName(addressOf.service)}, which leads to its endpoints: ${fix}`;
  }
  return { name, parts: partsOf(reach, party), service };
}

function partsOf(reach: Reachability, { name, endpoints, selectors, service }: QueryParty): PartyPart[] {
  const pods = new Map<Workload, Pod[]>();
  for (const endpoint of endpoints) {
    if (endpoint.kind === 'pod') { pods.set(endpoint.workload, [...pods.get(endpoint.workload) ?? [], endpoint.pod]); }
  }
  if (pods.size > 0) {
    const own = selectors.flatMap(selector => selector.kind === 'pods' ? [selector.pods] : []);
    const declared = [...pods].map(([workload, members]): DeclaredPods => ({
      kind: 'declared', name: service === undefined ? name : workloadName(workload), workload, pods: members, permits: [...own, ...withoutAddress(reach, workload)],
    }));
    return [...declared, ...addressesIn(service === undefined ? [] : endpoints)];
  }
  if (service !== undefined) { return addressesIn(endpoints); }
  return selectors.flatMap(selector => selector.kind === 'addresses' ? [selector] : []);
}

/** The endpoints that are addresses: those that EndpointSlices list and no pod has. */
function addressesIn(endpoints: readonly Endpoint[]): PartyAddresses[] {
  return endpoints.flatMap((endpoint): PartyAddresses[] => endpoint.kind === 'address' ? [{ kind: 'addresses', ranges: [endpoint.range] }] : []);
}

/**
 * For a workload of cdk8s-plus, its selector without the address: no policy selects by the address unless another workload is alike. None for other
 * workloads.
 */
function withoutAddress(reach: Reachability, workload: Workload): Selector[] {
  const lasting = hasAddressLabel(workload) ? lastingSelector(workload) : undefined;
  return lasting === undefined || workloadsAlike(workload, reach.workloadsIn(workload.namespace)).length > 0 ? [] : [lasting];
}

/** The addresses of a party as blocks of a rule. Undefined if it has none. */
export function blocksOf({ parts }: Party): IpBlock[] | undefined {
  const blocks = parts.flatMap(part => part.kind !== 'addresses' ? [] : part.block !== undefined ? [part.block] : part.ranges.flatMap(cidrsOf).map(cidr => ({ cidr })));
  return blocks.length === 0 ? undefined : blocks;
}

/** True if the party has addresses that belong to no pod. */
export function hasAddresses({ parts }: Party): boolean {
  return parts.some(({ kind }) => kind === 'addresses');
}

/** The addresses of some parties that belong to no pod. In a list, all of them. */
export function addressesOf(parties: readonly Party[]): AddressRange[] {
  return parties.flatMap(({ parts }) => parts.filter(part => part.kind === 'addresses')).flatMap(({ ranges }) => ranges);
}
