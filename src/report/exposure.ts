import { Layout } from './layout';
import { rangesLabel } from './private/outside-ranges';
import { ClusterRows, csvTable, markdownTable, textTables } from './private/tables';
import { printable } from '../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { ExposurePeer, ExposureRow } from '../query/exposure';
import { formatConnections } from '../query/ports';

/* Who could reach each workload, and whom it could reach, as `netpol list --exposure` prints it. */

/** The exposure of the workloads of one cluster. */
export interface ExposureList {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly rows: Iterable<ExposureRow>;
}

const HEADER = ['workload', 'direction', 'peer', 'ports'];
const DIRECTIONS = { ingress: 'could be reached by', egress: 'could reach' } as const;

/** A table for a person, with the name of each workload and direction once. */
export function exposureText(layout: Layout, ...lists: ExposureList[]): Iterable<string> {
  const folded = lists.map(({ cluster, rows }) => ({ cluster, rows: withoutRepetitions([...rows]) }));
  return textTables(HEADER, folded, 'There are no workloads, or nothing could reach them or be reached by them.', layout);
}

/** A Markdown table. If there are several clusters, it has a column for them. */
export function exposureMarkdown(...lists: ExposureList[]): Iterable<string> {
  return markdownTable(HEADER, lists.map(rowsOf));
}

/** Comma-separated values with a header line. If there are several clusters, there is a column for them. */
export function exposureCsv(...lists: ExposureList[]): Iterable<string> {
  return csvTable(HEADER, lists.map(rowsOf));
}

function rowsOf({ cluster, rows }: ExposureList): ClusterRows {
  return { cluster, rows: cellsOfAll(rows) };
}

/** The cells of rows, one row at a time: a cluster may have very many. */
function* cellsOfAll(rows: Iterable<ExposureRow>): Iterable<string[]> {
  for (const row of rows) { yield cellsOf(row); }
}

function withoutRepetitions(rows: readonly ExposureRow[]): string[][] {
  return rows.map((row, i) => {
    const [workload, direction, ...others] = cellsOf(row);
    const previous = rows[i - 1];
    const isSame = previous?.subject.name === row.subject.name;
    return [isSame ? '' : workload, isSame && previous.direction === row.direction ? '' : direction, ...others];
  });
}

/** A JSON array with one object on each line. Selectors have the form of `kubectl --selector`; the empty text selects everything. */
export function* exposureJson(...lists: ExposureList[]): Iterable<string> {
  let before = '[ ';
  for (const { cluster, rows } of lists) {
    for (const row of rows) {
      yield `${before}${JSON.stringify({ ...cluster === undefined ? {} : { cluster }, ...dataOf(row) })}`;
      before = ',\n  ';
    }
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

function cellsOf(row: ExposureRow): string[] {
  return [row.subject.name, DIRECTIONS[row.direction], peerText(row.peer), portsText(row)].map(printable);
}

/** `pods app=web of namespace shop`, `10.0.0.0/8`, `anything` */
function peerText(peer: ExposurePeer): string {
  switch (peer.kind) {
    case 'anything': return 'anything';
    case 'addresses': return rangesLabel([peer.range]);
    case 'pods': return `${peer.pods.isEverything ? 'every pod' : `pods ${peer.pods}`} of ${namespacesText(peer.namespaces)}`;
  }
}

function namespacesText(namespaces: Selector): string {
  if (namespaces.isEverything) { return 'every namespace'; }
  const [{ key, operator, values }, ...others] = namespaces.requirements;
  return others.length === 0 && key === NAMESPACE_NAME_LABEL && operator === 'In' && values.length === 1 ? `namespace ${values[0]}` : `namespaces ${namespaces}`;
}

function portsText({ connections, named, undecided }: ExposureRow): string {
  const names = named.map(({ protocol, name }) => `${protocol} ${name}`);
  const texts = [...connections.isEmpty ? [] : [formatConnections(connections)], ...names];
  const codes = [...new Set(undecided.map(({ code }) => code))];
  return [...texts, ...codes.length === 0 ? [] : [`undecided (${codes.join(', ')})`]].join(', ');
}

function dataOf({ subject, direction, peer, connections, named, undecided }: ExposureRow): object {
  const text = (selector: Selector) => selector.isEverything ? '' : selector.toString();
  return {
    workload: subject.name,
    direction,
    ...peer.kind === 'pods' ? { peer: 'pods', namespaceSelector: text(peer.namespaces), podSelector: text(peer.pods) }
      : { peer: peer.kind === 'addresses' ? peer.name : 'anything' },
    conn: connections.toString(),
    ...named.length === 0 ? {} : { namedPorts: named.map(({ protocol, name }) => `${protocol} ${name}`) },
    ...undecided.length === 0 ? {} : { undecided: [...new Set(undecided.map(({ code }) => code))] },
  };
}
