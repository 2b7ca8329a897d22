import { stringify } from 'yaml';
import { PeerClause, Policy, policyName, Rule } from '../../cluster/cluster';
import { Direction } from '../../evaluator/reachability';
import { formatPlace, Place } from '../../findings/finding';
import { Explanation, RuleEffect, SideExplanation } from '../../query/explanation';
import { Fix } from '../../query/fix';
import { formatBlock } from '../../query/near-miss';
import { connectionsOfPort } from '../../query/ports';
import { formatReference, policyReference, ruleReference } from '../references';

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
function mendText({ fix: mend }: SideExplanation): string[] {
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

/** More rules than this are counted rather than told. */
const MAX_RULES = 3;

/** What a policy allows in one direction, in words: `which allows egress only to ipBlock 0.0.0.0/0 on TCP 443`. */
export function allowanceText(policy: Policy, direction: Direction): string {
  const rules = policy[direction]!;
  if (rules.length === 0) { return `which has no ${direction} rule: it allows nothing`; }
  if (rules.length > MAX_RULES) { return `which allows ${direction} by ${rules.length} rules`; }
  const preposition = direction === 'egress' ? 'to' : 'from';
  return `which allows ${direction} only ${rules.map(rule => `${preposition} ${ruleText(rule, policy.namespace)}`).join('; ')}`;
}

/** Whom a peer of a rule stands for; `namespace` is the policy's. */
export function clauseText(clause: PeerClause, namespace: string): string {
  if (clause.kind === 'addresses') { return formatBlock(clause); }
  const pods = clause.pods.isEverything ? 'every pod' : `pods ${clause.pods}`;
  if (clause.namespaces === undefined) { return `${pods} of namespace '${namespace}'`; }
  return `${pods} of ${clause.namespaces.isEverything ? 'every namespace' : `namespaces ${clause.namespaces}`}`;
}

/** The ports of a rule: `TCP 443`, `UDP dns`, `every port`. */
export function portsText({ ports }: Rule): string {
  if (ports === undefined) { return 'every port'; }
  return ports.map(({ protocol, name, first, last }) =>
    `${protocol} ${name ?? (first === last ? first : `${first}-${last}`)}`).join(', ');
}

function ruleText(rule: Rule, namespace: string): string {
  const peers = rule.peers?.map(clause => clauseText(clause, namespace)).join(' or ') ?? 'anything';
  return `${peers} on ${portsText(rule)}`;
}

/** A change as YAML to paste. */
export interface Snippet {
  /** `add to spec.egress of app/allow-backend-egress (shop.yaml:40:3)` */
  readonly instruction: string;
  readonly yaml: string;
  /** Where the policy is that is to be changed; absent for a policy of its own. */
  readonly place?: Place;
}

/** A mend as one carries it out. */
export function snippetOf(mend: Fix): Snippet {
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

/**
 * Why the port name that was asked about is none of the destination's; nothing where it is one. Then
 * no policy is to blame, and none could mend it.
 */
export function unresolvedPort({ flow: { destination }, port }: Pick<Explanation, 'flow' | 'port'>): string | undefined {
  if (port === undefined || !('name' in port) || !connectionsOfPort(port, destination).isEmpty) { return undefined; }
  if (destination.kind === 'address') { return `The port name '${port.name}' means nothing for an address: give the port's number.`; }
  const known = destination.pod.ports.filter(p => p.name !== undefined).map(p => `${p.protocol} ${p.name}`);
  return `No container of ${destination.name} has a ${port.protocol} port named '${port.name}'`
    + `${known.length === 0 ? '' : ` (it has ${known.join(', ')})`}: name it in the container's ports, or give its number.`;
}
