import { ClaimJudge } from '../../src/claims/judge';
import { changeCoverageOf } from '../../src/intent-coverage/coverage';
import { intentFile } from '../../src/intent-coverage/proposed-claim';
import { PUBLIC_INTERNET } from '../../src/k8s/public-internet';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* The claim that netpol proposes for each change. It holds today and not after the change; of those that do, a reader should like it best. */

/** The changes that no claim notices, each below the claim that would notice it. */
function proposed(...objects: readonly object[]): string[] {
  const cluster = clusterOfObjects(objects);
  const { changes } = changeCoverageOf(ClaimJudge.of(cluster), []);
  const texts = changes.filter(({ outcome }) => outcome === 'unnoticed').map(({ change, proposal }) => [
    proposal === undefined ? 'none' : intentFile([proposal]).replace(/\n {2}- /, ' ').trim(),
    change.text.replace(/(\w+) rule (\d) of NetworkPolicy \w+\//, '$1[$2] of ').replace(/NetworkPolicy \w+\//, '').replace(/ can (be )?/, ': '),
  ]);
  return [...new Set(texts.map(([claim]) => claim))].flatMap(claim => [claim, ...texts.filter(([one]) => one === claim).map(([, text]) => `  ${text}`)]);
}

const SHOP = [
  namespace('shop', { team: 'a' }),
  deployment('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }] }),
  deployment('shop/db', { app: 'db', role: 'data' }, { ports: [{ name: 'sql', containerPort: 5432 }] }),
  deployment('shop/job', { app: 'job' }),
  namespace('ops', { team: 'b' }),
  deployment('ops/prom', { app: 'prom' }),
];
const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const expressions = (...all: [string, string, ...string[]][]) =>
  ({ matchExpressions: all.map(([key, operator, ...values]) => ({ key, operator, ...values.length === 0 ? {} : { values } })) });
const named = (name: string) => labelled({ 'kubernetes.io/metadata.name': name });
const DENY = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const np = (spec: object) => policy('shop/np', spec);

test('a first default deny', () => {
  expect(proposed(...SHOP, DENY)).toEqual([
    'admitsOnly: { to: shop/web, from: [] }',
    '  deny: removed',
    '  policy type Ingress of deny: removed',
    'reachesOnly: { from: shop/web, to: [] }',
    '  policy type Egress of deny: removed',
  ]);
});

test('peers and ports of ingress', () => {
  expect(proposed(...SHOP, np({ ...app('db'), ingress: [{ from: [app('web'), { namespaceSelector: labelled({ team: 'b' }), ...app('prom') }], ports: [{ port: 5432 }, { port: 'sql' }, { protocol: 'UDP', port: 53, endPort: 60 }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [shop/web, { namespaceLabels: { team: b }, labels: { app: prom } }] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[1] of np: removed',
    '  label app=prom of peer 2 of ingress[1] of np: removed',
    '  label team=b of the namespaceSelector of peer 2 of ingress[1] of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: tcp/5432 }',
    '  ingress[1] of np: removed',
    '  peer 1 of ingress[1] of np: removed',
    'admitsOnly: { to: shop/db, from: [], ports: [sctp, tcp/1-5431, tcp/5433-65535, udp/1-52, udp/61-65535] }',
    '  ingress[1] of np: allow every port',
    '  TCP 5432 of ingress[1] of np: become every TCP port',
    '  TCP sql of ingress[1] of np: become every TCP port',
    '  UDP 53-60 of ingress[1] of np: become every UDP port',
    'allowed: { from: ops/prom, to: shop/db, port: tcp/5432 }',
    '  peer 2 of ingress[1] of np: removed',
    'allowed: { from: shop/web, to: { namespace: shop, labels: { app: db } }, port: tcp/5432 }',
    '  TCP 5432 of ingress[1] of np: removed',
    'allowed: { from: shop/web, to: { namespace: shop, labels: { app: db } }, port: tcp/sql }',
    '  TCP sql of ingress[1] of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: udp/53-60 }',
    '  UDP 53-60 of ingress[1] of np: removed',
  ]);
});

test('two rules with different ports', () => {
  expect(proposed(...SHOP, np({ ...app('db'), ingress: [{ from: [app('web')], ports: [{ port: 5432 }] }, { from: [app('job')], ports: [{ port: 9100 }] }, { ports: [{ port: 1 }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [], ports: [sctp, tcp/2-5431, tcp/5433-9099, tcp/9101-65535, udp] }',
    '  np: removed',
    '  ingress[1] of np: allow every port',
    '  TCP 5432 of ingress[1] of np: become every TCP port',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: tcp/5432 }',
    '  ingress[1] of np: removed',
    'admitsOnly: { to: shop/db, from: [shop/web], port: tcp/5432 }',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[1] of np: removed',
    '  ingress[2] of np: allow every port',
    '  TCP 9100 of ingress[2] of np: become every TCP port',
    'allowed: { from: shop/job, to: shop/db, port: tcp/9100 }',
    '  ingress[2] of np: removed',
    'admitsOnly: { to: shop/db, from: [shop/job], port: tcp/9100 }',
    '  ingress[2] of np: allow every peer',
    '  peer 1 of ingress[2] of np: match pods of every namespace',
    '  label app=job of peer 1 of ingress[2] of np: removed',
    '  ingress[3] of np: allow every port',
    '  TCP 1 of ingress[3] of np: become every TCP port',
    'allowed: { from: shop/web, to: shop/db, port: tcp/1 }',
    '  ingress[3] of np: removed',
  ]);
});

test('egress to everything on a port, and to pods', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 443 }] }, { to: [app('db')], ports: [{ port: 'sql' }] }] }))).toEqual([
    'reachesOnly: { from: shop/web, to: [{ namespace: shop, labels: { app: db } }], ports: [sctp, tcp/1-442, tcp/444-65535, udp] }',
    '  np: removed',
    '  egress[1] of np: allow every port',
    '  TCP 443 of egress[1] of np: become every TCP port',
    '  egress[2] of np: allow every peer',
    '  peer 1 of egress[2] of np: match pods of every namespace',
    '  label app=db of peer 1 of egress[2] of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=web of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: tcp/443 }',
    '  egress[1] of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: tcp/sql }',
    '  egress[2] of np: removed',
    'none',
    '  egress[2] of np: allow every port',
    '  TCP sql of egress[2] of np: become every TCP port',
  ]);
});

test('blocks with exceptions', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, { ipBlock: { cidr: '2001:db8::/32' } }], ports: [{ port: 443 }] }] }))).toEqual([
    'reachesOnly: { from: shop/web, to: [10.0.0.0/16, 10.2.0.0/15, 10.4.0.0/14, 10.8.0.0/13, 10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9, 2001:db8::/32] }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    '  block 10.0.0.0/8 of peer 1 of egress[1] of np: widened to 10.0.0.0/7',
    '  except 10.1.0.0/16 of peer 1 of egress[1] of np: removed',
    '  block 2001:db8::/32 of peer 2 of egress[1] of np: widened to 2001:db8::/31',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=web of the podSelector of np: removed',
    'allowed: { from: shop/web, to: 10.0.0.0/16, port: tcp/443 }',
    '  egress[1] of np: removed',
    '  peer 1 of egress[1] of np: removed',
    'reachesOnly: { from: shop/web, to: [], ports: [sctp, tcp/1-442, tcp/444-65535, udp] }',
    '  egress[1] of np: allow every port',
    '  TCP 443 of egress[1] of np: become every TCP port',
    'allowed: { from: shop/web, to: 2001:db8::/32, port: tcp/443 }',
    '  peer 2 of egress[1] of np: removed',
  ]);
});

