import { Cluster, podSelectorsOf } from '../../cluster/cluster';
import { cidrsOf } from '../../k8s/address';
import { Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { JointWitness, JointWitnessEnd, JointWitnessPod } from '../../search/joint-witness';
import { ProposedClaim, ProposedEnd } from '../proposed-claim';

/** A selector that says of more labels than this that they are absent is no longer readable. */
const MAX_ABSENT = 12;

/**
 * Claims about one connection that a change opens or closes: between pods with the labels of the witness, and then between pods that also lack the other
 * labels that policies look at.
 */
export function* exactClaims(
  cluster: Cluster, { source, destination, protocol, port }: JointWitness, opens: boolean,
): Iterable<ProposedClaim> {
  const ports = [{ protocol, first: port, last: port }];
  // A claim that is not strict may rest on an assumption after the change, and hold.
  for (const [isExact, strict] of [[false, undefined], [true, undefined], [false, true], [true, true]] as const) {
    const keys = isExact ? keysAround(cluster, [source, destination]) : NO_KEYS;
    const [from, to] = [source, destination].map(end => endOf(cluster, end, keys));
    if (from === undefined || to === undefined) { continue; }
    yield { kind: opens ? 'denied' : 'allowed', from: [from], to: [to], ports, strict };
    if (opens) {
      if (destination.kind === 'pod') { yield { kind: 'admitsOnly', from: [], to: [to], ports, strict }; }
      if (source.kind === 'pod') { yield { kind: 'reachesOnly', from: [from], to: [], ports, strict }; }
    }
  }
}

/** Keys of labels that policies look at. */
interface Keys {
  readonly pods: readonly string[];
  readonly namespaces: readonly string[];
}

const NO_KEYS: Keys = { pods: [], namespaces: [] };

/** The keys that the policies of the namespaces of some ends look at. */
function keysAround({ policies }: Cluster, ends: readonly JointWitnessEnd[]): Keys {
  const names = new Set(ends.flatMap(end => end.kind === 'pod' ? end.inStates[0].namespace.name : []));
  const near = policies.filter(policy => names.has(policy.namespace));
  const keysIn = (selectors: readonly Selector[]) => [...new Set(selectors.flatMap(({ requirements }) => requirements.map(({ key }) => key)))].sort();
  const peers = near.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]).flatMap(rule => rule.peers ?? []);
  return {
    pods: keysIn(near.flatMap(podSelectorsOf)),
    namespaces: keysIn(peers.flatMap(peer => peer.kind === 'pods' ? peer.namespaces ?? [] : [])).filter(key => key !== NAMESPACE_NAME_LABEL),
  };
}

function endOf(cluster: Cluster, end: JointWitnessEnd, keys: Keys): ProposedEnd | undefined {
  if (end.kind === 'address') {
    const [cidr] = cidrsOf(end.range);
    return { kind: 'block', cidr };
  }
  const [{ pod: { labels } }] = end.inStates;
  const others = absent(keys.pods, labels);
  return others.length > MAX_ABSENT ? undefined : { kind: 'pods', namespaces: namespacesOf(cluster, end, keys.namespaces), pods: Selector.of([...withLabels(labels), ...others]) };
}

/** That an object has none of these labels but its own. */
function absent(keys: readonly string[], labels: Labels): Requirement[] {
  return keys.filter(key => !Object.hasOwn(labels, key)).map(key => ({ key, operator: 'DoesNotExist', values: [] }));
}

/** The namespace of a pod by its name; one that no state has, by its labels, or as none of those that there are. */
function namespacesOf({ namespaces }: Cluster, { isNewNamespace, inStates: [{ namespace }] }: JointWitnessPod, keys: readonly string[]): Selector {
  if (!isNewNamespace) { return namespaceNamed(namespace.name); }
  const { [NAMESPACE_NAME_LABEL]: _, ...labels } = namespace.labels;
  const others: Requirement = { key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: [...namespaces.keys()].sort() };
  return Selector.of([...withLabels(labels), ...absent(keys, labels), ...Object.keys(labels).length > 0 ? [] : [others]]);
}

function withLabels(labels: Labels): readonly Requirement[] {
  return Selector.labels(labels).requirements;
}
