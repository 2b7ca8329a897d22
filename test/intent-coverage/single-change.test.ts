import { formatPlace } from '../../src/findings/finding';
import { clusterAfter, placeOfChange, singleChanges } from '../../src/intent-coverage/single-change';
import { parseCidr } from '../../src/k8s/address';
import { printedPolicy } from '../laws/printed-policy';
import { clusterOfYaml } from '../support/manifests';

const policy = (spec: string) => clusterOfYaml(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
${spec.split('\n').map(line => `  ${line}`).join('\n')}
`);

/** The texts of the changes, without the name of the policy. */
function textsOf(spec: string): string[] {
  return [...singleChanges(policy(spec))].map(({ text }) => text.replace(/(of )?NetworkPolicy shop\/db /, ''));
}

/** The spec of the policy after the change with this text. */
function after(spec: string, text: string): any {
  const cluster = policy(spec);
  const change = [...singleChanges(cluster)].find(one => one.text.replace(/(of )?NetworkPolicy shop\/db /, '') === text)!;
  const [left] = clusterAfter(cluster, change).policies.map(printedPolicy) as any[];
  return left?.spec;
}

const requirement = (key: string, operator: string, ...values: string[]) => ({ key, operator, ...values.length === 0 ? {} : { values } });

test('a policy with one type and no rule can only be removed', () => {
  expect(textsOf('podSelector: {}')).toEqual(['can be removed']);
  expect(after('podSelector: {}', 'can be removed')).toBeUndefined();
});

test('each of two policy types can be removed', () => {
  const spec = 'podSelector: {}\npolicyTypes: [Ingress, Egress]';
  expect(textsOf(spec)).toEqual(['can be removed', 'policy type Ingress can be removed', 'policy type Egress can be removed']);
  expect(after(spec, 'policy type Ingress can be removed').policyTypes).toEqual(['Egress']);
});

test('labels, expressions and values of the podSelector can be removed', () => {
  const spec = 'podSelector: { matchLabels: { app: db }, matchExpressions: [{ key: tier, operator: In, values: [a, b] }, { key: old, operator: DoesNotExist }] }';
  expect(textsOf(spec)).toEqual([
    'can be removed',
    'label app=db of the podSelector can be removed',
    'expression !old of the podSelector can be removed',
    'expression tier in (a,b) of the podSelector can be removed',
    'value a of tier in (a,b) of the podSelector can be removed',
    'value b of tier in (a,b) of the podSelector can be removed',
  ]);
  expect(after(spec, 'value a of tier in (a,b) of the podSelector can be removed').podSelector.matchExpressions)
    .toEqual([requirement('app', 'In', 'db'), requirement('old', 'DoesNotExist'), requirement('tier', 'In', 'b')]);
});

test('a rule can be removed, and allow every peer and every port', () => {
  const spec = 'podSelector: {}\ningress: [{ from: [{ podSelector: {}, namespaceSelector: {} }], ports: [{ protocol: UDP }] }, {}]';
  expect(textsOf(spec)).toEqual([
    'can be removed',
    'ingress rule 1 can be removed', 'ingress rule 1 can allow every peer', 'ingress rule 1 can allow every port',
    'ingress rule 2 can be removed',
  ]);
  expect(after(spec, 'ingress rule 1 can be removed').ingress).toEqual([{}]);
  expect(after(spec, 'ingress rule 1 can allow every peer').ingress[0]).toEqual({ ports: [{ protocol: 'UDP' }] });
  expect(after(spec, 'ingress rule 1 can allow every port').ingress[0].ports).toBeUndefined();
});

test('a peer of several can be removed, and a peer of pods can match more of them', () => {
  const spec = 'podSelector: {}\negress: [{ to: [{ podSelector: { matchLabels: { app: web } } }, { namespaceSelector: { matchLabels: { team: a, env: b } } }] }]\npolicyTypes: [Egress]';
  expect(textsOf(spec)).toEqual([
    'can be removed',
    'egress rule 1 can be removed', 'egress rule 1 can allow every peer',
    'peer 1 of egress rule 1 can be removed',
    'peer 1 of egress rule 1 can match pods of every namespace',
    'label app=web of peer 1 of egress rule 1 can be removed',
    'peer 2 of egress rule 1 can be removed',
    'label env=b of the namespaceSelector of peer 2 of egress rule 1 can be removed',
    'label team=a of the namespaceSelector of peer 2 of egress rule 1 can be removed',
  ]);
  expect(after(spec, 'peer 1 of egress rule 1 can be removed').egress[0].to).toHaveLength(1);
  expect(after(spec, 'peer 1 of egress rule 1 can match pods of every namespace').egress[0].to[0].namespaceSelector).toEqual({ matchExpressions: [] });
});

test('a block can be one bit wider, and lose each of its exceptions', () => {
  const spec = 'podSelector: {}\ningress: [{ from: [{ ipBlock: { cidr: 10.0.3.0/24, except: [10.0.3.4/32, 10.0.3.8/32] } }] }]';
  expect(textsOf(spec).slice(3)).toEqual([
    'block 10.0.3.0/24 of peer 1 of ingress rule 1 can be widened to 10.0.2.0/23',
    'except 10.0.3.4/32 of peer 1 of ingress rule 1 can be removed',
    'except 10.0.3.8/32 of peer 1 of ingress rule 1 can be removed',
  ]);
  expect(after(spec, 'block 10.0.3.0/24 of peer 1 of ingress rule 1 can be widened to 10.0.2.0/23').ingress[0].from[0].ipBlock.cidr).toBe('10.0.2.0/23');
  expect(after(spec, 'except 10.0.3.4/32 of peer 1 of ingress rule 1 can be removed').ingress[0].from[0].ipBlock.except).toEqual(['10.0.3.8/32']);
});

test('IPv6 blocks grow in their own family, and a block of every address does not grow', () => {
  const texts = textsOf('podSelector: {}\ningress: [{ from: [{ ipBlock: { cidr: "2001:db8:1::/48" } }, { ipBlock: { cidr: 0.0.0.0/0 } }] }]');
  expect(texts.filter(text => text.includes('widened'))).toEqual(['block 2001:db8:1::/48 of peer 1 of ingress rule 1 can be widened to 2001:db8::/47']);
});

test('a port of several can be removed, and a port by number or name can become every port of its protocol', () => {
  const spec = 'podSelector: {}\ningress: [{ ports: [{ port: 80 }, { port: http, protocol: TCP }, { protocol: UDP, port: 5000, endPort: 5010 }, { protocol: SCTP }] }]';
  expect(textsOf(spec).slice(3)).toEqual([
    'TCP 80 of ingress rule 1 can be removed', 'TCP 80 of ingress rule 1 can become every TCP port',
    'TCP http of ingress rule 1 can be removed', 'TCP http of ingress rule 1 can become every TCP port',
    'UDP 5000-5010 of ingress rule 1 can be removed', 'UDP 5000-5010 of ingress rule 1 can become every UDP port',
    'every SCTP port of ingress rule 1 can be removed',
  ]);
  expect(after(spec, 'TCP http of ingress rule 1 can become every TCP port').ingress[0].ports[1]).toEqual({ protocol: 'TCP' });
});

test('a change has the place of the field that changes', () => {
  const cluster = policy('podSelector: { matchLabels: { app: db } }\ningress:\n  - from:\n      - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }\n    ports:\n      - port: 80');
  expect([...singleChanges(cluster)].map(change => `${formatPlace(placeOfChange(change))} ${change.kind}`)).toEqual([
    'test.yaml:2:1 policy', 'test.yaml:6:3 label', 'test.yaml:8:7 rule', 'test.yaml:8:7 every-peer', 'test.yaml:10:7 every-port',
    'test.yaml:9:11 block', 'test.yaml:9:49 except', 'test.yaml:11:11 port-number',
  ]);
});

test('policies of other kinds are not changed', () => {
  const cluster = clusterOfYaml(`
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: a }
spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`);
  expect([...singleChanges(cluster)]).toEqual([]);
});

test('each change says what it can do to connections, in which directions, and which field it is about', () => {
  const spec = [
    'podSelector: { matchLabels: { app: db }, matchExpressions: [{ key: tier, operator: In, values: [a, b] }] }',
    'policyTypes: [Ingress, Egress]',
    'ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [x, z] }, { key: old, operator: NotIn, values: [v, w] }] } }, { ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ port: 80 }, { port: 81 }] }]',
    'egress: [{ to: [{ namespaceSelector: { matchLabels: { team: a } } }] }]',
  ].join('\n');
  expect([...singleChanges(policy(spec))].map(({ kind, effect, directions, path, rule, peer }) =>
    [kind, effect, directions.join('+'), path.join('.'), rule, peer].filter(part => part !== undefined).join(' '))).toEqual([
    'policy both ingress+egress ',
    'type both ingress spec.policyTypes',
    'type both egress spec.policyTypes',
    'label both ingress+egress spec.podSelector',
    'label both ingress+egress spec.podSelector',
    'value both ingress+egress spec.podSelector',
    'value both ingress+egress spec.podSelector',
    'rule closes ingress spec.ingress.0 0',
    'every-peer opens ingress spec.ingress.0.from 0',
    'every-port opens ingress spec.ingress.0.ports 0',
    'peer closes ingress spec.ingress.0.from.0 0 0',
    'every-namespace opens ingress spec.ingress.0.from.0 0 0',
    'label opens ingress spec.ingress.0.from.0.podSelector 0 0',
    'value closes ingress spec.ingress.0.from.0.podSelector 0 0',
    'value closes ingress spec.ingress.0.from.0.podSelector 0 0',
    'label opens ingress spec.ingress.0.from.0.podSelector 0 0',
    'value opens ingress spec.ingress.0.from.0.podSelector 0 0',
    'value opens ingress spec.ingress.0.from.0.podSelector 0 0',
    'peer closes ingress spec.ingress.0.from.1 0 1',
    'block opens ingress spec.ingress.0.from.1.ipBlock 0 1',
    'except opens ingress spec.ingress.0.from.1.ipBlock.except.0 0 1',
    'port closes ingress spec.ingress.0.ports.0 0',
    'port-number opens ingress spec.ingress.0.ports.0 0',
    'port closes ingress spec.ingress.0.ports.1 0',
    'port-number opens ingress spec.ingress.0.ports.1 0',
    'rule closes egress spec.egress.0 0',
    'every-peer opens egress spec.egress.0.to 0',
    'label opens egress spec.egress.0.to.0.namespaceSelector 0 0',
  ]);
});

test('the other rules, peers and ports of the policy stay, in their order', () => {
  const spec = 'podSelector: {}\ningress: [{ ports: [{ port: 1 }] }, { from: [{ podSelector: {} }, { namespaceSelector: {} }], ports: [{ port: 2 }, { port: 3 }] }, { ports: [{ port: 4 }] }]';
  const ports = (rules: any[]) => rules.map(rule => rule.ports.map(({ port }: any) => port).join()).join(' ');
  expect(ports(after(spec, 'ingress rule 2 can be removed').ingress)).toBe('1 4');
  expect(ports(after(spec, 'TCP 3 of ingress rule 2 can be removed').ingress)).toBe('1 2 4');
  const [, changed] = after(spec, 'peer 1 of ingress rule 2 can match pods of every namespace').ingress;
  expect(changed.from).toEqual([
    { podSelector: { matchExpressions: [] }, namespaceSelector: { matchExpressions: [] } },
    { podSelector: { matchExpressions: [] }, namespaceSelector: { matchExpressions: [] } },
  ]);
});

test('the cluster after a change has the same other policies, as the same objects', () => {
  const cluster = clusterOfYaml(['a', 'b', 'c'].map(name => `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { podSelector: {}, ingress: [{}] }\n`).join(''));
  const [removed, changed] = [...singleChanges(cluster)].filter(({ policy: { name } }) => name === 'b');
  expect(clusterAfter(cluster, removed).policies).toEqual([cluster.policies[0], cluster.policies[2]]);
  expect(clusterAfter(cluster, changed).policies.map((one, i) => one === cluster.policies[i])).toEqual([true, false, true]);
});

test('a wider block has exactly twice the addresses, whatever its size and family', () => {
  const spec = ['10.0.3.0/24', '2001:db8::1/128', '128.0.0.0/1'].map(cidr => `{ ipBlock: { cidr: '${cidr}' } }`).join(', ');
  const wider = [...singleChanges(policy(`podSelector: {}\ningress: [{ from: [${spec}] }]`))].filter(({ kind }) => kind === 'block')
    .map(({ changed, peer }) => changed!.ingress![0].peers![peer!]);
  expect(wider.map(one => one.kind === 'addresses' ? one.block : undefined)).toEqual(['10.0.2.0/23', '2001:db8::/127', '0.0.0.0/0'].map(parseCidr));
});

test('a port that is every port of its protocol already does not change, and any other range does', () => {
  const changes = (port: string) => textsOf(`podSelector: {}\ningress: [{ ports: [${port}] }]`).filter(text => text.includes('become')).length;
  expect(['{ protocol: TCP }', '{ port: 1, endPort: 65535 }', '{ port: 2, endPort: 65535 }', '{ port: 1, endPort: 65534 }', '{ port: http }'].map(changes)).toEqual([0, 0, 1, 1, 1]);
});

test('an expression that excludes one value is no label', () => {
  expect(textsOf('podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [db] }] }')[1]).toBe('expression app!=db of the podSelector can be removed');
});

test('a policy of the Amazon VPC CNI is not changed', () => {
  const cluster = clusterOfYaml(`
apiVersion: networking.k8s.aws/v1alpha1
kind: ApplicationNetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
`);
  expect(cluster.policies).toHaveLength(1);
  expect([...singleChanges(cluster)]).toEqual([]);
});
