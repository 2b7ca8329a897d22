import { stringify } from 'yaml';
import { Mend } from '../analysis/mend';
import { policyName } from '../cluster/cluster';
import { formatPlace, Place } from '../cluster/origin';

/** A change as YAML to paste. */
export interface Snippet {
  /** `add to spec.egress of app/allow-backend-egress (shop.yaml:40:3)` */
  readonly instruction: string;
  readonly yaml: string;
  /** Where the policy is that is to be changed; absent for a policy of its own. */
  readonly place?: Place;
}

/** A mend as one carries it out. */
export function snippetOf(mend: Mend): Snippet {
  if (mend.kind === 'policy') { return { instruction: 'add this policy', yaml: yamlOf(mend.object) }; }
  const section = mend.section === 'spec.egress' ? 'egress' : 'ingress';
  const place = mend.policy.origin.at(['spec', section]);
  const where = `of ${policyName(mend.policy)} (${formatPlace(place)})`;
  // A policy without rules may not have the section at all.
  return mend.policy[section]?.length === 0
    ? { instruction: `let the ${section} section of the spec ${where} be`, yaml: yamlOf({ [section]: [mend.rule] }), place }
    : { instruction: `add to ${mend.section} ${where}`, yaml: yamlOf([mend.rule]), place };
}

/** As Kubernetes reads it: what YAML 1.1 takes for a boolean or a number is quoted. */
function yamlOf(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
