import { ClusterDiff, clusterTexts, DiffReport, diffVerdict } from './diff-verdict';
import { changeRows } from './private/change-rows';
import { Comment } from './private/comment';
import { codeMarkdown, inertMarkdown } from './private/markdown';
import { passingText } from './private/passing';
import { causePlace, endText, examplesOf, namespaceTexts, PORTS_OF_KIND, undecidedTexts } from './region-text';
import { ChangedRegion, UndecidedRegion } from '../changes/diff';
import { withCommas } from '../findings/enumeration';
import { Finding, formatPlace } from '../findings/finding';

/** GitHub refuses a comment of more than 65,536 characters. An action may add some lines of its own. */
const MAX_BYTES = 59_500;

/** Room for the last lines. */
const MAX_END = 1_500;

const REGION = ['from', 'to', 'ports', 'why', 'for example'];

/** More causes of a region are counted. */
const MAX_CAUSES = 3;

/**
 * What a change opens and closes, as the comment on a pull request: the verdict in the first line, then what opens, what closes, what is undecided and what lint
 * finds; details are folded. It is shorter than 60,000 characters, and its last line says where the complete result is.
 *
 * @param command the command that gives the complete result
 */
export function diffMarkdown({ before, after, clusters, lint }: DiffReport, command: string): string {
  const comment = new Comment(MAX_BYTES - MAX_END);
  comment.add(`**${prose(diffVerdict(clusters))}**\n`);
  for (const one of clusters) { addOpenSections(comment, one); }
  comment.table({ title: 'New findings of lint', header: FINDING, rows: (lint?.fresh ?? []).map(findingCells) });
  comment.table({ title: 'Clusters', header: ['cluster'], rows: clusterTexts(clusters).map(one => [prose(one)]), isFolded: true });
  for (const one of clusters) { addDetails(comment, one); }
  comment.table({ title: 'Findings of lint that are gone', header: FINDING, rows: (lint?.gone ?? []).map(findingCells), isFolded: true });
  const names = `from ${code(before)} to ${code(after)}`;
  const pointer = `${comment.isShortened ? 'This comment is shortened. The' : 'The'} complete result ${names}: ${code(command)}`;
  return `${comment.text}\n${pointer}\n`;
}

/** No text of a cell has more characters, so that none fills the comment. */
const MAX_TEXT = 400;

function code(text: string): string {
  return codeMarkdown(cut(text));
}

function prose(text: string): string {
  return inertMarkdown(cut(text));
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

function addOpenSections(comment: Comment, { cluster, diff: { gains, losses, undecided } }: ClusterDiff): void {
  const of = titleEnd(cluster);
  comment.table({ title: `Opens${of}`, header: REGION, rows: gains.filter(({ isBroadening }) => isBroadening).map(regionCells) });
  comment.table({ title: `Adds for new workloads${of}`, header: REGION, rows: gains.filter(({ isBroadening }) => !isBroadening).map(regionCells) });
  comment.table({ title: `Closes${of}`, header: REGION, rows: losses.map(regionCells) });
  comment.table({ title: `Undecided${of}`, header: ['from', 'to', 'ports', 'may', 'why'], rows: undecided.map(undecidedCells) });
}

function addDetails(comment: Comment, { cluster, diff }: ClusterDiff): void {
  const { pairs, assumptions } = diff;
  const of = titleEnd(cluster);
  comment.table({
    title: `Workloads whose connections change${of}`,
    header: ['from', 'to', 'old', 'new'],
    rows: changeRows(pairs).map(one => [code(one.from), code(one.to), passing(one.before), passing(one.after)]),
    isFolded: true,
  });
  comment.table({ title: `Namespaces${of}`, header: ['namespace'], rows: namespaceTexts(diff).map(one => [prose(one)]), isFolded: true });
  comment.table({ title: `Assumptions${of}`, header: ['netpol assumes'], rows: assumptions.map(one => [prose(one)]), isFolded: true });
}

function titleEnd(cluster: string | undefined): string {
  return cluster === undefined ? '' : ` in cluster ${prose(cluster)}`;
}

function regionCells(region: ChangedRegion): string[] {
  const { from, to, ports, kind, causes } = region;
  const only = PORTS_OF_KIND[kind] ?? [];
  return [code(endText(from)), code(endText(to)), [code(ports.text), ...[only].flat()].join('; '), causeCell(causes), exampleCell(region)];
}

function exampleCell(region: ChangedRegion): string {
  const [first, ...others] = examplesOf(region);
  return `${code(first)}${others.length === 0 ? '' : `, and ${withCommas(others.length)} more`}`;
}

function undecidedCells(region: UndecidedRegion): string[] {
  const { from, to, ports, may, causes } = region;
  return [code(endText(from)), code(endText(to)), code(ports.text), may, [...causes.length === 0 ? [] : [causeCell(causes)], ...undecidedTexts(region).map(prose)].join('; ')];
}

function causeCell(causes: ChangedRegion['causes']): string {
  const texts = causes.slice(0, MAX_CAUSES).map(one => {
    const place = causePlace(one);
    return `${prose(one.text)}${place === undefined ? '' : ` (${code(place)})`}`;
  });
  const hidden = causes.length - MAX_CAUSES;
  return [...texts, ...hidden > 0 ? [`and ${hidden} more ${hidden === 1 ? 'cause' : 'causes'}`] : []].join('; ');
}

/** Connections in a cell. Nothing is a dash. */
function passing(one: Parameters<typeof passingText>[0]): string {
  return one.connections.isEmpty && one.undecided.length === 0 ? '-' : code(passingText(one));
}

const FINDING = ['', 'code', 'where', 'what', 'fix'];

function findingCells({ severity, code: name, place, message, fix }: Finding): string[] {
  return [severity, name, code(formatPlace(place)), prose(message), prose(fix?.text ?? '')];
}
