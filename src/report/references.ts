import { Policy, policyName } from '../cluster/cluster';
import { formatPath, formatPlace, Path, Place } from '../findings/finding';

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

/** `app/allow-backend-egress spec.egress[0] (shop.yaml:12:5)` */
export function formatReference({ name, place }: Reference): string {
  return `${name} (${formatPlace(place)})`;
}
