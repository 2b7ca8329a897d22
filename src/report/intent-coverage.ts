import { placeJson, reasonJson } from './explanation';
import { reasonText } from './private/passing';
import { formatClaim } from '../claims/claim';
import { policyName } from '../cluster/cluster';
import { Reason } from '../findings/answer';
import { enumerate, withCommas } from '../findings/enumeration';
import { formatPlace } from '../findings/finding';
import { Count, Coverage, CoverageCounts, byProposal, ChangeCoverage, UncoveredRule } from '../intent-coverage/coverage';
import { JudgedChange } from '../intent-coverage/judged-changes';
import { callText, intentEntry, intentFile, ProposedClaim } from '../intent-coverage/proposed-claim';
import { placeOfChange } from '../intent-coverage/single-change';
import { SuggestedClaims } from '../intent-coverage/suggested-claims';
import { Connection } from '../query/connectivity';

/** More connections than this are counted. JSON has all of them. */
const MAX_CONNECTIONS = 100;

/** More policies than this are counted in a sentence. JSON has all of them. */
const MAX_POLICIES = 5;

/** A table of what claims cover by namespace, then the connections and rules that no claim covers. */
export function* coverageText(coverage: Coverage): Iterable<string> {
  const { cluster, verdicts, namespaces, total, uncoveredConnections, uncoveredRules, notChanged } = coverage;
  const title = `coverage by ${counted(verdicts.length, 'claim')} that ${verdicts.length === 1 ? 'holds' : 'hold'}`;
  yield `\n${cluster === undefined ? '' : `cluster ${cluster}: `}${title}\n\n`;
  const rows = [['', 'connections', 'of them stated', 'rules', 'policies'], ...[...namespaces, ['total', total] as const].map(([name, counts]) => rowOf(name, counts))];
  const widths = rows[0].map((_, i) => Math.max(...rows.map(row => row[i].length)));
  for (const row of rows) { yield `${row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd()}\n`; }
  if (uncoveredConnections.length > 0) {
    yield `\n${counted(uncoveredConnections.length, 'connection')} that no claim states or permits:\n`;
    const texts = connectionTexts(uncoveredConnections);
    for (const text of texts.slice(0, MAX_CONNECTIONS)) { yield `  ${text}\n`; }
    const more = texts.length - MAX_CONNECTIONS;
    if (more > 0) { yield `  … and ${withCommas(more)} more: -o json has them\n`; }
  }
  if (uncoveredRules.length > 0) {
    yield `\n${counted(uncoveredRules.length, 'rule or policy', 'rules and policies')} that claims do not cover:\n`;
    for (const one of uncoveredRules) { yield `  ${uncoveredRuleText(one)}\n`; }
  }
  if (notChanged.length > 0) { yield `\nnot counted: ${notChangedText(notChanged)}\n`; }
}

/** Which policies the figures are not about, and why. */
function notChangedText(names: readonly string[]): string {
  return `${enumerate(names, MAX_POLICIES)}. netpol makes changes only of NetworkPolicies that it can read`;
}

function rowOf(name: string, { connections, rules, policies }: CoverageCounts): string[] {
  return [name, share(connections), withCommas(connections.stated), share(rules), share(policies)];
}

/** `3 of 5 (60 %)` */
function share({ covered, total }: Count): string {
  return total === 0 ? '-' : `${withCommas(covered)} of ${withCommas(total)} (${Math.floor(100 * covered / total)} %)`;
}

/** `shop/web[Deployment] → shop/db[Deployment]  TCP 5432`. Ranges of addresses with the same connections are one text. */
export function connectionTexts(all: readonly Connection[]): string[] {
  const groups = new Map<string, Connection[]>();
  for (const one of all) {
    const [from, to] = [one.source, one.destination].map(({ kind, name }) => kind === 'addresses' ? 'addresses' : name);
    const key = JSON.stringify([from, to, one.connections.key]);
    const group = groups.get(key);
    if (group === undefined) { groups.set(key, [one]); } else { group.push(one); }
  }
  return [...groups.values()].map(([{ source, destination, connections }, ...others]) => {
    const more = others.length === 0 ? '' : ` and ${counted(others.length, 'more range')}`;
    const [from, to] = [source, destination].map(({ kind, name }) => kind === 'addresses' ? `${name}${more}` : name);
    return `${from} → ${to}  ${connections}`;
  });
}

