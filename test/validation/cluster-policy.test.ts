import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { fieldsOf, textsOf } from './formatted';
import { formatPath } from '../../src/findings/finding';
import { ClusterPolicySchema, clusterPolicySchema, validateClusterPolicy } from '../../src/validation/cluster-policy';

const CNP = ['policy.networking.k8s.io/v1beta1', 'ClusterNetworkPolicy'] as const;
const ANP = ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'] as const;
const BANP = ['policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy'] as const;
const AWS = ['networking.k8s.aws/v1alpha1', 'ClusterNetworkPolicy'] as const;
type Kind = readonly [apiVersion: string, kind: string];

const BASE: Record<string, object> = { ClusterNetworkPolicy: { tier: 'Admin', priority: 1 }, AdminNetworkPolicy: { priority: 1 }, BaselineAdminNetworkPolicy: {} };
const EVERYONE = { namespaces: {} };

function errorsOf([apiVersion, kind]: Kind, spec: unknown, rest: object = {}) {
  const name = kind === 'BaselineAdminNetworkPolicy' ? 'default' : 'p';
  const written = spec !== null && typeof spec === 'object' && !Array.isArray(spec) ? { ...BASE[kind], subject: EVERYONE, ...spec } : spec;
  return validateClusterPolicy({ apiVersion, kind, metadata: { name }, spec: written, ...rest }, clusterPolicySchema(apiVersion, kind)!);
}

const refused = (kind: Kind, spec: unknown, rest?: object) => fieldsOf(errorsOf(kind, spec, rest));
const texts = (kind: Kind, spec: unknown, rest?: object) => textsOf(errorsOf(kind, spec, rest));
const egress = (rule: object) => ({ egress: [{ action: 'Deny', to: [EVERYONE], ...rule }] });
const ingress = (rule: object) => ({ ingress: [{ action: 'Deny', from: [EVERYONE], ...rule }] });
const to = (peer: unknown) => egress({ to: [peer] });

test('a kind is known in the versions that its API has had, and in no other', () => {
  const isKnown = ([apiVersion, kind]: Kind) => clusterPolicySchema(apiVersion, kind) !== undefined;
  expect([CNP, ['policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy'], ANP, BANP, AWS].every(kind => isKnown(kind as Kind))).toBe(true);
  expect([['policy.networking.k8s.io/v1alpha1', 'ClusterNetworkPolicy'], ['policy.networking.k8s.io/v1beta1', 'AdminNetworkPolicy'], ['crd.antrea.io/v1beta1', 'ClusterNetworkPolicy'],
    ['constructor', '']].some(kind => isKnown(kind as unknown as Kind))).toBe(false);
});

