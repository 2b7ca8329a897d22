import { Layout } from './layout';
import { rangesLabel } from './private/outside-ranges';
import { selectorsJson } from './private/selector-json';
import { csvTable, markdownTable, RecordRows, textTables } from './private/tables';
import { enumerate } from '../findings/enumeration';
import { printable } from '../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { oncePer } from '../k8s/once-per';
import { Selector } from '../k8s/selector';
import { ExposedPorts, Exposure, ExposurePeer, ExposureRow, NamedPort, PodSelectors, PortName } from '../query/exposure';
import { formatConnections } from '../query/ports';

/* Who could reach each workload, and whom it could reach, as `netpol list --exposure` prints it. */

/** The exposure of the workloads of one cluster. */
export interface ExposureList {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly exposures: Iterable<Exposure>;
}

const HEADER = ['workload', 'direction', 'peer', 'ports'];
const REACHES = { ingress: 'could be reached by', egress: 'could reach' } as const;

/** A table for a person. Workloads with the same rows share them: each has a line with its name, and the rows follow the last one. */
export function exposureText(layout: Layout, ...lists: ExposureList[]): Iterable<string> {
  const folded = lists.map(({ cluster, exposures }) => ({ cluster, rows: foldedRows(exposures) }));
  return textTables(HEADER, folded, 'There are no workloads.', layout);
}

/** A Markdown table. If there are several clusters, it has a column for them. */
export function exposureMarkdown(...lists: ExposureList[]): Iterable<string> {
  return markdownTable(HEADER, lists.map(rowsOf));
}

/** Comma-separated values with a header line. If there are several clusters, there is a column for them. */
export function exposureCsv(...lists: ExposureList[]): Iterable<string> {
  return csvTable(HEADER, lists.map(rowsOf));
}

/** The rows of a list, one row at a time: a cluster may have very many. */
function rowsOf({ cluster, exposures }: ExposureList): RecordRows {
  return {
    cluster,
    rows: {
      *[Symbol.iterator]() {
        for (const { subject, rows } of exposures) {
          for (const others of exposureCells(rows)) { yield { first: subject.name, others }; }
        }
      },
    },
  };
}

function foldedRows(exposures: Iterable<Exposure>): string[][] {
  const groups = new Map<string, { readonly names: string[]; readonly rows: readonly (readonly string[])[] }>();
  const keyOf = oncePer((rows: readonly ExposureRow[]) => JSON.stringify(exposureCells(rows)));
  for (const { subject, rows } of exposures) {
    const key = keyOf(rows);
    const group = groups.get(key);
    if (group === undefined) { groups.set(key, { names: [subject.name], rows: exposureCells(rows) }); } else { group.names.push(subject.name); }
  }
  return [...groups.values()].flatMap(({ names, rows }) => [
    ...names.slice(0, -1).map(name => [name, '', '', '']),
    ...rows.map(([direction, ...others], i) => [i === 0 ? names.at(-1)! : '', rows[i - 1]?.[0] === direction ? '' : direction, ...others]),
  ]);
}

/** A JSON array with one object on each line. Selectors have the form of `kubectl --selector`; the empty text selects everything. */
export function* exposureJson(...lists: ExposureList[]): Iterable<string> {
  let before = '[ ';
  const fieldsOf = oncePer((rows: readonly ExposureRow[]) => rows.map(row => JSON.stringify(dataOf(row)).slice(1)));
  for (const { cluster, exposures } of lists) {
    const start = cluster === undefined ? '{' : `{"cluster":${JSON.stringify(cluster)},`;
    for (const { subject, rows } of exposures) {
      const workload = JSON.stringify(subject.name);
      for (const fields of fieldsOf(rows)) {
        yield `${before}${start}"workload":${workload},${fields}`;
        before = ',\n  ';
      }
    }
  }
  yield before === '[ ' ? '[]\n' : ' ]\n';
}

/** The cells of rows without the workload: the direction, the peer and the ports. */
export const exposureCells = oncePer((rows: readonly ExposureRow[]): readonly (readonly string[])[] =>
  rows.map(row => [REACHES[row.direction], peerText(row.peer), portsText(row)].map(printable)));

/** `pods app=web of namespace shop`, `10.0.0.0/8`, `anything`, `every pod of every namespace except every pod of namespaces team=a` */
function peerText(peer: ExposurePeer): string {
  if (peer.kind === 'addresses') { return rangesLabel([peer.range]); }
  if (peer.kind === 'nothing') { return peer.kind; }
  const own = peer.kind === 'anything' ? 'anything' : podsText(peer);
  return peer.except.length === 0 ? own : `${own} except ${enumerate(peer.except.map(podsText), Infinity, 'and')}`;
}

function exceptionsOf(peer: ExposurePeer): readonly PodSelectors[] { return 'except' in peer ? peer.except : []; }

function podsText({ namespaces, pods }: PodSelectors): string {
  return `${pods.isEverything ? 'every pod' : `pods ${pods}`} of ${namespacesText(namespaces)}`;
}

function namespacesText(namespaces: Selector): string {
  if (namespaces.isEverything) { return 'every namespace'; }
  const [{ key, operator, values }, ...others] = namespaces.requirements;
  return others.length === 0 && key === NAMESPACE_NAME_LABEL && operator === 'In' && values.length === 1 ? `namespace ${values[0]}` : `namespaces ${namespaces}`;
}

function portsText({ peer, undecided, mayBeOpen, ...own }: ExposureRow): string {
  if (peer.kind === 'nothing') { return '-'; }
  const codes = [...new Set(undecided.map(({ code }) => code))];
  const which = mayBeOpen === undefined ? '' : ` on ${openText(mayBeOpen).join(', ')}`;
  return [...openText(own), ...codes.length === 0 ? [] : [`undecided${which} (${codes.join(', ')})`]].join(', ');
}

function openText({ connections, named, unnamed }: ExposedPorts): string[] {
  const except = unnamed.length === 0 ? '' : ` except ${unnamed.map(nameText).join(', ')}`;
  return [...connections.isEmpty ? [] : [`${formatConnections(connections)}${except}`], ...named.map(namedText)];
}

function nameText({ protocol, name }: PortName): string { return `${protocol} ${name}`; }

function namedText({ numbers, ...name }: NamedPort): string {
  return numbers === undefined ? nameText(name) : `${nameText(name)} if it is ${formatConnections(numbers)}`;
}

function portsData({ connections, named, unnamed }: ExposedPorts): object {
  const limited = named.flatMap(({ numbers, ...name }) => numbers === undefined ? [] : [[nameText(name), numbers.toString()]]);
  return {
    conn: connections.toString(),
    ...named.length === 0 ? {} : { namedPorts: named.map(nameText) },
    ...limited.length === 0 ? {} : { namedPortNumbers: Object.fromEntries(limited) },
    ...unnamed.length === 0 ? {} : { exceptNamedPorts: unnamed.map(nameText) },
  };
}

function dataOf({ direction, peer, undecided, mayBeOpen, ...own }: ExposureRow): object {
  return {
    direction,
    ...peer.kind === 'pods' ? { peer: 'pods', ...selectorsJson(peer) } : { peer: peer.kind === 'addresses' ? peer.name : peer.kind },
    ...exceptionsOf(peer).length === 0 ? {} : { except: exceptionsOf(peer).map(selectorsJson) },
    ...portsData(own),
    ...undecided.length === 0 ? {} : { undecided: [...new Set(undecided.map(({ code }) => code))] },
    ...mayBeOpen === undefined ? {} : { undecidedPorts: portsData(mayBeOpen) },
  };
}
