import { fieldsOf, textsOf } from './formatted';
import { validateApplicationNetworkPolicy } from '../../src/validation/application-network-policy';

const errorsOf = (spec: unknown) => validateApplicationNetworkPolicy({
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'ApplicationNetworkPolicy',
  metadata: { name: 'p' },
  spec: spec !== null && typeof spec === 'object' && !Array.isArray(spec) ? { podSelector: {}, ...spec } : spec,
});
const to = (...peers: unknown[]) => ({ egress: [{ to: peers }] });

test.each<[string, unknown]>([
  ['without a spec', undefined], ['with the fields of a NetworkPolicy', {
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ protocol: 'TCP', port: 1, endPort: 2 }, { port: 'http' }] }],
  }],
  ['with domain names in egress', to({ domainNames: ['example.com', '*.example.com'] })],
  // The definition does not check what NetworkPolicy checks.
  ['with values that mean nothing', { policyTypes: ['Both'], ...to({ ipBlock: { cidr: 'all' } }, { podSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }, {}) }],
  ['with null for every optional field', { policyTypes: null, ingress: null, egress: [{ to: null, ports: null }] }],
])('a policy is valid %s', (_, spec) => expect(fieldsOf(errorsOf(spec))).toEqual([]));

const at = 'spec.egress[0]';
test.each<[string, unknown, string[]]>([
  ['text for a spec', 'x', ['spec WrongType']],
  ['no podSelector', { podSelector: null }, ['spec.podSelector FieldValueRequired']],
  ['text for a podSelector', { podSelector: 'all' }, ['spec.podSelector WrongType']],
  ['a number for a type', { policyTypes: [1] }, ['spec.policyTypes[0] WrongType']],
  ['text for a rule', { egress: ['all'] }, [`${at} WrongType`]],
  ['text for a peer', to('all'), [`${at}.to[0] WrongType`]],
  ['null for a rule', { egress: [null] }, [`${at} WrongType`]],
  ['null for a peer', to(null), [`${at}.to[0] WrongType`]],
  ['null for a port entry', { egress: [{ ports: [null] }] }, [`${at}.ports[0] WrongType`]],
  ['the peers of the other direction', { egress: [{ from: [] }] }, [`${at}.from UnknownField`]],
  ['domain names in ingress', { ingress: [{ from: [{ domainNames: ['example.com'] }] }] }, ['spec.ingress[0].from[0].domainNames UnknownField']],
  ['a block without cidr', to({ ipBlock: {} }), [`${at}.to[0].ipBlock.cidr FieldValueRequired`]],
  ['text for a block', to({ ipBlock: '10.0.0.0/8' }), [`${at}.to[0].ipBlock WrongType`]],
  ['a number for an exception', to({ ipBlock: { cidr: 'x', except: [1] } }), [`${at}.to[0].ipBlock.except[0] WrongType`]],
  ['text for a namespaceSelector', to({ namespaceSelector: 'all' }), [`${at}.to[0].namespaceSelector WrongType`]],
  ['text for a port entry', { egress: [{ ports: ['http'] }] }, [`${at}.ports[0] WrongType`]],
  ['true for a port', { egress: [{ ports: [{ port: true }] }] }, [`${at}.ports[0].port WrongType`]],
  ['text for an end', { egress: [{ ports: [{ port: 1, endPort: '2' }] }] }, [`${at}.ports[0].endPort WrongType`]],
  ['no domain name', to({ domainNames: [] }), [`${at}.to[0].domainNames FieldValueInvalid`]],
  ['a domain name that is none', to({ domainNames: ['com'] }), [`${at}.to[0].domainNames[0] FieldValueInvalid`]],
  ['a number for a domain name', to({ domainNames: [1] }), [`${at}.to[0].domainNames[0] WrongType`]],
  ['a domain name twice', to({ domainNames: ['a.com', 'a.com'] }), [`${at}.to[0].domainNames[1] FieldValueDuplicate`]],
  ['a domain name beside a block', to({ domainNames: ['a.com'], ipBlock: { cidr: '10.0.0.0/8' } }), [`${at}.to[0] FieldValueInvalid`]],
  ['a domain name beside a podSelector', to({ domainNames: ['a.com'], podSelector: {} }), [`${at}.to[0] FieldValueInvalid`]],
])('%s is refused', (_, spec, expected) => expect(fieldsOf(errorsOf(spec))).toEqual(expected));

test('text for the whole object is refused, and an error has a fix', () => {
  expect(fieldsOf(validateApplicationNetworkPolicy('x'))).toEqual([' WrongType']);
  expect(textsOf(errorsOf({ podSelector: null }))).toEqual(["spec: is required; write 'podSelector: {}' for all pods of the namespace"]);
});
