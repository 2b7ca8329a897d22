import { stringify } from 'yaml';
import { Claim, CLAIM_KINDS, ClaimKind } from '../claims/claim';
import { WORDS } from '../claims/intent-file';
import { ClaimJudge } from '../claims/judge';
import { namedParty, Party } from '../claims/party';
import { Workload } from '../cluster/cluster';
import { LabelSelector, LabelSelectorRequirement, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Requirement, Selector } from '../k8s/selector';
import { PortQuery } from '../query/ports';

/** An end of a claim that netpol proposes. Each of them can be written in an intent file and in a program. */
export type ProposedEnd =
  /** `name` is what a claim calls it. */
  | { readonly kind: 'workload'; readonly workload: Workload; readonly name: string }
  /** Every possible pod that two selectors match. */
  | { readonly kind: 'pods'; readonly namespaces: Selector; readonly pods: Selector }
  /** A block in CIDR notation. */
  | { readonly kind: 'block'; readonly cidr: string }
  | { readonly kind: 'word'; readonly word: 'dns' | 'internet' };

/** A claim that netpol proposes. */
export interface ProposedClaim {
  readonly kind: ClaimKind;
  /** Any number for `admitsOnly`, one for the other claims. */
  readonly from: readonly ProposedEnd[];
  /** Any number for `reachesOnly`, one for the other claims. */
  readonly to: readonly ProposedEnd[];
  /** Absent: as in an intent file without ports. */
  readonly ports?: readonly PortQuery[];
  /** True if only a strict claim notices the change: the others would hold under an assumption. */
  readonly strict?: true;
}

/** The claim, for the judge. Undefined if the cluster has an end that the words of a claim cannot name. */
export function claimOf(judge: ClaimJudge, { kind, from, to, ports, strict }: ProposedClaim): Claim | undefined {
  const sources = from.map(end => partyOf(judge, end));
  const destinations = to.map(end => partyOf(judge, end));
  if (![...sources, ...destinations].every(party => party !== undefined)) { return undefined; }
  switch (kind) {
    case 'admitsOnly': return { kind, target: destinations[0]!, listed: sources as Party[], ports, strict };
    case 'reachesOnly': return { kind, target: sources[0]!, listed: destinations as Party[], ports, strict };
    default: return { kind, from: sources[0]!, to: destinations[0]!, ports, strict };
  }
}

function partyOf(judge: ClaimJudge, end: ProposedEnd): Party | undefined {
  switch (end.kind) {
    case 'word': return WORDS[end.word];
    case 'pods': return { name: podsText(end), parts: [{ kind: 'selected', namespaces: end.namespaces, pods: end.pods, ports: [] }] };
    default: {
      const party = namedParty(judge.reach, end.kind === 'block' ? end.cidr : end.name);
      return typeof party === 'string' ? undefined : party;
    }
  }
}

/** A workload as an end of a claim, named with its kind if another workload of the namespace has the name. */
export function workloadEnd(judge: Pick<ClaimJudge, 'workloadsIn'>, workload: Workload): ProposedEnd {
  const { namespace, kind, name } = workload;
  const isOne = judge.workloadsIn(namespace).filter(one => one.name === name).length <= 1;
  return { kind: 'workload', workload, name: isOne ? `${namespace}/${name}` : `${namespace}/${kind}/${name}` };
}

function podsText({ namespaces, pods }: Extract<ProposedEnd, { kind: 'pods' }>): string {
  const name = nameOf(namespaces);
  const where = name !== undefined ? `namespace ${name}` : namespaces.isEverything ? 'every namespace' : `namespaces ${namespaces}`;
  return `${pods.isEverything ? 'every pod' : `pods ${pods}`} of ${where}`;
}

