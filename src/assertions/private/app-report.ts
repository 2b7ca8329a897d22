import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { JudgedCluster } from './judged-clusters';
import { callError } from '../../cdk8s/call-error';
import { IntentVerdict } from '../../claims/judge-intents';
import { Finding } from '../../findings/finding';
import { packageVersion } from '../../findings/package-version';
import { formatCidr } from '../../k8s/address';
import { pluginName } from '../../k8s/network-plugins';
import { clusterResults } from '../../query/cluster-results';
import { InputHashes } from '../../report/input-hashes';
import { reportDocument } from '../../report/report-document';
import { reportHtml } from '../../report/report-page';

/** What a report of a program is about. */
export interface ProgramReport {
  /** The input, as the title of the page names it. */
  readonly title: string;
  readonly clusters: readonly JudgedCluster[];
  readonly findings: readonly Finding[];
  /** Absent if the report is not about claims. */
  readonly intents?: readonly IntentVerdict[];
}

/** The page about an app or about manifests of a program. The same objects give the same page. */
export function programPage({ title, clusters, findings, intents }: ProgramReport): string {
  const inputs = new InputHashes();
  const named = clusters.map(({ name, judge: { cluster, reach }, resources }) =>
    ({ name: clusters.length > 1 ? name : undefined, cluster, reach, resources }));
  for (const { name, resources } of named) {
    inputs.add(`${title}${name === undefined ? '' : `, cluster ${name}`}: the objects as JSON`, JSON.stringify(resources.map(({ object }) => object)));
  }
  const [{ cluster: { podCidrs = [], plugin } }] = named;
  return [...reportHtml(reportDocument({
    version: packageVersion(),
    paths: [title],
    options: [],
    clusters: named.map(({ name, reach }) => clusterResults(reach, name, false)),
    findings,
    suppressed: 0,
    intents,
    summary: [`${named.reduce((sum, { resources }) => sum + resources.length, 0)} objects`],
    inputs: inputs.all(),
    facts: { podCidrs: podCidrs.map(formatCidr), ...plugin === undefined ? {} : { cni: pluginName(plugin) }, namespaces: [], strict: false },
  }))].join('');
}

/**
 * Writes a page, and the folders that it is in.
 * @throws an error that begins with the call if that is not possible
 */
export function writePage(call: string, file: string, page: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, page);
  } catch (error) {
    throw callError(call, `the file cannot be written: ${(error as Error).message}`, 'name a file in a folder that you may write to');
  }
}
