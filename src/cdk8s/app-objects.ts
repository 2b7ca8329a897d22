import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import { SynthOutput } from './synth-output';
import { memoizeInSynth, whileSettling, withReadCache } from './synth-run';
import { Finding, finding, Place } from '../findings/finding';
import { ApiResource, isObject, isSameJson } from '../k8s/objects';
import { readText } from '../manifests/read-text';
import { objectsOf, ReadResult, Resource } from '../manifests/resources';

/* The API objects of an app, as they are written. */

/** The manifest of an object with its patches applied, rendered once per synth. Callers must not change it. */
export function manifestOf(object: ApiObject): Record<string, unknown> {
  return memoizeInSynth(object.node.root, object, () => manifestNow(object));
}

/**
 * The manifest of an object as it is now.
 *
 * Works around cdk8s-plus-27 2.9.5 and cdk8s-plus-33 2.5.57, lib/workload.js, `Workload._toPodSpec`: with `spread`, each rendering adds the
 * same two rules to the workload's affinity, so that reading an app would change what it writes. `spread` is off while we render.
 */
function manifestNow(object: ApiObject): Record<string, unknown> {
  const owner = object.node.scope as { spread?: boolean } | undefined;
  if (owner?.spread !== true) { return object.toJson(); }
  owner.spread = false;
  try {
    return object.toJson();
  } finally {
    owner.spread = true;
  }
}

/** True for a chart that renders its objects in its own way. `YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE` does not ask it to. */
export function rendersItself(chart: Chart): boolean {
  return chart.toJson !== Chart.prototype.toJson && outputTypeOf(chart.node.root) !== YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE;
}

/**
 * The folder in which an object has a file to itself, named by its kind and name. Undefined if the object shares its file with others.
 */
export function fileSpaceOf({ node, chart }: ApiObject): string | undefined {
  switch (outputTypeOf(node.root)) {
    case YamlOutputType.FILE_PER_RESOURCE: return 'file';
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE: return `file of ${chart.node.path}`;
    default: return undefined;
  }
}

/** How an app divides its output into files. Undefined for a root that is not an App. */
export function outputTypeOf(root: IConstruct): YamlOutputType | undefined {
  return (root as Partial<App>).yamlOutputType;
}

/** An object as it is written. */
interface WrittenObject {
  readonly object: unknown;
  /** The chart that writes it. */
  readonly chart: Chart;
  /** The construct that makes it, or else its file. */
  readonly place: Place;
  /** The file that the object has to itself. Undefined if several objects are in one file. */
  readonly file?: string;
}

/**
 * Every API object below a construct as it would be written, whether this library made it or not. A list counts as its items. The place of an
 * object is the path of its construct.
 */
export function resourcesOf(scope: IConstruct): ReadResult {
  return withReadCache(scope.node.root, () => {
    const written = writtenBelow(scope);
    return read(written, lostObjects(written).map(one => one.finding));
  });
}

/** The objects of an app as `resourcesOf` reads them, each with the chart that writes it, and the files that two objects would be written to. */
export function chartResourcesOf(root: IConstruct): { readonly resources: readonly ChartResource[]; readonly lost: readonly LostObject[] } {
  return withReadCache(root, () => {
    const written = writtenBelow(root);
    const resources = written.flatMap(one => read([one]).resources.map(resource => ({ ...resource, chart: one.chart })));
    return { resources, lost: lostObjects(written) };
  });
}

/** A finding about an object that is lost, and the chart that writes it. */
export interface LostObject {
  readonly finding: Finding;
  readonly chart: Chart;
}

/** An object, and the chart that writes it. */
export interface ChartResource extends Resource {
  readonly chart: Chart;
}

/** The API objects that a synth has written. */
export function resourcesWritten(root: IConstruct, output: SynthOutput): ReadResult {
  if (output === undefined) { return resourcesOf(root); }
  if ('yaml' in output) { return readText({ file: '(synthYaml)', content: output.yaml, named: true }); }
  const paths = pathsByName(objectsIn(root));
  return read([...output.files].flatMap(([file, objects]) => objects.map(object => ({ object, place: placeOf(object, paths, { file }) }))));
}

/** Every API object below a construct, in the order of the tree. */
export function objectsIn(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => construct as ApiObject);
}

