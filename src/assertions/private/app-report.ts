import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { JudgedCluster } from './judged-clusters';
import { callError } from '../../cdk8s/call-error';
import { IntentVerdict } from '../../claims/judge-intents';
import { bySeverity, Finding } from '../../findings/finding';
import { findingChanges } from '../../findings/finding-changes';
import { packageVersion } from '../../findings/package-version';
import { Coverage } from '../../intent-coverage/coverage';
import { formatCidr } from '../../k8s/address';
import { pluginName } from '../../k8s/network-plugins';
import { clusterResults } from '../../query/cluster-results';
import { ClusterDiff } from '../../report/diff-verdict';
import { InputHashes } from '../../report/input-hashes';
import { reportDocument, ReportedChange } from '../../report/report-document';
import { reportHtml } from '../../report/report-page';

/** What a program has read. */
export interface ProgramInput {
  /** The input, as the title of the page names it. */
  readonly title: string;
  readonly clusters: readonly JudgedCluster[];
  readonly findings: readonly Finding[];
}

/** What a report of a program is about. */
export interface ProgramReport extends ProgramInput {
  /** Absent if the report is not about claims. */
  readonly intents?: readonly IntentVerdict[];
  /** What the claims cover in each cluster. Absent if that was not asked for. */
  readonly coverage?: readonly Coverage[];
  /** What changed since an earlier version. Absent if none was given. */
  readonly change?: { readonly before: ProgramInput; readonly clusters: readonly ClusterDiff[] };
}

/** The page about an app or about manifests of a program. The same objects give the same page. */
export function programPage({ title, clusters, findings, intents, coverage, change }: ProgramReport): string {
  const [{ judge: { cluster: { podCidrs = [], plugin } } }] = clusters;
  return [...reportHtml(reportDocument({
    version: packageVersion(),
    paths: [title],
    options: [],
    clusters: clusters.map(one => clusterResults(one.judge.reach, clusters.length > 1 ? one.name : undefined, false)),
    findings,
    suppressed: 0,
    intents,
    coverage,
    change: change === undefined ? undefined : changeOf(change, { title, findings }),
    summary: [`${clusters.reduce((sum, { resources }) => sum + resources.length, 0)} objects`],
    inputs: hashesOf({ title, clusters }),
    facts: { podCidrs: podCidrs.map(formatCidr), ...plugin === undefined ? {} : { cni: pluginName(plugin) }, namespaces: [], strict: false },
  }))].join('');
}

function changeOf({ before, clusters }: NonNullable<ProgramReport['change']>, { title, findings }: Pick<ProgramInput, 'title' | 'findings'>): ReportedChange {
  const lint = findingChanges(bySeverity(before.findings), bySeverity(findings));
  return { diff: { before: before.title, after: title, clusters, lint }, inputs: hashesOf(before) };
}

function hashesOf({ title, clusters }: Pick<ProgramInput, 'title' | 'clusters'>): ReturnType<InputHashes['all']> {
  const inputs = new InputHashes();
  for (const { name, resources } of clusters) {
    inputs.add(`${title}${clusters.length > 1 ? `, cluster ${name}` : ''}: the objects as JSON`, JSON.stringify(resources.map(({ object }) => object)));
  }
  return inputs.all();
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
