import { blockText, mismatchText } from './mismatch-text';
import { reasonText } from './passing';
import { PeerClause, Policy, PortClause, Rule } from '../../cluster/cluster';
import { PolicyTier, RuleAction } from '../../cluster/cluster-policy';
import { enumerate, withCommas } from '../../findings/enumeration';
import { formatPath } from '../../findings/finding';
import { Explanation, PolicyFix, RuleEffect, SideExplanation, TierRule } from '../../query/explanation';
import { instructionOf } from '../../query/fix-instruction';
import { FixOutcome } from '../../query/further-fixes';
import { formatConnections, unresolvedPort as unresolvedPortText } from '../../query/ports';
import { QuestionAnswer } from '../../query/questions';
import { clusterRuleReference, fieldReference, formatReference, policyReference } from '../references';

const ANSWERS = { yes: 'allowed', no: 'blocked', undecided: 'undecided' } as const;

/** The heading of the rules that allow connections. If a side is blocked, they allow only some of the ports. */
export const ALLOWED_BY = { yes: 'allowed by', no: 'partly allowed by', undecided: 'these rules allow it, or may allow it' } as const;

/**
 * One side in full: the policies that isolate the subject, the rules that allow the connection, and the near misses.
 */
export function sideText(side: SideExplanation): string[] {
  const { direction, subject, answer, reasons, isolatedBy, mayBeOpen, allowedBy, nearMisses, nearlySelectedBy, passes } = side;
  const headline = `${capital(direction)} of ${subject.name}: ${ANSWERS[answer]}`;
  const undecided = reasons.map(reason => `  undecided, because ${reasonText(reason)}`);
  const nearly = nearlySelectedBy.length === 0 ? [] : [
    '  nearly selected by',
    ...folded(nearlySelectedBy.map(({ policy, mismatch }) => ({ name: formatReference(policyReference(policy)), why: mismatchText(mismatch) })), 'policies'),
  ];
  const before = [headline, ...undecided, ...tierLines(side, 'Admin')];
  if (isolatedBy.length === 0) { return [...before, ...undecided.length > 0 ? [] : openLines(side), ...tierLines(side, 'Baseline'), ...nearly]; }
  return [
    ...before,
    `  isolated by these policies${mayBeOpen ? ', if one of them selects it' : ''}, so only what they allow may ${direction === 'egress' ? 'leave' : 'enter'} it`,
    // The rules of a side that passes are listed below.
    ...folded(isolatedBy.map(policy => ({ name: formatReference(policyReference(policy)), why: passes ? '' : allowanceText(policy, direction) })), 'policies'),
    ...(allowedBy.length === 0 ? ['  no rule allows it'] : [`  ${ALLOWED_BY[answer]}`, ...folded(allowedBy.map(effect => ({ name: effectText(effect), why: matchText(effect) })), 'rules')]),
    ...(nearMisses.length === 0 ? [] : [
      '  near misses',
      ...folded(nearMisses.map(({ policy, rule, mismatches }) => (
        { name: formatReference(fieldReference(policy, rule.path)), why: joined([...new Set(mismatches.map(mismatchText))], 'peers') })), 'rules'),
    ]),
    ...tierLines(side, 'Baseline'),
    ...nearly,
  ];
}

const VERBS: Readonly<Record<RuleAction, readonly [surely: string, maybe: string]>> = {
  accept: ['accepts', 'may accept'], deny: ['denies', 'may deny'], pass: ['passes', 'may pass'],
};

/** The rules of a tier that decide, each with the priority of its policy. */
export function tierLines({ admin, baseline }: Pick<SideExplanation, 'admin' | 'baseline'>, tier: PolicyTier): string[] {
  const rules = tier === 'Admin' ? admin : baseline;
  return rules.length === 0 ? [] : [`  rules of the ${tier} tier`, ...folded(rules.map(one => ({ name: tierRuleText(one), why: '' })), 'rules')];
}

/** `ClusterNetworkPolicy guard spec.ingress[0] (guard.yaml:12:5), priority 10: denies TCP 5432` */
function tierRuleText({ policy, rule, connections, isSure }: TierRule): string {
  const priority = policy.kind === 'BaselineAdminNetworkPolicy' ? '' : `, priority ${policy.priority}`;
  return `${formatReference(clusterRuleReference(policy, rule))}${priority}: ${VERBS[rule.action][isSure ? 0 : 1]} ${formatConnections(connections)}${rule.failsClosed ? FAILS_CLOSED : ''}`;
}

