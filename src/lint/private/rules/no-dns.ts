import { Policy, policyName, Rule, workloadName } from '../../../cluster/cluster';
import { couldSelect } from '../../../cluster/pod-selection';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { CDK8S_ADDRESS_LABEL, Protocol } from '../../../k8s/objects';
import { Selector } from '../../../k8s/selector';
import { LintRule, PodsOfWorkload } from '../../lint-input';
import { DNS_POD_PORTS, DNS_PORT } from '../cluster-dns';
import { selectorCovers } from '../containment';
import { SelectedPods } from '../selected-pods';

/**
 * Policies let pods open connections, but none of them lets the pods ask DNS, so that no name leads anywhere. Nothing is found in a namespace whose
 * author has decided about DNS, nor if a policy that netpol does not evaluate may allow it. A rule about the port of DNS decides, whoever its peers are. A
 * rule about every port does not, if its peers are pods of the own namespace and none of them serves DNS. Pods ask over UDP first, and over TCP only for long
 * answers (RFC 7766), so a rule for TCP alone is not enough.
 */
export const noDns: LintRule = ({ cluster, dnsDecided = new Set<string>() }) => {
  const mayAllow = cluster.unevaluated.some(({ egress, canAllow }) => egress && canAllow);
  if (mayAllow || cluster.clusterPolicies.some(({ egress }) => egress.length > 0)) { return []; }
  const selected = SelectedPods.of(cluster);
  const isServed = (namespace: string) => namespace === 'kube-system' || selected.isOpen(namespace)
    || selected.workloadsIn(namespace).some(({ pods }) => pods.some(({ ports }) => ports.some(({ port }) => DNS_POD_PORTS.includes(port))));
  const allowing = (protocol: Protocol) => new Map([...selected.policies].map(([namespace, policies]) =>
    [namespace, policies.filter(({ egress }) => egress?.some(rule => allowsDns(rule, protocol, () => isServed(namespace))) === true)]));
  const [overUdp, overTcp] = [allowing('UDP'), allowing('TCP')];
  const [seen, isTcpOnly] = [new Set<string>(), new Set<Policy>()];
  return cluster.policies.filter(({ egress = [] }) => egress.length > 0).flatMap((policy): Finding[] => {
    const { namespace, subject } = policy;
    const key = `${namespace} ${subject.id}`;
    if (dnsDecided.has(namespace) || seen.has(key)) { return []; }
    seen.add(key);
    const declared = selected.inNamespace(namespace, subject);
    const pods = declared.flatMap(one => one.pods);
    const [udp, tcp] = [overUdp.get(namespace)!, overTcp.get(namespace)!];
    const lacks = (dns: readonly Policy[]) => pods.length > 0 ? pods.some(pod => !dns.some(other => couldSelect(other.subject, pod)))
      : !dns.some(other => selectorCovers(other.subject, subject));
    if (!lacks(udp)) { return []; }
    if (!lacks(tcp)) {
      // The rule for TCP is the cause, and one finding for all the pods that it is for.
      const causes = tcp.filter(other => !udp.includes(other) && !isTcpOnly.has(other)
        && (pods.length > 0 ? pods.some(pod => couldSelect(other.subject, pod)) : selectorCovers(other.subject, subject)));
      for (const cause of causes) { isTcpOnly.add(cause); }
      return causes.map(cause => overTcpOnly(cause, cause.egress!.find(rule => allowsDns(rule, 'TCP', () => isServed(namespace)))!));
    }
    return [finding('NP121', placeOf(policy), `${policyName(policy)} lets ${namesOf(subject, declared)} open connections, but no policy lets them ask DNS`, {
      about: policy,
      fix: policy.isGenerated === true ? 'allow DNS as well: call allowTo(Peer.clusterDns()) on the tier of these pods'
        : 'allow DNS as well: add a rule for egress with UDP and TCP 53 to the pods of namespace kube-system',
    })];
  });
};

function overTcpOnly(policy: Policy, { path }: Rule): Finding {
  return finding('NP121', policy.origin.at(path), `${policyName(policy)} ${formatPath(path)} lets pods ask DNS over TCP only (a port without a protocol is one of TCP)`, {
    about: policy,
    fix: `add { protocol: UDP, port: ${DNS_PORT} }: pods ask over UDP, and over TCP only for long answers`,
  });
}

/** The pods of a policy in a message. The address label of cdk8s says nothing to a reader. */
function namesOf(subject: Selector, declared: readonly PodsOfWorkload[]): string {
  return declared.length > 0 && subject.requirements.some(({ key }) => key === CDK8S_ADDRESS_LABEL)
    ? `the pods of ${enumerate(declared.map(({ workload }) => workloadName(workload)), 3)}` : subject.isEverything ? 'the pods of its namespace' : `the pods ${subject}`;
}

function placeOf(policy: Policy) {
  return policy.origin.at(policy.egress![0].path);
}

/** True if the rule lets pods ask DNS over the protocol. A name that begins with dns is taken for port 53. */
function allowsDns({ ports, peers }: Rule, asked: Protocol, isServedHere: () => boolean): boolean {
  const own = ports?.filter(({ protocol }) => protocol === asked);
  const isForEveryPort = own === undefined || own.some(({ first, last }) => first === 1 && last === 65535);
  if (isForEveryPort) { return peers === undefined || peers.some(peer => peer.kind === 'addresses' || peer.namespaces !== undefined) || isServedHere(); }
  return own.some(({ name, first, last }) => name === undefined ? DNS_POD_PORTS.some(port => first <= port && port <= last) : name.startsWith('dns'));
}
