import { ChangeRow, changeRows } from './change-rows';
import { PodsEnd } from './names';
import { passingText } from './passing';
import { ChangeCause, ChangedRegion, UndecidedRegion } from '../../changes/diff';
import { printable } from '../../findings/finding';
import { Passing } from '../../query/connectivity';
import { ConnectivityChange } from '../../query/connectivity-changes';
import { ClusterDiff, clusterTexts, otherPairs } from '../diff-verdict';
import { PageCause, PageChangedPair, PageClusterDiff, PageRegion, PageUndecidedRegion } from '../page-document';
import { causePlace, endText, examplesOf, kindNotes, namespaceTexts, undecidedTexts } from '../region-text';

/* Groups are all in the page. These lists in them can be long, so the page has the first ones and the number of the others. */
const MAX_CAUSES = 20;
const MAX_EXAMPLES = 20;
const MAX_PAIRS = 2000;

/**
 * What changed in one cluster, as data for the page.
 *
 * @param workloads those that the page has. Names in the list of what changed are clear among them too, so that the page can link to them
 */
export function pageClusterDiff(one: ClusterDiff, workloads: readonly PodsEnd[]): PageClusterDiff {
  const { cluster, diff } = one;
  const [presence] = clusterTexts([one]);
  const others = new Set<ConnectivityChange>(otherPairs(diff));
  const changed = diff.pairs.flatMap(({ source, destination }) => [source, destination]);
  const all = [...workloads, ...changed.filter((end): end is PodsEnd => end.kind !== 'addresses')];
  const rows = (isOther: boolean) => changeRows(diff.pairs.filter(pair => others.has(pair) === isOther), all)
    .map(row => pairOf(row, isOther));
  const pairs = [...rows(false), ...rows(true)];
  return {
    ...cluster === undefined ? {} : { name: cluster },
    ...presence === undefined ? {} : { presence },
    opens: diff.gains.filter(({ isBroadening }) => isBroadening).map(regionOf),
    adds: diff.gains.filter(({ isBroadening }) => !isBroadening).map(regionOf),
    closes: diff.losses.map(regionOf),
    undecided: diff.undecided.map(undecidedOf),
    pairs: pairs.slice(0, MAX_PAIRS),
    pairCount: pairs.length,
    namespaces: namespaceTexts(diff),
    assumptions: diff.assumptions,
  };
}

function pairOf({ from, to, before, after }: ChangeRow, byWorkload: boolean): PageChangedPair {
  return { from, to, old: passing(before), new: passing(after), ...byWorkload ? { byWorkload } : {} };
}

function regionOf(region: ChangedRegion): PageRegion {
  const examples = examplesOf(region);
  return {
    kind: region.kind,
    notes: kindNotes(region),
    ...commonOf(region),
    examples: examples.slice(0, MAX_EXAMPLES),
    moreExamples: Math.max(0, examples.length - MAX_EXAMPLES),
  };
}

function undecidedOf(region: UndecidedRegion): PageUndecidedRegion {
  return { may: region.may, ...commonOf(region), reasons: undecidedTexts(region) };
}

function commonOf({ from, to, ports, causes }: ChangedRegion | UndecidedRegion) {
  return {
    from: endText(from),
    to: endText(to),
    ports: printable(ports.text),
    causes: causes.slice(0, MAX_CAUSES).map(causeOf),
    moreCauses: Math.max(0, causes.length - MAX_CAUSES),
  };
}

function causeOf(cause: ChangeCause): PageCause {
  const place = causePlace(cause);
  return { text: printable(cause.text), ...place === undefined ? {} : { place } };
}

function passing(one: Passing): string { return one.connections.isEmpty && one.undecided.length === 0 ? '' : passingText(one); }