/** The comments of ClusterNetworkPolicyIngressPeer and ClusterNetworkPolicyEgressPeer say what a rule with a peer without a known field does. */
const FAILS_CLOSED = ' (the rule fails closed: netpol does not know one of its peers, and a Deny or Pass rule then denies everything, on every port)';

/** Why a side that no NetworkPolicy isolates is open; nothing if the Admin tier decides about everything. */
export function openLines(side: SideExplanation): string[] {
  const { asksNetworkPolicies, baseline, admin, direction } = side;
  if (!asksNetworkPolicies) { return []; }
  if (baseline.length > 0) { return [`  no NetworkPolicy isolates it for ${direction}`]; }
  return admin.length > 0 ? [`  no NetworkPolicy isolates it for ${direction}, and no rule of the Baseline tier matches`] : [`  ${whyOpen(side)}`];
}

/** More names with one reason, and more reasons, than this are counted. */
const MAX_NAMES = 4;
const MAX_REASONS = 4;

/** Policies or rules with what is said about each: those with the same reason share it. */
function folded(items: readonly { readonly name: string; readonly why: string }[], what: 'policies' | 'rules'): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of items) { byReason.set(why, [...byReason.get(why) ?? [], name]); }
  const shown = [...byReason].slice(0, MAX_REASONS);
  const hidden = items.length - shown.reduce((sum, [, names]) => sum + names.length, 0);
  return [
    ...shown.flatMap(([why, names]) => [
      ...indented(names.slice(0, MAX_NAMES), 4),
      ...names.length > MAX_NAMES ? [`    and ${withCommas(names.length - MAX_NAMES)} more ${what}`] : [],
      ...why === '' ? [] : [`      ${why}`],
    ]),
    ...hidden === 0 ? [] : [`    and ${withCommas(hidden)} more ${what}`],
  ];
}

/** A side that passes, in one line. */
export function sideSummary(side: SideExplanation): string {
  const { direction, subject, isolatedBy, allowedBy, admin, baseline } = side;
  const name = `${capital(direction)} of ${subject.name}`;
  const accepting = [...admin, ...baseline].filter(({ rule }) => rule.action === 'accept').map(tierRuleText);
  if (accepting.length > 0) { return `${name}: allowed by ${joined([...accepting, ...allowedBy.map(effectText)], 'rules')}`; }
  if (isolatedBy.length === 0) { return `${name}: allowed. ${whyOpen({ direction, subject })}`; }
  return `${name}: allowed by ${joined(allowedBy.map(effectText), 'rules')}`;
}

/** `app/allow-x spec.ingress[0] (shop.yaml:12:5): TCP 8080` */
export function effectText({ policy, rule, connections }: RuleEffect): string {
  return `${formatReference(fieldReference(policy, rule.path))}: ${formatConnections(connections)}`;
}

/** The first few of many texts that have commas of their own. */
function joined(texts: readonly string[], what: 'peers' | 'rules' | 'parts'): string {
  const more = texts.length > MAX_NAMES ? [`and ${withCommas(texts.length - MAX_NAMES)} more ${what}`] : [];
  return [...texts.slice(0, MAX_NAMES), ...more].join('; ');
}

/** A line for each rule that allows connections. */
export function effectLines(effects: readonly RuleEffect[]): string[] {
  return folded(effects.map(effect => ({ name: effectText(effect), why: '' })), 'rules');
}

/** Why a side that is not isolated allows every connection, as a sentence. */
export function whyOpen({ direction, subject }: Pick<SideExplanation, 'direction' | 'subject'>): string {
  if (subject.kind === 'address') { return 'It is outside the cluster, where no policy isolates.'; }
  if (subject.pod.hostNetwork) { return "It is on its node's network, where no NetworkPolicy isolates it."; }
  return direction === 'egress'
    ? 'No policy isolates it for egress, so it may connect to anything.'
    : 'No policy isolates it for ingress, so anything may connect to it.';
}

