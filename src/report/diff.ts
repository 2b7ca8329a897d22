import { changeLines } from './connectivity-changes';
import { ClusterDiff, clusterTexts, DiffReport, diffVerdict, otherPairs } from './diff-verdict';
import { Layout } from './layout';
import { changeRows } from './private/change-rows';
import { causeLine, examplesOf, kindText, namespaceTexts, regionTitle, undecidedTexts } from './region-text';
import { ChangedRegion, Diff, UndecidedRegion } from '../changes/diff';
import { withCommas } from '../findings/enumeration';
import { formatFinding, printable } from '../findings/finding';
import { FindingChanges } from '../findings/finding-changes';

/** A section has at most this many entries, and an entry at most this many examples. Programs that read JSON want all of them. */
const MAX_ENTRIES = 50;
const MAX_EXAMPLES = 4;
const MAX_CAUSES = 5;

/** What a change opens and closes, for a person: the verdict, then what opens, what closes, what is undecided, and what lint finds that it did not find before. */
export function* diffText({ clusters, lint }: DiffReport, layout: Layout): Iterable<string> {
  yield `${diffVerdict(clusters)}\n`;
  yield* section('Clusters', clusterTexts(clusters), line => [line], layout);
  for (const one of clusters) { yield* clusterText(one, layout); }
  if (lint !== undefined) { yield* lintText(lint, layout); }
}

function* clusterText({ cluster, diff }: ClusterDiff, layout: Layout): Iterable<string> {
  const { gains, losses, undecided, assumptions } = diff;
  const of = cluster === undefined ? '' : ` in cluster ${printable(cluster)}`;
  yield* section(`Opens${of}`, gains.filter(({ isBroadening }) => isBroadening), regionLines, layout);
  yield* section(`Adds for new workloads${of}`, gains.filter(({ isBroadening }) => !isBroadening), regionLines, layout);
  yield* section(`Closes${of}`, losses, regionLines, layout);
  yield* section(`Undecided${of}`, undecided, undecidedLines, layout);
  yield* section(`New and removed workloads, by rules that did not change${of}`, otherLines(diff), line => [line], layout);
  yield* section(`Namespaces${of}`, namespaceTexts(diff), line => [line], layout);
  yield* section(`Assumptions${of}`, assumptions, line => [line], layout);
}

function* section<T>(title: string, entries: readonly T[], linesOf: (entry: T) => readonly string[], { style }: Layout): Iterable<string> {
  if (entries.length === 0) { return; }
  yield `\n${style.heading(title)}\n`;
  for (const entry of entries.slice(0, MAX_ENTRIES)) {
    const [first, ...others] = linesOf(entry);
    yield `  ${first}\n`;
    for (const line of others) { yield `      ${line}\n`; }
  }
  const hidden = entries.length - MAX_ENTRIES;
  if (hidden > 0) { yield `  … and ${withCommas(hidden)} more; -o json has all of them\n`; }
}

function regionLines(region: ChangedRegion): string[] {
  const examples = examplesOf(region);
  const hidden = examples.length - MAX_EXAMPLES;
  return [
    regionTitle(region),
    kindText(region),
    ...causeLines(region.causes),
    ...examples.slice(0, MAX_EXAMPLES).map((text, i) => `${i === 0 ? 'for example' : 'and'} ${text}`),
    ...hidden > 0 ? [`and ${withCommas(hidden)} more`] : [],
  ];
}

function causeLines(causes: ChangedRegion['causes']): string[] {
  const hidden = causes.length - MAX_CAUSES;
  return [
    ...causes.slice(0, MAX_CAUSES).map(one => `because ${causeLine(one)}`),
    ...hidden > 0 ? [`and ${withCommas(hidden)} more ${hidden === 1 ? 'cause' : 'causes'}`] : [],
  ];
}

function undecidedLines(region: UndecidedRegion): string[] {
  return [regionTitle(region), `may ${region.may}`, ...causeLines(region.causes), ...undecidedTexts(region).map(text => `undecided, because ${text}`)];
}

function otherLines(diff: Diff): string[] {
  return changeLines(changeRows(otherPairs(diff)));
}

function* lintText({ fresh, gone }: FindingChanges, layout: Layout): Iterable<string> {
  yield* section('New findings of lint', fresh, one => [formatFinding(one)], layout);
  if (gone.length > 0) { yield `\nFindings of lint that are gone: ${withCommas(gone.length)}\n`; }
}