function writtenBelow(scope: IConstruct): WrittenObject[] {
  const type = outputTypeOf(scope.node.root);
  const objects = objectsIn(scope).filter(object => !rendersItself(object.chart)).map((object): WrittenObject => {
    const manifest = manifestOf(object);
    const place = { constructPath: object.node.path };
    const { chart } = object;
    // cdk8s 2.68.12, lib/app.js, `App.synth`: one type of output takes the name of the file from the manifest, the other from the construct.
    if (type === YamlOutputType.FILE_PER_RESOURCE) { return { object: manifest, chart, place, file: fileName(manifest) }; }
    return type === YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE
      ? { object: manifest, chart, place, file: `${chart.node.path}/${fileName(object)}` }
      : { object: manifest, chart, place };
  });
  const charts = scope.node.findAll().filter(Chart.isChart).map(chart => chart as Chart).filter(rendersItself);
  return [...objects, ...charts.flatMap((chart): WrittenObject[] => {
    const paths = pathsByName(objectsIn(chart));
    // cdk8s validates the app before it renders a chart.
    return whileSettling(scope.node.root, () => Object.values(chart.toJson())).filter(object => object !== undefined).map(object => ({
      object,
      chart,
      place: placeOf(object, paths, { constructPath: chart.node.path }),
      file: type === YamlOutputType.FILE_PER_RESOURCE ? fileName(object) : undefined,
    }));
  })];
}

function fileName({ kind, metadata }: { readonly kind?: unknown; readonly metadata?: unknown }): string {
  return `${kind}.${(metadata as { readonly name?: unknown } | undefined)?.name}`.replace(/[^0-9a-zA-Z-_.]/g, '');
}

/** An error for each object whose file another object is written to. */
function lostObjects(written: readonly WrittenObject[]): LostObject[] {
  const files = new Map<string, WrittenObject>();
  const lost: LostObject[] = [];
  for (const one of written) {
    if (one.file === undefined) { continue; }
    const before = files.get(one.file);
    if (before === undefined) { files.set(one.file, one); }
    if (before === undefined || isSameJson(before.object, one.object)) { continue; }
    const name = fileName(one.object as object);
    const lostFinding = finding('NP034', one.place, `cdk8s writes this object to the file of another object, ${name}, so one of the two is lost`, {
      related: [{ message: 'the other object', place: before.place }],
      fix: 'make the app with yamlOutputType: YamlOutputType.FILE_PER_CHART',
    });
    lost.push({ finding: lostFinding, chart: one.chart });
  }
  return lost;
}

function read(written: readonly Pick<WrittenObject, 'object' | 'place'>[], findings: readonly Finding[] = []): ReadResult {
  // cdk8s writes an empty document for what is undefined.
  const results = written.filter(({ object }) => object !== undefined)
    .map(({ object, place }) => objectsOf(withoutUndefined(object), { at: () => place }, true));
  return {
    resources: results.flatMap(result => result.resources),
    findings: [...findings, ...results.flatMap(result => result.findings)],
    unread: results.flatMap(result => result.unread),
  };
}

/** The value as YAML has it: what is undefined is null. A JSON patch can leave undefined fields. Copies only what it changes. */
function withoutUndefined(value: unknown): unknown {
  if (value === undefined) { return null; }
  if (Array.isArray(value)) {
    const items = value.map(withoutUndefined);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isObject(value)) { return value; }
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const field = withoutUndefined(value[key]);
    if (field !== value[key]) { (copy ??= { ...value })[key] = field; }
  }
  return copy ?? value;
}

/** The construct that makes an object of this name, or else another place. */
function placeOf(object: unknown, paths: ReadonlyMap<string, string>, other: Place): Place {
  const constructPath = paths.get(nameOf(object));
  return constructPath === undefined ? other : { constructPath };
}

/** What tells the objects of an app apart. */
function nameOf(object: unknown): string {
  const { apiVersion, kind, metadata } = (isObject(object) ? object : {}) as ApiResource;
  const { namespace, name } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function pathsByName(objects: readonly ApiObject[]): Map<string, string> {
  return new Map(objects.map(({ apiVersion, kind, metadata: { namespace, name }, node }) =>
    [nameOf({ apiVersion, kind, metadata: { namespace, name } }), node.path]));
}
