import { readCluster } from '../../src/cluster/read-cluster';
import { formatPath } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';

const origin = { at: () => ({}) };
const read = (spec: unknown) => {
  const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 'ns', name: 'p' }, spec };
  const { cluster, findings } = readCluster([{ object, origin, named: true }]);
  expect(findings).toEqual([]);
  return cluster.policies[0];
};
const ingress = (rule: unknown) => read({ ingress: [rule] }).ingress![0];
const isolates = (spec: unknown) => {
  const policy = read(spec);
  return [...policy.ingress === undefined ? [] : ['Ingress'], ...policy.egress === undefined ? [] : ['Egress']].join();
};

describe('a policy isolates', () => {
  test.each([
    ['for ingress if it has no policyTypes', {}, 'Ingress'],
    ['for ingress if it has no spec', null, 'Ingress'],
    ['for ingress if policyTypes is empty', { policyTypes: [] }, 'Ingress'],
    ['for ingress if it has no ingress rules', { ingress: [] }, 'Ingress'],
    ['for both directions if it has an egress rule', { egress: [{}] }, 'Ingress,Egress'],
    // The API server counts the rules, so an empty list is the same as none.
    ['for ingress if its egress is an empty list', { egress: [] }, 'Ingress'],
    ['for ingress if its egress is null', { egress: null }, 'Ingress'],
    ['for egress if policyTypes is Egress', { policyTypes: ['Egress'], ingress: [{}] }, 'Egress'],
    ['for ingress if policyTypes is Ingress', { policyTypes: ['Ingress'], egress: [{}] }, 'Ingress'],
    ['for both directions if policyTypes has both', { policyTypes: ['Egress', 'Ingress'] }, 'Ingress,Egress'],
  ])('%s', (_name, spec, types) => expect(isolates(spec)).toBe(types));
});

test('a policy without a podSelector selects every pod', () => {
  expect(read({ podSelector: { matchLabels: { app: 'db' } } }).subject.toString()).toBe('app=db');
  for (const spec of [null, {}, { podSelector: null }, { podSelector: {} }]) { expect(read(spec).subject.isEverything).toBe(true); }
  expect(read({})).toMatchObject({ namespace: 'ns', name: 'p', origin });
});

describe('a rule', () => {
  test('does not exist if the list of rules is empty or missing', () => {
    for (const rules of [undefined, null, []]) { expect(read({ policyTypes: ['Egress'], egress: rules }).egress).toEqual([]); }
  });

  test('without peers has every peer, and without ports every port', () => {
    for (const rule of [null, {}, { from: null, ports: null }, { from: [], ports: [] }]) {
      expect(ingress(rule)).toEqual({ path: ['spec', 'ingress', 0], peers: undefined, ports: undefined });
    }
  });

  test('has the paths of itself, its peers and its ports', () => {
    const { egress } = read({ egress: [{}, { to: [{ podSelector: {} }, { ipBlock: { cidr: '::/0' } }], ports: [{}, {}] }] });
    expect(egress!.map(rule => formatPath(rule.path))).toEqual(['spec.egress[0]', 'spec.egress[1]']);
    expect(egress![1].peers!.map(peer => formatPath(peer.path))).toEqual(['spec.egress[1].to[0]', 'spec.egress[1].to[1]']);
    expect(egress![1].ports!.map(port => formatPath(port.path))).toEqual(['spec.egress[1].ports[0]', 'spec.egress[1].ports[1]']);
  });
});

describe('a peer', () => {
  const peer = (value: unknown) => {
    const [clause] = ingress({ from: [value] }).peers!;
    return clause.kind === 'pods'
      ? { pods: String(clause.pods), namespaces: clause.namespaces && String(clause.namespaces) }
      : { kind: clause.kind, block: formatAddress(clause.block.first), except: clause.except.map(({ first }) => formatAddress(first)) };
  };

  test('with only a podSelector is in the namespace of the policy', () => {
    expect(peer({ podSelector: { matchLabels: { a: 'b' } } })).toEqual({ pods: 'a=b', namespaces: undefined });
    expect(peer({ podSelector: {}, namespaceSelector: null })).toEqual({ pods: '(everything)', namespaces: undefined });
  });

  test('with only a namespaceSelector is every pod of those namespaces', () => {
    expect(peer({ namespaceSelector: { matchLabels: { n: 'm' } } })).toEqual({ pods: '(everything)', namespaces: 'n=m' });
    expect(peer({ namespaceSelector: {} })).toEqual({ pods: '(everything)', namespaces: '(everything)' });
  });

  test('with both selectors has both', () => {
    expect(peer({ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: { matchLabels: { n: 'm' } } })).toEqual({ pods: 'a=b', namespaces: 'n=m' });
  });

  test('with an ipBlock has its exceptions', () => {
    expect(peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } })).toEqual({ kind: 'addresses', block: '10.0.0.0', except: ['10.1.0.0'] });
    expect(peer({ ipBlock: { cidr: '::/0', except: null }, podSelector: null })).toEqual({ kind: 'addresses', block: '::', except: [] });
  });
});

describe('a port', () => {
  const port = (value: unknown) => {
    const { protocol, name, first, last } = ingress({ ports: [value] }).ports![0];
    return name === undefined ? [protocol, first, last] : [protocol, name];
  };

  test.each([
    ['is TCP if it has no protocol', { port: 80 }, ['TCP', 80, 80]], ['has its protocol', { port: 53, protocol: 'UDP' }, ['UDP', 53, 53]],
    ['can be a range', { port: 80, endPort: 90 }, ['TCP', 80, 90]], ['can be a name', { port: 'dns', protocol: 'UDP' }, ['UDP', 'dns']],
    ['without a number is every port of its protocol', { protocol: 'SCTP' }, ['SCTP', 1, 65535]], ['that is null is every port of TCP', null, ['TCP', 1, 65535]],
    ['with nulls is every port of TCP', { protocol: null, port: null, endPort: null }, ['TCP', 1, 65535]],
  ])('%s', (_name, value, expected) => expect(port(value)).toEqual(expected));
});
