import * as path from 'path';
import { statOf } from './folder-tree';
import { firstObject } from './kustomization';

/** The file that makes a folder a Helm chart. */
export const CHART_FILE = 'Chart.yaml';

/** The folders of a chart that Helm reads (helm.sh/docs/topics/charts). */
export const CHART_FOLDERS: readonly string[] = ['templates', 'crds', 'charts'];

/** The release name that Helm uses if it is given none. */
const DEFAULT_RELEASE = 'release-name';

/** A folder with a Helm chart. */
export interface Chart {
  readonly folder: string;
  readonly file: string;
  /** The name of the chart, if a release may have it. */
  readonly release: string;
  /** True for a library chart, which renders nothing. */
  readonly isLibrary: boolean;
}

/** The chart of a folder with these files; undefined if it has none. A file of this name may also have objects of the cluster, which have a kind. */
export function chartIn(folder: string, names: ReadonlySet<string>): Chart | undefined {
  const file = path.join(folder, CHART_FILE);
  if (!names.has(CHART_FILE) || statOf(file)?.isFile() !== true) { return undefined; }
  const { name, type, kind } = firstObject(file) ?? {};
  if (kind !== undefined) { return undefined; }
  return { folder, file, release: isReleaseName(name) ? name : DEFAULT_RELEASE, isLibrary: type === 'library' };
}

/** True for a name that Helm accepts (helm.sh/helm/v3, pkg/chartutil, `ValidateReleaseName`). */
function isReleaseName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 53 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(name);
}
