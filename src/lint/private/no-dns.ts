import { SelectedPods } from './selected-pods';
import { Policy, policyName, Rule, workloadName } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { enumerate } from '../../findings/enumeration';
import { finding } from '../../findings/finding';
import { CDK8S_ADDRESS_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { LintRule, PodsOfWorkload } from '../lint-input';

const DNS_PORT = 53;

/**
 * Policies let pods open connections, but none of them lets the pods ask DNS, so that no name leads anywhere. Nothing is found in a namespace whose
 * author has decided about DNS, nor if a policy that netpol does not evaluate may allow it.
 */
export const noDns: LintRule = ({ cluster, dnsDecided }) => {
  const mayAllow = cluster.unevaluated.some(({ egress, canAllow }) => egress && canAllow);
  if (mayAllow || cluster.clusterPolicies.some(({ egress }) => egress.length > 0)) { return []; }
  const selected = SelectedPods.of(cluster);
  const dns = cluster.policies.filter(({ egress }) => egress?.some(allowsDns) === true);
  const seen = new Set<string>();
  return cluster.policies.filter(({ egress = [] }) => egress.length > 0).flatMap(policy => {
    const { namespace, subject } = policy;
    const key = `${namespace} ${subject.id}`;
    if (dnsDecided.has(namespace) || seen.has(key)) { return []; }
    seen.add(key);
    const declared = selected.inNamespace(namespace, subject);
    const pods = declared.flatMap(one => one.pods);
    const inNamespace = dns.filter(other => other.namespace === namespace);
    const lacksDns = pods.length > 0
      ? pods.some(pod => !inNamespace.some(other => couldSelect(other.subject, pod)))
      : !inNamespace.some(other => implies(subject, other.subject));
    return lacksDns ? [finding('NP121', placeOf(policy), `${policyName(policy)} lets ${namesOf(subject, declared)} open connections, but no policy lets them ask DNS`, {
      fix: 'allow DNS as well: call allowTo(Peer.clusterDns()) on the tier of these pods, or write a rule for UDP and TCP 53',
    })] : [];
  });
};

/** The pods of a policy in a message. The address label of cdk8s says nothing to a reader. */
function namesOf(subject: Selector, declared: readonly PodsOfWorkload[]): string {
  return declared.length > 0 && subject.requirements.some(({ key }) => key === CDK8S_ADDRESS_LABEL)
    ? `the pods of ${enumerate(declared.map(({ workload }) => workloadName(workload)), 3)}` : `the pods ${subject}`;
}

function placeOf(policy: Policy) {
  return policy.origin.at(policy.egress![0].path);
}

/** True if the rule has port 53. A name that begins with dns is taken for it. */
function allowsDns({ ports }: Rule): boolean {
  return ports === undefined || ports.some(({ protocol, name, first, last }) =>
    protocol !== 'SCTP' && (name === undefined ? first <= DNS_PORT && DNS_PORT <= last : name.startsWith('dns')));
}

/** True if every pod that the narrower selector selects is one of the wider. */
function implies(narrower: Selector, wider: Selector): boolean {
  const keys = new Set(narrower.requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, values])));
  return wider.requirements.every(({ key, operator, values }) => keys.has(JSON.stringify([key, operator, values])));
}
