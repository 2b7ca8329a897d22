import { blockText, mismatchText } from './mismatch-text';
import { reasonText } from './passing';
import { PeerClause, Policy, Rule } from '../../cluster/cluster';
import { Explanation, RuleEffect, SideExplanation } from '../../query/explanation';
import { instructionOf } from '../../query/fix-instruction';
import { connectionsOfPort } from '../../query/ports';
import { fieldReference, formatReference, policyReference } from '../references';

const ANSWERS = { yes: 'allowed', no: 'blocked', undecided: 'undecided' } as const;

/** The heading of the rules that allow connections. If a side is blocked, they allow only some of the ports. */
export const ALLOWED_BY = { yes: 'allowed by', no: 'partly allowed by', undecided: 'these rules allow it, or may allow it' } as const;

/**
 * One side in full: the policies that isolate the subject, the rules that allow the connection, the near misses, and the fix.
 *
 * @param fix the change to write, if the policies are not written as YAML
 */
export function sideText(side: SideExplanation, fix?: string): string[] {
  const { direction, subject, answer, reasons, isolatedBy, mayBeOpen, allowedBy, nearMisses, passes } = side;
  const headline = `${capital(direction)} of ${subject.name}: ${ANSWERS[answer]}`;
  const undecided = reasons.map(reason => `  undecided, because ${reasonText(reason)}`);
  if (isolatedBy.length === 0) { return [headline, ...undecided.length > 0 ? undecided : [`  ${whyOpen(side)}`]]; }
  return [
    headline,
    ...undecided,
    `  isolated by these policies${mayBeOpen ? ', if one of them selects it' : ''}, so only what they allow may ${direction === 'egress' ? 'leave' : 'enter'} it`,
    ...isolatedBy.flatMap(policy => [
      `    ${formatReference(policyReference(policy))}`,
      // The rules of a side that passes are listed below.
      ...(passes ? [] : [`      ${allowanceText(policy, direction)}`]),
    ]),
    ...(allowedBy.length === 0 ? ['  no rule allows it'] : [`  ${ALLOWED_BY[answer]}`, ...allowedBy.map(effect => `    ${effectText(effect)}`)]),
    ...(nearMisses.length === 0 ? [] : [
      '  near misses',
      ...nearMisses.flatMap(({ policy, rule, mismatches }) => [
        `    ${formatReference(fieldReference(policy, rule.path))}`, `      ${mismatches.map(mismatchText).join('; ')}`,
      ]),
    ]),
    ...(answer === 'undecided' ? [] : fix === undefined ? fixText(side) : [`  to allow it, write ${fix}`]),
  ];
}

/** A side that passes, in one line. */
export function sideSummary({ direction, subject, isolatedBy, allowedBy }: SideExplanation): string {
  const name = `${capital(direction)} of ${subject.name}`;
  if (isolatedBy.length === 0) { return `${name}: allowed. ${whyOpen({ direction, subject })}`; }
  return `${name}: allowed by ${allowedBy.map(effectText).join('; ')}`;
}

/** `app/allow-x spec.ingress[0] (shop.yaml:12:5): TCP 8080` */
export function effectText({ policy, rule, connections }: RuleEffect): string {
  return `${formatReference(fieldReference(policy, rule.path))}: ${connections}`;
}

/** Why a side that is not isolated allows every connection, as a sentence. */
export function whyOpen({ direction, subject }: Pick<SideExplanation, 'direction' | 'subject'>): string {
  if (subject.kind === 'address') { return 'It is outside the cluster, where no policy isolates.'; }
  if (subject.pod.hostNetwork) { return "It is on its node's network, where no NetworkPolicy isolates it."; }
  return direction === 'egress'
    ? 'No policy isolates it for egress, so it may connect to anything.'
    : 'No policy isolates it for ingress, so anything may connect to it.';
}

function fixText({ fix }: SideExplanation): string[] {
  if (fix === undefined) { return []; }
  const { instruction, yaml } = instructionOf(fix);
  return [`  to allow it, ${instruction}:`, ...indented(yaml.trimEnd().split('\n'), 6)];
}

/** Lines moved to the right. */
export function indented(lines: readonly string[], columns: number): string[] {
  return lines.map(line => `${' '.repeat(columns)}${line}`);
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** More rules than this are counted. */
const MAX_RULES = 3;

/** What a policy allows in one direction: `which allows egress only to ipBlock 0.0.0.0/0 on TCP 443`. */
function allowanceText(policy: Policy, direction: SideExplanation['direction']): string {
  const rules = policy[direction]!;
  if (rules.length === 0) { return `which has no ${direction} rule: it allows nothing`; }
  if (rules.length > MAX_RULES) { return `which allows ${direction} by ${rules.length} rules`; }
  const preposition = direction === 'egress' ? 'to' : 'from';
  return `which allows ${direction} only ${rules.map(rule => `${preposition} ${ruleText(rule, policy.namespace)}`).join('; ')}`;
}

/** The peers that a clause selects; `namespace` is the policy's. */
export function clauseText(clause: PeerClause, namespace: string): string {
  if (clause.kind === 'addresses') { return blockText(clause); }
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

/**
 * Why the destination does not have the port name that the question asks about; nothing if it has it. The policies are not the
 * reason then, and a change of a policy would not help.
 */
export function unresolvedPort({ flow: { destination }, port }: Pick<Explanation, 'flow' | 'port'>): string | undefined {
  if (port === undefined || !('name' in port) || !connectionsOfPort(port, destination).isEmpty) { return undefined; }
  if (destination.kind === 'address') { return `The port name '${port.name}' has no meaning for an address: give a number.`; }
  const known = destination.pod.ports.filter(p => p.name !== undefined).map(p => `${p.protocol} ${p.name}`);
  return `No container of ${destination.name} has a ${port.protocol} port named '${port.name}'`
    + `${known.length === 0 ? '' : ` (it has ${known.join(', ')})`}: name it in the container's ports, or give its number.`;
}
