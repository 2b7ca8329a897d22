import { Chart, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ChartResource, chartResourcesOf, LostObject, outputTypeOf } from './app-objects';
import { withFix } from './call-error';
import { clustersOf, clusterTitles } from './cluster-boundaries';
import { beforeReading, isSettling, memoizeInSynth } from './synth-run';
import { enumerate } from '../findings/enumeration';
import { formatFinding, formatPlace } from '../findings/finding';
import { isClusterScoped } from '../k8s/cluster-scoped';
import { ApiResource, DEFAULT_NAMESPACE, haveSameContent, isObject } from '../k8s/objects';
import { currentGroup, isWorkloadKind } from '../k8s/workloads';

/*
 * What a cluster cannot have twice. Two charts with the same workload are usually meant for two clusters, and the app does not say so. Then only one
 * of the two would get the default deny, so `synth` fails.
 */

/** Something that two constructs make, although their cluster can have it only once. */
export interface Repetition {
  /** `Deployment shop/web`, or the pods of a tier. */
  readonly name: string;
  readonly firstPath: string;
  readonly firstChart: Chart;
  readonly secondPath: string;
  readonly secondChart: Chart;
}

/** Finds repetitions in an app. */
type Search = (root: IConstruct) => readonly Repetition[];

/** A message lists this many repetitions of two charts. */
const MAX_LISTED = 5;

/** For each app, searches by a key. */
const searches = new WeakMap<IConstruct, Map<object, Search>>();

/**
 * Has the synth of an app fail if two of its charts make the same object for one cluster, if an object is lost because another one is written to
 * its file, and if the objects of two clusters are written to one place.
 */
export function checkCharts(root: IConstruct): void {
  beforeReading(root, CHECK, () => watchCharts(root));
}

/** Has `checkCharts` look for further repetitions. A search with the same key is added once. */
export function alsoSearch(root: IConstruct, key: object, search: Search): void {
  checkCharts(root);
  searches.set(root, (searches.get(root) ?? new Map<object, Search>()).set(key, search));
}

/** What charts of an app make twice for one cluster: an error for each pair of charts, with the path of the second chart. */
export function repetitionsIn(root: IConstruct): string[] {
  return repetitionErrors(root, readCharts(root).resources).map(({ chart, error }) => `[${chart.node.path}] ${error}`);
}

const CHECK = {};

const watched = new WeakSet<IConstruct>();

/** Reports the errors of a chart by a validation of the chart, so that cdk8s puts its path in front of them. */
function watchCharts(root: IConstruct): void {
  for (const chart of chartsIn(root)) {
    if (watched.has(chart)) { continue; }
    watched.add(chart);
    chart.node.addValidation({ validate: () => isSettling(root) ? [] : memoizeInSynth(root, CHECK, () => errorsOf(root)).get(chart) ?? [] });
  }
}

function chartsIn(root: IConstruct): Chart[] {
  return root.node.findAll().filter(Chart.isChart).map(chart => chart as Chart);
}

/** The errors of each chart. */
function errorsOf(root: IConstruct): ReadonlyMap<Chart, string[]> {
  const errors = new Map<Chart, string[]>();
  const add = (chart: Chart, error: string) => { errors.set(chart, [...errors.get(chart) ?? [], error]); };
  const { resources, lost } = readCharts(root);
  const isMixed = clustersOf(root).size > 1 && MIXING.has(outputTypeOf(root)!);
  // In one place, the objects of two clusters have the same files, and the reason and the fix are the same.
  if (isMixed) { add(chartsIn(root)[0], mixedOutput(root)); } else { for (const chart of new Set(lost.map(one => one.chart))) { add(chart, lostError(lost, chart)); } }
  for (const { chart, error } of repetitionErrors(root, resources)) { add(chart, error); }
  return errors;
}

/** The objects of a chart that are lost: the first one with the reason and the fix, which all of them share. */
function lostError(all: readonly LostObject[], chart: Chart): string {
  const [first, ...others] = all.filter(one => one.chart === chart).map(({ finding }) => finding);
  const more = others.length === 0 ? '' : `. The same is true of ${enumerate(others.map(({ place }) => formatPlace(place)), MAX_LISTED)}`;
  return formatFinding(first) + more;
}

