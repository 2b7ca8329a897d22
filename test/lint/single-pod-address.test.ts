import { block, ingress } from './app-objects';
import { foundFor } from './found';
import { pod } from '../support/cluster-objects';

/* NP115: a block that is the address of one pod. */

const found = foundFor('NP115');
const api = pod('app/api', { app: 'api' }, { ips: ['10.1.0.7', 'fd00:1::7'] });
const from = (cidr: string) => ingress('db', [block(cidr)]);

test('the address of a pod changes when it restarts, and the fix selects the pod', () => {
  expect(found([api, from('10.1.0.7/32')])).toEqual([
    'object 1: warning NP115: app/p spec.ingress[0].from[0]: 10.1.0.7/32 is the address of a pod of app/api[Pod]; the pod gets another one when it restarts '
    + '(the pod: object 0); write a podSelector with app=api',
  ]);
  expect(found([api, from('fd00:1::7/128')])).toHaveLength(1);
});

test('the fix for a pod of another namespace names the namespace, and for one without labels a label', () => {
  expect(found([pod('tools/api', { app: 'api' }, { ips: ['10.1.0.7'] }), from('10.1.0.7/32')])[0])
    .toContain('; write a namespaceSelector with kubernetes.io/metadata.name=tools and a podSelector with app=api');
  expect(found([pod('app/bare', {}, { ips: ['10.1.0.7'] }), from('10.1.0.7/32')])[0]).toContain('; give the pod a label, and select it by the label');
});

test.each<[string, object[]]>([
  ['the block has other addresses too', [api, from('10.1.0.0/24')]],
  ['no pod has the address', [api, from('10.1.0.8/32')]],
  ['the pod uses the address of its node, which stays', [pod('app/agent', { app: 'agent' }, { ips: ['192.0.2.1'], hostNetwork: true }), from('192.0.2.1/32')]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});
