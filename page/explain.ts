import type { PageEnd, PageFix, PagePolicy, PageRule } from '../src/report/page-document';
import type { Cell, ClusterModel, Verdict } from './model';
import { ALL, apiPort, equal, intersect, named, NONE, type Ports, portsText, subtract, union } from './ports';
import { yamlOf } from './yaml';

/* Why a pair is as it is. The verdict is that of the document; this joins the policies and rules that belong to it. */

export type Direction = 'egress' | 'ingress';

/** A rule that matches the other end, and the ports that it decides about. */
export interface RuleMatch {
  readonly policy: PagePolicy;
  readonly rule: PageRule;
  readonly ports: Ports;
  readonly isSure: boolean;
}

/** One direction of a pair. */
export interface SideView {
  readonly direction: Direction;
  readonly subject: string;
  readonly verdict: Verdict;
  /** The ports that the side surely allows. */
  readonly ports: Ports;
  readonly why?: string;
  readonly policies: readonly PagePolicy[];
  readonly mayBeOpen: boolean;
  readonly allowedBy: readonly RuleMatch[];
  readonly admin: readonly RuleMatch[];
  readonly baseline: readonly RuleMatch[];
  readonly reasons: readonly string[];
}

/** A fix, as text to copy. */
export interface FixView {
  readonly direction: Direction;
  readonly instruction: string;
  readonly yaml: string;
  readonly notes: readonly string[];
}

export interface ExplanationView {
  readonly verdict: Verdict;
  readonly headline: string;
  readonly reasons: readonly string[];
  readonly sides: readonly SideView[];
  readonly fixes: readonly FixView[];
  readonly noFix?: string;
  /** False if the two sides do not add up to the verdict: only the command knows why. */
  readonly isComplete: boolean;
}

/** One end of a pair. */
type EndOf = { readonly end: PageEnd; readonly number: number } | { readonly outside: number; readonly label: string; readonly blocks?: readonly string[] };

/** Explains a row and a column of the matrix. */
export function explainPair(model: ClusterModel, row: number, column: number): ExplanationView {
  const [source, destination] = [endOf(model, row, model.data.sources), endOf(model, column, model.data.targets)];
  const [from, to] = [model.rowName(row), model.columnName(column)];
  if (model.isSelf(row, column)) {
    return { verdict: 'yes', headline: `${from} is one pod. A pod always reaches itself: policies do not apply.`, reasons: [], sides: [], fixes: [], isComplete: true };
  }
  const cell = model.cell(row, column);
  const egress = sideOf(model, 'egress', source, destination, from);
  const ingress = sideOf(model, 'ingress', destination, source, to);
  // If a side were denied, so would the pair be. The rules of a side do not say whether a block has an address that is not known.
  const sides = [egress, ingress].map((side): SideView => cell.verdict === 'undecided' && side.verdict === 'no' ? { ...side, verdict: 'undecided' } : side);
  const fixes = cell.verdict !== 'no' ? [] : sides.filter(({ verdict }) => verdict === 'no').flatMap(side =>
    fixOf(model, side, side.direction === 'egress' ? source : destination, side.direction === 'egress' ? destination : source, destination) ?? []);
  return {
    verdict: cell.verdict,
    headline: headlineOf(cell, from, to),
    reasons: cell.undecided.map(reason => model.data.reasons[reason].text),
    sides,
    fixes,
    ...cell.verdict === 'no' && fixes.length === 0 ? { noFix: noFixText(sides) } : {},
    isComplete: cell.undecided.length > 0 || equal(intersect(egress.ports, ingress.ports), cell.ports),
  };
}

function headlineOf({ verdict, ports, undecided }: Cell, from: string, to: string): string {
  if (verdict === 'no') { return `${from} does not reach ${to}.`; }
  if (verdict === 'undecided') { return `It is undecided whether ${from} reaches ${to}.`; }
  return `${from} reaches ${to} on ${portsText(ports)}${undecided.length > 0 ? '. Whether it does so on more ports is undecided.' : '.'}`;
}

