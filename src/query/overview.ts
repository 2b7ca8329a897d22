import { ConnectivityList, isSeveral, listConnections, ListedEnd, listedEnds } from './connectivity';
import { AddressEndpoint, Endpoint, PodEndpoint, portsOf } from './endpoints';
import { instructionOf } from './fix-instruction';
import { policyFixFor } from './private/fix';
import { ServiceTarget, targetsOfService } from './service-targets';
import { Namespace, PeerClause, Pod, Policy, Workload } from '../cluster/cluster';
import { blocksOf, ClusterPeerClause, ClusterPolicy } from '../cluster/cluster-policy';
import { apiSelector, ownSelector } from '../cluster/own-selector';
import { couldSelect, surelySelects } from '../cluster/pod-selection';
import { Service } from '../cluster/service';
import { ConnectionSet } from '../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../evaluator/reachability';
import { Reason } from '../findings/answer';
import { Place } from '../findings/finding';
import { AddressRange, subtractRanges } from '../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ContainerPort } from '../k8s/workloads';

/*
 * Everything that a page about a whole cluster shows: the list of connections, and what explains any pair of it. The explanations of all pairs would be
 * millions. So each part is here once, and a reader joins them: the policies of an endpoint class, and the peers of a rule.
 */

export type { Direction } from '../evaluator/reachability';

/** A cluster as a whole. */
export interface Overview {
  readonly list: ConnectivityList;
  /** The workloads and pods of the list, in its order. */
  readonly ends: readonly OverviewEnd[];
  /** What isolates the pods of each endpoint class. */
  readonly classes: ReadonlyMap<ClassIndex, Readonly<Record<Direction, OverviewSide>>>;
  readonly policies: readonly (Policy | ClusterPolicy)[];
  readonly services: readonly OverviewService[];
  /** The ends that a peer of a rule means. A peer of addresses means the pods whose address is known and among them. */
  peers(policy: Policy | ClusterPolicy, clause: ClusterPeerClause): PeerEnds;
}

/** The ends, by their numbers, ascending. */
export interface PeerEnds {
  readonly surely: readonly number[];
  /** Those that it may mean: a label or an address decides that is not known. */
  readonly maybe: readonly number[];
  /** The addresses that it means. */
  readonly ranges: readonly AddressRange[];
}

/** A workload, or a pod of one. */
export interface OverviewEnd extends ListedEnd {
  readonly place: Place;
  /** The pods are several, which may connect to each other. */
  readonly isSeveral: boolean;
  readonly hostNetwork: boolean;
  readonly ports: readonly ContainerPort[];
  readonly labels: Pod['labels'];
  /** The selector by which a rule means the end; absent if it has no label for that, or if selectors skip it. */
  readonly selector?: object;
  readonly fixes: Readonly<Record<Direction, FixStart | undefined>>;
}

/** The part of a fix that does not depend on the peer. A rule with the peer and its ports completes it. */
export interface FixStart {
  /** `add to spec.egress of app/allow-backend-egress (shop.yaml:40:3)` */
  readonly instruction: string;
  /** The section whose value the rule is, if the fix replaces a section without rules. */
  readonly section?: 'ingress' | 'egress';
  /** The new policy, with an empty list for the rules. Its name ends with the name of the peer. Absent if the fix changes a policy. */
  readonly policy?: { readonly namespace: string; readonly nameStart: string; readonly podSelector: object; readonly policyType: string };
  /** What else the fix opens. */
  readonly opens?: string;
}

/** One direction of an endpoint class. */
export interface OverviewSide {
  /** NetworkPolicies that isolate the pods, or may do so. */
  readonly isolatedBy: readonly Policy[];
  /** True if only the running cluster knows whether one of them selects the pods. */
  readonly mayBeOpen: boolean;
  /** Cluster-wide policies that select the pods, or may do so, in the order in which they decide. */
  readonly tiers: readonly { readonly policy: ClusterPolicy; readonly isSure: boolean }[];
  /** Why policies that are not evaluated leave it undecided. */
  readonly reasons: readonly Reason[];
}

/** A Service and where it leads. */
export interface OverviewService {
  readonly service: Service;
  /** A text says why it leads nowhere. */
  readonly targets: readonly OverviewTarget[] | string;
}

