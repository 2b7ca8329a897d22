import { readFileSync } from 'fs';
import * as path from 'path';
import { sharedFolder } from './shared';
import { netpol } from '../cli/command';
import { ReferenceCase } from '../support/reference';

/*
 * The command gives the verdicts of other engines for clusters with cluster-wide policies. Probes that no engine confirms are printed if netpol answers
 * otherwise, and do not fail: they hang on what the text of the Baseline tier leaves open.
 */

interface ClusterWideCase extends Omit<ReferenceCase, 'probes' | 'pods'> {
  readonly pods: readonly (ReferenceCase['pods'][number] & { readonly hostNetwork?: boolean; readonly node?: string })[];
  readonly adminPolicies: readonly object[];
  readonly nodes?: readonly { readonly name: string; readonly labels: object; readonly addresses: readonly object[] }[];
  readonly probes: readonly (ReferenceCase['probes'][number] & { readonly confirmedBy?: readonly string[] })[];
}

function manifestsOf({ namespaces, pods, policies, adminPolicies, nodes = [] }: ClusterWideCase): object[] {
  return [
    ...namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...nodes.map(({ name, labels, addresses }) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { addresses } })),
    ...pods.map(({ namespace, name, labels, ip, containerPorts = [], hostNetwork, node }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, labels },
      spec: {
        hostNetwork,
        nodeName: node,
        containers: [{ name: 'c', image: 'x' }, ...containerPorts.map(({ port: containerPort, ...rest }, i) => ({ name: `c${i}`, image: 'x', ports: [{ ...rest, containerPort }] }))],
      },
      status: ip === undefined ? {} : { podIP: ip },
    })),
    ...policies, ...adminPolicies,
  ];
}

const folder = sharedFolder('oracle-cases', 'clusters with cluster-wide policies');

(folder === undefined ? test.skip.each : test.each)([
  ['random-cluster-wide', 120, 1441], ['network-policy-api-conformance', 220, 686],
] as const)('netpol can-reach --batch gives the expected verdict for every probe of %s that an engine confirms', async (file, count, probeCount) => {
  const cases: ClusterWideCase[] = JSON.parse(readFileSync(path.join(folder!, `${file}.json`), 'utf8')).cases;
  expect(cases).toHaveLength(count);
  const wrong: string[] = [];
  const unconfirmed: string[] = [];
  let asked = 0;
  for (const one of cases) {
    const probes = one.probes.map(({ from, to, protocol, port }) => ({ from: from.pod ?? from.ip, to: to.pod ?? to.ip, protocol, port }));
    const { stdout, stderr } = await netpol(['can-reach', 'cluster.json', '--batch', 'probes.json', '-o', 'json'], {
      'cluster.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifestsOf(one) }),
      'probes.json': JSON.stringify(probes),
    });
    if (stdout === '') { throw new Error(`${one.id}: ${stderr}`); }
    const answers: { allowed: boolean | null }[] = JSON.parse(stdout);
    one.probes.forEach((probe, i) => {
      asked++;
      if (answers[i].allowed === (probe.expected === 'allow')) { return; }
      (probe.confirmedBy?.length === 0 ? unconfirmed : wrong).push(`${one.id}: ${JSON.stringify(probe)} (netpol answers ${JSON.stringify(answers[i])})`);
    });
  }
  if (unconfirmed.length > 0) { console.warn(`probes that no engine confirms, and that netpol answers otherwise:\n${unconfirmed.join('\n')}`); }
  expect(wrong).toEqual([]);
  expect(asked).toBe(probeCount);
}, 120_000);