function noFixText(sides: readonly SideView[]): string {
  const denying = sides.flatMap(({ admin, baseline }) => [...admin, ...baseline]).find(({ rule }) => rule.action === 'deny');
  if (denying !== undefined) { return `${denying.policy.name} denies it, and its owner decides. Run the command below for the fix.`; }
  return sides.every(({ verdict }) => verdict === 'yes') ? 'Each side allows some connections, but they have no port in common.' : 'Run the command below for the fix.';
}

function endOf({ data }: ClusterModel, number: number, outside: ClusterModel['data']['sources']): EndOf {
  const end = data.ends[number];
  if (end !== undefined) { return { end, number }; }
  const at = number - data.ends.length;
  return { outside: at, label: outside[at].label, blocks: outside[at].blocks };
}

function sideOf(model: ClusterModel, direction: Direction, subject: EndOf, peer: EndOf, name: string): SideView {
  const base = { direction, subject: name, mayBeOpen: false, policies: [], allowedBy: [], admin: [], baseline: [], reasons: [] };
  if (!('end' in subject)) { return { ...base, verdict: 'yes', ports: ALL, why: 'It is outside the cluster, where no policy isolates.' }; }
  const { data } = model;
  const own = data.sides[data.classes[subject.end.of][direction === 'ingress' ? 0 : 1]];
  const destination = direction === 'ingress' ? subject : peer;
  const destinationPorts = 'end' in destination ? destination.end.ports : [];
  const matchesOf = (policy: PagePolicy, isSure: boolean): RuleMatch[] => policy[direction].flatMap(rule => {
    const match = peerMatch(model, rule, peer, direction);
    const ports = portsOfRule(rule, destinationPorts);
    return match === 'no' || ports.length === 0 ? [] : [{ policy, rule, ports, isSure: isSure && match === 'yes' }];
  });
  const tiers = (own.tiers ?? []).map(([policy, isSure]) => ({ policy: data.policies[policy], isSure }));
  const admin = decide(tiers.filter(({ policy }) => policy.isAdmin === true).flatMap(({ policy, isSure }) => matchesOf(policy, isSure)), ALL);
  const open = union(admin.left, admin.passed);
  const policies = open.length === 0 ? [] : own.isolatedBy.map(policy => data.policies[policy]);
  const allowedBy = policies.flatMap(policy => matchesOf(policy, own.mayBeOpen !== true))
    .map(one => ({ ...one, ports: intersect(one.ports, open) })).filter(({ ports }) => ports.length > 0);
  const isIsolated = policies.length > 0;
  const baseline = isIsolated ? decide([], open) : decide(tiers.filter(({ policy }) => policy.isAdmin !== true).flatMap(({ policy, isSure }) => matchesOf(policy, isSure)), open);
  const byPolicies = isIsolated ? allowedBy.filter(({ isSure }) => isSure).reduce((all, { ports }) => union(all, ports), NONE)
    : union(baseline.accepted, union(baseline.left, baseline.passed));
  const reasons = (own.reasons ?? []).map(reason => data.reasons[reason].text);
  const ports = reasons.length > 0 ? NONE : union(admin.accepted, intersect(open, byPolicies));
  const isOpen = reasons.length > 0 || [...admin.rules, ...baseline.rules, ...allowedBy].some(({ isSure }) => !isSure);
  const why = isIsolated || open.length === 0 || baseline.rules.length > 0 ? undefined : whyOpen(subject.end, direction);
  return {
    ...base, verdict: ports.length > 0 ? 'yes' : isOpen ? 'undecided' : 'no', ports, policies, mayBeOpen: own.mayBeOpen === true, allowedBy,
    admin: admin.rules, baseline: baseline.rules, reasons, ...why === undefined ? {} : { why },
  };
}

function whyOpen({ hostNetwork }: PageEnd, direction: Direction): string {
  if (hostNetwork === true) { return "It is on its node's network, where no NetworkPolicy isolates it."; }
  return direction === 'egress' ? 'No policy isolates it for egress, so it may connect to anything.' : 'No policy isolates it for ingress, so anything may connect to it.';
}