/** One port of one endpoint of a Service. */
export interface OverviewTarget extends Pick<ServiceTarget, 'servicePort' | 'doubt'> {
  /** The number of the end; absent for an address. */
  readonly end?: number;
  readonly address?: AddressRange;
  /** Absent: any port. */
  readonly connections?: ConnectionSet;
}

/** Looks at a whole cluster. */
export function overviewOf(reach: Reachability): Overview {
  const { entries } = listedEnds(reach);
  const { cluster } = reach;
  const numbers = new EndNumbers(entries);
  const classes = new Map<ClassIndex, Record<Direction, OverviewSide>>();
  for (const { index } of entries) {
    if (!classes.has(index)) { classes.set(index, { ingress: sideOf(reach, index, 'ingress'), egress: sideOf(reach, index, 'egress') }); }
  }
  const peers = new Peers(reach, entries);
  return {
    list: listConnections(reach),
    ends: entries.map(entry => endOf(reach, entry)),
    classes,
    policies: [...cluster.policies, ...cluster.clusterPolicies],
    services: cluster.services.map(service => ({ service, targets: targetsOf(reach, service, numbers) })),
    peers: (policy, clause) => peers.of('tier' in policy ? undefined : policy.namespace, clause),
  };
}

function sideOf(reach: Reachability, index: ClassIndex, direction: Direction): OverviewSide {
  const isolatedBy = reach.policies(index, direction);
  return {
    isolatedBy,
    mayBeOpen: isolatedBy.length > 0 && !reach.isIsolated(index, direction),
    tiers: reach.clusterPolicies(index, direction).map(policy => ({ policy, isSure: reach.isSurelySelected(index, direction, policy) })),
    reasons: reach.unevaluatedReasons(index, direction),
  };
}

function endOf(reach: Reachability, { end, index }: ListedEnd): OverviewEnd {
  const { workload } = end;
  const pods = end.kind === 'pod' ? [end.pod] : workload.pods;
  const [pod] = pods;
  const own = ownSelector(workload, pod);
  const endpoint: PodEndpoint = { kind: 'pod', name: end.name, workload, pod, index };
  return {
    end,
    index,
    place: workload.origin.at(),
    isSeveral: isSeveral(end),
    hostNetwork: pod.hostNetwork,
    ports: portsOf(pods.map(one => ({ ...endpoint, pod: one }))),
    labels: pod.labels,
    ...own === undefined || pod.hostNetwork ? {} : { selector: apiSelector(own) },
    fixes: { ingress: fixStart(reach, endpoint, 'ingress'), egress: fixStart(reach, endpoint, 'egress') },
  };
}

/** The name of a peer that stands for any, in the name of a new policy. */
const ANY_PEER = 'peer';

function fixStart(reach: Reachability, subject: PodEndpoint, direction: Direction): FixStart | undefined {
  const isolatedBy = reach.policies(subject.index, direction);
  if (isolatedBy.length === 0) { return undefined; }
  const peer: AddressEndpoint = { kind: 'address', name: ANY_PEER, range: { first: 0n, last: 0n }, index: reach.ofAddress(0n) };
  const destination: Endpoint = direction === 'ingress' ? subject : peer;
  const { namespace } = subject.workload;
  const fix = policyFixFor(
    { direction, subject, peer, destination, openable: ConnectionSet.ALL, isolatedBy, isolates: false, nearMisses: [], mayOpenNamespace: true },
    { policies: isolatedBy, workloads: reach.workloadsIn(namespace) },
  );
  if (fix === undefined) { return undefined; }
  const { instruction, opens, isInsertion } = instructionOf(fix);
  const common = { instruction, ...opens === undefined ? {} : { opens } };
  if (fix.kind === 'rule') { return { ...common, ...isInsertion ? {} : { section: direction } }; }
  const { metadata: { name }, spec } = fix.object;
  const { podSelector, policyTypes: [policyType] } = spec as { podSelector: object; policyTypes: string[] };
  return { ...common, policy: { namespace, nameStart: name.slice(0, name.lastIndexOf(ANY_PEER)), podSelector, policyType } };
}