test('a block with so many exceptions that a list would be long', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.1.2.3/32', '192.168.7.9/32'] } }] }] }))).toEqual([
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 10.1.2.3/32, port: tcp/1 }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    '  except 10.1.2.3/32 of peer 1 of egress[1] of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=web of the podSelector of np: removed',
    'allowed: { from: shop/web, to: 0.0.0.0/5 }',
    '  egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 192.168.7.9/32, port: tcp/1 }',
    '  except 192.168.7.9/32 of peer 1 of egress[1] of np: removed',
  ]);
});

test('the words dns and internet', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: PUBLIC_INTERNET, ports: [{ port: 443 }] }, { to: [{ namespaceSelector: named('kube-system'), podSelector: labelled({ 'k8s-app': 'kube-dns' }) }], ports: [{ protocol: 'UDP', port: 53 }] }] }))).toEqual([
    'reachesOnly: { from: shop/web, to: [internet, dns] }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    '  except 0.0.0.0/8 of peer 1 of egress[1] of np: removed',
    '  except 10.0.0.0/8 of peer 1 of egress[1] of np: removed',
    '  except 100.64.0.0/10 of peer 1 of egress[1] of np: removed',
    '  except 127.0.0.0/8 of peer 1 of egress[1] of np: removed',
    '  except 168.63.129.16/32 of peer 1 of egress[1] of np: removed',
    '  except 169.254.0.0/16 of peer 1 of egress[1] of np: removed',
    '  except 172.16.0.0/12 of peer 1 of egress[1] of np: removed',
    '  except 192.0.0.0/24 of peer 1 of egress[1] of np: removed',
    '  except 192.0.2.0/24 of peer 1 of egress[1] of np: removed',
    '  except 192.168.0.0/16 of peer 1 of egress[1] of np: removed',
    '  except 192.88.99.0/24 of peer 1 of egress[1] of np: removed',
    '  except 198.18.0.0/15 of peer 1 of egress[1] of np: removed',
    '  except 198.51.100.0/24 of peer 1 of egress[1] of np: removed',
    '  except 203.0.113.0/24 of peer 1 of egress[1] of np: removed',
    '  except 224.0.0.0/4 of peer 1 of egress[1] of np: removed',
    '  except 240.0.0.0/4 of peer 1 of egress[1] of np: removed',
    '  block 2000::/3 of peer 2 of egress[1] of np: widened to ::/2',
    '  except 2001::/23 of peer 2 of egress[1] of np: removed',
    '  except 2001:db8::/32 of peer 2 of egress[1] of np: removed',
    '  except 2002::/16 of peer 2 of egress[1] of np: removed',
    '  except 3fff::/20 of peer 2 of egress[1] of np: removed',
    '  egress[2] of np: allow every peer',
    '  label k8s-app=kube-dns of peer 1 of egress[2] of np: removed',
    '  label kubernetes.io/metadata.name=kube-system of the namespaceSelector of peer 1 of egress[2] of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=web of the podSelector of np: removed',
    'allowed: { from: shop/web, to: internet, port: tcp/443 }',
    '  egress[1] of np: removed',
    '  peer 1 of egress[1] of np: removed',
    '  peer 2 of egress[1] of np: removed',
    'reachesOnly: { from: shop/web, to: [], ports: [sctp, tcp/1-442, tcp/444-65535, udp/1-52, udp/54-65535] }',
    '  egress[1] of np: allow every port',
    '  TCP 443 of egress[1] of np: become every TCP port',
    '  egress[2] of np: allow every port',
    '  UDP 53 of egress[2] of np: become every UDP port',
    'allowed: { from: shop/web, to: dns, port: udp/53 }',
    '  egress[2] of np: removed',
  ]);
});