describe('what the tables of the API server do not have', () => {
  const at = 'spec.egress[0]';
  test.each<[string, Kind, unknown, string[]]>([
    ['text for a spec', CNP, 'x', ['spec WrongType']],
    ['text for a subject', CNP, { subject: 'all' }, ['spec.subject WrongType']],
    ['text for the pods of a subject', CNP, { subject: { pods: 'all' } }, ['spec.subject.pods WrongType']],
    ['text for a selector', CNP, { subject: { namespaces: 'all' } }, ['spec.subject.namespaces WrongType']],
    ['text for a requirement', CNP, { subject: { namespaces: { matchExpressions: ['all'] } } }, ['spec.subject.namespaces.matchExpressions[0] WrongType']],
    ['a number for a value', CNP, { subject: { namespaces: { matchExpressions: [{ key: 'a', operator: 'In', values: [1] }] } } }, ['spec.subject.namespaces.matchExpressions[0].values[0] WrongType']],
    ['text for the nodes of a peer', CNP, to({ nodes: 'all' }), [`${at}.to[0].nodes WrongType`]],
    ['text for a rule', CNP, { egress: ['all'] }, [`${at} WrongType`]],
    ['a number for an action', CNP, egress({ action: 1 }), [`${at}.action WrongType`]],
    ['a name of 101 characters', CNP, egress({ name: 'x'.repeat(101) }), [`${at}.name FieldValueTooLong`]],
    ['26 networks', CNP, to({ networks: Array.from({ length: 26 }, (_, i) => `10.${i}.0.0/16`) }), [`${at}.to[0].networks FieldValueTooMany`]],
    ['a network of 44 characters', CNP, to({ networks: [`${'0'.repeat(40)}/128`] }), [`${at}.to[0].networks[0] FieldValueTooLong`]],
    ['a number for a network', CNP, to({ networks: [10] }), [`${at}.to[0].networks[0] WrongType`]],
    ['26 peers', CNP, egress({ to: Array.from({ length: 26 }, () => EVERYONE) }), [`${at}.to FieldValueTooMany`]],
    ['26 protocols', CNP, egress({ protocols: Array.from({ length: 26 }, () => ({ tcp: { destinationPort: { number: 1 } } })) }), [`${at}.protocols FieldValueTooMany`]],
    ['text for a protocol', CNP, egress({ protocols: ['tcp'] }), [`${at}.protocols[0] WrongType`]],
    ['text for tcp', CNP, egress({ protocols: [{ tcp: 'all' }] }), [`${at}.protocols[0].tcp WrongType`]],
    ['text for a range', CNP, egress({ protocols: [{ udp: { destinationPort: { range: '1-2' } } }] }), [`${at}.protocols[0].udp.destinationPort.range WrongType`]],
    ['text for a number of AdminNetworkPolicy', ANP, egress({ ports: [{ portNumber: 80 }] }), [`${at}.ports[0].portNumber WrongType`]],
    ['port 0 of AdminNetworkPolicy', ANP, egress({ ports: [{ portNumber: { port: 0 } }] }), [`${at}.ports[0].portNumber.port FieldValueInvalid`]],
    ['a number without a port', ANP, egress({ ports: [{ portNumber: {} }] }), [`${at}.ports[0].portNumber.port FieldValueRequired`]],
    ['101 peers of AdminNetworkPolicy', ANP, egress({ to: Array.from({ length: 101 }, () => EVERYONE) }), [`${at}.to FieldValueTooMany`]],
    ['leading zeros in a network of AdminNetworkPolicy', ANP, to({ networks: ['010.0.0.1/8'] }), [`${at}.to[0].networks[0] FieldValueInvalid`]],
    ['a priority of BaselineAdminNetworkPolicy', BANP, { priority: 1 }, ['spec.priority UnknownField']],
    ['nodes in a ClusterNetworkPolicy of the Amazon VPC CNI', AWS, to({ nodes: {} }), [`${at}.to[0].nodes UnknownField`]],
    ['pods without namespaceSelector in one of the Amazon VPC CNI', AWS, to({ pods: { podSelector: {} } }), [`${at}.to[0].pods.namespaceSelector FieldValueRequired`]],
    ['101 rules of the Amazon VPC CNI', AWS, { egress: Array.from({ length: 101 }, () => ({ action: 'Deny', to: [EVERYONE] })) }, ['spec.egress FieldValueTooMany']],
    ['domain names with Deny, of the Amazon VPC CNI', AWS, to({ domainNames: ['example.com'] }), [`${at} FieldValueInvalid`]],
    ['a range that ends where it starts, of the Amazon VPC CNI', AWS, egress({ ports: [{ portRange: { start: 1, end: 1 } }] }), [`${at}.ports[0].portRange FieldValueInvalid`]],
    ['null in a list of ports', AWS, egress({ ports: [null] }), [`${at}.ports[0] WrongType`]],
    ['null in a list of networks', AWS, to({ networks: [null] }), [`${at}.to[0].networks[0] WrongType`]],
    ['null in the values of a selector', CNP, to({ namespaces: { matchExpressions: [{ key: 'a', operator: 'In', values: [null] }] } }), [`${at}.to[0].namespaces.matchExpressions[0].values[0] WrongType`]],
    ['protocols of the Amazon VPC CNI', AWS, egress({ protocols: [] }), [`${at}.protocols UnknownField`]],
  ])('%s is refused', (_, kind, spec, expected) => expect(refused(kind, spec)).toEqual(expected));

  test.each<[string, Kind, unknown]>([
    ['100 rules, peers and ports of AdminNetworkPolicy', ANP, {
      egress: Array.from({ length: 100 }, () => ({ action: 'Deny', to: Array.from({ length: 100 }, () => EVERYONE), ports: Array.from({ length: 100 }, () => ({ portNumber: { port: 1 } })) })),
    }],
    ['a range of AdminNetworkPolicy that ends before it starts', ANP, egress({ ports: [{ portRange: { start: 2, end: 1 } }] })],
    ['domain names with Accept, of the Amazon VPC CNI', AWS, egress({ action: 'Accept', to: [{ domainNames: ['*.example.com'] }] })],
    ['a named port beside networks, of the Amazon VPC CNI', AWS, egress({ to: [{ networks: ['10.0.0.0/8'] }], ports: [{ namedPort: 'http' }] })],
    ['a network that is none, of the Amazon VPC CNI', AWS, to({ networks: ['10.0.0.1'] })],
    ['a port without fields, of the Amazon VPC CNI', AWS, egress({ ports: [{}] })],
    ['null for every optional field', CNP, { ingress: null, egress: [{ action: 'Pass', to: [{ namespaces: {}, pods: null }], name: null, protocols: null }] }],
  ])('%s is valid', (_, kind, spec) => expect(refused(kind, spec)).toEqual([]));

  test('text for the whole object is refused', () => {
    expect(fieldsOf(validateClusterPolicy('x', clusterPolicySchema(...CNP)!))).toEqual([' WrongType']);
  });

  test('a peer of a later version is refused, but netpol can read the rule without it', () => {
    expect(errorsOf(CNP, to({ services: {} }))).toEqual([expect.objectContaining({ path: ['spec', 'egress', 0, 'to', 0, 'services'], type: 'UnknownField', harmless: true })]);
    expect(errorsOf(CNP, to({ services: {}, namespaces: {} })).some(({ harmless }) => harmless)).toBe(false);
  });
});

