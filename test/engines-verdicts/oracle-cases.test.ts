import { netpol } from '../cli/command';
import { ReferenceCase, referenceCases } from '../support/reference';

/* The command gives the verdicts of other engines: each cluster as a file of manifests, its probes as a batch. */

/** The API server refuses two ports of one name within a container, and accepts them in two containers. */
function manifestsOf({ namespaces, pods, policies }: ReferenceCase): object[] {
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

async function verdicts(one: ReferenceCase): Promise<boolean[]> {
  const probes = one.probes.map(({ from, to, protocol, port }) => ({ from: from.pod ?? from.ip, to: to.pod ?? to.ip, protocol, port }));
  const { stdout, stderr } = await netpol(['can-reach', 'cluster.json', '--batch', 'probes.json', '-o', 'json'], {
    'cluster.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifestsOf(one) }),
    'probes.json': JSON.stringify(probes),
  });
  if (stdout === '') { throw new Error(`${one.id}: ${stderr}`); }
  return JSON.parse(stdout).map((answer: { allowed: boolean }) => answer.allowed);
}

test.each([['random-networkpolicy', 140], ['kubernetes-e2e', 65]] as const)(
  'netpol can-reach --batch gives the expected verdict for every probe of %s', async (file, count) => {
    const cases = referenceCases(file);
    expect(cases).toHaveLength(count);
    const wrong: string[] = [];
    for (const one of cases) {
      const answers = await verdicts(one);
      one.probes.forEach((probe, i) => {
        if (answers[i] !== (probe.expected === 'allow')) {
          wrong.push(`${one.id}: ${JSON.stringify(probe)} (netpol answers ${answers[i] ? 'allow' : 'deny'})`);
        }
      });
    }
    expect(wrong).toEqual([]);
  });