test('one family of the internet is a block', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [PUBLIC_INTERNET[1]] }] }))).toEqual([
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 0.0.0.0/0, port: tcp/1 }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=web of the podSelector of np: removed',
    'allowed: { from: { namespace: shop, labels: { app: web } }, to: 2000::/16, port: tcp/1 }',
    '  egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: ::/3, port: tcp/1 }',
    '  block 2000::/3 of peer 1 of egress[1] of np: widened to ::/2',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 2001::/23, port: tcp/1 }',
    '  except 2001::/23 of peer 1 of egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 2001:db8::/32, port: tcp/1 }',
    '  except 2001:db8::/32 of peer 1 of egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 2002::/16, port: tcp/1 }',
    '  except 2002::/16 of peer 1 of egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 3fff::/20, port: tcp/1 }',
    '  except 3fff::/20 of peer 1 of egress[1] of np: removed',
  ]);
});

test('expressions and values of both selectors', () => {
  expect(proposed(...SHOP, np({ podSelector: expressions(['app', 'In', 'db', 'web'], ['role', 'Exists'], ['old', 'DoesNotExist'], ['tier', 'NotIn', 'x', 'y']), ingress: [{ from: [{ podSelector: expressions(['app', 'In', 'job', 'web'], ['app', 'NotIn', 'a', 'b']), namespaceSelector: expressions(['team', 'In', 'a', 'b']) }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [a, b] }] }, matchExpressions: [{ key: app, operator: In, values: [job, web] }, { key: app, operator: NotIn, values: [a, b] }] }] }',
    '  np: removed',
    '  value db of app in (db,web) of the podSelector of np: removed',
    'allowed: { from: 0.0.0.0/0, to: { namespace: shop, matchExpressions: [{ key: app, operator: DoesNotExist }, { key: old, operator: DoesNotExist }, { key: role, operator: Exists }, { key: tier, operator: NotIn, values: [x, y] }] } }',
    '  expression app in (db,web) of the podSelector of np: removed',
    'admitsOnly: { to: { namespace: shop, matchExpressions: [{ key: app, operator: In, values: [db, web] }, { key: app, operator: NotIn, values: [db] }, { key: old, operator: DoesNotExist }, { key: role, operator: Exists }, { key: tier, operator: NotIn, values: [x, y] }] }, from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [a, b] }] }, matchExpressions: [{ key: app, operator: In, values: [job, web] }, { key: app, operator: NotIn, values: [a, b] }] }] }',
    '  value web of app in (db,web) of the podSelector of np: removed',
    '  ingress[1] of np: allow every peer',
    '  expression app in (job,web) of peer 1 of ingress[1] of np: removed',
    '  expression team in (a,b) of the namespaceSelector of peer 1 of ingress[1] of np: removed',
    'allowed: { from: 0.0.0.0/0, to: { namespace: shop, matchExpressions: [{ key: app, operator: In, values: [db, web] }, { key: old, operator: Exists }, { key: role, operator: Exists }, { key: tier, operator: NotIn, values: [x, y] }] } }',
    '  expression !old of the podSelector of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  expression role of the podSelector of np: removed',
    'allowed: { from: 0.0.0.0/0, to: { namespace: shop, matchExpressions: [{ key: app, operator: In, values: [db, web] }, { key: old, operator: DoesNotExist }, { key: role, operator: Exists }, { key: tier, operator: In, values: [x, y] }] } }',
    '  expression tier notin (x,y) of the podSelector of np: removed',
    '  value x of tier notin (x,y) of the podSelector of np: removed',
    '  value y of tier notin (x,y) of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/db }',
    '  ingress[1] of np: removed',
    '  value web of app in (job,web) of peer 1 of ingress[1] of np: removed',
    'allowed: { from: shop/job, to: shop/db }',
    '  value job of app in (job,web) of peer 1 of ingress[1] of np: removed',
    '  value a of team in (a,b) of the namespaceSelector of peer 1 of ingress[1] of np: removed',
    'allowed: { from: { namespaceLabels: { team: b }, matchExpressions: [{ key: app, operator: In, values: [job, web] }, { key: app, operator: NotIn, values: [a, b] }] }, to: shop/db }',
    '  value b of team in (a,b) of the namespaceSelector of peer 1 of ingress[1] of np: removed',
  ]);
});

