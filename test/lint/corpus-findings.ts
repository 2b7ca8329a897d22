import * as fs from 'fs';
import * as path from 'path';
import { FindingCode, Severity } from '../../src/findings/codes';
import { netpol } from '../cli/command';
import { sharedFolder } from '../engines-verdicts/shared';

/*
 * What lint finds in manifests of real projects, as they are published, and why each finding is right. Every folder of the collections is an input of its
 * own, and every file, because people name either. The shared folder is not part of the repository.
 */

export const CORPUS = sharedFolder('corpus', 'what lint finds in real projects');

/** The names of the collections. */
export const COLLECTIONS: readonly string[] = CORPUS === undefined ? [] : fs.readdirSync(CORPUS, { withFileTypes: true })
  .filter(entry => entry.isDirectory()).map(({ name }) => name);

/** Findings that have the same reason. */
export interface Explained {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** The inputs in which they are found: folders and files, from the folder of the collections. */
  readonly inputs: RegExp;
  readonly message: RegExp;
  /** How many different findings there are. The same one counts once, although a folder and the folder around it have it. */
  readonly count: number;
  /** What a maintainer of the project would say. */
  readonly because: string;
}

/** Findings in the files as well as in what kustomize and helm make of them. */
export const ALWAYS_EXPLAINED: readonly Explained[] = [
  {
    severity: 'warning',
    code: 'NP110',
    inputs: /^argo-cd\/manifests\/ha(\/install\.yaml|\/base(\/(controller-deployment|redis-ha))?)?$/,
    message: /argocd-redis-ha-proxy-network-policy spec\.ingress\[0\] names TCP 26379/,
    count: 1,
    because: 'the proxy of redis-ha listens on 6379, 9101 and 8888, and its policy also names 26379, the port of Sentinel, which the proxy does not serve',
  },
  {
    severity: 'warning',
    code: 'NP136',
    inputs: /^kube-prometheus(\/manifests)?$/,
    message: /^monitoring\/node-exporter has no effect/,
    count: 1,
    because: 'node-exporter uses the network of its node, so its policy, which is written like those of the other exporters, protects nothing',
  },
  {
    severity: 'note',
    code: 'NP132',
    inputs: /^longhorn$/,
    message: /^longhorn-system\/\S+ selects no pod: no workload of namespace longhorn-system has /,
    count: 8,
    because: 'the policies are examples for the workloads that Longhorn installs, and the collection only has its prerequisites in that namespace',
  },
  {
    severity: 'note',
    code: 'NP135',
    inputs: /^longhorn$/,
    message: / lets nobody in: (no pod of namespace (longhorn-system|default) has |the input has no workload in a namespace with kubernetes\.io\/metadata\.name=(ingress-nginx|default)$)/,
    count: 11,
    because: 'the peers of these examples are workloads that Longhorn installs, a Prometheus in namespace default, and an ingress controller',
  },
];

/** A finding, and the input that has it. */
export interface FoundIn {
  readonly input: string;
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
}

/** The folders of the collections, each before those in it, and the manifests. */
export function inputsOf(kind: 'folders' | 'files'): string[] {
  const within = (folder: string): string[] => fs.readdirSync(path.join(CORPUS!, folder), { withFileTypes: true }).flatMap(entry => {
    const inside = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) { return kind === 'files' && /\.(ya?ml|json)$/.test(entry.name) ? [inside] : []; }
    return [...kind === 'folders' ? [inside] : [], ...within(inside)];
  });
  return [...kind === 'folders' ? COLLECTIONS : [], ...COLLECTIONS.flatMap(within)];
}

/** Everything that `netpol lint` prints about an input. */
export async function findingsIn(input: string, render: 'never' | 'auto'): Promise<FoundIn[]> {
  const { stdout, stderr } = await netpol(['lint', path.join(CORPUS!, input), '--keep-going', '--render', render, '-o', 'json']);
  if (stdout === '') { throw new Error(`${input}: ${stderr}`); }
  return (JSON.parse(stdout) as FoundIn[]).map(({ code, severity, message }) => ({ input, code, severity, message }));
}

/** The findings of lint, without those about the input itself. */
export function ofLint(findings: readonly FoundIn[]): FoundIn[] {
  return findings.filter(({ code }) => code.startsWith('NP1'));
}

/** How many findings about the input itself there are, by code. */
export function countsOfInput(findings: readonly FoundIn[]): Record<string, number> {
  const codes = findings.map(({ code }) => code).filter(code => !code.startsWith('NP1')).sort();
  return Object.fromEntries([...new Set(codes)].map(code => [code, codes.filter(one => one === code).length]));
}

/** The findings that no explanation is for, and the explanations whose count is wrong: both as text. */
export function unexplained(findings: readonly FoundIn[], explanations: readonly Explained[]): string[] {
  const seen = new Map(explanations.map(one => [one, new Set<string>()]));
  const without = findings.filter(({ input, code, severity, message }) => {
    const found = explanations.filter(one => one.code === code && one.severity === severity && one.inputs.test(input) && one.message.test(message));
    for (const one of found) { seen.get(one)!.add(message); }
    return found.length !== 1;
  });
  return [
    ...without.map(({ input, code, severity, message }) => `${input}: ${severity} ${code}: ${message}`),
    ...[...seen].filter(([{ count }, { size }]) => size !== count).map(([{ code, because }, { size }]) => `${code}, because ${because}: ${size}`),
  ];
}
