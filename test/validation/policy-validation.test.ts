import { formatPath } from '../../src/findings/finding';
import { validateNetworkPolicy } from '../../src/validation/network-policy';
import { validationCases } from '../support/reference';

const policy = (spec: unknown, rest: object = {}) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec, ...rest });
const refused = (spec: unknown, rest: object = {}) => validateNetworkPolicy(policy(spec, rest)).map(({ path: at, type }) => `${formatPath(at)} ${type}`);
const told = (spec: unknown) => validateNetworkPolicy(policy(spec)).map(({ path: at, message, fix: suggestion }) => `${formatPath(at)} ${message}${suggestion === undefined ? '' : `; ${suggestion}`}`);
const ingress = (rule: unknown) => ({ ingress: [rule] });
const peer = (value: unknown) => ingress({ from: [value] });
const port = (value: unknown) => ingress({ ports: [value] });

describe('a policy is valid', () => {
  test.each([
    ['with nothing to say', {}], ['without a spec', undefined], ['with null for a spec', null], ['with null for each list', { podSelector: null, policyTypes: null, ingress: null, egress: null }],
    // Go decodes null to the zero value, in a list too: a rule without limits, any port of TCP.
    ['with a null for a rule', { ingress: [null] }], ['with a null for a port', port(null)], ['with nulls in a port', port({ protocol: null, port: null, endPort: null })],
    ['with the same type twice', { policyTypes: ['Ingress', 'Ingress'] }], ['with all of a port', port({ protocol: 'SCTP', port: 1, endPort: 65535 })],
    ['with a whole number that is written as a fraction', port({ port: 80.0 })], ['with a block and what is left out', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } })],
    ['with holes at both ends of a block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/16', '10.255.0.0/16'] } })],
    ['with a range of one port', port({ port: 80, endPort: 80 })],
    ['with null for what is left out', peer({ ipBlock: { cidr: '::/0', except: null } })],
    ['with both selectors', peer({ podSelector: {}, namespaceSelector: {} })], ['with null beside a selector', peer({ podSelector: {}, ipBlock: null })],
  ])('%s', (_name, spec) => expect(refused(spec)).toEqual([]));

  test('with the status that servers from 1.24 to 1.27 write', () => {
    expect(refused({}, { status: {} })).toEqual([]);
  });
});

