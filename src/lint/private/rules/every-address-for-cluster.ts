import { Cluster, Policy, policyName, PortClause, Rule, Workload, workloadName } from '../../../cluster/cluster';
import { Entrance } from '../../../cluster/entrance';
import { couldSelect } from '../../../cluster/pod-selection';
import { isInside, Service, serviceName } from '../../../cluster/service';
import { Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { formatCidr } from '../../../k8s/address';
import { Resource } from '../../../manifests/resources';
import { LintInput, LintRule, PodsOfWorkload } from '../../lint-input';
import { callsOfApiServer } from '../api-server-calls';
import { isWholeFamily, rulesOf } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';

/**
 * A rule lets in `0.0.0.0/0` or `::/0` where clients are pods. Whether a block matches pods depends on the network plugin: with Cilium, it does not. Clients are
 * pods if only Services of the cluster lead to the pods on the port of the rule, or if the policy itself lets its pods out to each other.
 */
export const everyAddressForCluster: LintRule = input => {
  const ofServices = behindInnerServices(input);
  const reported = new Set(ofServices.map(({ about }) => about!.origin));
  const others = input.cluster.policies.filter(({ origin }) => !reported.has(origin));
  return [...ofServices, ...others.flatMap(policy => amongOwnPods(input, policy) ?? [])];
};

/** Other clients of pods behind such Services are the API server, if the pods are a webhook, and nodes. */
function behindInnerServices({ cluster, resources }: LintInput): Finding[] {
  // A rule for every port says nothing about a service of the pods.
  const candidates = cluster.policies.flatMap(policy => rulesOf(policy, 'ingress'))
    .filter(({ rule: { ports, peers = [] } }) => ports !== undefined && peers.some(isWholeFamily));
  // What was not read may be a way in, and nobody knows where an object of another kind leads.
  const mayLeadAnywhere = ({ backends, refusal }: Entrance) => backends.length === 0 && refusal?.isCertain !== true;
  const { unread = [] } = cluster;
  if (candidates.length === 0 || unread.length > 0 || cluster.entrances.some(mayLeadAnywhere)) { return []; }
  const ways = new WaysIn(cluster, resources, SelectedPods.of(cluster));
  return candidates.flatMap(({ policy, rule }) => findingFor(cluster, ways, policy, rule) ?? []);
}

/** A policy lets its pods out to each other by their labels, and in by nothing but blocks. */
function amongOwnPods({ cluster, reach }: LintInput, policy: Policy): Finding | undefined {
  const { namespace, subject, ingress = [], egress = [] } = policy;
  const wide = ingress.filter(isEveryAddress).flatMap(({ peers = [] }) => peers).find(isWholeFamily);
  if (wide === undefined || egress.length === 0) { return undefined; }
  const selected = SelectedPods.of(cluster);
  const own = selected.inNamespace(namespace, subject);
  const ownWorkloads = new Set(own.map(({ workload }) => workload));
  for (const clause of egress.flatMap(({ peers = [] }) => peers)) {
    if (clause.kind !== 'pods' || own.length === 0) { continue; }
    const [client] = own;
    // A pod always reaches itself.
    const target = selected.ofPeer(namespace, clause).find(({ workload }) => ownWorkloads.has(workload) && (workload !== client.workload || workload.kind !== 'Pod'));
    if (target === undefined || !isLeftToBlocks(reach(), client, target)) { continue; }
    const [from, to] = [client, target].map(({ workload }) => workloadName(workload));
    const pods = from === to ? `the pods of ${from} out to each other` : `${from} out to ${to}`;
    return finding('NP143', policy.origin.at(wide.path),
      `${policyName(policy)} ${formatPath(wide.path)} lets ${formatCidr(wide.block)} in, and ${formatPath(clause.path)} lets ${pods} by labels; such a block need not match pods, so that they may not be let in`, {
        about: policy,
        related: [{ message: 'they are let out here', place: policy.origin.at(clause.path) }],
        fix: 'let these pods in by their labels as well',
      });
  }
  return undefined;
}

/** True if a pod is let in to another one only if a block matches it. */
function isLeftToBlocks(reach: Reachability, client: PodsOfWorkload, target: PodsOfWorkload): boolean {
  const [from, to] = [client, target].map(({ workload, pods }) => reach.ofPod(workload, pods[0]));
  return reach.sideConnections(to, 'ingress', from).isEmpty && !reach.possibleSideConnections(to, 'ingress', from).isEmpty;
}

/** True if all peers of a rule are addresses, and some of them are a whole family. */
function isEveryAddress({ peers = [] }: Rule): boolean {
  return peers.every(({ kind }) => kind === 'addresses') && peers.some(isWholeFamily);
}

function findingFor(cluster: Cluster, ways: WaysIn, policy: Policy, rule: Rule): Finding | undefined {
  const selected = SelectedPods.of(cluster);
  const workloads = selected.inNamespace(policy.namespace, policy.subject).map(({ workload }) => workload);
  const services = workloads.map(workload => ways.innerServices(workload));
  if (workloads.length === 0 || selected.isOpen(policy.namespace) || services.some(some => some.length === 0)) { return undefined; }
  if (letsPodsIn(selected.policiesIn(policy.namespace), workloads, rule.ports!)) { return undefined; }
  const wide = rule.peers!.find(isWholeFamily)!;
  const isBesidePods = !isEveryAddress(rule);
  const names = enumerate(workloads.map(workloadName), 3);
  return finding('NP143', policy.origin.at(wide.path),
    `${policyName(policy)} ${formatPath(wide.path)} lets ${formatCidr(wide.block)} in, but only pods of the cluster reach ${names}, through ${enumerate([...new Set(services.flat().map(serviceName))], 3)}; ${isBesidePods ? 'the rule has these clients as other peers' : 'such a block need not match pods'}`, {
      about: policy,
      fix: isBesidePods ? 'remove the block, or name the clients that it is for by their labels or their addresses'
        : 'if you mean the pods of the cluster, write namespaceSelector: {}, or name the clients by their labels',
      // Where the input has no way in at all, the ways in may be written elsewhere.
      ...ways.hasAny ? {} : { severity: 'note' },
    });
}

/** True if the policies of the workloads let in all pods of some namespace, or everybody, on one of the ports: then the block is for other clients. */
function letsPodsIn(policies: readonly Policy[], workloads: readonly Workload[], ports: readonly PortClause[]): boolean {
  return policies.some(policy => (policy.ingress ?? []).some(rule =>
    (rule.peers === undefined || rule.peers.some(peer => peer.kind === 'pods' && peer.pods.isEverything))
    && (rule.ports === undefined || rule.ports.some(own => ports.some(port => overlaps(own, port)))))
    && workloads.some(({ pods }) => pods.some(pod => couldSelect(policy.subject, pod))));
}

function overlaps(a: PortClause, b: PortClause): boolean {
  return a.protocol === b.protocol && (a.name !== undefined || b.name !== undefined ? a.name === b.name : a.first <= b.last && b.first <= a.last);
}

/** Which Services lead into the cluster. */
class WaysIn {
  /** True if the input has some way into the cluster. */
  public readonly hasAny: boolean;

  private readonly entered: ReadonlySet<string>;
  private readonly called: ReadonlySet<string>;

  constructor({ services, entrances, workloads }: Cluster, resources: readonly Resource[], private readonly selected: SelectedPods) {
    this.entered = new Set(entrances.flatMap(({ backends }) => backends.map(({ namespace, name }) => `${namespace}/${name}`)));
    this.called = new Set([...callsOfApiServer(resources).values()].map(([{ namespace, name }]) => `${namespace}/${name}`));
    this.hasAny = entrances.length > 0 || !services.every(isInside) || workloads.some(hasHostPort);
  }

  /** The Services that lead to pods of a workload, if none of them is a way in from outside, and neither are ports of nodes. Otherwise none. */
  public innerServices(workload: Workload): readonly Service[] {
    const leading = this.selected.servicesIn(workload.namespace)
      .filter(({ selector }) => selector !== undefined && workload.pods.some(pod => couldSelect(selector, pod)));
    const isInner = !hasHostPort(workload) && leading.every(service => isInside(service) && service.isAmbiguous !== true
      && !this.entered.has(`${service.namespace}/${service.name}`) && !this.called.has(`${service.namespace}/${service.name}`));
    return isInner ? leading : [];
  }
}

function hasHostPort({ pods }: Workload): boolean {
  return pods.some(({ ports }) => ports.some(({ hostPort }) => hostPort !== undefined));
}
