import * as fs from 'fs';
import * as path from 'path';
import { allows, SpecCluster, SpecEnd } from './network-policy';
import { sharedFolder } from '../engines-verdicts/shared';

/** The specification is itself held against what other engines say. */
const ORACLES = sharedFolder('oracle-cases', "the specification against other engines' verdicts");

(ORACLES !== undefined ? describe : describe.skip).each(['random-networkpolicy.json', 'kubernetes-e2e.json'])('the specification, %s', file => {
  const cases = ORACLES === undefined ? [] : JSON.parse(fs.readFileSync(path.join(ORACLES, file), 'utf8')).cases;

  test('gives the expected verdict for every probe', () => {
    let probes = 0;
    for (const c of cases) {
      const cluster: SpecCluster = {
        namespaces: Object.fromEntries(c.namespaces.map((n: any) => [n.name, n.labels ?? {}])),
        pods: c.pods.map((p: any) => ({
          namespace: p.namespace,
          name: p.name,
          labels: p.labels ?? {},
          ips: p.ip ? [p.ip] : [],
          ports: (p.containerPorts ?? []).map((port: any) => ({ ...port, containerPort: port.port })),
        })),
        policies: c.policies,
      };
      const end = (e: any): SpecEnd => e.ip !== undefined ? { ip: e.ip } : { pod: cluster.pods.find(p => `${p.namespace}/${p.name}` === e.pod)! };
      for (const probe of c.probes) {
        probes++;
        const verdict = allows(cluster, end(probe.from), end(probe.to), probe.protocol, probe.port) ? 'allow' : 'deny';
        expect({ case: c.id, ...probe, expected: verdict }).toEqual({ case: c.id, ...probe });
      }
    }
    expect(probes).toBeGreaterThan(500);
  });
});