/** A rule or a policy that no claim covers, with its place and the changes that no claim would notice. */
export function uncoveredRuleText(one: UncoveredRule): string {
  return `${formatPlace(placeOfRule(one))}: ${ruleName(one)}: ${gapText(one)}`;
}

/** `no claim would notice that it is removed` */
export function gapText(one: UncoveredRule): string {
  const what = [...new Set(one.changes.map(({ change, outcome }) => `${whatOf(change.kind, change.peer, change.directions[0])}${outcome === 'undecided' ? ' (undecided)' : ''}`))];
  return `no claim would notice that ${what.join(', or that ')}`;
}

function ruleName({ policy, direction, rule }: UncoveredRule): string {
  return `${rule === undefined ? '' : `${direction} rule ${rule + 1} of `}NetworkPolicy ${policyName(policy)}`;
}

function placeOfRule({ policy, changes: [{ change }], rule, direction }: UncoveredRule) {
  return rule === undefined ? placeOfChange(change) : policy.origin.at(policy[direction!]![rule].path);
}

function whatOf(kind: JudgedChange['change']['kind'], peer: number | undefined, direction: string): string {
  switch (kind) {
    case 'type': return `its policy type ${direction === 'ingress' ? 'Ingress' : 'Egress'} is removed`;
    case 'every-peer': return 'it allows every peer';
    case 'peer': return `its peer ${peer! + 1} is removed`;
    default: return 'it is removed';
  }
}

/** The changes that no claim would notice, below the claim that would, and how many changes there are of each outcome. */
export function* changesText({ cluster, changes, notChanged }: ChangeCoverage): Iterable<string> {
  if (cluster !== undefined) { yield `\ncluster ${cluster}\n`; }
  for (const [proposal, group] of byProposal(changes)) {
    if (proposal === undefined) {
      yield '\nnetpol found no claim that would notice:\n';
    } else {
      yield `\n${counted(group.length, 'change')} that this claim would notice, and no claim does:\n${indented(intentFile([proposal], cluster))}  ${callText(proposal)}\n`;
    }
    for (const one of group) { yield `  - ${changeText(one)}\n`; }
  }
  const undecided = changes.filter(({ outcome }) => outcome === 'undecided');
  if (undecided.length > 0) {
    yield '\nno claim notices these, and it is undecided whether they change a connection,\n';
    const byReasons = new Map<string, JudgedChange[]>();
    for (const one of undecided) {
      const reasons = reasonsText(one.reasons ?? []);
      byReasons.set(reasons, [...byReasons.get(reasons) ?? [], one]);
    }
    for (const [reasons, group] of byReasons) {
      yield `  because ${reasons}:\n`;
      for (const one of group) { yield `  - ${changeText(one)}\n`; }
    }
  }
  const count = (outcome: JudgedChange['outcome']) => changes.filter(one => one.outcome === outcome).length;
  const texts = [`${withCommas(count('noticed'))} noticed`, `${withCommas(count('unnoticed'))} not noticed`, ...undecided.length === 0 ? [] : [`${withCommas(undecided.length)} undecided`]];
  const nothing = count('nothing');
  yield `\n${counted(changes.length - nothing, 'single change')} of policies: ${texts.join(', ')}${nothing === 0 ? '' : `; ${withCommas(nothing)} more change nothing`}\n`;
  if (notChanged.length > 0) { yield `not changed: ${notChangedText(notChanged)}\n`; }
}

/** `k8s/shop.yaml:12:5: ingress rule 2 of NetworkPolicy shop/db can be removed and every claim still holds` */
export function changeText({ change }: JudgedChange): string {
  return `${formatPlace(placeOfChange(change))}: ${change.text} and every claim still holds`;
}

/** Why it is undecided whether a change changes a connection, as a clause. */
export function reasonsText(reasons: readonly Reason[]): string {
  const texts = reasons.map(reason => reason.code === 'budget' ? 'the search has used all of its steps (budget)' : reasonText(reason));
  return enumerate([...new Set(texts)], MAX_POLICIES);
}

