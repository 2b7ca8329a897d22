import { differenceFrom } from './compare';
import { SpecCluster } from './network-policy';
import { AddressSpace } from '../../src/evaluator/address-space';
import { ConnectionSet } from '../../src/evaluator/connections';
import * as policyCode from '../../src/evaluator/private/compiled-policies';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { Selector } from '../../src/k8s/selector';

/* The comparison finds faults: each test breaks the evaluator on purpose. */

const { encodePolicy } = policyCode;

const CLUSTER: SpecCluster = {
  namespaces: { x: {}, y: {} },
  pods: [
    { namespace: 'x', name: 'web', labels: { app: 'web' }, ips: ['192.0.2.1'], ports: [{ name: 'http', containerPort: 80 }] },
    { namespace: 'x', name: 'db', labels: {}, ips: ['192.0.2.2'], ports: [] },
    { namespace: 'y', name: 'web', labels: { app: 'web' }, ips: ['192.0.2.3'], ports: [] },
  ],
  policies: [{
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'x' },
    spec: {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 'http' }, { port: 90, endPort: 99 }] }],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }, { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP' }] }],
    },
  }],
};

afterEach(() => { jest.restoreAllMocks(); });

test('the comparison finds no difference in the evaluator as it is', () => {
  expect(differenceFrom(CLUSTER)).toBeUndefined();
});

test('the comparison finds an evaluator that loses the last port of a range', () => {
  const range = ConnectionSet.range;
  jest.spyOn(ConnectionSet, 'range').mockImplementation((protocol, first, last) => range(protocol, first, last === 99 ? 98 : last));
  expect(differenceFrom(CLUSTER)).toBe("ingress of web with web: the specification allows 'TCP 80-80,TCP 90-99', the evaluator 'TCP 80-80,TCP 90-98'");
});

test('the comparison finds an evaluator that looks for pods in all namespaces', () => {
  // A peer without a namespaceSelector gets an empty one.
  const everything = Selector.everything;
  jest.spyOn(policyCode, 'encodePolicy').mockImplementation((policy, ...rest) => encodePolicy({
    ...policy,
    ingress: policy.ingress?.map(rule => ({
      ...rule, peers: rule.peers?.map(peer => peer.kind === 'pods' ? { ...peer, namespaces: peer.namespaces ?? everything } : peer),
    })),
  }, ...rest));
  expect(differenceFrom(CLUSTER)).toContain('the specification allows');
});

test('the comparison finds an evaluator that leaves out the end of a block', () => {
  const atomsOf = AddressSpace.prototype.atomsOf;
  jest.spyOn(AddressSpace.prototype, 'atomsOf').mockImplementation(function (this: AddressSpace, range) {
    const { first, end } = atomsOf.call(this, range);
    return { first, end: Math.max(first + 1, end - 1) };
  });
  expect(differenceFrom(CLUSTER)).toBe('10.2.0.0 and 10.0.255.255 are in the same blocks, but the evaluator treats them differently');
});

test('the comparison finds an evaluator that asks one side only', () => {
  jest.spyOn(ConnectionTable.prototype, 'intersect').mockImplementation(a => a);
  expect(differenceFrom(CLUSTER)).toContain('the connections are not those that both sides allow');
});
