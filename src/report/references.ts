import { Policy, policyName } from '../cluster/cluster';
import { ClusterPolicy, clusterPolicyName, ClusterRule } from '../cluster/cluster-policy';
import { formatPath, formatPlace, Path, Place, printable } from '../findings/finding';

/** A policy, or a field of one, and its place. */
export interface Reference {
  /** `app/allow-backend-egress spec.egress[0]` */
  readonly name: string;
  readonly place: Place;
}

/** Refers to a policy. */
export function policyReference(policy: Policy): Reference {
  return { name: policyName(policy), place: policy.origin.at() };
}

/** Refers to a field of a policy, such as a rule. */
export function fieldReference(policy: Policy, path: Path): Reference {
  return { name: `${policyName(policy)} ${formatPath(path)}`, place: policy.origin.at(path) };
}

/** Refers to a rule of a cluster-wide policy, with its name if it has one. */
export function clusterRuleReference(policy: ClusterPolicy, { path, name }: ClusterRule): Reference {
  const title = name === undefined || name === '' ? '' : ` '${printable(name)}'`;
  return { name: `${clusterPolicyName(policy)} ${formatPath(path)}${title}`, place: policy.origin.at(path) };
}

/** `app/allow-backend-egress spec.egress[0] (shop.yaml:12:5)` */
export function formatReference({ name, place }: Reference): string {
  return `${name} (${formatPlace(place)})`;
}