/** An intent file with the suggested claims. */
export function* suggestionText(suggested: SuggestedClaims): Iterable<string> {
  const { cluster, claims, left, notChanged } = suggested;
  yield `# ${cluster === undefined ? '' : `Cluster ${cluster}: `}${suggestionSentence(suggested)}\n`;
  if (notChanged.length > 0) { yield `# Not changed: ${notChangedText(notChanged)}.\n`; }
  for (const one of left) { yield `# Not noticed: ${formatPlace(placeOfChange(one.change))}: ${one.change.text}${one.outcome === 'undecided' ? `; undecided, because ${reasonsText(one.reasons ?? [])}` : ''}\n`; }
  yield intentFile(claims, cluster);
}

function suggestionSentence({ claims, given, changes, left }: SuggestedClaims): string {
  if (changes === 0) { return 'No claim: no single change of a policy changes a connection.'; }
  const noticed = `${left.length === 0 ? 'each' : withCommas(changes - left.length)} of ${counted(changes, 'single change')} of the policies`;
  if (claims.length === 0) {
    return given === 0 ? `No claim: netpol found none for any of ${counted(changes, 'single change')} of the policies.`
      : `No further claim. ${given === 1 ? 'The claim that you have notices' : `The ${withCommas(given)} claims that you have notice`} ${noticed}.`;
  }
  const which = claims.length === 1 ? '1 claim that holds today.' : `${withCommas(claims.length)} claims that hold today.`;
  if (given > 0) { return `${which} Together with the ${withCommas(given)} that you have, ${claims.length === 1 ? 'it notices' : 'they notice'} ${noticed}.`; }
  return `${which} ${claims.length === 1 ? 'It notices' : 'Together they notice'} ${noticed}.`;
}

/** What claims cover, as data for a program. */
export function coverageJson({ cluster, verdicts, namespaces, total, uncoveredConnections, uncoveredRules, notChanged }: Coverage): object {
  return {
    cluster,
    claims: verdicts.length,
    total,
    namespaces: Object.fromEntries(namespaces),
    uncoveredConnections: uncoveredConnections.map(({ source, destination, connections }) =>
      ({ src: source.name, dst: destination.name, conn: String(connections) })),
    uncoveredRules: uncoveredRules.map(one => ({
      policy: policyName(one.policy),
      direction: one.direction,
      rule: one.rule === undefined ? undefined : one.rule + 1,
      ...placeJson(placeOfRule(one)),
      changes: one.changes.map(({ change: { kind, peer }, outcome }) => ({ kind, peer: peer === undefined ? undefined : peer + 1, outcome })),
    })),
    notChanged,
  };
}

/** Every single change and its outcome, as data for a program. */
export function changesJson({ cluster, verdicts, changes, notChanged }: ChangeCoverage): object {
  return {
    cluster,
    changes: changes.map(({ change, outcome, reasons, noticedBy, proposal }) => ({
      kind: change.kind,
      policy: policyName(change.policy),
      text: change.text,
      ...placeJson(placeOfChange(change)),
      outcome,
      reasons: reasons?.map(reasonJson),
      noticedBy: noticedBy === undefined ? undefined : formatClaim(verdicts[noticedBy].claim),
      wouldNotice: proposal && proposalJson(proposal, cluster),
    })),
    notChanged,
  };
}

/** The suggested claims, as data for a program. */
export function suggestionJson({ cluster, claims, given, changes, left, notChanged }: SuggestedClaims): object {
  return {
    cluster,
    claims: claims.map(one => proposalJson(one, cluster)),
    given,
    changes,
    left: left.map(({ change, outcome, reasons }) =>
      ({ text: change.text, ...placeJson(placeOfChange(change)), outcome, reasons: reasons?.map(reasonJson) })),
    notChanged,
  };
}

function proposalJson(proposal: ProposedClaim, cluster: string | undefined): object {
  return { kind: proposal.kind, entry: intentEntry(proposal, cluster), call: callText(proposal) };
}

function indented(text: string): string { return text.replace(/^(?=.)/gm, '  '); }

function counted(count: number, one: string, many = `${one}s`): string {
  return `${withCommas(count)} ${count === 1 ? one : many}`;
}
