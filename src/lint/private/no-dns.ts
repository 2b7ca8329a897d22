import { SelectedPods } from './selected-pods';
import { Policy, policyName, Rule } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { finding } from '../../findings/finding';
import { Selector } from '../../k8s/selector';
import { LintRule } from '../lint-input';

const DNS_PORT = 53;

/**
 * Policies let pods open connections, but none of them lets the pods ask DNS, so that no name leads anywhere. Nothing is found in a namespace whose
 * author has decided about DNS, nor if a policy that netpol does not evaluate may allow it.
 */
export const noDns: LintRule = ({ cluster, dnsDecided }) => {
  if (cluster.unevaluated.some(({ egress, canAllow }) => egress && canAllow)) { return []; }
  const selected = SelectedPods.of(cluster);
  const dns = cluster.policies.filter(({ egress }) => egress?.some(allowsDns) === true);
  const seen = new Set<string>();
  return cluster.policies.filter(({ egress = [] }) => egress.length > 0).flatMap(policy => {
    const { namespace, subject } = policy;
    const key = `${namespace} ${subject.id}`;
    if (dnsDecided.has(namespace) || seen.has(key)) { return []; }
    seen.add(key);
    const pods = selected.inNamespace(namespace, subject).flatMap(one => one.pods);
    const inNamespace = dns.filter(other => other.namespace === namespace);
    const lacksDns = pods.length > 0
      ? pods.some(pod => !inNamespace.some(other => couldSelect(other.subject, pod)))
      : !inNamespace.some(other => implies(subject, other.subject));
    return lacksDns ? [finding('NP121', placeOf(policy), `${policyName(policy)} lets the pods ${subject} open connections, but no policy lets them ask DNS`, {
      fix: 'allow DNS as well: tier.allowTo(Peer.clusterDns()), or a rule for UDP and TCP 53',
    })] : [];
  });
};

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