function targetsOf(reach: Reachability, service: Service, numbers: EndNumbers): OverviewTarget[] | string {
  const targets = targetsOfService(reach, service);
  if (typeof targets === 'string') { return targets; }
  const known = new Map<string, OverviewTarget>();
  for (const { endpoint, port, servicePort, doubt } of targets) {
    const connections = port === undefined || 'name' in port ? undefined : ConnectionSet.range(port.protocol, port.first, port.last);
    const end = endpoint.kind === 'pod' ? numbers.of(endpoint) : undefined;
    const target = { servicePort, doubt, end, address: endpoint.kind === 'address' ? endpoint.range : undefined, connections };
    known.set(`${end ?? endpoint.name} ${servicePort?.protocol} ${servicePort?.port} ${connections?.key}`, target);
  }
  return [...known.values()];
}

/** The numbers of workloads and pods in the list. */
class EndNumbers {
  private readonly byWorkload = new Map<Workload, number>();
  private readonly byPod = new Map<Pod, number>();

  constructor(entries: readonly ListedEnd[]) {
    entries.forEach(({ end }, i) => { if (end.kind === 'pod') { this.byPod.set(end.pod, i); } else { this.byWorkload.set(end.workload, i); } });
  }

  public of({ workload, pod }: PodEndpoint): number | undefined { return this.byPod.get(pod) ?? this.byWorkload.get(workload); }
}

/** The ends that the peers of rules mean. Many rules have the same selectors. */
class Peers {
  private readonly byNamespace = new Map<string, number[]>();
  private readonly known = new Map<string, PeerEnds>();
  /** The ends of which an address is known. */
  private readonly withAddress: readonly { readonly number: number; readonly addresses: readonly bigint[] }[];

  constructor(private readonly reach: Reachability, private readonly entries: readonly ListedEnd[]) {
    entries.forEach(({ end: { workload: { namespace } } }, i) => {
      const own = this.byNamespace.get(namespace);
      if (own === undefined) { this.byNamespace.set(namespace, [i]); } else { own.push(i); }
    });
    this.withAddress = entries.flatMap((_, number) => {
      const addresses = this.podsOf(number).flatMap(pod => pod.addresses);
      return addresses.length === 0 ? [] : [{ number, addresses }];
    });
  }

  public of(namespace: string | undefined, clause: PeerClause | ClusterPeerClause): PeerEnds {
    if (clause.kind === 'domains') { return { surely: [], maybe: [], ranges: [] }; }
    if (clause.kind !== 'pods') { return this.ofAddresses((blocksOf(clause) ?? []).flatMap(({ block, except }) => subtractRanges(block, except))); }
    const namespaces = clause.namespaces ?? Selector.labels({ [NAMESPACE_NAME_LABEL]: namespace! });
    const key = `${namespaces.id} ${clause.pods.id}`;
    const known = this.known.get(key) ?? this.ofPods(namespaces, clause.pods);
    this.known.set(key, known);
    return known;
  }

  private ofPods(namespaces: Selector, pods: Selector): PeerEnds {
    const [surely, maybe]: [number[], number[]] = [[], []];
    for (const [name, own] of this.byNamespace) {
      const match = matchOf(namespaces, this.reach.cluster.namespaces.get(name)!);
      if (match === 'no') { continue; }
      for (const number of own) {
        const selectable = this.podsOf(number).filter(({ hostNetwork }) => !hostNetwork);
        if (match === 'yes' && selectable.length > 0 && selectable.every(pod => surelySelects(pods, pod))) {
          surely.push(number);
        } else if (selectable.some(pod => couldSelect(pods, pod))) {
          maybe.push(number);
        }
      }
    }
    return { surely: surely.sort(ascending), maybe: maybe.sort(ascending), ranges: [] };
  }

  private ofAddresses(ranges: readonly AddressRange[]): PeerEnds {
    const isIn = (address: bigint) => ranges.some(({ first, last }) => first <= address && address <= last);
    return { surely: this.withAddress.filter(({ addresses }) => addresses.some(isIn)).map(({ number }) => number), maybe: [], ranges };
  }

  private podsOf(number: number): readonly Pod[] {
    const { end } = this.entries[number];
    return end.kind === 'pod' ? [end.pod] : end.workload.pods;
  }
}

/** Whether a selector of namespaces matches one of which some labels may not be known. */
function matchOf(selector: Selector, { labels, open }: Namespace): 'yes' | 'no' | 'maybe' {
  if (open === undefined) { return selector.matches(labels) ? 'yes' : 'no'; }
  const pod = { labels, lacks: new Set<string>() };
  return surelySelects(selector, pod) ? 'yes' : couldSelect(selector, pod) ? 'maybe' : 'no';
}

function ascending(a: number, b: number): number { return a - b; }
