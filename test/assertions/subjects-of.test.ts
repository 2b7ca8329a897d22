import { App, Chart } from 'cdk8s';
import { Endpoint, Peer, Port, Tier } from '../../src';
import { questionsOf, subjectsOf } from '../../src/assertions/private/subjects';
import { formatRange } from '../../src/k8s/address';
import { EndpointSelector } from '../../src/query/endpoints';

const chart = new Chart(new App(), 'shop', { namespace: 'app' });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432), Port.named('metrics')] });

function texts(patterns: readonly EndpointSelector[]): string[] {
  return patterns.flatMap(p => p.kind === 'pods' ? [`${p.pods} in ${p.namespaces}`] : p.ranges.map(formatRange));
}

function patternsOf(peer: Peer | Tier, home = 'home'): string[] {
  return subjectsOf('test', peer).flatMap(subject => subject.kind === 'patterns' ? texts(subject.patterns(home)) : []);
}

describe('what an endpoint stands for', () => {
  test('is, for a tier, the pods with its labels in its namespace, reached on its ports', () => {
    expect(patternsOf(db)).toEqual(['app=db in kubernetes.io/metadata.name=app']);
    expect(subjectsOf('test', db)).toMatchObject([{
      kind: 'patterns',
      name: 'shop/db',
      standInName: 'shop/db[Tier]',
      questions: [{ protocol: 'TCP', first: 5432, last: 5432 }, { protocol: 'TCP', name: 'metrics' }],
      ports: [{ protocol: 'TCP', name: 'metrics' }],
    }]);
  });

  test('is, for a tier without a namespace, in the one that kubectl falls back to', () => {
    const bare = new Chart(new App(), 'bare');
    expect(patternsOf(new Tier(bare, 'web'))).toEqual(['app=web in kubernetes.io/metadata.name=default']);
  });

  test('is, for pods of this namespace, those beside the other side', () => {
    expect(patternsOf(Peer.pods({ labels: { a: 'b' } }), 'there')).toEqual(['a=b in kubernetes.io/metadata.name=there']);
    expect(patternsOf(Peer.thisNamespace(), 'there')).toEqual(['(everything) in kubernetes.io/metadata.name=there']);
  });

  test('is, for a block, its addresses without those that are left out', () => {
    expect(patternsOf(Peer.cidr('10.0.0.0/8', { excluding: ['10.0.0.0/9'] }))).toEqual(['10.128.0.0-10.255.255.255']);
  });

  test('is, for anything, every pod and every address', () => {
    expect(patternsOf(Peer.anything())).toEqual([
      '(everything) in (everything)', '0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  test('is several for several at once, each with ports of its own', () => {
    const subjects = subjectsOf('test', Peer.anyOf([db, Peer.clusterDns()]));
    expect(subjects.map(s => s.kind === 'patterns' && s.questions?.length)).toEqual([2, 2]);
  });

  test('is left to the cluster for a workload or an address', () => {
    expect(subjectsOf('test', Endpoint.workload('app/web'))).toEqual([{ kind: 'named', text: 'app/web' }]);
  });
});

test('all ports are a question for each protocol', () => {
  expect(questionsOf([Port.all()])).toEqual(['SCTP', 'TCP', 'UDP'].map(protocol => ({ protocol, first: 1, last: 65535 })));
  expect(questionsOf([Port.allUdp(), Port.tcpRange(1, 5)])).toEqual([{ protocol: 'UDP', first: 1, last: 65535 }, { protocol: 'TCP', first: 1, last: 5 }]);
  expect(questionsOf(undefined)).toBeUndefined();
});
