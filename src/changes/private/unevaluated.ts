import { Cluster, UnevaluatedPolicy } from '../../cluster/cluster';

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
