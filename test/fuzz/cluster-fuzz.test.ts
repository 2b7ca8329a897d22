import { fuzzClusters, yamlOf } from './cluster-fuzz';
import { readCluster } from '../../src/cluster/read-cluster';
import { readText } from '../../src/manifests/read-text';
import { netpol } from '../cli/command';
import { SpecCluster } from '../spec/network-policy';

const forever = { milliseconds: Infinity, clusters: Infinity };

/** Says that a cluster is unequal where some rule names SCTP. */
const sctp = (cluster: SpecCluster) => JSON.stringify(cluster.policies).includes('SCTP') ? 'SCTP is not to be had' : undefined;

describe('npm run fuzz', () => {
  test('compares as many clusters as it is told to, and tells how many it has', () => {
    const told: number[] = [];
    expect(fuzzClusters(1, { ...forever, clusters: 1200 }, clusters => told.push(clusters), () => undefined)).toEqual({ clusters: 1200 });
    expect(told).toEqual([500, 1000, 1200]);
  });

  test('stops when its time is over', () => {
    expect(fuzzClusters(1, { ...forever, milliseconds: 0 })).toEqual({ clusters: 0 });
  });

  test('stops at the first cluster that is unequal, and the same one for the same seed', () => {
    const found = fuzzClusters(7, forever, undefined, sctp);
    expect(found.unequal?.difference).toBe('SCTP is not to be had');
    expect(fuzzClusters(7, forever, undefined, sctp)).toEqual(found);
  });

  test('prints it as small as it can be made, as manifests that netpol reads', async () => {
    const { yaml } = fuzzClusters(7, forever, undefined, sctp).unequal!;
    expect(yaml.match(/kind: \w+/g)).toEqual(['kind: Namespace', 'kind: Namespace', 'kind: Pod', 'kind: NetworkPolicy']);
    expect(yaml.match(/protocol: .*/g)).toEqual(['protocol: SCTP']);
    expect(await netpol(['list', 'cluster.yaml', '-o', 'json'], { 'cluster.yaml': yaml })).toMatchObject({ status: 0, stderr: '' });
  });

  test('counts it as unequal that the evaluator refuses a cluster', () => {
    const refused = fuzzClusters(1, forever, undefined, cluster => { if (sctp(cluster)) { throw new Error('refused'); } return undefined; });
    expect(refused.unequal?.difference).toBe('Error: refused');
  });

  test('prints text that looks like something else so that it is read as text', () => {
    const labels = { a: 'no', b: 'true', c: '1e3', d: 'null', e: '', f: 'y', g: '0x1f', h: '1_000' };
    const { cluster } = readCluster(readText({ file: 'a', format: 'yaml', named: true, content: yamlOf({ namespaces: { x: labels }, pods: [], policies: [] }) }).resources);
    expect(cluster.namespaces.get('x')!.labels).toMatchObject(labels);
  });
});