function repetitionErrors(root: IConstruct, resources: readonly ChartResource[]): { readonly chart: Chart; readonly error: string }[] {
  const found = [...repeatedObjects(resources), ...[...searches.get(root)?.values() ?? []].flatMap(search => search(root))];
  return [...groupedByCharts(found)].map(([first, ...others]) => ({ chart: first.secondChart, error: repetitionError(first, others) }));
}

/** Nothing if an object cannot be rendered: cdk8s throws the same error when it writes the object. */
function readCharts(root: IConstruct): ReturnType<typeof chartResourcesOf> {
  try {
    return chartResourcesOf(root);
  } catch {
    return { resources: [], lost: [] };
  }
}

/** The types of output that do not separate the charts. */
const MIXING: ReadonlyMap<YamlOutputType, string> = new Map([
  [YamlOutputType.FILE_PER_APP, 'one file'],
  [YamlOutputType.FILE_PER_RESOURCE, 'one folder'],
]);

function mixedOutput(root: IConstruct): string {
  const type = outputTypeOf(root)!;
  return withFix(
    `the app has several clusters, ${clusterTitles(root)}, and YamlOutputType.${YamlOutputType[type]} writes them to ${MIXING.get(type)}, so nobody can apply one of them`,
    'make the app with yamlOutputType: YamlOutputType.FILE_PER_CHART',
  );
}

/** Objects of one name that differ, and workloads that two charts make. */
function repeatedObjects(resources: readonly ChartResource[]): Repetition[] {
  const known = new Map<string, ChartResource[]>();
  return resources.flatMap(resource => {
    const name = nameOf(resource.object);
    if (name === undefined) { return []; }
    const key = `${currentGroup(String(resource.object.apiVersion))} ${name}`;
    const before = known.get(key) ?? [];
    known.set(key, [...before, resource]);
    const first = before.find(other => isRepetition(other, resource));
    const pathOf = ({ origin }: ChartResource) => origin.at().constructPath!;
    if (first === undefined) { return []; }
    return [{ name, firstPath: pathOf(first), firstChart: first.chart, secondPath: pathOf(resource), secondChart: resource.chart }];
  });
}

function isRepetition(first: ChartResource, second: ChartResource): boolean {
  if (first.cluster !== second.cluster && first.cluster !== undefined && second.cluster !== undefined) { return false; }
  const { apiVersion, kind } = second.object;
  return !haveSameContent(first.object, second.object) || (first.chart !== second.chart && isWorkloadKind(apiVersion, kind));
}

/** `Deployment shop/web`. Undefined for an object without a name: a generated one is new each time. */
function nameOf({ apiVersion, kind, metadata }: ApiResource): string | undefined {
  const { name, namespace } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') { return undefined; }
  return isClusterScoped(String(apiVersion), String(kind)) ? `${kind} ${name}` : `${kind} ${namespace ?? DEFAULT_NAMESPACE}/${name}`;
}

/** The repetitions of each pair of charts. */
function groupedByCharts(found: readonly Repetition[]): Iterable<readonly Repetition[]> {
  const groups = new Map<string, Repetition[]>();
  for (const one of found) {
    const key = JSON.stringify([one.firstChart.node.path, one.secondChart.node.path]);
    groups.set(key, [...groups.get(key) ?? [], one]);
  }
  return groups.values();
}

function repetitionError(first: Repetition, others: readonly Repetition[]): string {
  const { firstChart, secondChart } = first;
  const all = [first, ...others];
  const lines = all.slice(0, MAX_LISTED).map(({ name, firstPath, secondPath }) => `    ${name}: ${firstPath} and ${secondPath}`);
  if (all.length > MAX_LISTED) { lines.push(`    and ${all.length - MAX_LISTED} more`); }
  const [title, fix] = firstChart === secondChart
    ? ['the chart makes objects of one name with different content, and a cluster keeps only the last one', 'Remove one of the two, or give it another name.']
    : [`this chart and chart ${firstChart.node.path} make the same things for one cluster`,
      `If the charts are for two clusters, say so: ClusterBoundary.of(chart).add('...') for each chart. If they are for one cluster, make each of these in
    one chart and pass it to the other, or give it another name or other labels.`];
  return [`${title}:`, ...lines, `    ${fix}`].join('\n');
}
