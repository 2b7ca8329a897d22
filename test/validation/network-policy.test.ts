import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { fieldsOf, textsOf } from './formatted';
import { formatPath } from '../../src/findings/finding';
import { validateNetworkPolicy } from '../../src/validation/network-policy';

const policy = (spec: unknown, rest: object = {}) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec, ...rest });
const refused = (spec: unknown, rest: object = {}) => fieldsOf(validateNetworkPolicy(policy(spec, rest)));
const texts = (spec: unknown) => textsOf(validateNetworkPolicy(policy(spec)));
const ingress = (rule: unknown) => ({ ingress: [rule] });
const peer = (value: unknown) => ingress({ from: [value] });
const port = (value: unknown) => ingress({ ports: [value] });

describe('a policy is valid', () => {
  test.each([
    ['with an empty spec', {}], ['without a spec', undefined], ['with null for a spec', null], ['with null for each list', { podSelector: null, policyTypes: null, ingress: null, egress: null }],
    // Go decodes null to the zero value, also in a list: a rule that allows everything, every port of TCP.
    ['with a null for a rule', { ingress: [null] }], ['with a null for a port', port(null)], ['with nulls in a port', port({ protocol: null, port: null, endPort: null })],
    ['with the same type twice', { policyTypes: ['Ingress', 'Ingress'] }], ['with all of a port', port({ protocol: 'SCTP', port: 1, endPort: 65535 })],
    ['with an integer that is written as a fraction', port({ port: 80.0 })], ['with a block and an exception', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } })],
    ['with exceptions at both ends of a block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/16', '10.255.0.0/16'] } })],
    ['with a range of one port', port({ port: 80, endPort: 80 })],
    ['with null for the exceptions', peer({ ipBlock: { cidr: '::/0', except: null } })],
    ['with both selectors', peer({ podSelector: {}, namespaceSelector: {} })], ['with null beside a selector', peer({ podSelector: {}, ipBlock: null })],
  ])('%s', (_name, spec) => expect(refused(spec)).toEqual([]));

  test('with the status that servers from 1.24 to 1.27 write', () => {
    expect(refused({}, { status: {} })).toEqual([]);
  });
});