test('the pods that a policy no longer selects', () => {
  expect(proposed(...SHOP, np({ podSelector: expressions(['app', 'In', 'db', 'web']), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: expressions(['app', 'In', 'job', 'web']) }] }], egress: [{ to: [app('job')] }] }))).toEqual([
    'admitsOnly: { to: shop/web, from: [{ namespace: shop, matchExpressions: [{ key: app, operator: In, values: [job, web] }] }] }',
    '  np: removed',
    '  policy type Ingress of np: removed',
    'reachesOnly: { from: shop/web, to: [shop/job] }',
    '  policy type Egress of np: removed',
    '  value web of app in (db,web) of the podSelector of np: removed',
    '  egress[1] of np: allow every peer',
    '  peer 1 of egress[1] of np: match pods of every namespace',
    '  label app=job of peer 1 of egress[1] of np: removed',
    'allowed: { from: shop/db, to: shop/job }',
    '  expression app in (db,web) of the podSelector of np: removed',
    '  egress[1] of np: removed',
    'admitsOnly: { to: shop/db, from: [{ namespace: shop, matchExpressions: [{ key: app, operator: In, values: [job, web] }] }] }',
    '  value db of app in (db,web) of the podSelector of np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  expression app in (job,web) of peer 1 of ingress[1] of np: removed',
    'allowed: { from: shop/job, to: shop/web }',
    '  ingress[1] of np: removed',
    '  value job of app in (job,web) of peer 1 of ingress[1] of np: removed',
  ]);
});

test('pods that do not exist', () => {
  expect(proposed(...SHOP, DENY, np({ ...app('ghost'), ingress: [{ from: [app('phantom'), app('spirit')], ports: [{ port: 80 }] }] }))).toEqual([
    'admitsOnly: { to: shop/web, from: [] }',
    '  deny: removed',
    '  policy type Ingress of deny: removed',
    'reachesOnly: { from: shop/web, to: [] }',
    '  policy type Egress of deny: removed',
    'admitsOnly: { to: { namespace: shop, labels: { app: ghost } }, from: [{ namespace: shop, labels: { app: phantom } }, { namespace: shop, labels: { app: spirit } }] }',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  peer 2 of ingress[1] of np: match pods of every namespace',
  ]);
});

test('a namespace without workloads', () => {
  expect(proposed(...SHOP, namespace('new'), policy('new/np', { podSelector: labelled({ app: 'x' }), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ podSelector: {} }] }], egress: [{ to: [app('y')] }] }))).toEqual([
    'admitsOnly: { to: { namespace: new, labels: { app: x } }, from: [{ namespace: new }] }',
    '  np: removed',
    '  policy type Ingress of np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    'reachesOnly: { from: { namespace: new, labels: { app: x } }, to: [{ namespace: new, labels: { app: y } }] }',
    '  policy type Egress of np: removed',
    '  egress[1] of np: allow every peer',
    '  peer 1 of egress[1] of np: match pods of every namespace',
    '  label app=y of peer 1 of egress[1] of np: removed',
    'allowed: { from: 0.0.0.0/0, to: { namespace: new, matchExpressions: [{ key: app, operator: DoesNotExist }] } }',
    '  label app=x of the podSelector of np: removed',
    'allowed: { from: { namespace: new, matchExpressions: [{ key: app, operator: DoesNotExist }] }, to: { namespace: new, labels: { app: x } }, port: tcp/1 }',
    '  ingress[1] of np: removed',
    'allowed: { from: { namespace: new, labels: { app: x } }, to: { namespace: new, labels: { app: y } } }',
    '  egress[1] of np: removed',
  ]);
});