/** The claim as an entry of an intent file, in one line and without its kind: `{ to: shop/db, from: [shop/backend] }`. */
export function intentEntry({ kind, from, to, ports, strict }: ProposedClaim, cluster?: string): string {
  const written = (ends: readonly ProposedEnd[], isList: boolean) => {
    const all = ends.map(end => endForFile(end));
    return isList ? all : all[0];
  };
  const [first, second] = [{ from: written(from, kind === 'admitsOnly') }, { to: written(to, kind === 'reachesOnly') }];
  const texts = ports?.map(portText);
  return stringify({
    ...kind === 'admitsOnly' ? { ...second, ...first } : { ...first, ...second },
    ...texts === undefined ? {} : texts.length === 1 ? { port: texts[0] } : { ports: texts },
    ...strict === undefined ? {} : { strict },
    ...cluster === undefined ? {} : { cluster },
    // No name and no label has a bracket.
  }, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd().replace(/\[ /g, '[').replace(/ \]/g, ']');
}

/**
 * Claims as an intent file, by kind.
 *
 * @param cluster the cluster that they are about, if the input has several
 */
export function intentFile(claims: readonly ProposedClaim[], cluster?: string): string {
  return CLAIM_KINDS.map(kind => ({ kind, own: claims.filter(one => one.kind === kind) })).filter(({ own }) => own.length > 0)
    .map(({ kind, own }) => `${kind}:\n${own.map(one => `  - ${intentEntry(one, cluster)}\n`).join('')}`).join('');
}

function endForFile(end: ProposedEnd): unknown {
  switch (end.kind) {
    case 'workload': return end.name;
    case 'block': return end.cidr;
    case 'word': return end.word;
    case 'pods': {
      const { matchLabels, matchExpressions } = selectorObject(end.pods);
      const pods = { ...matchLabels === undefined ? {} : { labels: matchLabels }, ...matchExpressions === undefined ? {} : { matchExpressions } };
      const name = nameOf(end.namespaces);
      if (name !== undefined) { return { namespace: name, ...pods }; }
      const namespaces = selectorObject(end.namespaces);
      const where = namespaces.matchExpressions === undefined ? { namespaceLabels: namespaces.matchLabels ?? {} } : { namespaceSelector: namespaces };
      return { ...where, ...pods };
    }
  }
}

/** The name of the one namespace that a selector means. */
export function nameOf({ requirements }: Selector): string | undefined {
  const [one, ...others] = requirements;
  return others.length === 0 && one?.key === NAMESPACE_NAME_LABEL && one.operator === 'In' && one.values.length === 1 ? one.values[0] : undefined;
}

/** A selector in the form of the API, with labels where they are enough. */
function selectorObject({ requirements }: Selector): LabelSelector {
  const labels: Record<string, string> = {};
  const expressions: LabelSelectorRequirement[] = [];
  for (const { key, operator, values } of requirements) {
    if (operator === 'In' && values.length === 1 && !Object.hasOwn(labels, key)) {
      labels[key] = values[0];
    } else {
      expressions.push({ key, operator, ...values.length === 0 ? {} : { values: [...values] } });
    }
  }
  return {
    ...Object.keys(labels).length === 0 ? {} : { matchLabels: labels },
    ...expressions.length === 0 ? {} : { matchExpressions: expressions },
  };
}

function portText(port: PortQuery): string {
  const protocol = port.protocol.toLowerCase();
  if ('name' in port) { return `${protocol}/${port.name}`; }
  if (port.first === 1 && port.last === 65535) { return protocol; }
  return port.first === port.last ? `${protocol}/${port.first}` : `${protocol}/${port.first}-${port.last}`;
}

/** The claim as a call in TypeScript: `connectivity.assertDenied(Endpoint.workload('shop/web'), Endpoint.workload('shop/db'));`. */
export function callText({ kind, from, to, ports, strict }: ProposedClaim): string {
  const list = (ends: readonly ProposedEnd[]) => ends.map(end => endForCall(end));
  const [sources, destinations] = [list(from), list(to)];
  const args = kind === 'admitsOnly' ? [destinations[0], `[${sources.join(', ')}]`]
    : kind === 'reachesOnly' ? [sources[0], `[${destinations.join(', ')}]`] : [sources[0], destinations[0]];
  const fields = [...ports === undefined ? [] : [`ports: [${ports.map(portCall).join(', ')}]`], ...strict === undefined ? [] : ['strict: true']];
  const options = fields.length === 0 ? [] : [`{ ${fields.join(', ')} }`];
  return `connectivity.assert${kind[0].toUpperCase()}${kind.slice(1)}(${[...args, ...options].join(', ')});`;
}

function endForCall(end: ProposedEnd): string {
  switch (end.kind) {
    case 'workload': return `Endpoint.workload(${quoted(end.name)})`;
    case 'block': return `Endpoint.address(${quoted(end.cidr)})`;
    case 'word': return end.word === 'dns' ? 'Peer.clusterDns()' : 'Peer.publicInternet()';
    case 'pods': return podsCall(end);
  }
}

function podsCall({ namespaces, pods }: Extract<ProposedEnd, { kind: 'pods' }>): string {
  const name = nameOf(namespaces);
  if (pods.isEverything) {
    if (name !== undefined) { return `Peer.namespace(${quoted(name)})`; }
    return namespaces.isEverything ? 'Peer.allNamespaces()' : `Peer.namespaces({ ${selectorFields(namespaces, 'labels', 'matchExpressions').join(', ')} })`;
  }
  const where = name !== undefined ? [`namespace: ${quoted(name)}`]
    : namespaces.isEverything ? ['allNamespaces: true'] : selectorFields(namespaces, 'namespaceLabels', 'namespaceExpressions');
  return `Peer.pods({ ${[...where, ...selectorFields(pods, 'labels', 'matchExpressions')].join(', ')} })`;
}

function selectorFields(selector: Selector, labels: string, expressions: string): string[] {
  const { matchLabels, matchExpressions } = selectorObject(selector);
  const pairs = Object.entries(matchLabels ?? {}).map(([key, value]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : quoted(key)}: ${quoted(value)}`);
  return [
    ...matchLabels === undefined ? [] : [`${labels}: { ${pairs.join(', ')} }`],
    ...matchExpressions === undefined ? [] : [`${expressions}: [${matchExpressions.map(expressionCall).join(', ')}]`],
  ];
}

const EXPRESSION_CALLS: Readonly<Record<Requirement['operator'], string>> = { In: 'isIn', NotIn: 'isNotIn', Exists: 'exists', DoesNotExist: 'doesNotExist' };

function expressionCall({ key, operator, values = [] }: LabelSelectorRequirement): string {
  const list = values.length === 0 ? '' : `, [${values.map(value => quoted(value ?? '')).join(', ')}]`;
  return `LabelExpression.${EXPRESSION_CALLS[operator]}(${quoted(key)}${list})`;
}

function portCall(port: PortQuery): string {
  const protocol = port.protocol.toLowerCase();
  if ('name' in port) { return `Port.named(${quoted(port.name)}${port.protocol === 'TCP' ? '' : `, Protocol.${port.protocol}`})`; }
  if (port.first === 1 && port.last === 65535) { return `Port.all${protocol[0].toUpperCase()}${protocol.slice(1)}()`; }
  return port.first === port.last ? `Port.${protocol}(${port.first})` : `Port.${protocol}Range(${port.first}, ${port.last})`;
}

function quoted(text: string): string { return `'${text.replace(/['\\]/g, '\\$&')}'`; }