describe('a policy is refused', () => {
  const at = 'spec.ingress[0]';
  test.each([
    ['a text for a spec', 'x', 'spec WrongType'], ['a list for a spec', [], 'spec WrongType'],
    ['an object for rules', { egress: {} }, 'spec.egress WrongType'], ['a text for a rule', { ingress: ['all'] }, `${at} WrongType`],
    ['an object for peers', ingress({ from: {} }), `${at}.from WrongType`], ['a text for a peer', peer('10.0.0.0/8'), `${at}.from[0] WrongType`],
    ['a null for a peer', peer(null), `${at}.from[0] FieldValueRequired`], ['an empty peer', peer({ podSelector: null }), `${at}.from[0] FieldValueRequired`],
    ['an address block with a selector', peer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }), `${at}.from[0] FieldValueForbidden`],
    ['an object for ports', ingress({ ports: { port: 80 } }), `${at}.ports WrongType`], ['a number for a port entry', port(80), `${at}.ports[0] WrongType`],
    ['port 65536', port({ port: 65536 }), `${at}.ports[0].port FieldValueInvalid`], ['port -1', port({ port: -1 }), `${at}.ports[0].port FieldValueInvalid`],
    ['a port that does not fit 32 bits', port({ port: 2 ** 32 + 80 }), `${at}.ports[0].port WrongType`], ['true for a port', port({ port: true }), `${at}.ports[0].port WrongType`],
    ['endPort alone', port({ endPort: 90 }), `${at}.ports[0].endPort FieldValueInvalid`], ['a text for endPort', port({ port: 80, endPort: '90' }), `${at}.ports[0].endPort WrongType`],
    ['a number for a protocol', port({ protocol: 6 }), `${at}.ports[0].protocol WrongType`], ['an empty protocol', port({ protocol: '' }), `${at}.ports[0].protocol FieldValueNotSupported`],
    ['a block without cidr', peer({ ipBlock: {} }), `${at}.from[0].ipBlock.cidr FieldValueRequired`], ['a number for cidr', peer({ ipBlock: { cidr: 10 } }), `${at}.from[0].ipBlock.cidr WrongType`],
    ['a text for a block', peer({ ipBlock: '10.0.0.0/8' }), `${at}.from[0].ipBlock WrongType`],
    ['host bits', peer({ ipBlock: { cidr: '10.0.0.1/8' } }), `${at}.from[0].ipBlock.cidr FieldValueInvalid`],
    ['an IPv4-mapped block', peer({ ipBlock: { cidr: '::ffff:10.0.0.0/104' } }), `${at}.from[0].ipBlock.cidr FieldValueInvalid`],
    ['a text for except', peer({ ipBlock: { cidr: '10.0.0.0/8', except: '10.1.0.0/16' } }), `${at}.from[0].ipBlock.except WrongType`],
    ['a hole outside of the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['a hole before the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['9.0.0.0/16'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['a hole that is the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['a text for the pods that it is for', { podSelector: 'all' }, 'spec.podSelector WrongType'],
    ['a text for the pods of a peer', peer({ podSelector: 'all' }), `${at}.from[0].podSelector WrongType`],
    ['a text for the namespaces of a peer', peer({ namespaceSelector: 'all' }), `${at}.from[0].namespaceSelector WrongType`],
    ['a name with endPort', port({ port: 'http', endPort: 90 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['a number in quotes', port({ port: '80' }), `${at}.ports[0].port FieldValueInvalid`],
    ['a range that ends before it begins', port({ port: 90, endPort: 80 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['endPort 65536', port({ port: 80, endPort: 65536 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['a text of too many policy types', { policyTypes: ['Ingress', 'Egress', 'x'] }, 'spec.policyTypes FieldValueInvalid'],
    ['a hole that is null', peer({ ipBlock: { cidr: '10.0.0.0/8', except: [null] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['a hole that is a number', peer({ ipBlock: { cidr: '10.0.0.0/8', except: [1] } }), `${at}.from[0].ipBlock.except[0] WrongType`],
    ['a policy type of null', { policyTypes: [null] }, 'spec.policyTypes[0] FieldValueNotSupported'], ['a policy type of 1', { policyTypes: [1] }, 'spec.policyTypes[0] WrongType'],
    ['a text for policy types', { policyTypes: 'Ingress' }, 'spec.policyTypes WrongType'], ['a field in another case', { PodSelector: {} }, 'spec.PodSelector UnknownField'],
  ])('for %s', (_name, spec, error) => expect(refused(spec)).toEqual([error]));

  test('for a field that it does not have', () => {
    expect(refused({}, { extra: 1, ingress: [] })).toEqual(['extra UnknownField', 'ingress UnknownField']);
  });

  test('that is no object', () => {
    for (const value of ['x', 1, []]) { expect(validateNetworkPolicy(value).map(({ type }) => type)).toEqual(['WrongType']); }
  });

  test('in an egress rule as in an ingress rule', () => {
    expect(refused({ egress: [{ to: [{}], ports: [{ port: 0 }] }] })).toEqual(['spec.egress[0].ports[0].port FieldValueInvalid', 'spec.egress[0].to[0] FieldValueRequired']);
  });

  test('for a type that is no text, among too many', () => {
    expect(refused({ policyTypes: ['Ingress', 'Egress', 1] })).toEqual(['spec.policyTypes FieldValueInvalid', 'spec.policyTypes[2] WrongType']);
  });

  test('for a hole outside of a block that is itself refused, where the server can make out the block', () => {
    const holes = (cidr: string, ...except: string[]) => refused(peer({ ipBlock: { cidr, except } })).map(error => error.replace(/.*ipBlock\.| .*/g, ''));
    for (const cidr of ['10.0.0.1/8', '010.0.0.0/8', '10.0.0.0/08']) {
      expect(holes(cidr, '10.1.0.0/16', '12.0.0.0/16', 'x')).toEqual(['cidr', 'except[1]', 'except[2]']);
    }
    // An IPv4-mapped block is one of IPv6: no block of IPv4 is inside of it.
    expect(holes('::ffff:10.0.0.0/104', '10.1.0.0/16')).toEqual(['cidr', 'except[0]']);
    expect(holes('2001:db8::1/32', '2001:db8:1::/48', '2001:db9::/48')).toEqual(['cidr', 'except[1]']);
    for (const cidr of ['x', '10.0.0.0', '10.0.0.0/33', '1.2.3/8', '10.0.0.0/+8', '/8']) { expect(holes(cidr, '12.0.0.0/16', 'x')).toEqual(['cidr']); }
  });

  test('for every mistake in it', () => {
    expect(refused({ policyTypes: ['x'], ingress: [{ from: [{}, {}] }] }, { metadata: {}, extra: 1 })).toHaveLength(5);
  });
});

describe('what is wrong is said', () => {
  const block = (ipBlock: object) => peer({ ipBlock: { cidr: '10.0.0.0/8', ...ipBlock } });
  test.each<[object, string]>([
    [{ policyTypes: ['Ingress', 'Egress', 'Egress'] }, 'policyTypes may not specify more than two policyTypes'],
    [{ policyTypes: ['Egress', 'x'] }, "policyTypes[1] 'x' is none of Ingress and Egress"],
    [peer({}), "ingress[0].from[0] must specify a peer; write 'podSelector: {}' for all pods of the namespace, or leave the whole list out for every peer"],
    [peer({ ipBlock: { cidr: '10.0.0.0/8' }, namespaceSelector: {} }), "ingress[0].from[0] may not specify both ipBlock and another peer; make it two items of the list, each with its own '- '"],
    [block({ cidr: null }), 'ingress[0].from[0].ipBlock.cidr is required; write an address block, as in 10.0.0.0/8'],
    [block({ cidr: '10.0.0.1/8' }), "ingress[0].from[0].ipBlock.cidr '10.0.0.1/8' must not have bits set beyond the prefix length: write 10.0.0.0/8"],
    [block({ except: ['10.1.0.0/16', 'x'] }), "ingress[0].from[0].ipBlock.except[1] 'x' must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
    [block({ except: ['10.0.0.0/8'] }), "ingress[0].from[0].ipBlock.except[0] '10.0.0.0/8' must be a strict subset of `cidr`, which is 10.0.0.0/8"],
    [port({ endPort: 80 }), 'ingress[0].ports[0].endPort may not be specified when `port` is not specified; write the first port of the range as port'],
    [port({ port: 'http', endPort: 90 }), 'ingress[0].ports[0].endPort may not be specified when `port` is non-numeric'],
    [port({ port: 0 }), 'ingress[0].ports[0].port 0 must be between 1 and 65535, inclusive'],
    [port({ port: 90, endPort: 80 }), 'ingress[0].ports[0].endPort 80 must be greater than or equal to `port`, which is 90'],
    [port({ port: 80, endPort: 70000 }), 'ingress[0].ports[0].endPort 70000 must be between 1 and 65535, inclusive'],
    [port({ protocol: 'udp' }), "ingress[0].ports[0].protocol 'udp' is none of TCP, UDP, SCTP; write UDP"],
    [port({ protocol: 'ICMP' }), "ingress[0].ports[0].protocol 'ICMP' is none of TCP, UDP, SCTP; a NetworkPolicy knows no other protocol; leave ports out to allow all of them"],
  ])('of %j', (spec, message) => expect(told(spec)).toEqual([`spec.${message}`]));

  test('of each end of a range that is written in one field', () => {
    const range = "a range is written 'port: 80' and 'endPort: 90'";
    expect(told(port({ port: '80-90', endPort: 90 }))).toEqual([
      `spec.ingress[0].ports[0].endPort may not be specified when \`port\` is non-numeric; ${range}`, `spec.ingress[0].ports[0].port '80-90' must contain at least one letter (a-z); ${range}`,
    ]);
  });
});

describe('a newcomer is told what to write', () => {
  test.each([
    ['tcp', port({ protocol: 'tcp', port: 80 }), 'write TCP'],
    ['another protocol', port({ protocol: 'ICMP' }), 'knows no other protocol'],
    ['a number in quotes', port({ port: '80' }), 'write the number without them, port: 80'],
    ['a range in one field', port({ port: '80-90' }), "a range is written 'port: 80' and 'endPort: 90'"],
    ['a range with the end in quotes', port({ port: 80, endPort: '90' }), 'write it without quotes: 90'],
    ['ports as an object', ingress({ ports: { port: 80 } }), "start each item with '- '"],
    ['to in an ingress rule', ingress({ to: [] }), "an ingress rule says 'from'"],
    ['from in an egress rule', { egress: [{ from: [] }] }, "an egress rule says 'to'"],
    ['a selector beside from', ingress({ podSelector: {} }), "'from:' and under it"],
    ['a selector beside to', { egress: [{ podSelector: {} }] }, "'to:' and under it"],
    ['a namespace by its name', peer({ namespaceSelector: { name: 'x' } }), "labels go under matchLabels: write 'matchLabels: { name: … }'"],
    ['a single address', peer({ ipBlock: { cidr: '10.0.0.1' } }), 'write 10.0.0.1/32'],
    ['host bits', peer({ ipBlock: { cidr: '10.0.0.1/8' } }), 'write 10.0.0.0/8'],
    ['a block without cidr', peer({ ipBlock: {} }), 'as in 10.0.0.0/8'],
    ['a block beside a selector', peer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }), 'two items of the list'],
    ['an empty peer', peer({}), "write 'podSelector: {}' for all pods of the namespace"],
    ['ingress in lower case', { policyTypes: ['ingress'] }, 'write Ingress'],
    ['a label that is a number', { podSelector: { matchLabels: { v: 1 } } }, 'put it in quotes: "1"'],
    ['a slip of the pen', { podSelecter: {} }, "did you mean 'podSelector'?"],
  ])('for %s', (_name, spec, advice) => expect(told(spec)).toEqual([expect.stringContaining(advice)]));
});

describe('the API server gives the same verdict and names the same fields', () => {
  test.each(validationCases().map(c => [c.id, c] as const))('for %s', (_id, { policy: object, valid, errors, decodeErrors }) => {
    const ours = validateNetworkPolicy(object);
    const isDecoding = ({ type }: { type: string }) => type === 'UnknownField' || type === 'WrongType';
    expect(ours.length === 0).toBe(valid);
    expect(ours.filter(e => !isDecoding(e)).map(e => `${formatPath(e.path)} ${e.type}`).sort()).toEqual(errors.map(e => `${e.field} ${e.type}`).sort());
    // Go names an unknown field with its indices, and the type of a field without them.
    const names = ours.filter(isDecoding).map(({ path: at, type }) => type === 'UnknownField' ? `unknown field "${formatPath(at)}"` : formatPath(at.filter(step => typeof step === 'string')));
    expect(names).toHaveLength(decodeErrors.length);
    decodeErrors.forEach((error, i) => expect(error).toContain(names[i]));
  });
});