test('more workloads than are tried', () => {
  expect(proposed(namespace('shop'), ...Array.from({ length: 10 }, (_, i) => deployment(`shop/w${i}`, { tier: 'w', app: `w${i}` })), deployment('shop/db', { app: 'db' }), np({ ...app('db'), ingress: [{ from: [{ podSelector: labelled({ tier: 'w' }) }] }] }), policy('shop/out', { podSelector: labelled({ tier: 'w' }), policyTypes: ['Egress'], egress: [{ to: [app('db')] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [{ namespace: shop, labels: { tier: w } }] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label tier=w of peer 1 of ingress[1] of np: removed',
    'allowed: { from: shop/db, to: shop/w0 }',
    '  label app=db of the podSelector of np: removed',
    '  label tier=w of the podSelector of out: removed',
    'allowed: { from: shop/w0, to: shop/db }',
    '  ingress[1] of np: removed',
    '  egress[1] of out: removed',
    'reachesOnly: { from: shop/w0, to: [shop/db] }',
    '  out: removed',
    '  egress[1] of out: allow every peer',
    '  peer 1 of egress[1] of out: match pods of every namespace',
    '  label app=db of peer 1 of egress[1] of out: removed',
  ]);
});

test('pods on their node\'s network', () => {
  expect(proposed(namespace('shop'), deployment('shop/agent', { app: 'agent' }, { hostNetwork: true }), deployment('shop/db', { app: 'db' }), np({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [app('agent')] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [{ namespace: shop, labels: { app: agent } }] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=agent of peer 1 of ingress[1] of np: removed',
    'none',
    '  ingress[1] of np: removed',
  ]);
});

test('known addresses', () => {
  expect(proposed(namespace('shop'), pod('shop/web', { app: 'web' }, { ips: ['10.0.0.5'] }), pod('shop/db', { app: 'db' }, { ips: ['10.0.0.6'] }), np({ ...app('db'), ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.5/32' } }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [10.0.0.5/32] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  block 10.0.0.5/32 of peer 1 of ingress[1] of np: widened to 10.0.0.4/31',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'allowed: { from: 10.0.0.5/32, to: shop/db }',
    '  ingress[1] of np: removed',
  ]);
});

test('pods that two policies select', () => {
  expect(proposed(...SHOP, DENY, np({ ...app('db'), ingress: [{ from: [app('web')] }] }), policy('shop/more', { podSelector: labelled({ role: 'data' }), ingress: [{ from: [app('job')] }] }))).toEqual([
    'admitsOnly: { to: shop/web, from: [] }',
    '  deny: removed',
    '  policy type Ingress of deny: removed',
    'reachesOnly: { from: shop/web, to: [] }',
    '  policy type Egress of deny: removed',
    'admitsOnly: { to: shop/db, from: [shop/web, shop/job] }',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  ingress[1] of more: allow every peer',
    '  peer 1 of ingress[1] of more: match pods of every namespace',
  ]);
});

test('a rule that another one has in part', () => {
  expect(proposed(...SHOP, np({ ...app('db'), ingress: [{ from: [app('web')] }, { from: [app('web')], ports: [{ port: 5432 }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [shop/web] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[1] of np: removed',
    '  ingress[2] of np: allow every peer',
    '  peer 1 of ingress[2] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[2] of np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/db, ports: [sctp, tcp, udp] }',
    '  ingress[1] of np: removed',
  ]);
});

test('claims about one connection with possible pods', () => {
  expect(proposed(...SHOP, np({ podSelector: expressions(['app', 'NotIn', 'job']), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }), policy('shop/more', { ...app('db'), policyTypes: ['Ingress', 'Egress'], egress: [{ to: [{ podSelector: expressions(['app', 'NotIn', 'job']), namespaceSelector: {} }], ports: [{ port: 90 }] }] }))).toEqual([
    'admitsOnly: { to: shop/web, from: [10.0.0.0/8] }',
    '  np: removed',
    '  policy type Ingress of np: removed',
    '  ingress[1] of np: allow every peer',
    '  block 10.0.0.0/8 of peer 1 of ingress[1] of np: widened to 10.0.0.0/7',
    'reachesOnly: { from: shop/web, to: [] }',
    '  policy type Egress of np: removed',
    'allowed: { from: ops/prom, to: shop/job }',
    '  expression app!=job of the podSelector of np: removed',
    '  label app=db of the podSelector of more: removed',
    'allowed: { from: 10.0.0.0/8, to: shop/web }',
    '  ingress[1] of np: removed',
    'allowed: { from: shop/db, to: ops/prom, port: tcp/90 }',
    '  more: removed',
    '  policy type Egress of more: removed',
    '  egress[1] of more: removed',
    'reachesOnly: { from: shop/db, to: [{ namespaceLabels: {}, matchExpressions: [{ key: app, operator: NotIn, values: [job] }] }] }',
    '  egress[1] of more: allow every peer',
    '  expression app!=job of peer 1 of egress[1] of more: removed',
    'reachesOnly: { from: shop/db, to: [], ports: [sctp, tcp/1-89, tcp/91-65535, udp] }',
    '  egress[1] of more: allow every port',
    '  TCP 90 of egress[1] of more: become every TCP port',
  ]);
});

test('claims that have to be strict', () => {
  expect(proposed(...SHOP, np({ podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [app('web'), { ...app('web'), namespaceSelector: labelled({ team: 'a' }) }], ports: [{ port: 80 }] }, { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }], ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP' }] }] }))).toEqual([
    'reachesOnly: { from: shop/web, to: [shop/web, { namespaceLabels: { team: a }, labels: { app: web } }, 0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1] }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    '  peer 1 of egress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of egress[1] of np: removed',
    '  label app=web of peer 2 of egress[1] of np: removed',
    '  label team=a of the namespaceSelector of peer 2 of egress[1] of np: removed',
    'allowed: { from: shop/web, to: { namespace: shop, labels: { app: web } }, port: tcp/80 }',
    '  egress[1] of np: removed',
    'reachesOnly: { from: shop/web, to: [], ports: [sctp, udp/1-52, udp/54-65535] }',
    '  egress[1] of np: allow every port',
    '  egress[2] of np: allow every port',
    '  UDP 53 of egress[2] of np: become every UDP port',
    'allowed: { from: { namespace: shop }, to: { namespaceLabels: { team: a }, labels: { app: web } }, port: tcp/80, strict: true }',
    '  peer 2 of egress[1] of np: removed',
    'reachesOnly: { from: shop/web, to: [0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1], ports: [tcp/1-79, tcp/81-65535, udp/53] }',
    '  TCP 80 of egress[1] of np: become every TCP port',
    '  egress[2] of np: allow every peer',
    '  except 10.0.0.0/8 of peer 1 of egress[2] of np: removed',
    'allowed: { from: shop/web, to: 0.0.0.0/5, port: udp/53 }',
    '  egress[2] of np: removed',
    '  UDP 53 of egress[2] of np: removed',
    'allowed: { from: shop/web, to: 0.0.0.0/5, port: tcp }',
    '  every TCP port of egress[2] of np: removed',
  ]);
});

test('port names of egress to addresses', () => {
  expect(proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }], ports: [{ port: 'http' }] }, { to: [app('web')] }] }))).toEqual([
    'reachesOnly: { from: shop/web, to: [0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1, shop/web] }',
    '  np: removed',
    '  egress[1] of np: allow every peer',
    '  except 10.0.0.0/8 of peer 1 of egress[1] of np: removed',
    '  peer 1 of egress[2] of np: match pods of every namespace',
    '  label app=web of peer 1 of egress[2] of np: removed',
    'allowed: { from: shop/db, to: shop/job }',
    '  label app=web of the podSelector of np: removed',
    'none',
    '  egress[1] of np: removed',
    'denied: { from: { namespace: shop, labels: { app: web } }, to: 11.0.0.0/8, port: tcp/1 }',
    '  egress[1] of np: allow every port',
    '  TCP http of egress[1] of np: become every TCP port',
    '  egress[2] of np: allow every peer',
    'allowed: { from: shop/web, to: { namespace: shop, labels: { app: web } } }',
    '  egress[2] of np: removed',
  ]);
});

test('port names that nobody has', () => {
  expect(proposed(...SHOP, np({ ...app('db'), ingress: [{ from: [app('web')], ports: [{ port: 'nobody' }] }] }))).toEqual([
    'admitsOnly: { to: shop/db, from: [shop/web] }',
    '  np: removed',
    'allowed: { from: shop/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'none',
    '  ingress[1] of np: removed',
    'admitsOnly: { to: { namespace: shop, labels: { app: db } }, from: [shop/web] }',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[1] of np: removed',
    'denied: { from: shop/web, to: shop/db }',
    '  ingress[1] of np: allow every port',
    '  TCP nobody of ingress[1] of np: become every TCP port',
  ]);
});

test('a list on one port of a pod that another policy opens', () => {
  expect(proposed(...SHOP, np({ podSelector: expressions(['app', 'In', 'db', 'web']), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ protocol: 'TCP' }] }], egress: [{ ports: [{ port: 'http' }, { protocol: 'TCP' }] }, { ports: [{ port: 80, endPort: 90 }] }] }), policy('shop/more', { podSelector: labelled({ app: 'db', role: 'data' }), ingress: [{ from: [{ podSelector: expressions(['app', 'NotIn', 'job']), namespaceSelector: {} }], ports: [{ port: 80, endPort: 90 }] }] }))).toEqual([
    'admitsOnly: { to: shop/web, from: [10.0.0.0/8] }',
    '  np: removed',
    '  policy type Ingress of np: removed',
    '  value web of app in (db,web) of the podSelector of np: removed',
    '  ingress[1] of np: allow every peer',
    '  block 10.0.0.0/8 of peer 1 of ingress[1] of np: widened to 10.0.0.0/7',
    'denied: { from: { namespace: shop, labels: { app: db } }, to: 0.0.0.0/0, port: sctp/1 }',
    '  policy type Egress of np: removed',
    '  value db of app in (db,web) of the podSelector of np: removed',
    '  egress[1] of np: allow every port',
    '  egress[2] of np: allow every port',
    'allowed: { from: ops/prom, to: shop/job }',
    '  expression app in (db,web) of the podSelector of np: removed',
    'allowed: { from: 10.0.0.0/8, to: shop/web, port: tcp }',
    '  ingress[1] of np: removed',
    'admitsOnly: { to: shop/web, from: [], ports: [sctp, udp] }',
    '  ingress[1] of np: allow every port',
    'allowed: { from: shop/web, to: shop/job, port: tcp }',
    '  egress[1] of np: removed',
    '  every TCP port of egress[1] of np: removed',
    'allowed: { from: shop/web, to: shop/db, port: tcp/80-90 }',
    '  more: removed',
    '  ingress[1] of more: removed',
    'allowed: { from: 0.0.0.0/0, to: { namespace: shop, labels: { role: data }, matchExpressions: [{ key: app, operator: DoesNotExist }] } }',
    '  label app=db of the podSelector of more: removed',
    'admitsOnly: { to: { namespace: shop, labels: { app: db }, matchExpressions: [{ key: role, operator: DoesNotExist }] }, from: [10.0.0.0/8] }',
    '  label role=data of the podSelector of more: removed',
    'admitsOnly: { to: shop/db, from: [10.0.0.0/8, { namespaceLabels: {}, matchExpressions: [{ key: app, operator: NotIn, values: [job] }] }] }',
    '  ingress[1] of more: allow every peer',
    '  expression app!=job of peer 1 of ingress[1] of more: removed',
    'admitsOnly: { to: shop/db, from: [], ports: [sctp, udp] }',
    '  ingress[1] of more: allow every port',
    'admitsOnly: { to: shop/db, from: [10.0.0.0/8], ports: [tcp/1-79, tcp/91-65535] }',
    '  TCP 80-90 of ingress[1] of more: become every TCP port',
  ]);
});

test('names of workloads with two kinds', () => {
  expect(proposed(...SHOP, { ...deployment('shop/db', { app: 'other' }), kind: 'DaemonSet' }, np({ ...app('db'), ingress: [{ from: [app('web')] }] }))).toEqual([
    'admitsOnly: { to: shop/Deployment/db, from: [shop/web] }',
    '  np: removed',
    '  ingress[1] of np: allow every peer',
    '  peer 1 of ingress[1] of np: match pods of every namespace',
    '  label app=web of peer 1 of ingress[1] of np: removed',
    'allowed: { from: shop/Deployment/db, to: shop/web }',
    '  label app=db of the podSelector of np: removed',
    'allowed: { from: shop/web, to: shop/Deployment/db }',
    '  ingress[1] of np: removed',
  ]);
});

test('a rule for every peer, of pods that nothing of the namespace reaches', () => {
  const shut = policy('shop/shut', { podSelector: {}, policyTypes: ['Egress'] });
  expect(proposed(...SHOP, deployment('shop/agent', { app: 'agent' }, { hostNetwork: true }), shut, np({ ...app('db'), ingress: [{ ports: [{ port: 1 }] }] }))).toContain(
    'allowed: { from: 0.0.0.0/0, to: shop/db, port: tcp/1 }',
  );
});

test('the internet beside other peers, whatever the order of its exceptions', () => {
  const [first, second] = PUBLIC_INTERNET.map(({ ipBlock }) => ({ ipBlock: { cidr: ipBlock!.cidr, except: [...ipBlock!.except!].reverse() } }));
  const all = proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db'), second, first] }] }));
  expect(all.filter(line => !line.startsWith(' '))).toEqual([
    'reachesOnly: { from: shop/web, to: [internet, { namespace: shop, labels: { app: db } }] }', 'allowed: { from: shop/db, to: shop/web }', 'allowed: { from: shop/web, to: shop/db }',
    'allowed: { from: shop/web, to: internet }',
  ]);
});

test('what is nearly dns is not dns', () => {
  const near = [{ namespaceSelector: named('kube-system') }, { namespaceSelector: {}, podSelector: labelled({ 'k8s-app': 'kube-dns' }) }];
  const [only] = proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: near, ports: [{ protocol: 'UDP', port: 53 }] }] }));
  expect(only).toBe('reachesOnly: { from: shop/web, to: [{ namespace: kube-system }, { namespaceLabels: {}, labels: { k8s-app: kube-dns } }] }');
});

