import * as fc from 'fast-check';
import { readCluster } from '../../src/cluster/read-cluster';
import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { randomRuns } from '../support/random-runs';

/* Whatever is put in: problems that can be printed, no exception, no silence about a policy. */

const judge = (content: string | Buffer, format: 'yaml' | 'json' | 'guess') => {
  const { resources, problems } = readText({ file: 'a', content, format, named: true });
  const { cluster, problems: more } = readCluster(resources);
  return { cluster, messages: [...problems, ...more].map(formatFinding) };
};

const format = fc.constantFrom('yaml' as const, 'json' as const, 'guess' as const);

test('any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), format, (bytes, as) => { judge(Buffer.from(bytes), as); }));
});

test('any text of the characters that YAML is made of', () => {
  const yaml = fc.array(fc.constantFrom('a', 'kind', ': ', ':', '- ', '-', '\n', '\n  ', '---\n', '{', '}', '[', ']', ',', '"', "'", '|', '>', '&x ', '*x', '<<', '? ', '!', '!!str ', '#', ' ', '\t', '%', '@', '{{', '}}', '...\n', '~', '1'), { maxLength: 40 });
  fc.assert(fc.property(yaml, format, (parts, as) => { judge(parts.join(''), as); }), { numRuns: randomRuns(3000) });
});

describe('an object with anything in any field', () => {
  const anything = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, true, 0, -1, 80, 1.5, '', 'a', 'TCP', '10.0.0.0/8', 'Ingress'), fc.array(tie('value'), { maxLength: 2 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(
      'metadata', 'spec', 'name', 'namespace', 'labels', 'ownerReferences', 'controller', 'kind', 'podSelector', 'namespaceSelector', 'ipBlock', 'cidr', 'except', 'matchLabels', 'matchExpressions',
      'key', 'operator', 'values', 'ingress', 'egress', 'from', 'to', 'ports', 'port', 'endPort', 'protocol', 'policyTypes', 'template', 'selector', 'containers', 'containerPort', 'status', 'podIPs', 'podIP', 'ip',
      'jobTemplate', 'hostNetwork', 'items', '__proto__', 'constructor'), tie('value'), { maxKeys: 4 }),
  }));
  const kinds = fc.constantFrom(
    ['networking.k8s.io/v1', 'NetworkPolicy'], ['v1', 'Namespace'], ['v1', 'Pod'], ['apps/v1', 'Deployment'], ['batch/v1', 'CronJob'], ['v1', 'ReplicationController'], ['v1', 'List'], ['v1', 'PodList'],
    ['acme.io/v1', 'Thing'], ['acme.io/v1', 'ThingNetworkPolicy'], ['extensions/v1beta1', 'NetworkPolicy']);

  test('gives messages, or is read', () => {
    fc.assert(fc.property(kinds, anything.object, anything.value, anything.value, ([apiVersion, kind], rest, metadata, spec) => {
      const { cluster, messages } = judge(JSON.stringify({ ...rest as object, metadata, spec, apiVersion, kind }), 'json');
      if (kind === 'NetworkPolicy') { expect(cluster.policies.length + messages.length).toBeGreaterThan(0); }
    }), { numRuns: randomRuns(5000) });
  });

  test('in the rules of a policy too', () => {
    fc.assert(fc.property(anything.value, anything.value, anything.value, (ingress, egress, podSelector) => {
      const spec = { ingress: [{ from: [ingress], ports: [egress] }, ingress], egress: [egress, { to: egress, ports: ingress }], podSelector };
      const { cluster, messages } = judge(JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec }), 'json');
      expect(cluster.policies.length === 1).toBe(messages.length === 0);
    }), { numRuns: randomRuns(5000) });
  });
});