/** The first rule of a tier that matches a connection decides it. */
function decide(rules: readonly RuleMatch[], asked: Ports): { rules: RuleMatch[]; accepted: Ports; passed: Ports; left: Ports } {
  let [left, accepted, passed] = [asked, NONE, NONE];
  const deciding: RuleMatch[] = [];
  for (const one of rules) {
    const ports = intersect(one.ports, left);
    if (ports.length === 0) { continue; }
    deciding.push({ ...one, ports });
    if (!one.isSure) { continue; }
    left = subtract(left, ports);
    if (one.rule.action === 'accept') { accepted = union(accepted, ports); }
    if (one.rule.action === 'pass') { passed = union(passed, ports); }
  }
  return { rules: deciding, accepted, passed, left };
}

function peerMatch(model: ClusterModel, { peers }: PageRule, peer: EndOf, direction: Direction): 'yes' | 'no' | 'maybe' {
  if (peers === undefined) { return 'yes'; }
  if (!('end' in peer)) { return peers.some(({ targets, sources }) => (direction === 'egress' ? targets : sources)?.includes(peer.outside)) ? 'yes' : 'no'; }
  if (peers.some(({ surely }) => model.set(surely).has(peer.number))) { return 'yes'; }
  return peers.some(({ maybe }) => model.set(maybe).has(peer.number)) ? 'maybe' : 'no';
}

function portsOfRule({ ports }: PageRule, destination: PageEnd['ports']): Ports {
  if (ports === undefined) { return ALL; }
  return ports.reduce<Ports>((all, port) => union(all, typeof port[0] === 'string' ? named(port[0], port[1] as number, destination) : port as Ports), NONE);
}

/** The fix for a side that is blocked: a rule for the other end and the ports of the destination, in a policy of the subject or a new one. */
function fixOf(model: ClusterModel, { direction, admin, baseline }: SideView, subject: EndOf, peer: EndOf, destination: EndOf): FixView | undefined {
  if (!('end' in subject) || [...admin, ...baseline].some(({ rule }) => rule.action === 'deny')) { return undefined; }
  const number = subject.end.fix?.[direction];
  const namespace = model.data.namespaces[subject.end.namespace].name;
  const peers = peersFor(model, peer, namespace);
  if (number === undefined || peers === undefined) { return undefined; }
  const start = model.data.fixes[number];
  const ports = 'end' in destination ? destination.end.ports.map(([port]) => apiPort(port)) : [];
  const rule = { [direction === 'ingress' ? 'from' : 'to']: peers, ...ports.length === 0 ? {} : { ports } };
  const other = 'end' in peer && peer.end.selector === undefined ? [`This opens it for every pod of the namespace, because ${peer.end.ref} has no label that a rule could select it by.`] : [];
  return { direction, instruction: start.instruction, yaml: yamlOf(objectOf(start, direction, rule, peer)), notes: [...start.opens === undefined ? [] : [start.opens], ...other] };
}

function objectOf({ section, policy }: PageFix, direction: Direction, rule: object, peer: EndOf): object {
  if (policy === undefined) { return section === undefined ? [rule] : { [section]: [rule] }; }
  const { namespace, nameStart, podSelector, policyType } = policy;
  const name = `${nameStart}${'end' in peer ? peer.end.name : peer.label}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 240).replace(/-+$/, '');
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec: { podSelector, policyTypes: [policyType], [direction]: [rule] },
  };
}

function peersFor({ data }: ClusterModel, peer: EndOf, namespace: string): object[] | undefined {
  if (!('end' in peer)) { return peer.blocks?.map(cidr => ({ ipBlock: { cidr } })); }
  if (peer.end.hostNetwork === true) { return undefined; }
  const podSelector = peer.end.selector ?? {};
  const own = data.namespaces[peer.end.namespace].name;
  return [own === namespace ? { podSelector } : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': own } }, podSelector }];
}
