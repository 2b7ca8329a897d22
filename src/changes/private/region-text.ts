import { PeerClause, Policy, workloadName } from '../../cluster/cluster';
import { ConnectionSet } from '../../evaluator/connections';
import { enumerate } from '../../findings/enumeration';
import { formatRange, cidrsOf } from '../../k8s/address';
import { NAMESPACE_NAME_LABEL, Protocol } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { formatConnections } from '../../query/ports';
import { GrantedPorts } from '../../search/policy-index';
import { RegionEnd, RegionPart, RegionPorts } from '../diff-result';

/* How a region is written: by the selectors of the rules that cause it. */

/** The pods that a policy selects. */
export function subjectPart({ namespace, subject }: Policy): RegionPart {
  return subject.isEverything ? { kind: 'namespace', name: namespace } : { kind: 'pods', namespaces: namespaceNamed(namespace), pods: subject };
}

/** The pods or addresses that a peer of a rule means. */
export function peerPart(clause: PeerClause | undefined, namespace: string): RegionPart {
  if (clause === undefined) { return { kind: 'anything' }; }
  if (clause.kind === 'addresses') { return clause; }
  const { namespaces = namespaceNamed(namespace), pods } = clause;
  const name = nameIn(namespaces);
  return pods.isEverything && name !== undefined ? { kind: 'namespace', name } : { kind: 'pods', namespaces, pods };
}

/** An end that is in each of these parts. Parts that say nothing more are left out. */
export function regionEnd(parts: readonly RegionPart[]): RegionEnd {
  const distinct = [...new Map(parts.map(part => [textOfPart(part), part])).values()];
  const narrow = distinct.filter(part => part.kind !== 'anything' && !(part.kind === 'namespace' && distinct.some(other => isWithin(other, part.name))));
  const kept = narrow.length === 0 ? distinct.slice(0, 1) : narrow;
  return { text: textOfParts(kept), parts: kept };
}

type PodsPart = Extract<RegionPart, { kind: 'pods' | 'namespace' }>;

/** What is in each of these parts: `shop/web[Deployment] among pods app=web of namespace shop`, `pods app=web of namespace shop with addresses in 10.0.0.0/8`. */
function textOfParts(parts: readonly RegionPart[]): string {
  const pods = parts.filter((part): part is PodsPart => part.kind === 'pods' || part.kind === 'namespace');
  const workloads = parts.filter(({ kind }) => kind === 'workload').map(textOfPart);
  const named = [...workloads, ...pods.length === 0 ? [] : [textOfPods(pods)]].join(' among ');
  const others = parts.filter(({ kind }) => kind !== 'pods' && kind !== 'namespace' && kind !== 'workload');
  if (named === '') { return others.map(textOfPart).join(' that are also '); }
  return [named, ...others.map(part => part.kind === 'addresses' ? `with addresses in ${textOfPart(part)}` : `that are also ${textOfPart(part)}`)].join(' ');
}

function isWithin(part: RegionPart, namespace: string): boolean {
  return part.kind === 'workload' ? part.workload.namespace === namespace : part.kind === 'pods' && nameIn(part.namespaces) === namespace;
}

function textOfPart(part: RegionPart): string {
  switch (part.kind) {
    case 'anything': return 'every pod and address';
    case 'workload': return workloadName(part.workload);
    case 'addresses': {
      const blocks = part.except.length === 0 ? '' : ` except ${enumerate(part.except.map(blockText))}`;
      return `${blockText(part.block)}${blocks}`;
    }
    case 'nodes': return part.nodes.isEverything ? 'every node' : `nodes ${part.nodes}`;
    case 'domains': return `the addresses of ${enumerate(part.names)}`;
    case 'namespace':
    case 'pods': return textOfPods([part]);
  }
}

function blockText(block: { readonly first: bigint; readonly last: bigint }): string {
  const blocks = cidrsOf(block);
  return blocks.length === 1 ? blocks[0] : formatRange(block);
}

/**
 * The pods that each of these parts has: `pods app=web,tier=front of namespace shop`. A namespace that a rule means by its labels has the selector, which need not
 * select it in both versions: `every pod of namespace ops, by selector team=red`.
 */
function textOfPods(parts: readonly PodsPart[]): string {
  const selectors = parts.flatMap(part => part.kind === 'namespace' || part.pods.isEverything ? [] : [`${part.pods}`]);
  const names = parts.flatMap(part => part.kind === 'namespace' ? [part.name] : nameIn(part.namespaces) ?? []);
  const labels = parts.flatMap(part => part.kind === 'namespace' || part.namespaces.isEverything || nameIn(part.namespaces) !== undefined ? [] : [`${part.namespaces}`]);
  const what = selectors.length === 0 ? 'every pod' : `pods ${joined(selectors)}`;
  if (names.length > 0) { return `${what} of namespace ${joined(names)}${labels.length === 0 ? '' : `, by selector ${joined(labels)}`}`; }
  if (labels.length > 0) { return `${what} of namespaces ${joined(labels)}`; }
  return selectors.length === 0 ? what : `${what} of every namespace`;
}

function joined(texts: readonly string[]): string { return [...new Set(texts)].join(); }

/** The name of the only namespace that a selector matches; undefined if it selects by anything else. */
function nameIn({ requirements: [first, ...others] }: Selector): string | undefined {
  return others.length === 0 && first?.key === NAMESPACE_NAME_LABEL && first.operator === 'In' && first.values.length === 1 ? first.values[0] : undefined;
}

/** The ports of a region. */
export function regionPorts(connections: ConnectionSet, names: GrantedPorts['names'], numbered: ConnectionSet): RegionPorts {
  const named = names.map(name => {
    const [protocol, own] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
    return { protocol: protocol as Protocol, name: own };
  });
  return {
    text: formatConnections(numbered, named.map(({ protocol, name }) => `${protocol} ${name}`)),
    connections,
    names: named,
  };
}
