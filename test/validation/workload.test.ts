import { fieldsOf, textsOf } from './formatted';
import { podTemplateOf } from '../../src/k8s/workloads';
import { validateWorkload } from '../../src/validation/workload';

const errorsIn = (object: any) => validateWorkload(object, podTemplateOf(object)!);
const refused = (object: any) => fieldsOf(errorsIn(object));
const pod = (spec: unknown, metadata: object = {}) => refused({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec });
const ports = (...list: unknown[]) => pod({ containers: [{ ports: list }] });
const deployment = (spec: unknown) => refused({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });

test('a workload is validated by its name, labels, ports and selector only', () => {
  expect(pod({ containers: [{ name: 'a', image: 5, ports: null }, null], anything: 'goes' }, { anything: 'goes' })).toEqual([]);
  expect(ports({ containerPort: 80, name: 'http', protocol: 'TCP', hostPort: 'x' }, { containerPort: 80, protocol: '' }, { containerPort: 81, name: null })).toEqual([]);
  expect(deployment({ selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b', c: 'd' } } } })).toEqual([]);
  expect(deployment({ template: {} })).toEqual([]);
});

test('a workload has a name', () => {
  expect(refused({ apiVersion: 'v1', kind: 'Pod', spec: {} })).toEqual(['metadata.name FieldValueRequired']);
  expect(pod({}, { name: 'A' })).toEqual(['metadata.name FieldValueInvalid']);
  expect(pod({}, { namespace: 'a.b' })).toEqual(['metadata.namespace FieldValueInvalid']);
});

test('a workload has a template of its pods', () => {
  expect(deployment({})).toEqual(['spec.template FieldValueRequired']);
  expect(refused({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c' }, spec: { jobTemplate: {} } })).toEqual(['spec.jobTemplate.spec.template FieldValueRequired']);
});

test('the labels of a workload are valid', () => {
  expect(pod({}, { labels: { a: 1 } })).toEqual(['metadata.labels WrongType']);
  expect(deployment({ template: { metadata: { labels: { a: '-x' } } } })).toEqual(['spec.template.metadata.labels FieldValueInvalid']);
});

describe('a container port', () => {
  const at = 'spec.containers[0].ports[0]';
  test.each([
    [{ containerPort: 0 }, 'containerPort FieldValueInvalid'], [{ containerPort: 65536 }, 'containerPort FieldValueInvalid'], [{ containerPort: '80' }, 'containerPort WrongType'],
    [{ containerPort: 80, protocol: 'tcp' }, 'protocol FieldValueNotSupported'], [{ containerPort: 80, protocol: 6 }, 'protocol WrongType'],
    [{ containerPort: 80, name: '80' }, 'name FieldValueInvalid'], [{ containerPort: 80, name: 80 }, 'name WrongType'],
  ])('cannot be %j', (port, error) => expect(ports(port)).toEqual([`${at}.${error}`]));

  test('without a number does not keep netpol from reading the workload', () => {
    const spec = { containers: [{ ports: [{ containerport: 80, name: 'http' }] }] };
    expect(errorsIn({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec })).toMatchObject([{ type: 'FieldValueRequired', harmless: true }]);
  });

  test('is an object in a list', () => {
    expect(ports(80)).toEqual([`${at} WrongType`]);
    expect(pod({ containers: [{ ports: { containerPort: 80 } }] })).toEqual(['spec.containers[0].ports WrongType']);
    expect(pod({ initContainers: 'x' })).toEqual(['spec.initContainers WrongType']);
  });

  test('has a name that is unique within its container', () => {
    const http = { containerPort: 80, name: 'http' };
    expect(ports(http, { ...http, containerPort: 81 })).toEqual(['spec.containers[0].ports[1].name FieldValueInvalid']);
    expect(pod({ containers: [{ ports: [http] }, { ports: [http] }] })).toEqual([]);
  });
});

describe('an error has its place, what is wrong, and the fix', () => {
  const texts = (object: any) => textsOf(errorsIn(object));

  test.each<[unknown, string]>([
    [80, ": must be an object; write '- containerPort: 8080'"],
    [{}, '.containerPort: is required; netpol ignores this port; write the number of the port, like containerPort: 8080'],
    [{ containerPort: 0 }, '.containerPort: 0 must be between 1 and 65535, inclusive'],
    [{ containerPort: 80, protocol: 'tcp' }, ".protocol: must be SCTP, TCP or UDP, not 'tcp'; write TCP"],
    [{ containerPort: 80, protocol: 'ICMP' }, ".protocol: must be SCTP, TCP or UDP, not 'ICMP'"],
    [{ containerPort: 80, name: '80' }, ".name: '80' must contain at least one letter (a-z)"],
  ])('for the port %j', (port, message) => {
    for (const field of ['containers', 'initContainers']) {
      expect(texts({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { [field]: [null, { ports: [port] }] } })).toEqual([`spec.${field}[1].ports[0]${message}`]);
    }
  });

  test('for two ports with the same name', () => {
    const http = { containerPort: 80, name: 'http' };
    expect(texts({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ ports: [http, http] }] } }))
      .toEqual(["spec.containers[0].ports[1].name: two ports of one container have the name 'http'; give each its own name"]);
  });

  test.each(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])('for a %s without a template, or with labels that its selector does not select', kind => {
    const object = (spec: object) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'd' }, spec });
    expect(texts(object({}))).toEqual(['spec.template: is required; write the metadata and spec of the pods here']);
    for (const template of [{ metadata: { labels: { a: 'c' } } }, { metadata: 3, spec: 7 }]) {
      expect(texts(object({ selector: { matchLabels: { a: 'b' } }, template }))).toEqual([
        'spec.template.metadata.labels: `selector` does not match template `labels`: it selects a=b; write the same labels in spec.selector.matchLabels and here',
      ]);
    }
  });

  test('for an object that has only a kind', () => {
    for (const fields of [{}, { metadata: 3, spec: 7 }, { metadata: null, spec: null }]) {
      expect(texts({ apiVersion: 'apps/v1', kind: 'Deployment', ...fields })).toEqual([
        'metadata.name: name or generateName is required', 'spec.template: is required; write the metadata and spec of the pods here',
      ]);
    }
  });
});