describe('a policy is invalid', () => {
  const at = 'spec.ingress[0]';
  test.each([
    ['text for a spec', 'x', 'spec WrongType'], ['a list for a spec', [], 'spec WrongType'],
    ['an object for rules', { egress: {} }, 'spec.egress WrongType'], ['text for a rule', { ingress: ['all'] }, `${at} WrongType`],
    ['an object for peers', ingress({ from: {} }), `${at}.from WrongType`], ['text for a peer', peer('10.0.0.0/8'), `${at}.from[0] WrongType`],
    ['a null for a peer', peer(null), `${at}.from[0] FieldValueRequired`], ['an empty peer', peer({ podSelector: null }), `${at}.from[0] FieldValueRequired`],
    ['an address block with a selector', peer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }), `${at}.from[0] FieldValueForbidden`],
    ['an object for ports', ingress({ ports: { port: 80 } }), `${at}.ports WrongType`], ['a number for a port entry', port(80), `${at}.ports[0] WrongType`],
    ['port 65536', port({ port: 65536 }), `${at}.ports[0].port FieldValueInvalid`], ['port -1', port({ port: -1 }), `${at}.ports[0].port FieldValueInvalid`],
    ['a port that does not fit 32 bits', port({ port: 2 ** 32 + 80 }), `${at}.ports[0].port WrongType`], ['true for a port', port({ port: true }), `${at}.ports[0].port WrongType`],
    ['endPort alone', port({ endPort: 90 }), `${at}.ports[0].endPort FieldValueInvalid`], ['text for endPort', port({ port: 80, endPort: '90' }), `${at}.ports[0].endPort WrongType`],
    ['a number for a protocol', port({ protocol: 6 }), `${at}.ports[0].protocol WrongType`], ['an empty protocol', port({ protocol: '' }), `${at}.ports[0].protocol FieldValueNotSupported`],
    ['a block without cidr', peer({ ipBlock: {} }), `${at}.from[0].ipBlock.cidr FieldValueRequired`], ['a number for cidr', peer({ ipBlock: { cidr: 10 } }), `${at}.from[0].ipBlock.cidr WrongType`],
    ['text for a block', peer({ ipBlock: '10.0.0.0/8' }), `${at}.from[0].ipBlock WrongType`],
    ['host bits', peer({ ipBlock: { cidr: '10.0.0.1/8' } }), `${at}.from[0].ipBlock.cidr FieldValueInvalid`],
    ['an IPv4-mapped block', peer({ ipBlock: { cidr: '::ffff:10.0.0.0/104' } }), `${at}.from[0].ipBlock.cidr FieldValueInvalid`],
    ['text for except', peer({ ipBlock: { cidr: '10.0.0.0/8', except: '10.1.0.0/16' } }), `${at}.from[0].ipBlock.except WrongType`],
    ['an exception outside the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['an exception before the block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['9.0.0.0/16'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['an exception that is the whole block', peer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['text for the pods of the policy', { podSelector: 'all' }, 'spec.podSelector WrongType'],
    ['text for the pods of a peer', peer({ podSelector: 'all' }), `${at}.from[0].podSelector WrongType`],
    ['text for the namespaces of a peer', peer({ namespaceSelector: 'all' }), `${at}.from[0].namespaceSelector WrongType`],
    ['a name with endPort', port({ port: 'http', endPort: 90 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['a number in quotes', port({ port: '80' }), `${at}.ports[0].port FieldValueInvalid`],
    ['a range that ends before it starts', port({ port: 90, endPort: 80 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['endPort 65536', port({ port: 80, endPort: 65536 }), `${at}.ports[0].endPort FieldValueInvalid`],
    ['too many policy types', { policyTypes: ['Ingress', 'Egress', 'x'] }, 'spec.policyTypes FieldValueInvalid'],
    ['null for an exception', peer({ ipBlock: { cidr: '10.0.0.0/8', except: [null] } }), `${at}.from[0].ipBlock.except[0] FieldValueInvalid`],
    ['a number for an exception', peer({ ipBlock: { cidr: '10.0.0.0/8', except: [1] } }), `${at}.from[0].ipBlock.except[0] WrongType`],
    ['null for a policy type', { policyTypes: [null] }, 'spec.policyTypes[0] FieldValueNotSupported'], ['a number for a policy type', { policyTypes: [1] }, 'spec.policyTypes[0] WrongType'],
    ['text for policy types', { policyTypes: 'Ingress' }, 'spec.policyTypes WrongType'], ['a field name in the wrong case', { PodSelector: {} }, 'spec.PodSelector UnknownField'],
  ])('for %s', (_name, spec, error) => expect(refused(spec)).toEqual([error]));

  test('with a field that it does not have', () => {
    expect(refused({}, { extra: 1, ingress: [] })).toEqual(['extra UnknownField', 'ingress UnknownField']);
  });

  test('if it is not an object', () => {
    for (const value of ['x', 1, []]) { expect(validateNetworkPolicy(value).map(({ type }) => type)).toEqual(['WrongType']); }
  });

  test('with the same errors in an egress rule', () => {
    expect(refused({ egress: [{ to: [{}], ports: [{ port: 0 }] }] })).toEqual(['spec.egress[0].ports[0].port FieldValueInvalid', 'spec.egress[0].to[0] FieldValueRequired']);
  });

  test('with a number for a policy type, even among too many', () => {
    expect(refused({ policyTypes: ['Ingress', 'Egress', 1] })).toEqual(['spec.policyTypes FieldValueInvalid', 'spec.policyTypes[2] WrongType']);
  });

  test('with an exception outside a block that is itself invalid, if the API server recognizes the block', () => {
    const exceptions = (cidr: string, ...except: string[]) => refused(peer({ ipBlock: { cidr, except } })).map(error => error.replace(/.*ipBlock\.| .*/g, ''));
    for (const cidr of ['10.0.0.1/8', '010.0.0.0/8', '10.0.0.0/08']) {
      expect(exceptions(cidr, '10.1.0.0/16', '12.0.0.0/16', 'x')).toEqual(['cidr', 'except[1]', 'except[2]']);
    }
    // An IPv4-mapped block is an IPv6 block, so it contains no IPv4 block.
    expect(exceptions('::ffff:10.0.0.0/104', '10.1.0.0/16')).toEqual(['cidr', 'except[0]']);
    expect(exceptions('2001:db8::1/32', '2001:db8:1::/48', '2001:db9::/48')).toEqual(['cidr', 'except[1]']);
    for (const cidr of ['x', '10.0.0.0', '10.0.0.0/33', '1.2.3/8', '10.0.0.0/+8', '/8']) { expect(exceptions(cidr, '12.0.0.0/16', 'x')).toEqual(['cidr']); }
  });

  test('with an error for every mistake', () => {
    expect(refused({ policyTypes: ['x'], ingress: [{ from: [{}, {}] }] }, { metadata: {}, extra: 1 })).toHaveLength(5);
  });
});

describe('an error says what is wrong', () => {
  const block = (ipBlock: object) => peer({ ipBlock: { cidr: '10.0.0.0/8', ...ipBlock } });
  test.each<[object, string]>([
    [{ policyTypes: ['Ingress', 'Egress', 'Egress'] }, 'policyTypes: may not specify more than two policyTypes'],
    [{ policyTypes: ['Egress', 'x'] }, "policyTypes[1]: must be Ingress or Egress, not 'x'"],
    [peer({}), "ingress[0].from[0]: must specify a peer; write 'podSelector: {}' for all pods of the namespace, or remove the whole list for every peer"],
    [peer({ ipBlock: { cidr: '10.0.0.0/8' }, namespaceSelector: {} }), "ingress[0].from[0]: may not specify both ipBlock and another peer; write two items, each with its own '- '"],
    [block({ cidr: null }), 'ingress[0].from[0].ipBlock.cidr: is required; write a CIDR block, like 10.0.0.0/8'],
    [block({ cidr: '10.0.0.1/8' }), "ingress[0].from[0].ipBlock.cidr: '10.0.0.1/8' must not have bits set beyond the prefix length; write 10.0.0.0/8"],
    [block({ except: ['10.1.0.0/16', 'x'] }), "ingress[0].from[0].ipBlock.except[1]: 'x' must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"],
    [block({ except: ['10.0.0.0/8'] }), "ingress[0].from[0].ipBlock.except[0]: '10.0.0.0/8' must be a strict subset of `cidr`, which is 10.0.0.0/8"],
    [port({ endPort: 80 }), 'ingress[0].ports[0].endPort: may not be specified when `port` is not specified; write the first port of the range as port'],
    [port({ port: 'http', endPort: 90 }), 'ingress[0].ports[0].endPort: may not be specified when `port` is non-numeric'],
    [port({ port: 0 }), 'ingress[0].ports[0].port: 0 must be between 1 and 65535, inclusive'],
    [port({ port: 90, endPort: 80 }), 'ingress[0].ports[0].endPort: 80 must be greater than or equal to `port`, which is 90'],
    [port({ port: 80, endPort: 70000 }), 'ingress[0].ports[0].endPort: 70000 must be between 1 and 65535, inclusive'],
    [port({ protocol: 'udp' }), "ingress[0].ports[0].protocol: must be SCTP, TCP or UDP, not 'udp'; write UDP"],
    [port({ protocol: 'ICMP' }), "ingress[0].ports[0].protocol: must be SCTP, TCP or UDP, not 'ICMP'; remove the ports of the rule to allow every protocol"],
  ])('for %j', (spec, message) => expect(texts(spec)).toEqual([`spec.${message}`]));

  test('for both ends of a range in one field', () => {
    const range = "write 'port: 80' and 'endPort: 90' for a range";
    expect(texts(port({ port: '80-90', endPort: 90 }))).toEqual([
      `spec.ingress[0].ports[0].endPort: may not be specified when \`port\` is non-numeric; ${range}`, `spec.ingress[0].ports[0].port: '80-90' must contain at least one letter (a-z); ${range}`,
    ]);
  });
});

describe('a common mistake has a fix', () => {
  test.each([
    ['another protocol', port({ protocol: 'ICMP' }), 'remove the ports of the rule to allow every protocol'],
    ['a number in quotes', port({ port: '80' }), 'write the number without quotes: 80'],
    ['a range with its end in quotes', port({ port: 80, endPort: '90' }), 'write it without quotes: 90'],
    ['ports as an object', ingress({ ports: { port: 80 } }), "start each item with '- '"],
    ['a namespace by its name', peer({ namespaceSelector: { name: 'x' } }), "labels go under matchLabels: write 'matchLabels: { name: … }'"],
    ['a single address', peer({ ipBlock: { cidr: '10.0.0.1' } }), 'write 10.0.0.1/32'],
    ['ingress in lower case', { policyTypes: ['ingress'] }, 'write Ingress'],
    ['a label that is a number', { podSelector: { matchLabels: { v: 1 } } }, 'put it in quotes: "1"'],
    ['a typing error', { podSelecter: {} }, "did you mean 'podSelector'?"],
  ])('for %s', (_name, spec, fix) => expect(texts(spec)).toEqual([expect.stringContaining(`; ${fix}`)]));

  test.each(['8000-8080', '8000:8080', '8000  -  8080'])('for the range %p in one field', range => {
    expect(texts(port({ port: range }))).toContainEqual(expect.stringMatching(/; write 'port: 8000' and 'endPort: 8080' for a range$/));
  });

  test.each(['HTTP', '80-90p', '80-', '-', 'p--80'])('but not for the name %p', name => {
    for (const text of texts(port({ port: name }))) { expect(text).not.toContain('; '); }
  });
});

describe('a field at the wrong level has a fix that says where it belongs', () => {
  const egressPeer = (value: unknown) => ({ spec: { egress: [value] } });
  const spec = (field: string) => ({ spec: { [field]: {} } });
  const rule = (field: string) => ({ spec: ingress({ [field]: {} }) });
  const inPeer = (field: string) => ({ spec: peer({ podSelector: {}, [field]: {} }) });
  const inPort = (field: string) => ({ spec: port({ port: 80, [field]: {} }) });

  test.each<[string, object, string]>([
    ...['ingress', 'egress', 'podSelector', 'policyTypes'].map((field): [string, object, string] => [`${field} beside spec`, { [field]: [] }, "move it under 'spec:'"]),
    ['from beside ingress', spec('from'), "'ingress:' and, under it, '- from:'"],
    ['to beside egress', spec('to'), "'egress:' and, under it, '- to:'"],
    ['ports beside ingress', spec('ports'), "under it, '- ports:'"],
    ['selector beside ingress', spec('selector'), "'podSelector: { matchLabels: … }'"],
    ['matchLabels beside ingress', spec('matchLabels'), "'podSelector: { matchLabels: … }'"],
    ['labels beside ingress', spec('labels'), "'podSelector: { matchLabels: … }'"],
    ['namespaceSelector beside ingress', spec('namespaceSelector'), 'set metadata.namespace'],
    ['from in an egress rule', egressPeer({ from: [] }), "write 'to' in an egress rule"],
    ['to in an ingress rule', rule('to'), "write 'from' in an ingress rule"],
    ['podSelector beside from', rule('podSelector'), "'from:' and, under it, '- podSelector: …'"],
    ['namespaceSelector beside from', rule('namespaceSelector'), "'from:' and, under it, '- namespaceSelector: …'"],
    ['ipBlock beside to', egressPeer({ ipBlock: {} }), "'to:' and, under it, '- ipBlock: …'"],
    ['port beside ports', egressPeer({ port: 80 }), "'ports:' and, under it, '- port: …'"],
    ['protocol beside ports', egressPeer({ protocol: 'TCP' }), "'ports:' and, under it, '- protocol: …'"],
    ['endPort beside ports', rule('endPort'), "'ports:' and, under it, '- endPort: …'"],
    ['matchLabels in a peer', inPeer('matchLabels'), "move it under 'podSelector:' or 'namespaceSelector:'"],
    ['matchExpressions in a peer', inPeer('matchExpressions'), "move it under 'podSelector:' or 'namespaceSelector:'"],
    ['cidr in a peer', inPeer('cidr'), "move it under 'ipBlock:'"],
    ['except in a peer', inPeer('except'), "move it under 'ipBlock:'"],
    ['ports in a peer', inPeer('ports'), 'move it into the rule, beside the list of peers'],
    ['protocol in a peer', inPeer('protocol'), "move it into the 'ports:' of the rule"],
    ['port in a peer', inPeer('port'), "move it into the 'ports:' of the rule"],
    ['name in a port', inPort('name'), "write 'port: NAME'"],
    ['number in a port', inPort('number'), "write 'port:'"],
    ['containerPort in a port', inPort('containerPort'), 'the port of the container, not of a Service'],
    ['targetPort in a port', inPort('targetPort'), "write 'port:'"],
  ])('%s', (_name, fields, fix) => {
    expect(textsOf(validateNetworkPolicy({ ...policy({}), ...fields }))).toEqual([expect.stringContaining(fix)]);
  });

  test('but a field that is not a known mistake has none', () => {
    expect(texts({ constructor: 1 })).toEqual(['spec.constructor: there is no such field; the fields here are podSelector, policyTypes, ingress, egress']);
  });
});

const TABLE = path.join(__dirname, '../../../shared/oracle-cases/validation.json');
const isThere = existsSync(TABLE);
if (!isThere) { console.warn(`${TABLE} does not exist, so this test does not compare the verdicts of the API server`); }

(isThere ? describe : describe.skip)('the API server has the same verdict', () => {
  interface Case { id: string; policy: unknown; valid: boolean; errors: { field: string; type: string }[]; decodeErrors: string[] }
  const cases: Case[] = isThere ? JSON.parse(readFileSync(TABLE, 'utf8')).cases.filter(({ id }: Case) => id.startsWith('np/')) : [{ id: 'none' }];

  test.each(cases.map(c => [c.id, c] as const))('for %s', (_id, { policy: object, valid, errors, decodeErrors }) => {
    const ours = validateNetworkPolicy(object);
    const isDecoding = ({ type }: { type: string }) => type === 'UnknownField' || type === 'WrongType';
    expect(ours.length === 0).toBe(valid);
    expect(ours.filter(e => !isDecoding(e)).map(e => `${formatPath(e.path)} ${e.type}`).sort()).toEqual(errors.map(e => `${e.field} ${e.type}`).sort());
    // Go prints the path of an unknown field with indices, and the path of a field of the wrong type without them.
    const names = ours.filter(isDecoding).map(({ path: at, type }) => type === 'UnknownField' ? `unknown field "${formatPath(at)}"` : formatPath(at.filter(step => typeof step === 'string')));
    expect(names).toHaveLength(decodeErrors.length);
    decodeErrors.forEach((error, i) => expect(error).toContain(names[i]));
  });
});
