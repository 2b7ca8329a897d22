import { Policy, policyName, Rule } from '../cluster/cluster';
import { formatPath, formatPlace, Path, Place } from '../findings/finding';

/** A policy, or a field of one, as a report points at it. */
export interface Reference {
  /** `app/allow-backend-egress spec.egress[0]` */
  readonly name: string;
  readonly place: Place;
}

/** Points at a policy. */
export function policyReference(policy: Policy): Reference {
  return { name: policyName(policy), place: policy.origin.at() };
}

/** Points at a rule of a policy, or at something inside one. */
export function ruleReference(policy: Policy, { path }: Pick<Rule, 'path'>): Reference {
  return fieldReference(policy, path);
}

/** Points at a field of a policy. */
export function fieldReference(policy: Policy, path: Path): Reference {
  return { name: `${policyName(policy)} ${formatPath(path)}`, place: policy.origin.at(path) };
}

/** `app/allow-backend-egress spec.egress[0] (shop.yaml:12:5)` */
export function formatReference({ name, place }: Reference): string {
  return `${name} (${formatPlace(place)})`;
}
