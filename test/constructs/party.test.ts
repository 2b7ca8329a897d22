import { ApiObject } from 'cdk8s';
import { newChart } from './synthesized';
import { Peer, Port, Tier } from '../../src';
import { edgeEndsOf } from '../../src/constructs/party';

test('a tier is one party, reached on its own ports', () => {
  const tier = new Tier(newChart(), 'db', { ports: [Port.tcp(5432)] });
  const [party, ...others] = edgeEndsOf('here', tier);
  expect(others).toEqual([]);
  expect(party).toMatchObject({ name: 'db', title: 'shop/db', tier });
  expect(party.ports()!.map(String)).toEqual(['TCP 5432']);
});

test('several at once are each a party of their own', () => {
  const tier = new Tier(newChart(), 'db');
  expect(edgeEndsOf('here', Peer.anyOf([tier, Peer.anyOf([Peer.anyIpv4(), Peer.anyIpv6()])])).map(p => p.name))
    .toEqual(['db', 'any-ipv4', 'any-ipv6']);
});

test('nothing else is one: the error says what to write', () => {
  const object = new ApiObject(newChart(), 'x', { apiVersion: 'v1', kind: 'Pod' });
  for (const other of [object, undefined, 'db', { peerName: 'a', endpointName: 'a' }]) {
    expect(() => edgeEndsOf('here', other as any)).toThrow(/^here: this is neither a Tier nor a Peer.*Tier\.fromWorkload/);
  }
});