describe('an error has a fix', () => {
  test.each<[string, Kind, unknown, string]>([
    ['the action of the other API', CNP, egress({ action: 'Allow' }), 'write Accept'],
    ['the action of the other API', ANP, egress({ action: 'Accept' }), 'write Allow'],
    ['an action in lower case', CNP, egress({ action: 'deny' }), 'write Deny'],
    ['Pass in the last tier of AdminNetworkPolicy', BANP, egress({ action: 'Pass' }), 'remove the rule: without a match, the next tier decides'],
    ['no action', CNP, { egress: [{ to: [EVERYONE] }] }, 'write one of Accept, Deny, Pass'],
    ['the peers of the other direction', CNP, { egress: [{ action: 'Deny', to: [EVERYONE], from: [] }] }, "write 'to' in this direction"],
    ['the ports of the other API', CNP, ingress({ ports: [] }), "write 'protocols' in this kind"],
    ['the ports of the other API', ANP, ingress({ protocols: [] }), "write 'ports' in this kind"],
    ['a field that is no mistake of another API', CNP, ingress({ priority: 1 }), 'the fields here are name, action, from, protocols'],
    ['a selector inside a selector', CNP, { subject: { namespaces: { namespaceSelector: {} } } }, 'write matchLabels or matchExpressions here'],
    ['two fields in a peer', CNP, to({ namespaces: {}, networks: ['10.0.0.0/8'] }), 'write an item for each'],
    ['two fields in a subject', CNP, { subject: { namespaces: {}, pods: { podSelector: {} } } }, 'remove all but one'],
    ['no field in a peer', CNP, to({}), 'write one of namespaces, pods, nodes, networks, domainNames'],
    ['no peers', CNP, egress({ to: undefined }), "write 'to: [{ namespaces: {} }]' for every pod"],
    ['an empty list of peers', CNP, egress({ to: [] }), 'add one, or remove the field'],
    ['no subject', CNP, { subject: null }, "write 'subject: { namespaces: {} }' for all pods"],
    ['no pods in a peer', CNP, to({ pods: {} }), "write 'podSelector: {}' for all pods"],
    ['no tier', CNP, { tier: null }, "write 'tier: Admin' or 'tier: Baseline'"],
    ['no priority', CNP, { priority: null }, 'write a number of 0–1000; the lower one decides first'],
    ['a priority that is too high', CNP, { priority: 1001 }, 'write a number in that range'],
    ['host bits', CNP, to({ networks: ['10.0.0.1/8'] }), 'write a CIDR block, like 10.0.0.0/8'],
    ['a network twice', CNP, to({ networks: ['10.0.0.0/8', '10.0.0.0/8'] }), 'remove it'],
    ['a domain name that is none', CNP, to({ domainNames: ['com'] }), 'write it like example.com or *.example.com'],
    ['a range of one port', CNP, egress({ protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 1 } } } }] }), "write 'number' for one port"],
    ['a range that ends before it starts', CNP, egress({ protocols: [{ tcp: { destinationPort: { range: { start: 2, end: 1 } } } }] }), 'exchange the two'],
    ['a named port beside networks', CNP, egress({ to: [{ networks: ['10.0.0.0/8'] }], protocols: [{ destinationNamedPort: 'http' }] }), 'write the number of the port, or two rules'],
    ['domain names with Deny, of the Amazon VPC CNI', AWS, to({ domainNames: ['example.com'] }), 'remove the peer, or write networks'],
    ['26 rules', CNP, { egress: Array.from({ length: 26 }, () => ({ action: 'Deny', to: [EVERYONE] })) }, 'split it'],
  ])('for %s', (_, kind, spec, fix) => expect(texts(kind, spec)).toEqual([expect.stringMatching(`; ${fix.replace(/[.*+?^$()[\]{}]/g, '\\$&')}$`)]));

  test('for another name of a BaselineAdminNetworkPolicy, and for a field beside the spec', () => {
    expect(texts(BANP, {}, { metadata: { name: 'other' } })).toEqual([
      "metadata.name: a cluster can have only one BaselineAdminNetworkPolicy, with the name 'default'; write 'name: default'",
    ]);
    expect(texts(CNP, {}, { tier: 'Admin' })).toEqual(["tier: there is no such field; move it under 'spec:'"]);
  });
});

