import { stringify } from 'yaml';
import { Fix } from './explanation';
import { policyName } from '../cluster/cluster';
import { formatPlace, Place } from '../findings/finding';

/** A fix as YAML to paste. */
export interface Snippet {
  /** `add to spec.egress of app/allow-backend-egress (shop.yaml:40:3)` */
  readonly instruction: string;
  readonly yaml: string;
  /** The place of the policy to change; absent for a new policy. */
  readonly place?: Place;
  /** True if the YAML can be inserted at the place, and nothing there has to be replaced. */
  readonly isInsertion: boolean;
}

/** The fix as an instruction and YAML. */
export function snippetOf(fix: Fix): Snippet {
  if (fix.kind === 'policy') { return { instruction: 'add this policy', yaml: yamlOf(fix.object), isInsertion: false }; }
  const direction = fix.section === 'spec.egress' ? 'egress' : 'ingress';
  const place = fix.policy.origin.at(['spec', direction]);
  const section = `${fix.section} of ${policyName(fix.policy)} (${formatPlace(place)})`;
  // A policy without rules may lack the section, and nothing can be added to an empty list in it.
  return fix.policy[direction]?.length === 0
    ? { instruction: `replace ${section} with`, yaml: yamlOf({ [direction]: [fix.rule] }), place, isInsertion: false }
    : { instruction: `add to ${section}`, yaml: yamlOf([fix.rule]), place, isInsertion: true };
}

/** YAML 1.1, as Kubernetes reads it: text that it would read as a boolean or a number is quoted. */
function yamlOf(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
