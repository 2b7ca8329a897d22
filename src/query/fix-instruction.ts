import { stringify } from 'yaml';
import { Endpoint } from './endpoints';
import { PolicyFix } from './private/fix';
import { policyName } from '../cluster/cluster';
import { Direction } from '../evaluator/reachability';
import { formatPlace, Place } from '../findings/finding';

/** The fix for a side that is blocked, as YAML and what to do with it. */
export interface FixInstruction {
  /** `add to spec.egress of app/allow-backend-egress (shop.yaml:40:3)` */
  readonly instruction: string;
  readonly yaml: string;
  /** The place of the policy to change; absent for a new policy. */
  readonly place?: Place;
  /** True if inserting the YAML at the place is enough. */
  readonly isInsertion: boolean;
  /** A sentence about what else the fix opens; absent if it opens nothing else. */
  readonly opens?: string;
  /** A sentence about what the fix closes; absent if it closes nothing. */
  readonly closes?: string;
}

/** What to do to make a blocked side pass. */
export function instructionOf(fix: PolicyFix): FixInstruction {
  const { unlabelled, unselected, isolates } = fix;
  const label = 'To open it for that workload alone, give its pods a label first.';
  const opens = [
    ...unselected === undefined ? [] : [`This opens it for every pod that ${policyName(unselected.among)} selects, because ${unselected.subject.name} has no label `
      + `that a policy could select it by. ${label}`],
    ...unlabelled === undefined ? [] : [`This opens it for every pod of namespace '${unlabelled.workload.namespace}', because ${unlabelled.name} has no label `
      + `that a rule could select it by. ${label}`],
  ];
  const closes = isolates === undefined ? undefined : isolationText(isolates.subject, isolates.direction);
  return { ...changeOf(fix), opens: opens.length === 0 ? undefined : opens.join('\n'), closes };
}

/** What else a policy does that opens what the Baseline tier denies to a pod that no policy isolates. */
export function isolationText({ name }: Endpoint, direction: Direction): string {
  return `No NetworkPolicy isolates ${name} for ${direction} yet. This fix isolates the pods that it selects: the Baseline tier is then skipped for them, and every other connection `
    + `${direction === 'egress' ? 'from' : 'to'} them is denied, unless the Admin tier accepts it or another NetworkPolicy allows it.`;
}

function changeOf(fix: PolicyFix): FixInstruction {
  if (fix.kind === 'policy') { return { instruction: `${callFor(fix)}add this policy`, yaml: yamlOf(fix.object), isInsertion: false }; }
  const section = fix.section === 'spec.egress' ? 'egress' : 'ingress';
  const place = fix.policy.origin.at(['spec', section]);
  const where = `spec.${section} of ${policyName(fix.policy)} (${formatPlace(place)})`;
  // A policy without rules may lack the section, and an empty list in it cannot be added to.
  return fix.policy[section]?.length === 0
    ? { instruction: `replace ${where} with`, yaml: yamlOf({ [section]: [fix.rule] }), place, isInsertion: false }
    : { instruction: `add to ${where}`, yaml: yamlOf([fix.rule]), place, isInsertion: true };
}

/** If cdk8s-netpol wrote a policy that blocks, the app that did so has a call for it. */
function callFor({ direction, generated }: Extract<PolicyFix, { kind: 'policy' }>): string {
  return generated === undefined ? ''
    : `call tier.${direction === 'egress' ? 'allowTo' : 'allowFrom'}(...) in the app for which cdk8s-netpol wrote ${policyName(generated)}, or `;
}

/** As Kubernetes reads it: a text that YAML 1.1 takes for a boolean or a number is quoted. */
function yamlOf(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
