import { policyOf } from '../../src/cluster/private/network-policy';
import { formatPath } from '../../src/findings/finding';
import { formatAddress } from '../../src/k8s/address';

const origin = { at: () => ({}) };
const read = (spec: unknown) => policyOf(spec, { namespace: 'ns', name: 'p', origin });
const ingress = (rule: unknown) => read({ ingress: [rule] }).ingress![0];
const isolates = (spec: unknown) => {
  const policy = read(spec);
  return [...policy.ingress === undefined ? [] : ['Ingress'], ...policy.egress === undefined ? [] : ['Egress']].join();
};

describe('a policy isolates', () => {
  test.each([
    ['for ingress, where it says nothing', {}, 'Ingress'], ['for ingress, where there is no spec', null, 'Ingress'],
    ['for ingress, where policyTypes is empty or null', { policyTypes: [] }, 'Ingress'], ['for ingress, with rules or without', { ingress: [] }, 'Ingress'],
    ['for both, where it has an egress rule', { egress: [{}] }, 'Ingress,Egress'],
    // The API server counts the rules: a list without any is as good as none.
    ['for ingress, where its egress is an empty list', { egress: [] }, 'Ingress'], ['for ingress, where its egress is null', { egress: null }, 'Ingress'],
    ['for egress alone, where it says so', { policyTypes: ['Egress'], ingress: [{}] }, 'Egress'],
    ['for ingress alone, where it says so', { policyTypes: ['Ingress'], egress: [{}] }, 'Ingress'],
    ['for both, where it says so', { policyTypes: ['Egress', 'Ingress'] }, 'Ingress,Egress'],
  ])('%s', (_name, spec, types) => expect(isolates(spec)).toBe(types));
});

test('a policy is for the pods that its selector selects; for all where there is none', () => {
  expect(read({ podSelector: { matchLabels: { app: 'db' } } }).subject.toString()).toBe('app=db');
  for (const spec of [null, {}, { podSelector: null }, { podSelector: {} }]) { expect(read(spec).subject.isEverything).toBe(true); }
  expect(read({})).toMatchObject({ namespace: 'ns', name: 'p', origin });
});

describe('a rule', () => {
  test('is not there where none is written', () => {
    for (const rules of [undefined, null, []]) { expect(read({ policyTypes: ['Egress'], egress: rules }).egress).toEqual([]); }
  });

  test('without peers is for every peer, without ports for every port', () => {
    for (const rule of [null, {}, { from: null, ports: null }, { from: [], ports: [] }]) {
      expect(ingress(rule)).toEqual({ path: ['spec', 'ingress', 0], peers: undefined, ports: undefined });
    }
  });

  test('knows where it is written, with its peers and ports', () => {
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

  test('with podSelector alone stays in the policy\'s namespace', () => {
    expect(peer({ podSelector: { matchLabels: { a: 'b' } } })).toEqual({ pods: 'a=b', namespaces: undefined });
    expect(peer({ podSelector: {}, namespaceSelector: null })).toEqual({ pods: '(everything)', namespaces: undefined });
  });

  test('with namespaceSelector alone is all pods of those namespaces', () => {
    expect(peer({ namespaceSelector: { matchLabels: { n: 'm' } } })).toEqual({ pods: '(everything)', namespaces: 'n=m' });
    expect(peer({ namespaceSelector: {} })).toEqual({ pods: '(everything)', namespaces: '(everything)' });
  });

  test('with both is the pods of those namespaces that both select', () => {
    expect(peer({ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: { matchLabels: { n: 'm' } } })).toEqual({ pods: 'a=b', namespaces: 'n=m' });
  });

  test('that is an address block has its holes', () => {
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
    ['is TCP where no protocol is written', { port: 80 }, ['TCP', 80, 80]], ['is of its protocol', { port: 53, protocol: 'UDP' }, ['UDP', 53, 53]],
    ['may be a range', { port: 80, endPort: 90 }, ['TCP', 80, 90]], ['may be a name', { port: 'dns', protocol: 'UDP' }, ['UDP', 'dns']],
    ['without number is the whole protocol', { protocol: 'SCTP' }, ['SCTP', 1, 65535]], ['of null is the whole of TCP', null, ['TCP', 1, 65535]],
    ['with nulls is the whole of TCP', { protocol: null, port: null, endPort: null }, ['TCP', 1, 65535]],
  ])('%s', (_name, value, expected) => expect(port(value)).toEqual(expected));
});
