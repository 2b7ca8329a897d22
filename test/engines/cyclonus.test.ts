import { readFileSync } from 'fs';
import { Case, readAs, Reading, READINGS } from './cyclonus-readings';
import { CYCLONUS, versionOf } from './go-engine';
import { ProbedCluster, Probe, probesOf, specEnd } from './probes';
import { fileOf, isSet, readLines } from './recorded';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { allows, SpecCluster } from '../spec/network-policy';
import { clusterOfObjects } from '../support/manifests';

/* The specification and the evaluator agree with the recorded verdicts of cyclonus's matcher, except for three known readings. */

const clusters = readLines<ProbedCluster & { verdicts: string }>('cyclonus.jsonl.gz')
  .map(cluster => ({ cluster, probes: probesOf(cluster), bytes: Buffer.from(cluster.verdicts, 'base64') }));

function specified(cluster: SpecCluster, { from, to, protocol, port }: Probe): boolean {
  return allows(cluster, specEnd(cluster, from), specEnd(cluster, to), protocol, port);
}

/** The verdict of the specification under some readings. The changed cluster depends only on whether the two ends are one pod. */
function reader(cluster: SpecCluster, readings: readonly Reading[]): (probe: Probe) => boolean {
  const known = new Map<string, Case>();
  return probe => {
    const { from, to } = probe;
    const isLoop = 'pod' in from && 'pod' in to && from.pod === to.pod;
    const key = isLoop ? `${from.pod}` : '';
    const read = known.get(key) ?? readAs(readings, { cluster, probe });
    known.set(key, read);
    return specified(read.cluster, isLoop ? { ...probe, to: read.probe.to } : probe);
  };
}

/** The evaluator's answer to each probe. */
function evaluated(cluster: ProbedCluster, probes: readonly Probe[]): boolean[] {
  const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)));
  const pods = new Map(reach.cluster.workloads.flatMap(w => w.pods.map(pod => [`${w.namespace}/${pod.name}`, reach.ofPod(w, pod)] as const)));
  const endpoint = (end: Probe['from']) => 'pod' in end
    ? pods.get(`${cluster.pods[end.pod].namespace}/${cluster.pods[end.pod].name}`)!
    : reach.ofAddress(parseAddress(end.ip)!);
  const pairs = new Map<string, ReturnType<ConnectionSet['ranges']>>();
  const allowed = (from: Probe['from'], to: Probe['to']) => {
    const key = JSON.stringify([from, to]);
    const known = pairs.get(key) ?? reach.connections(endpoint(from), endpoint(to)).ranges();
    pairs.set(key, known);
    return known;
  };
  return probes.map(({ from, to, protocol, port }) =>
    // A pod always reaches itself. The evaluator works with classes of pods and leaves this rule to its callers.
    ('pod' in from && 'pod' in to && from.pod === to.pod)
    || allowed(from, to).some(range => range.protocol === protocol && range.first <= port && port <= range.last));
}

describe('cyclonus', () => {
  test('has recorded verdicts for at least 2,000 clusters, of which between 10 % and 90 % are allowed', () => {
    const recorded = JSON.parse(readFileSync(fileOf('engines.json'), 'utf8')).cyclonus;
    const probes = clusters.reduce((sum, c) => sum + c.probes.length, 0);
    const allowed = clusters.reduce((sum, c) => sum + c.probes.filter((_, i) => isSet(c.bytes, i)).length, 0);
    expect(clusters.length).toBeGreaterThanOrEqual(2000);
    const { engine, ...counts } = recorded;
    expect(engine).toBe(versionOf(CYCLONUS));
    expect({ clusters: clusters.length, probes, allowed }).toEqual(counts);
    expect(allowed).toBeGreaterThan(probes / 10);
    expect(allowed).toBeLessThan(probes * 0.9);
  });

  test('agrees with the specification and the evaluator, except for its known readings', () => {
    const unexplained: string[] = [];
    const needed = new Map(READINGS.map(({ name }) => [name, 0]));
    clusters.forEach(({ cluster, probes, bytes }, index) => {
      const ours = evaluated(cluster, probes);
      const all = reader(cluster, READINGS);
      const without = READINGS.map(reading => reader(cluster, READINGS.filter(other => other !== reading)));
      probes.forEach((probe, i) => {
        const allowed = isSet(bytes, i);
        const place = `cluster ${index}, ${JSON.stringify(probe)}`;
        if (ours[i] !== specified(cluster, probe)) { unexplained.push(`${place}: the evaluator answers ${ours[i]}, the specification ${!ours[i]}`); }
        if (all(probe) !== allowed) { unexplained.push(`${place}: cyclonus answers ${allowed}, and no reading explains it`); }
        if (ours[i] === allowed) { return; }
        READINGS.forEach(({ name }, r) => { if (without[r](probe) !== allowed) { needed.set(name, needed.get(name)! + 1); } });
      });
    });
    expect(unexplained).toEqual([]);
    // Every reading explains at least one difference.
    expect([...needed].filter(([, count]) => count === 0)).toEqual([]);
  }, 300_000);
});