/** The peer and the port that let a connection through: `its from[1] is pods app=web of namespace 'app'; its ports[0] is TCP http`. */
function matchText({ policy, rule, matching }: RuleEffect): string {
  const { peers, ports } = matching();
  const last = ({ path }: PeerClause | PortClause) => formatPath(path.slice(rule.path.length));
  const parts = [
    ...peers === undefined ? ['it names no peers, so it means every peer'] : peers.map(clause => `its ${last(clause)} is ${clauseText(clause, policy.namespace)}`),
    ...ports === undefined ? ['it names no ports, so it means every port'] : ports.map(clause => `its ${last(clause)} is ${portsText({ ports: [clause] })}`),
  ];
  return joined(parts, 'parts');
}

/** What to change, for each side that is blocked and has a fix. */
export function fixText({ egress, ingress }: Pick<Explanation, 'egress' | 'ingress'>): string[] {
  const sides = [egress, ingress].filter(({ fix }) => fix !== undefined);
  const isBoth = sides.length > 1;
  return [
    ...isBoth ? [`${sides.some(({ passes }) => passes) ? 'B' : 'Both sides are blocked, so b'}oth fixes are needed.`] : [],
    ...sides.flatMap(({ direction, fix }) => changeText(`Fix${isBoth ? ` for ${direction}` : ''}`, fix!)),
  ];
}

function changeText(title: string, fix: PolicyFix): string[] {
  const { instruction, yaml, opens, closes } = instructionOf(fix);
  return [
    `${title}: ${instruction}:`, ...indented(yaml.trimEnd().split('\n'), 2), ...opens === undefined ? [] : opens.split('\n'), ...closes === undefined ? [] : [closes],
  ];
}

/** The fixes to apply after that of an explanation, and the answer after all of them unless it is what the first one promises. */
export function outcomeText({ flow: { source, destination } }: Explanation, { further, after, blocked, hasMore }: FixOutcome): string[] {
  const isMore = further.length > 0;
  const withAll = isMore ? 'With all of these fixes' : 'With this change';
  return [
    ...isMore ? [`This is for ${source.name} to ${destination.name}. Policies block other pairs too, so apply these fixes as well.`] : [],
    ...further.flatMap(({ direction, subject, peer, fix }) =>
      changeText(`Fix for ${direction} of ${subject.name} ${direction === 'egress' ? 'to' : 'from'} ${peer.name}`, fix)),
    ...isMore && after.answer === 'yes' ? [`${withAll}, the answer is yes.`] : [],
    ...after.answer === 'undecided' ? [`${withAll}, the answer is undecided, because ${reasonText(after.reasons[0])}.`] : [],
    ...after.answer === 'no' ? [`${withAll}, ${stillBlocked(after, blocked)}. ${hasMore ? 'Apply the fixes and ask again.' : 'netpol knows no change of a NetworkPolicy that opens it.'}`] : [],
  ];
}

function stillBlocked({ example }: QuestionAnswer, blocked: number): string {
  // An explanation has a pair, so its question has one after each fix.
  const pair = `${example!.source.name} to ${example!.destination.name}`;
  return blocked < 2 ? `${pair} is still blocked` : `${withCommas(blocked)} pairs that policies tell apart are still blocked, such as ${pair}`;
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

/** More ports of a rule than this are counted. */
const MAX_PORTS = 8;

/** The ports of a rule: `TCP 443`, `UDP dns`, `every port`. */
export function portsText({ ports }: Pick<Rule, 'ports'>): string {
  if (ports === undefined) { return 'every port'; }
  return enumerate(ports.map(({ protocol, name, first, last }) => `${protocol} ${name ?? (first === last ? first : `${first}-${last}`)}`), MAX_PORTS);
}

/** More peers of a rule than this are counted. */
const MAX_PEERS = 3;

function ruleText(rule: Rule, namespace: string): string {
  const peers = rule.peers === undefined ? 'anything' : enumerate(rule.peers.map(clause => clauseText(clause, namespace)), MAX_PEERS, 'or');
  return `${peers} on ${portsText(rule)}`;
}

/**
 * Why the destination does not have the port name that the question asks about; nothing if it has it. The policies are not the
 * reason then, and a change of a policy would not help.
 */
export function unresolvedPort({ flow: { destination }, port }: Pick<Explanation, 'flow' | 'port'>): string | undefined {
  return port === undefined ? undefined : unresolvedPortText(port, destination);
}
