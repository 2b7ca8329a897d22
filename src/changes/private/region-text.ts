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
  return { text: kept.map(textOfPart).join(' that are also '), parts: kept };
}

function isWithin(part: RegionPart, namespace: string): boolean {
  return part.kind === 'workload' ? part.workload.namespace === namespace : part.kind === 'pods' && nameIn(part.namespaces) === namespace;
}

function textOfPart(part: RegionPart): string {
  switch (part.kind) {
    case 'anything': return 'every pod and address';
    case 'workload': return workloadName(part.workload);
    case 'namespace': return `every pod of namespace ${part.name}`;
    case 'addresses': {
      const blocks = part.except.length === 0 ? '' : ` except ${enumerate(part.except.map(blockText))}`;
      return `${blockText(part.block)}${blocks}`;
    }
    case 'nodes': return part.nodes.isEverything ? 'every node' : `nodes ${part.nodes}`;
    case 'domains': return `the addresses of ${enumerate(part.names)}`;
    case 'pods': return textOfPods(part);
  }
}

function blockText(block: { readonly first: bigint; readonly last: bigint }): string {
  const blocks = cidrsOf(block);
  return blocks.length === 1 ? blocks[0] : formatRange(block);
}

function textOfPods({ namespaces, pods }: Extract<RegionPart, { kind: 'pods' }>): string {
  const what = pods.isEverything ? 'every pod' : `pods ${pods}`;
  const name = nameIn(namespaces);
  if (name !== undefined) { return `${what} of namespace ${name}`; }
  if (namespaces.isEverything) { return pods.isEverything ? what : `${what} of every namespace`; }
  return `${what} of namespaces ${namespaces}`;
}

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
  const texts = named.map(({ protocol, name }) => `${protocol} ${name}`);
  return {
    text: numbered.isEmpty && texts.length > 0 ? enumerate(texts) : enumerate([formatConnections(numbered), ...texts]),
    connections,
    names: named,
  };
}
