import * as fs from 'fs';
import * as path from 'path';
import { readCluster } from '../../src/cluster/read-cluster';
import { FindingCode } from '../../src/findings/codes';
import { Finding, formatFinding } from '../../src/findings/finding';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { lint } from '../../src/lint/lint';
import { lintInputOf } from '../../src/lint/lint-input';
import { readText } from '../../src/manifests/read-text';
import { Resource } from '../../src/manifests/resources';

/* The pages in docs/rules. Their examples are tests. */

export const FOLDER = path.join(__dirname, '../../docs/rules');

/** A page, and the examples on it. */
export interface RulePage {
  readonly text: string;
  /** The example that has the finding, and what netpol prints for it. Absent if the page has none. */
  readonly bad?: Example;
  readonly good?: Example;
  /** The network plugin that the examples are for: the value of `--cni` below the heading of the bad one. */
  readonly cni?: string;
  /** The findings of the bad example, as the page shows them. */
  readonly output?: string;
}

/** A block of code. */
export interface Example {
  readonly language: string;
  readonly text: string;
}

/** The page of a code. */
export function rulePage(code: FindingCode): RulePage {
  const file = path.join(FOLDER, `${code}.md`);
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const [bad, output] = blocksIn(text, 'Bad');
  const [good] = blocksIn(text, 'Good');
  const cni = /\n## Bad\n[^#]*`--cni ([^`]+)`/.exec(text)?.[1];
  return { text, bad, good, cni, output: output?.text };
}

/** The blocks of code below a heading. */
function blocksIn(page: string, heading: string): Example[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return [...section.split('\n## ')[0].matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));
}

/** What lint finds in manifests. They are complete: nothing else is wrong with them. */
export function lintText(file: string, content: string, cni?: string): readonly Finding[] {
  const { resources, findings } = readText({ file, content, named: true });
  const reading = readCluster(resources, { namespaces: [], plugin: pluginOf(cni) });
  const errors = [...findings, ...reading.findings].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  return lint([lintInputOf({ cluster: reading.cluster, resources })]).findings;
}

/** What a page shows below its bad example. */
export function outputOf(code: FindingCode, { text }: Example, cni?: string): string {
  return lintText('bad.yaml', text, cni).filter(one => one.code === code).map(one => `${formatFinding(one)}\n`).join('');
}

/** The objects of an example in YAML. */
export function objectsOf({ text }: Example): readonly object[] {
  return readText({ file: 'example.yaml', content: text, named: true }).resources.map(({ object }) => object);
}

/** The codes of what lint finds in objects, and whether nothing else is wrong with these. */
export function lintObjects(objects: readonly object[], cni?: string): { readonly codes: readonly FindingCode[]; readonly isValid: boolean } {
  const resources = objects.map((object, i): Resource => ({ object: object as Resource['object'], origin: { at: () => ({ file: `object ${i}` }) }, named: true }));
  const { cluster, findings } = readCluster(resources, { namespaces: [], plugin: pluginOf(cni) });
  return { codes: lint([lintInputOf({ cluster, resources })]).findings.map(({ code }) => code), isValid: !findings.some(({ severity }) => severity === 'error') };
}

function pluginOf(cni: string | undefined): NetworkPlugin | undefined {
  return cni === undefined ? undefined : readNetworkPlugin(cni) as NetworkPlugin;
}
