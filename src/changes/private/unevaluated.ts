import { Cluster, UnevaluatedPolicy, unevaluatedName, unevaluatedReason } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { DIRECTIONS } from '../../k8s/objects';
import { RegionEnd, UndecidedRegion } from '../diff-result';

/** True if policies of kinds that are not evaluated, or that were not read, may decide about pods. */
export function isOpenPolicyKind({ unevaluated }: Cluster): boolean {
  return unevaluated.length > 0;
}

/** The policies that are not evaluated and that only one version has, or that may differ. */
export function unevaluatedDifferences(old: Cluster, now: Cluster): UnevaluatedPolicy[] {
  const textOf = ({ kind, namespace, name, product, content, ingress, egress }: UnevaluatedPolicy) =>
    content === undefined ? undefined : JSON.stringify([kind, namespace, name, product, content, ingress, egress]);
  const [ofOld, ofNow] = [old, now].map(({ unevaluated }) => new Set(unevaluated.map(textOf)));
  const isOnlyIn = (others: ReadonlySet<string | undefined>) => (policy: UnevaluatedPolicy) => {
    const text = textOf(policy);
    return text === undefined || !others.has(text);
  };
  return [...old.unevaluated.filter(isOnlyIn(ofNow)), ...now.unevaluated.filter(isOnlyIn(ofOld))];
}

const EVERYONE: RegionEnd = { text: 'every pod and address', parts: [{ kind: 'anything' }] };

/** What policies that are not evaluated may open and close, because they differ. */
export function ofUnevaluated(old: Cluster, now: Cluster): UndecidedRegion[] {
  const isOld = new Set(old.unevaluated);
  return unevaluatedDifferences(old, now).flatMap(policy => DIRECTIONS.filter(direction => policy[direction]).map((direction): UndecidedRegion => {
    const name = unevaluatedName(policy);
    const selected: RegionEnd = { text: `the pods that ${name} selects`, parts: policy.namespace === undefined ? [{ kind: 'anything' }] : [{ kind: 'namespace', name: policy.namespace }] };
    const place = policy.origin.at();
    return {
      may: 'open or close',
      from: direction === 'egress' ? selected : EVERYONE,
      to: direction === 'egress' ? EVERYONE : selected,
      ports: { text: 'every port', connections: ConnectionSet.ALL, names: [] },
      causes: [{
        kind: 'rule',
        change: isOld.has(policy) ? 'removed' : 'added',
        text: `${name} may differ between the versions, and ${whyOpen(policy)}`,
        ...isOld.has(policy) ? { before: place } : { after: place },
      }],
      reasons: [unevaluatedReason(policy)],
    };
  }));
}

/** Why netpol does not know what a policy says, as a clause about `it`. */
function whyOpen(policy: UnevaluatedPolicy): string {
  switch (unevaluatedReason(policy).code) {
    case 'not-read': return 'could not be read';
    case 'not-rendered': return 'was not rendered';
    case 'defined-twice': return 'is declared twice, with different content';
    case 'unspecified': return 'no specification says what it means';
    case 'domain-name': return 'the addresses of its domain names are not known';
    default: return 'netpol does not evaluate it';
  }
}
