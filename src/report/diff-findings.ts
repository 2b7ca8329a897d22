import { ClusterDiff, DiffReport } from './diff-verdict';
import { examplesOf, regionTitle } from './region-text';
import { ChangeCause, ChangedRegion, RegionEnd, UndecidedRegion } from '../changes/diff';
import { formatReason } from '../findings/answer';
import { enumerate } from '../findings/enumeration';
import { finding, Finding, formatPlace, Place } from '../findings/finding';

/** More causes are counted. */
const MAX_CAUSES = 3;

/**
 * What a change opens or may open, as findings at the lines of the new version that cause it, and the new findings of lint. They are for code hosts, which
 * show them beside the lines of a pull request.
 *
 * @param fallback the place of what no line of the new version causes, such as a policy that is gone
 * @param pathsOf the paths in the repository of files that messages name, for each version. The name of a file of the other version stays as it is
 */
export function diffFindings(
  { clusters, lint }: DiffReport, fallback: Place, pathsOf: Readonly<Record<'before' | 'after', (file: string) => string>>,
): Finding[] {
  const findings = [...clusters.flatMap(one => clusterFindings(one, fallback)), ...lint?.fresh ?? []];
  return findings.map(one => ({ ...one, place: shownPlace(one.place, pathsOf), related: one.related?.map(other => shownRelated(other, pathsOf)) }));
}

type PathsOf = Parameters<typeof diffFindings>[2];

/** A place as a code host knows it. It has the files of the new version only, so a line of an old revision is none that it could show. */
function shownPlace(place: Place, pathsOf: PathsOf): Place {
  if (place.file === undefined) { return place; }
  const old = oldPath(place, pathsOf);
  return old === undefined ? { ...place, file: pathsOf.after(place.file) } : { file: old };
}

/** The message has the place of the revision. */
function shownRelated({ message, place }: NonNullable<Finding['related']>[number], pathsOf: PathsOf): NonNullable<Finding['related']>[number] {
  return {
    message: oldPath(place, pathsOf) === undefined ? message : `${message} (${formatPlace(place)})`,
    place: shownPlace(place, pathsOf),
  };
}

/** The path in the repository of a file that only an old revision has under its name. */
function oldPath({ file = '' }: Place, { before, after }: PathsOf): string | undefined {
  return after(file) === file && before(file) !== file ? before(file) : undefined;
}

function clusterFindings({ cluster, diff: { gains, undecided } }: ClusterDiff, fallback: Place): Finding[] {
  const of = cluster === undefined ? '' : `cluster ${cluster}: `;
  return [
    ...gains.map(one => finding('NP401', placeOf(one, fallback), `${of}${gainText(one)}`, { related: relatedTo(one.causes) })),
    ...undecided.filter(({ may }) => may !== 'close').map(one => {
      const reasons = enumerate([...new Set(one.reasons.map(formatReason))], MAX_CAUSES);
      return finding('NP402', placeOf(one, fallback), `${of}${regionTitle(one)} may open, because ${reasons}`, { related: relatedTo(one.causes) });
    }),
  ];
}

function gainText(region: ChangedRegion): string {
  const causes = enumerate(region.causes.map(({ text }) => text), MAX_CAUSES);
  const whom = region.isAddition ? ' for new workloads' : '';
  return `this opens ${regionTitle(region)}${whom}, because ${causes}; for example ${examplesOf(region)[0]}`;
}

/** The line of the new version that causes it, or else an end of it in the new version. */
function placeOf(region: ChangedRegion | UndecidedRegion, fallback: Place): Place {
  const cause = region.causes.find(({ after }) => after !== undefined)?.after;
  return cause ?? endPlace(region.to) ?? endPlace(region.from) ?? ('witness' in region ? witnessPlace(region) : undefined) ?? fallback;
}

function endPlace({ parts }: RegionEnd): Place | undefined {
  const workload = parts.find(part => part.kind === 'workload');
  return workload?.workload.origin.at();
}

function witnessPlace({ witness: { destination, source } }: ChangedRegion): Place | undefined {
  const declared = [destination, source].flatMap(end => end.kind === 'pod' ? end.workload ?? [] : []);
  return declared[0]?.origin.at();
}

/** What only the old version has need not be in a file that the code host shows, but a reader can look it up. */
function relatedTo(causes: readonly ChangeCause[]): Finding['related'] {
  return causes.flatMap(({ text, before, after }) => [
    ...after === undefined ? [] : [{ message: text, place: after }],
    ...before === undefined ? [] : [{ message: `before the change: ${text}`, place: before }],
  ]);
}
