import { formatPath } from '../../src/findings/finding';
import { podTemplateOf } from '../../src/k8s/workloads';
import { validateWorkload } from '../../src/validation/workload';

const refused = (object: any) => validateWorkload(object, podTemplateOf(object)!)
  .map(({ path, type, harmless }) => `${formatPath(path)} ${type}${harmless ? ' (harmless)' : ''}`);
const pod = (spec: unknown, metadata: object = {}) => refused({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec });
const ports = (...list: unknown[]) => pod({ containers: [{ ports: list }] });
const deployment = (spec: unknown) => refused({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });

test('a workload is valid by its name, labels, ports and selector; nothing else is looked at', () => {
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

test('a workload has a template for its pods', () => {
  expect(deployment({})).toEqual(['spec.template FieldValueRequired']);
  expect(refused({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c' }, spec: { jobTemplate: {} } })).toEqual(['spec.jobTemplate.spec.template FieldValueRequired']);
});

test('labels are texts of the right form', () => {
  expect(pod({}, { labels: { a: 1 } })).toEqual(['metadata.labels WrongType']);
  expect(deployment({ template: { metadata: { labels: { a: '-x' } } } })).toEqual(['spec.template.metadata.labels FieldValueInvalid']);
});

describe('a container port', () => {
  const at = 'spec.containers[0].ports[0]';
  test.each([
    [{ containerPort: 0 }, 'containerPort FieldValueInvalid'], [{ containerPort: 65536 }, 'containerPort FieldValueInvalid'], [{ containerPort: '80' }, 'containerPort WrongType'],
    [{ containerPort: 80, protocol: 'tcp' }, 'protocol FieldValueNotSupported'], [{ containerPort: 80, protocol: 6 }, 'protocol WrongType'],
    [{ containerPort: 80, name: '80' }, 'name FieldValueInvalid'], [{ containerPort: 80, name: 80 }, 'name WrongType'],
  ])('%j is refused', (port, error) => expect(ports(port)).toEqual([`${at}.${error}`]));

  test('without a number is not counted', () => {
    expect(ports({ containerport: 80, name: 'http' })).toEqual([`${at}.containerPort FieldValueRequired (harmless)`]);
  });

  test('that is no object, in a list that is none, is refused', () => {
    expect(ports(80)).toEqual([`${at} WrongType`]);
    expect(pod({ containers: [{ ports: { containerPort: 80 } }] })).toEqual(['spec.containers[0].ports WrongType']);
    expect(pod({ initContainers: 'x' })).toEqual(['spec.initContainers WrongType']);
  });

  test('has a name of its own within its container; in another the name may come again', () => {
    const http = { containerPort: 80, name: 'http' };
    expect(ports(http, { ...http, containerPort: 81 })).toEqual(['spec.containers[0].ports[1].name FieldValueInvalid']);
    expect(pod({ containers: [{ ports: [http] }, { ports: [http] }] })).toEqual([]);
  });
});

describe('what is refused is told with what is wrong and what to write', () => {
  const said = (object: any) => validateWorkload(object, podTemplateOf(object)!)
    .map(({ path, place, message, fix: suggestion }) => `${formatPath(place ?? path)}: ${message}${suggestion === undefined ? '' : `; ${suggestion}`}`);

  test.each<[unknown, string]>([
    [80, ": must be an object; write '- containerPort: 8080'"],
    [{}, '.containerPort: is required, so that this port is not counted; write the number of the port, as in containerPort: 8080'],
    [{ containerPort: 0 }, '.containerPort: 0 must be between 1 and 65535, inclusive'],
    [{ containerPort: 80, protocol: 'tcp' }, ".protocol: 'tcp' is none of SCTP, TCP, UDP; write TCP"],
    [{ containerPort: 80, protocol: 'ICMP' }, ".protocol: 'ICMP' is none of SCTP, TCP, UDP"],
    [{ containerPort: 80, name: '80' }, ".name: '80' must contain at least one letter (a-z)"],
  ])('of the port %j', (port, message) => {
    for (const field of ['containers', 'initContainers']) {
      expect(said({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { [field]: [null, { ports: [port] }] } })).toEqual([`spec.${field}[1].ports[0]${message}`]);
    }
  });

  test('of two ports with one name', () => {
    const http = { containerPort: 80, name: 'http' };
    expect(said({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ ports: [http, http] }] } }))
      .toEqual(["spec.containers[0].ports[1].name: two ports of one container are named 'http'; give each a name of its own"]);
  });

  test.each(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])('of a %s without a template, or with labels that its selector does not select', kind => {
    const object = (spec: object) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'd' }, spec });
    expect(said(object({}))).toEqual(["spec.template: is required; write the pod's metadata and spec there"]);
    for (const template of [{ metadata: { labels: { a: 'c' } } }, { metadata: 3, spec: 7 }]) {
      expect(said(object({ selector: { matchLabels: { a: 'b' } }, template }))).toEqual([
        'spec.template.metadata.labels: `selector` does not match template `labels`: it selects a=b; write the same labels in spec.selector.matchLabels and here',
      ]);
    }
  });

  test('of an object that is nothing but a kind', () => {
    for (const fields of [{}, { metadata: 3, spec: 7 }, { metadata: null, spec: null }]) {
      expect(said({ apiVersion: 'apps/v1', kind: 'Deployment', ...fields })).toEqual([
        'metadata.name: name or generateName is required', "spec.template: is required; write the pod's metadata and spec there",
      ]);
    }
  });
});

describe('a selector', () => {
  test('matches the labels of the workload\'s own pods', () => {
    expect(deployment({ selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'c' } } } })).toEqual(['spec.template.metadata.labels FieldValueInvalid']);
    expect(refused({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'r' }, spec: { selector: { a: 'b' }, template: {} } }))
      .toEqual(['spec.template.metadata.labels FieldValueInvalid']);
  });

  test('is well formed', () => {
    expect(deployment({ selector: { a: 'b' }, template: {} })).toEqual(['spec.selector.a UnknownField']);
    expect(refused({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'r' }, spec: { selector: { a: 1 }, template: {} } })).toEqual(['spec.selector WrongType']);
  });

  test('that is not well formed is not held against the labels besides', () => {
    expect(deployment({ selector: { matchLabels: { a: '-x' } }, template: { metadata: { labels: { a: 'b' } } } })).toEqual(['spec.selector.matchLabels FieldValueInvalid']);
  });

  test('of a Job is its own affair: the cluster writes it', () => {
    expect(refused({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { selector: { matchLabels: { uid: 'x' } }, template: {} } })).toEqual([]);
  });
});