const FOLDER = path.join(__dirname, '../../../shared/oracle-cases');
const isThere = existsSync(FOLDER);
if (!isThere) { console.warn(`${FOLDER} does not exist, so this test does not compare the verdicts of the API server`); }

interface Case { id: string; policy: any; valid: boolean; errors: { field: string; type: string }[]; decodeErrors: string[] }

function casesOf(file: string): Case[] {
  return JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')).cases.filter(({ policy }: Case) => policy.kind !== 'NetworkPolicy');
}

(isThere ? describe : describe.skip)('the API server has the same verdict', () => {
  const tables = isThere ? [casesOf('validation-cluster-wide.json'), casesOf('validation.json')] : [];

  test('about 104 policies in one table, and 41 in the other', () => {
    expect(tables.map(({ length }) => length)).toEqual([104, 41]);
  });

  test.each(isThere ? tables.flat().map(one => [one.id, one] as const) : [['none', undefined as never]])('for %s', (_id, { policy, valid, errors, decodeErrors }) => {
    const ours = validateClusterPolicy(policy, clusterPolicySchema(policy.apiVersion, policy.kind) as ClusterPolicySchema);
    expect(ours.length === 0).toBe(valid);
    const unknown = ours.filter(({ type }) => type === 'UnknownField').map(({ path: at }) => `unknown field ${formatPath(at)}`);
    expect(unknown.sort()).toEqual([...decodeErrors].sort());
    // The API server looks at the values only if it knows every field.
    if (decodeErrors.length > 0) { return; }
    const fields = errors.filter(({ field, type }) => field !== '<nil>' || type !== 'FieldValueInvalid' || errors.length === 1)
      .map(({ field, type }) => `${field === '<nil>' ? '' : field} ${type === 'FieldValueTypeInvalid' ? 'WrongType' : type}`);
    expect(fieldsOf(ours).sort()).toEqual(fields.sort());
  });
});
