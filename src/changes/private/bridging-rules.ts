import { AddressesClause, PeerClause, PortClause, Rule } from '../../cluster/cluster';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';

/*
 * Rules and selectors that bridging policies are made of. Both rules of an intersection are of policies of one namespace. What no rule can say is left out:
 * which pods have an address of a block, and which number a named port has. Then the intersection is smaller, and the check of the step finds that out.
 */

/** Rules that allow more combinations of a peer and a port than this are not computed. */
const MAX_GRANTS = 64;

/** Rules that allow what both lists of rules allow. Undefined if there are too many. */
export function intersectionOf(some: readonly Rule[], others: readonly Rule[], namespace: string): Rule[] | undefined {
  const found = new Map<string, Rule>();
  for (const one of some) {
    for (const other of others) {
      const rule = commonRule(one, other, namespace);
      if (rule === undefined) { continue; }
      found.set(textOfRule(rule), rule);
      if (grantTexts([...found.values()]).size > MAX_GRANTS) { return undefined; }
    }
  }
  return [...found.values()];
}

/** Every rule of both lists, each once. */
export function unionOf(some: readonly Rule[], others: readonly Rule[]): Rule[] {
  return [...new Map([...some, ...others].map(rule => [textOfRule(rule), rule])).values()];
}

/** Equal for rules of one namespace that are written alike. */
export function textOfRule({ peers, ports }: Rule): string {
  return JSON.stringify([peers?.map(peer => peer.kind === 'pods'
    ? [peer.namespaces?.id, peer.pods.id]
    : [peer.block, ...peer.except].map(({ first, last }) => `${first}-${last}`)),
  ports?.map(({ protocol, name, first, last }) => [protocol, name, first, last])]);
}

/** What some rules allow, peer by peer and port by port. Rules allow no more than others if they have no other texts. */
function grantTexts(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(partsOf(rules).map(textOfRule));
}

/** The parts of rules that other rules do not have: one peer on one port each. */
export function rulesWithout(rules: readonly Rule[], others: readonly Rule[]): Rule[] {
  const known = grantTexts(others);
  return partsOf(rules).filter(part => !known.has(textOfRule(part)));
}

/** A rule for each combination of a peer and a port. */
function partsOf(rules: readonly Rule[]): Rule[] {
  return rules.flatMap(({ path, peers, ports }) => (peers ?? [undefined]).flatMap(peer => (ports ?? [undefined]).map((port): Rule =>
    ({ path, ...peer === undefined ? {} : { peers: [peer] }, ...port === undefined ? {} : { ports: [port] } }))));
}

function commonRule(one: Rule, other: Rule, namespace: string): Rule | undefined {
  const { path } = one;
  const peers = once(common(one.peers, other.peers, (a, b) => commonPeer(a, b, namespace)), peer => textOfRule({ path, peers: [peer] }));
  const ports = once(common(one.ports, other.ports, commonPort), port => textOfRule({ path, ports: [port] }));
  return peers?.length === 0 || ports?.length === 0 ? undefined : { path, peers, ports };
}

/** What two lists have in common, of which an absent one has everything. */
function common<T>(some: readonly T[] | undefined, others: readonly T[] | undefined, both: (a: T, b: T) => T | undefined): readonly T[] | undefined {
  if (some === undefined) { return others; }
  return others === undefined ? some : some.flatMap(a => others.flatMap(b => both(a, b) ?? []));
}

function once<T>(all: readonly T[] | undefined, text: (one: T) => string): readonly T[] | undefined {
  return all && [...new Map(all.map(one => [text(one), one])).values()];
}

function commonPort(a: PortClause, b: PortClause): PortClause | undefined {
  if (a.protocol !== b.protocol) { return undefined; }
  const isEvery = ({ name, first, last }: PortClause) => name === undefined && first === 1 && last === 65535;
  if (isEvery(a)) { return b; }
  if (isEvery(b)) { return a; }
  if (a.name !== undefined || b.name !== undefined) { return a.name === b.name ? a : undefined; }
  const [first, last] = [Math.max(a.first, b.first), Math.min(a.last, b.last)];
  return first > last ? undefined : { path: a.path, protocol: a.protocol, first, last };
}

function commonPeer(a: PeerClause, b: PeerClause, namespace: string): PeerClause | undefined {
  if (a.kind === 'addresses') { return b.kind === 'addresses' ? commonBlock(a, b) : undefined; }
  if (b.kind === 'addresses') { return undefined; }
  const pods = bothSelect(a.pods, b.pods);
  const own = Selector.labels({ [NAMESPACE_NAME_LABEL]: namespace });
  const namespaces = a.namespaces === undefined && b.namespaces === undefined ? undefined : bothSelect(a.namespaces ?? own, b.namespaces ?? own);
  const isPossible = canSelect(pods) && (namespaces === undefined || canSelect(namespaces));
  return isPossible ? { kind: 'pods', path: a.path, pods, namespaces } : undefined;
}

/** Two blocks are apart, or one holds the other. */
function commonBlock(a: AddressesClause, b: AddressesClause): AddressesClause | undefined {
  const [outer, inner] = a.block.first <= b.block.first && b.block.last <= a.block.last ? [a, b] : [b, a];
  const { first, last } = inner.block;
  if (first < outer.block.first || last > outer.block.last) { return undefined; }
  const except = [...inner.except, ...outer.except].filter(one => one.last >= first && one.first <= last);
  if (except.some(one => one.first <= first && last <= one.last)) { return undefined; }
  return { kind: 'addresses', path: inner.path, block: inner.block, except };
}

/** Selects what both select. */
export function bothSelect(a: Selector, b: Selector): Selector {
  return Selector.of([...a.requirements, ...b.requirements]);
}

/** False if the requirements of a selector exclude each other. */
export function canSelect(selector: Selector): boolean {
  return selector.couldMatch({}, () => false);
}

/** True if the first selector surely selects whatever the second one does. */
export function isWider(wide: Selector, narrow: Selector): boolean {
  return excluding(narrow, wide)?.length === 0;
}

const OPPOSITE = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;

/** More selectors than this are not computed. */
const MAX_SELECTORS = 24;

/** Selectors that together select what the first one does, and none of the others. Undefined if there are too many. */
export function excluding(from: Selector, ...others: readonly Selector[]): Selector[] | undefined {
  let parts = [from];
  for (const other of others) {
    const opposites = other.requirements.map(({ key, operator, values }): Requirement => ({ key, operator: OPPOSITE[operator], values }));
    const next = parts.flatMap(part => {
      const narrowed = opposites.map(one => bothSelect(part, Selector.of([one])));
      // One of the opposites is required already.
      return narrowed.some(({ id }) => id === part.id) ? [part] : narrowed.filter(canSelect);
    });
    parts = [...new Map(next.map(part => [part.id, part])).values()];
    if (parts.length > MAX_SELECTORS) { return undefined; }
  }
  return parts;
}
