import * as fs from 'fs';
import * as path from 'path';
import { sharedFolder } from './shared';
import { netpol } from '../cli/command';

/*
 * Verdicts of engines that we did not write, through the command as a user would run it: each cluster as
 * manifests in a folder, its probes as a batch.
 */

const folder = sharedFolder('oracle-cases', 'verdicts of other engines on random clusters and the Kubernetes e2e table');

interface Probe {
  from: { pod?: string; ip?: string };
  to: { pod?: string; ip?: string };
  protocol: string;
  port: number;
  expected: 'allow' | 'deny';
  loopback?: boolean;
  sensitiveTo?: string;
}

interface Case {
  id: string;
  namespaces: { name: string; labels?: object }[];
  pods: { namespace: string; name: string; labels?: object; ip?: string; containerPorts?: { name?: string; protocol?: string; port: number }[] }[];
  policies: object[];
  probes: Probe[];
}

function casesOf(file: string): Case[] {
  return folder === undefined ? [] : JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')).cases;
}

/** Within one container the API server refuses two ports of one name; in two containers it does not. */
function manifestsOf({ namespaces, pods, policies }: Case): object[] {
  return [
    ...namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map(({ namespace, name, labels, ip, containerPorts = [] }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name, labels },
      spec: {
        containers: containerPorts.map(({ port: containerPort, ...rest }, i) => ({ name: `c${i}`, image: 'x', ports: [{ ...rest, containerPort }] })),
      },
      status: ip === undefined ? {} : { podIP: ip },
    })),
    ...policies,
  ];
}

async function verdicts(c: Case): Promise<boolean[]> {
  const probes = c.probes.map(({ from, to, protocol, port }) => ({ from: from.pod ?? from.ip, to: to.pod ?? to.ip, protocol, port }));
  const { stdout, stderr } = await netpol(['can-reach', 'cluster.json', '--batch', 'probes.json', '-o', 'json'], {
    'cluster.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifestsOf(c) }),
    'probes.json': JSON.stringify(probes),
  });
  if (stdout === '') { throw new Error(`${c.id}: ${stderr}`); }
  return JSON.parse(stdout).map((answer: { allowed: boolean }) => answer.allowed);
}

(folder === undefined ? describe.skip : describe).each([
  ['random-networkpolicy.json', 140],
  ['kubernetes-e2e.json', 65],
])('netpol can-reach --batch on %s', (file, count) => {
  const cases = casesOf(file);

  test(`has all ${count} clusters to judge`, () => {
    expect(cases).toHaveLength(count);
  });

  test('gives the expected verdict for every probe', async () => {
    const wrong: string[] = [];
    for (const c of cases) {
      const answers = await verdicts(c);
      c.probes.forEach((probe, i) => {
        if (answers[i] !== (probe.expected === 'allow')) {
          wrong.push(`${c.id}: ${JSON.stringify(probe)} (we say ${answers[i] ? 'allow' : 'deny'})`);
        }
      });
    }
    expect(wrong).toEqual([]);
  });
});