test('a list has at most forty blocks', () => {
  // Without one of its addresses, 10.0.0.0/8 is 24 blocks.
  const holes = (...except: string[]) => proposed(...SHOP, np({ ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except } }] }] }))[0];
  expect(holes('10.0.0.0/32').match(/\d\/\d/g)).toHaveLength(24);
  expect(holes('10.0.0.0/32', '10.128.0.0/25').match(/\d\/\d/g)).toHaveLength(39);
  expect(holes('10.0.0.0/32', '10.128.0.0/26').match(/\d\/\d/g)).toHaveLength(40);
  expect(holes('10.0.0.0/32', '10.128.0.0/27')).toMatch(/^denied: /);
});

test('a selector says of at most twelve labels that they are absent, in the order of their keys', () => {
  const all = (keys: readonly string[]) => proposed(...SHOP.slice(0, 4), np({ podSelector: expressions(['app', 'NotIn', 'job']), policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }),
    policy('shop/more', { ...app('db'), policyTypes: ['Ingress', 'Egress'], egress: [{ to: [{ podSelector: expressions(['app', 'NotIn', 'job']), namespaceSelector: {} }], ports: [{ port: 90 }] }] }),
    policy('shop/rare', { podSelector: expressions(...keys.map((key): [string, string] => [key, 'Exists'])) }),
    // The keys of a namespace far away do not count.
    policy('far/away', { podSelector: labelled({ far: 'x' }), ingress: [{ from: [{ namespaceSelector: labelled({ zone: 'x' }) }] }] }));
  const claimFor = (keys: readonly string[]) => {
    const lines = all(keys);
    const at = lines.indexOf('  egress[1] of more: removed');
    return lines.slice(0, at).filter(line => !line.startsWith(' ')).at(-1);
  };
  const keys = ['z', 'y', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  expect(claimFor(['z', 'b'])).toBe('allowed: { from: { namespace: shop, labels: { app: db }, matchExpressions: [{ key: b, operator: DoesNotExist }, { key: z, operator: DoesNotExist }] }, '
    + 'to: { namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [far, shop] }] }, '
    + 'matchExpressions: [{ key: app, operator: DoesNotExist }, { key: b, operator: DoesNotExist }, { key: z, operator: DoesNotExist }] }, port: tcp/90 }');
  expect(claimFor(keys)?.match(/DoesNotExist/g)).toHaveLength(11 + 12);
  expect(claimFor([...keys, 'k'])).toBe('none');
});

test('a list about one port, where no single connection is denied today', () => {
  const red = labelled({ team: 'a' });
  const pods = expressions(['app', 'In', 'db', 'web']);
  const all = proposed(...SHOP.slice(0, 4),
    np({ podSelector: labelled({ app: 'db', role: 'data' }), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: expressions(['app', 'NotIn', 'job']), namespaceSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }], ports: [{ port: 80, endPort: 90 }] }] }),
    policy('shop/both', { podSelector: pods, policyTypes: ['Ingress', 'Egress'], ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ protocol: 'TCP' }] }], egress: [{ to: [{ podSelector: pods, namespaceSelector: red }], ports: [{ port: 80 }] }] }),
    policy('shop/out', { podSelector: pods, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }, { protocol: 'TCP' }] }, { ports: [{ port: 80, endPort: 90 }] }] }));
  expect(all.filter(line => line.includes('sctp/1'))).toEqual(['reachesOnly: { from: { namespace: shop, labels: { app: db } }, to: [], port: sctp/1 }']);
});
