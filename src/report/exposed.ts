import { Layout } from './layout';
import { rangesLabel } from './private/outside-ranges';
import { csvTable, markdownTable, RecordRows, textTables } from './private/tables';
import { printable } from '../findings/finding';
import { formatRange } from '../k8s/address';
import { ExposedEndpoint } from '../query/exposed';
import { formatPortQuery } from '../query/ports';
import { formatServicePort } from '../query/service-targets';

/* What the outside world reaches, as `netpol list --exposed` prints it. A row is one port of one endpoint. */

/** The ways in to one cluster. */
export interface ExposedList {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly exposed: readonly ExposedEndpoint[];
  /** There may be more, because a part of the input was not read. */
  readonly mayBeMore: boolean;
  /** The list has only some ways in, by what they lead to. */
  readonly isFiltered?: boolean;
}

const HEADER = ['via', 'from', 'to', 'answer'];

/** A table for a person. */
export function exposedText(layout: Layout, ...lists: ExposedList[]): Iterable<string> {
  const isFiltered = lists.some(list => list.isFiltered);
  const found = `No Ingress, Gateway route, Route, LoadBalancer, NodePort, external address or port of a node leads ${isFiltered ? 'there' : 'to a workload'}`;
  const nothing = lists.some(({ mayBeMore }) => mayBeMore) ? `${found} in what was read; the rest of the input may have some.`
    : `${found}, so nothing ${isFiltered ? 'there ' : ''}is exposed.`;
  return textTables(HEADER, lists.map(({ cluster, exposed }) => ({ cluster, rows: exposed.map(exposedCells) })), nothing, layout);
}

/** A Markdown table. If there are several clusters, it has a column for them. */
export function exposedMarkdown(...lists: ExposedList[]): Iterable<string> {
  return markdownTable(HEADER, lists.map(rowsOf));
}

/** Comma-separated values with a header line. If there are several clusters, there is a column for them. */
export function exposedCsv(...lists: ExposedList[]): Iterable<string> {
  return csvTable(HEADER, lists.map(rowsOf));
}

function rowsOf({ cluster, exposed }: ExposedList): RecordRows {
  return { cluster, rows: exposed.map(exposedCells).map(([first, ...others]) => ({ first, others })) };
}

/** A JSON array with one object on each line. */
export function* exposedJson(...lists: ExposedList[]): Iterable<string> {
  const rows = lists.flatMap(({ cluster, exposed }) => exposed.map(one => ({ ...cluster === undefined ? {} : { cluster }, ...dataOf(one) })));
  yield rows.length === 0 ? '[]\n' : `[ ${rows.map(row => JSON.stringify(row)).join(',\n  ')} ]\n`;
}

/** The cells of a row: through what, from where, to what, and the answer. */
export function exposedCells(exposed: ExposedEndpoint): string[] {
  const { via, hosts, answer } = exposed;
  return [hosts.length === 0 ? via : `${via} (${hosts.join(', ')})`, sourceText(exposed), targetText(exposed), answer].map(printable);
}

function sourceText({ source, nodePort }: ExposedEndpoint): string {
  const on = nodePort === undefined ? '' : ` on port ${nodePort} of a node`;
  switch (source.kind) {
    case 'controller': return `${source.name}${source.isDeclared ? '' : ' (not in the input)'}`;
    case 'addresses': return `${source.isAll ? 'every client' : rangesLabel(source.ranges) || 'no client'}${on}`;
    case 'unknown': return '?';
  }
}

/** `svc/shop/web TCP 80 → shop/web[Deployment] TCP 8080` */
function targetText({ service, servicePort, backend, endpoint, port }: ExposedEndpoint): string {
  if (backend !== undefined) { return backend; }
  const pods = endpoint === undefined ? '?' : `${endpoint.name} ${port === undefined ? 'every port that it opens' : formatPortQuery(port)}`;
  if (service === undefined) { return pods; }
  const own = `svc/${service}${servicePort === undefined ? '' : ` ${formatServicePort(servicePort)}`}`;
  return endpoint === undefined ? own : `${own} → ${pods}`;
}

function dataOf(exposed: ExposedEndpoint): object {
  const { via, hosts, source, service, servicePort, backend, nodePort, endpoint, port, answer, reasons, assumptions } = exposed;
  return {
    via,
    ...hosts.length === 0 ? {} : { hosts },
    ...source.kind === 'controller' ? { controller: source.name, controllerInInput: source.isDeclared } : {},
    ...source.kind === 'addresses' ? { from: source.ranges.map(formatRange) } : {},
    ...service === undefined ? {} : { service },
    ...servicePort === undefined ? {} : { servicePort: `${servicePort.protocol} ${servicePort.port}` },
    ...backend === undefined ? {} : { backend },
    ...nodePort === undefined ? {} : { nodePort },
    ...endpoint === undefined ? {} : { endpoint: endpoint.name },
    ...port === undefined ? {} : { port: formatPortQuery(port) },
    answer,
    ...reasons.length === 0 ? {} : { reasons },
    ...assumptions.length === 0 ? {} : { assumptions },
  };
}
