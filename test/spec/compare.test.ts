import { differenceFrom } from './compare';
import { SpecCluster } from './network-policy';
import { AddressSpace } from '../../src/evaluator/address-space';
import { ConnectionSet } from '../../src/evaluator/connections';
import * as policyCode from '../../src/evaluator/private/compiled-policies';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { Selector } from '../../src/k8s/selector';

/* A comparison that finds nothing is worth what it would have found: the evaluator, broken on purpose. */

const { encodePolicy } = policyCode;

const CLUSTER: SpecCluster = {
  namespaces: { x: {}, y: {} },
  pods: [
    { namespace: 'x', name: 'web', labels: { app: 'web' }, ips: [], ports: [{ name: 'http', containerPort: 80 }] },
    { namespace: 'x', name: 'db', labels: {}, ips: [], ports: [] },
    { namespace: 'y', name: 'web', labels: { app: 'web' }, ips: [], ports: [] },
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

test('the evaluator as it is does not differ', () => {
  expect(differenceFrom(CLUSTER)).toBeUndefined();
});

test('an evaluator that is one port off at the end of a range', () => {
  const range = ConnectionSet.range;
  jest.spyOn(ConnectionSet, 'range').mockImplementation((protocol, first, last) => range(protocol, first, last === 99 ? 98 : last));
  expect(differenceFrom(CLUSTER)).toBe("ingress of web with web: 'TCP 80-80,TCP 90-99' by the specification, 'TCP 80-80,TCP 90-98' by the evaluator");
});

test('an evaluator that looks for pods in all namespaces', () => {
  // In its code the policy has the empty selector for its namespaces, as if it were written.
  const everything = Selector.everything;
  jest.spyOn(policyCode, 'encodePolicy').mockImplementation((policy, ...rest) => encodePolicy({
    ...policy,
    ingress: policy.ingress?.map(rule => ({
      ...rule, peers: rule.peers?.map(peer => peer.kind === 'pods' ? { ...peer, namespaces: peer.namespaces ?? everything } : peer),
    })),
  }, ...rest));
  expect(differenceFrom(CLUSTER)).toContain('by the specification');
});

test('an evaluator that leaves out the end of a block', () => {
  const atomsOf = AddressSpace.prototype.atomsOf;
  jest.spyOn(AddressSpace.prototype, 'atomsOf').mockImplementation(function (this: AddressSpace, range) {
    const { first, end } = atomsOf.call(this, range);
    return { first, end: Math.max(first + 1, end - 1) };
  });
  expect(differenceFrom(CLUSTER)).toBe('10.2.0.0 is told from 10.0.255.255, which lies in the same blocks');
});

test('an evaluator that asks for one side only', () => {
  jest.spyOn(ConnectionTable.prototype, 'intersect').mockImplementation(a => a);
  expect(differenceFrom(CLUSTER)).toContain('not what both sides let pass');
});