describe('a selector', () => {
  test('selects the pods of its own workload', () => {
    expect(deployment({ selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'c' } } } })).toEqual(['spec.template.metadata.labels FieldValueInvalid']);
    expect(refused({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'r' }, spec: { selector: { a: 'b' }, template: {} } }))
      .toEqual(['spec.template.metadata.labels FieldValueInvalid']);
  });

  test('is valid', () => {
    expect(deployment({ selector: { a: 'b' }, template: {} })).toEqual(['spec.selector.a UnknownField']);
    expect(refused({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'r' }, spec: { selector: { a: 1 }, template: {} } })).toEqual(['spec.selector WrongType']);
  });

  test('that is not valid is not compared with the labels', () => {
    expect(deployment({ selector: { matchLabels: { a: '-x' } }, template: { metadata: { labels: { a: 'b' } } } })).toEqual(['spec.selector.matchLabels FieldValueInvalid']);
  });

  test('of a Job is not validated, because the cluster writes it', () => {
    expect(refused({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { selector: { matchLabels: { uid: 'x' } }, template: {} } })).toEqual([]);
  });
});

test('a field of the metadata of a workload or of its pods that nearly has the name of a known one is an error', () => {
  const template = { metadata: { label: { app: 'x' } }, spec: {} };
  const faulty = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x', Namespace: 'y' }, spec: { template } };
  expect(fieldsOf(validateWorkload(faulty, podTemplateOf(faulty)!))).toEqual(expect.arrayContaining(['metadata.Namespace UnknownField', 'spec.template.metadata.label UnknownField']));
  const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', label: {} }, spec: {} };
  expect(fieldsOf(validateWorkload(bare, podTemplateOf(bare)!))).toEqual(['metadata.label UnknownField']);
});
