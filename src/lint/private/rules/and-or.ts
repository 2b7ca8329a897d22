import { Cluster, PeerClause, Policy, policyName, PortClause, Rule, workloadName } from '../../../cluster/cluster';
import { Direction } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { DIRECTIONS } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { Selector } from '../../../k8s/selector';
import { LintRule, RuleOfPolicy } from '../../lint-input';
import { DNS_PORT } from '../cluster-dns';
import { rulesIn } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';

/**
 * A hyphen too many or too few (kubernetes.io, "Network Policies", "Behavior of to and from selectors"): two items of a list mean one or the other, and
 * two selectors in one item mean both. The declared pods tell which of the two was meant.
 */
export const andOr: LintRule = ({ cluster }) => {
  const ofRules = unmatchedPeers(cluster).map(({ found }) => found);
  return [...ofRules, ...cluster.policies.flatMap(policy => DIRECTIONS.flatMap(direction => twoRules(policy, direction)))];
};

/** The peers that match nobody because of a hyphen. Other rules say nothing about them. */
export function peersOfAndOr(cluster: Cluster): ReadonlySet<PeerClause> {
  return new Set(unmatchedPeers(cluster).map(({ clause }) => clause));
}

/** A peer that matches nobody, and the finding about it. */
interface UnmatchedPeer {
  readonly clause: PeerClause;
  readonly found: Finding;
}

const unmatchedPeers = oncePer((cluster: Cluster): readonly UnmatchedPeer[] => {
  const selected = SelectedPods.of(cluster);
  return rulesIn(cluster).flatMap(rule => [...twoItems(selected, rule), ...oneItem(selected, rule)]);
});

/** A namespace selector and a pod selector side by side, of which the second matches pods of those namespaces only. */
function twoItems(selected: SelectedPods, { policy, rule: { peers = [] } }: RuleOfPolicy): UnmatchedPeer[] {
  const own = policy.namespace;
  return peers.slice(1).flatMap((second, i): UnmatchedPeer[] => {
    const first = peers[i];
    if (first.kind !== 'pods' || second.kind !== 'pods') { return []; }
    const [wide, narrow] = first.namespaces === undefined ? [second, first] : [first, second];
    if (wide.namespaces === undefined || !wide.pods.isEverything || narrow.namespaces !== undefined || narrow.pods.isEverything) { return []; }
    const isHere = selected.workloadsIn(own).length === 0 || selected.isOpen(own) || selected.isInNamespace(own, narrow.pods);
    const there = isHere ? [] : selected.inNamespaces(wide.namespaces, narrow.pods);
    return there.length === 0 ? [] : [{
      clause: narrow,
      found: finding('NP124', policy.origin.at(second.path),
        `${policyName(policy)} ${formatPath(first.path)} and ${formatPath(second.path)} are two peers: every pod of ${namespacesText(wide.namespaces)}, and the pods ${narrow.pods} of namespace ${own}, which has none; `
      + `${enumerate(there.map(({ workload }) => workloadName(workload)), 3)} has the label`, {
          about: policy,
          fix: "remove the '-' in front of the second selector, so that both are one item: then a pod must match both",
        }),
    }];
  });
}

/** Both selectors in one item, which no pod of the selected namespaces matches, but pods of the policy's own namespace do. */
function oneItem(selected: SelectedPods, { policy, rule: { peers = [] } }: RuleOfPolicy): UnmatchedPeer[] {
  const own = policy.namespace;
  return peers.flatMap((clause): UnmatchedPeer[] => {
    if (clause.kind !== 'pods' || clause.namespaces === undefined || clause.pods.isEverything) { return []; }
    const { namespaces, pods, path } = clause;
    const here = selected.inNamespace(own, pods);
    if (here.length === 0) { return []; }
    const possible = selected.possibleNamespaces(namespaces);
    const mayHave = (name: string) => name === own || selected.isOpen(name) || selected.workloadsIn(name).length === 0
      || selected.isInNamespace(name, pods);
    const isOpen = possible.length === 0 || possible.some(mayHave);
    return isOpen ? [] : [{
      clause,
      found: finding('NP124', policy.origin.at(path),
        `${policyName(policy)} ${formatPath(path)} is one peer: the pods ${pods} of ${namespacesText(namespaces)}, which have none; ${enumerate(here.map(({ workload }) => workloadName(workload)), 3)} of the own namespace has the label`, {
          about: policy,
          fix: "if either of the two is meant, write a '-' in front of each selector, so that they are two items; otherwise correct the labels",
        }),
    }];
  });
}

function namespacesText(namespaces: Selector): string {
  return namespaces.isEverything ? 'all namespaces' : `the namespaces ${namespaces}`;
}

/** The only two rules of a direction: one has peers and no ports, and the other has ports and no peers. */
function twoRules(policy: Policy, direction: Direction): Finding[] {
  const rules = policy[direction] ?? [];
  const ofPeers = rules.find(({ peers, ports }) => ports === undefined && peers?.every(peer => peer.kind === 'addresses' || !peer.pods.isEverything) === true);
  // DNS is opened to everybody on purpose.
  const isDns = ({ first, last }: PortClause) => first === DNS_PORT && last === DNS_PORT;
  const ofPorts = rules.find(({ peers, ports }) => peers === undefined && ports?.every(isDns) === false);
  if (rules.length !== 2 || ofPeers === undefined || ofPorts === undefined) { return []; }
  const text = (rule: Rule) => formatPath(rule.path);
  const [toPeers, toAll] = direction === 'ingress' ? ['lets its peers in', 'lets everybody in'] : ['lets the pods out to its peers', 'lets them out to everybody'];
  return [finding('NP124', policy.origin.at(rules[1].path),
    `${policyName(policy)} ${text(ofPeers)} ${toPeers} on every port, and ${text(ofPorts)} ${toAll} on its ports`, {
      about: policy,
      severity: 'note',
      fix: `if only these peers are meant, on these ports, remove the '-' in front of the second rule, so that ${direction === 'ingress' ? 'from' : 'to'} and ports are one rule`,
    })];
}
