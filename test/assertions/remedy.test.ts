import { Subject } from '../../src/assertions/private/subjects';
import { remedyFor } from '../../src/assertions/private/verdict-text';
import { PortQuery } from '../../src/query/ports';

const subject = (name: string, tier?: string): Subject => ({ kind: 'patterns', name, tier, standInName: name, patterns: () => [], ports: [] });
const web = subject('shop/web', 'web');
const db = subject('shop/db', 'db');
const internet = subject('the public internet');
const named: Subject = { kind: 'named', text: 'app/other' };

test('between two tiers one call mends both sides', () => {
  expect(remedyFor(web, db, undefined)).toEqual({ egress: 'db.allowFrom(web)', ingress: 'db.allowFrom(web)' });
});

test('towards a peer, or from one, a call mends the tier\'s own side', () => {
  expect(remedyFor(web, internet, undefined)).toEqual({ egress: 'web.allowTo(/* the public internet */)' });
  expect(remedyFor(internet, db, undefined)).toEqual({ ingress: 'db.allowFrom(/* the public internet */)' });
  expect(remedyFor(named, db, undefined)).toEqual({ ingress: 'db.allowFrom(/* app/other */)' });
});

test('where no tier is concerned there is no call to make', () => {
  expect(remedyFor(internet, named, undefined)).toBeUndefined();
});

test.each<[string, PortQuery]>([
  ['Port.tcp(5432)', { protocol: 'TCP', first: 5432, last: 5432 }],
  ['Port.udpRange(5353, 5360)', { protocol: 'UDP', first: 5353, last: 5360 }],
  ['Port.allSctp()', { protocol: 'SCTP', first: 1, last: 65535 }],
  ["Port.named('http')", { protocol: 'TCP', name: 'http' }],
  ["Port.named('dns', Protocol.UDP)", { protocol: 'UDP', name: 'dns' }],
])('a port is written as %s', (call, port) => {
  expect(remedyFor(web, db, [port])).toMatchObject({ ingress: `db.allowFrom(web, { ports: [${call}] })` });
});

test('a tier is called as its variable is likely to be', () => {
  expect(remedyFor(subject('x', 'Order Service-v2'), subject('y', '3rd-party'), undefined))
    .toMatchObject({ egress: 'rdParty.allowFrom(orderServiceV2)' });
});
