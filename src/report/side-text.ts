import { formatReference, policyReference, ruleReference } from './reference';
import { allowanceText } from './rule-text';
import { snippetOf } from './snippet';
import { RuleEffect, SideExplanation } from '../analysis/explanation';

/**
 * One direction in full: who isolates, what allows it, what comes near, and what would mend it.
 *
 * @param remedy what to write instead of YAML, where the policies are not written as such
 */
export function sideText(side: SideExplanation, remedy?: string): string[] {
  const { direction, subject, isolatedBy, allowedBy, nearMisses } = side;
  const headline = `${capital(direction)} of ${subject.name}: ${side.passes ? 'allowed' : 'blocked'}`;
  if (isolatedBy.length === 0) { return [headline, `  ${whyOpen(side)}`]; }
  return [
    headline,
    `  isolated by these policies, so that only what they allow may ${direction === 'egress' ? 'leave' : 'enter'} it`,
    ...isolatedBy.flatMap(policy => [
      `    ${formatReference(policyReference(policy))}`,
      // Where it passes, the rules that let it are told below.
      ...(side.passes ? [] : [`      ${allowanceText(policy, direction)}`]),
    ]),
    ...(allowedBy.length === 0 ? ['  allowed by no rule'] : [side.passes ? '  allowed by' : '  allowed in part by', ...allowedBy.map(effect => `    ${effectText(effect)}`)]),
    ...(nearMisses.length === 0 ? [] : [
      '  these rules come near',
      ...nearMisses.flatMap(({ policy, rule, why }) => [`    ${formatReference(ruleReference(policy, rule))}`, `      ${why}`]),
    ]),
    ...(remedy === undefined ? mendText(side) : [`  to allow it, write ${remedy}`]),
  ];
}

/** A direction that passes, in a line. */
export function sideSummary({ direction, subject, isolatedBy, allowedBy }: SideExplanation): string {
  const name = `${capital(direction)} of ${subject.name}`;
  if (isolatedBy.length === 0) { return `${name}: allowed. ${whyOpen({ direction, subject })}`; }
  return `${name}: allowed by ${allowedBy.map(effectText).join('; ')}`;
}

/** `app/allow-x spec.ingress[0] (shop.yaml:12:5): TCP 8080` */
export function effectText({ policy, rule, connections }: RuleEffect): string {
  return `${formatReference(ruleReference(policy, rule))}: ${connections}`;
}

/** Why a side lets everything pass, as a sentence. */
export function whyOpen({ direction, subject }: Pick<SideExplanation, 'direction' | 'subject'>): string {
  if (subject.kind === 'address') { return 'It is outside the cluster, where no policy isolates.'; }
  if (subject.pod.hostNetwork) { return "It is on its node's network, where no NetworkPolicy isolates it."; }
  return direction === 'egress'
    ? 'No policy isolates it for egress, so it may connect to anything.'
    : 'No policy isolates it for ingress, so anything may connect to it.';
}

/** What to change so that the side passes. */
function mendText({ mend }: SideExplanation): string[] {
  if (mend === undefined) { return []; }
  const { instruction, yaml } = snippetOf(mend);
  return [`  to allow it, ${instruction}:`, ...indented(yaml.trimEnd().split('\n'), 6)];
}

/** Lines moved to the right. */
export function indented(lines: readonly string[], columns: number): string[] {
  return lines.map(line => line === '' ? line : `${' '.repeat(columns)}${line}`);
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
