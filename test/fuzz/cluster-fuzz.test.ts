import { FuzzedCluster, fuzzClusters, yamlOf } from './cluster-fuzz';
import { readCluster } from '../../src/cluster/read-cluster';
import { readText } from '../../src/manifests/read-text';
import { netpol } from '../cli/command';
import { manifestsOf } from '../spec/arbitrary-cluster';

const forever = { milliseconds: Infinity, clusters: Infinity };

/** A comparison that finds a difference in every cluster with SCTP in a rule. */
const sctp = ({ yaml }: FuzzedCluster) => /kind: NetworkPolicy[^]*SCTP/.test(yaml()) ? 'SCTP is not supported' : undefined;

const FEATURES = ['policy.networking.k8s.io/v1beta1', 'policy.networking.k8s.io/v1alpha2', 'kind: AdminNetworkPolicy', 'kind: BaselineAdminNetworkPolicy', 'networking.k8s.aws/v1alpha1',
  'kind: Node\n', 'kind: CiliumNetworkPolicy', 'hostNetwork: true', 'destinationNamedPort', 'nodes:', 'domainNames', 'StatefulSet', 'spec: [\n'];

describe('npm run fuzz', () => {
  test('compares the given number of clusters and reports how many it has compared', () => {
    const reported: number[] = [];
    expect(fuzzClusters(1, { ...forever, clusters: 1200 }, clusters => reported.push(clusters), () => undefined)).toEqual({ clusters: 1200 });
    expect(reported).toEqual([500, 1000, 1200]);
  });

  test('has clusters of every kind in turn: with cluster-wide policies of each API, with nodes, host-network pods and policies that are not evaluated, and unread', () => {
    const kinds = (clusterWide: boolean) => {
      const found = new Set<string>();
      const look = ({ yaml }: FuzzedCluster) => {
        const text = yaml();
        for (const word of FEATURES) { if (text.includes(word)) { found.add(word); } }
        if (!/ClusterNetworkPolicy|AdminNetworkPolicy/.test(text)) { found.add('no cluster-wide policy'); }
        return undefined;
      };
      fuzzClusters(3, { ...forever, clusters: 2120, clusterWide }, undefined, look);
      return [...found];
    };
    expect(kinds(false)).toEqual(expect.arrayContaining([...FEATURES, 'no cluster-wide policy']));
    expect(kinds(true).sort()).toEqual([...FEATURES].sort());
  });

  test('stops at its time limit', () => {
    expect(fuzzClusters(1, { ...forever, milliseconds: 0 })).toEqual({ clusters: 0 });
  });

  test('stops at the first difference, which is the same for the same seed', () => {
    const found = fuzzClusters(7, forever, undefined, sctp);
    expect(found.unequal?.difference).toBe('SCTP is not supported');
    expect(fuzzClusters(7, forever, undefined, sctp)).toEqual(found);
  });

  test('prints the smallest cluster with the difference as manifests that netpol reads', async () => {
    const { yaml } = fuzzClusters(7, forever, undefined, sctp).unequal!;
    expect(yaml.match(/kind: \w+/g)).toEqual(['kind: Namespace', 'kind: Namespace', 'kind: Pod', 'kind: NetworkPolicy']);
    expect(yaml.match(/protocol: .*/g)).toEqual(['protocol: SCTP']);
    expect(await netpol(['list', 'cluster.yaml', '-o', 'json'], { 'cluster.yaml': yaml })).toMatchObject({ status: 0, stderr: expect.stringMatching(/^summary: .*\n$/) });
  });

  test('reports an error of the evaluator as a difference', () => {
    const refused = fuzzClusters(1, forever, undefined, cluster => { if (sctp(cluster)) { throw new Error('refused'); } return undefined; });
    expect(refused.unequal?.difference).toBe('Error: refused');
  });

  test('prints label values that look like booleans and numbers so that they are read as text', () => {
    const labels = { a: 'no', b: 'true', c: '1e3', d: 'null', e: '', f: 'y', g: '0x1f', h: '1_000' };
    const { cluster } = readCluster(readText({ file: 'a', named: true, content: yamlOf(manifestsOf({ namespaces: { x: labels }, pods: [], policies: [] })) }).resources);
    expect(cluster.namespaces.get('x')!.labels).toMatchObject(labels);
  });
});
