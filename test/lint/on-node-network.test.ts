import { found, networkPolicy } from './found';
import { netpol } from '../cli/command';
import { deployment } from '../support/cluster-objects';

/* NP136: policies have no effect on pods that use the network of their node. */

const PROXY = deployment('shop/proxy', { app: 'proxy', tier: 'edge' }, { hostNetwork: true });
const WEB = deployment('shop/web', { app: 'web', tier: 'edge' });
const selecting = (labels: Record<string, string>) => networkPolicy('shop/p', { podSelector: { matchLabels: labels }, ingress: [] });

test('a policy that selects only such pods has no effect, and the finding says where they are put on that network', () => {
  expect(found('NP136', [PROXY, selecting({ app: 'proxy' })])).toEqual([
    'object 1 spec.podSelector: warning NP136: shop/p has no effect: it selects only pods of shop/proxy[Deployment], which use the network of their node '
    + '(hostNetwork: object 0 spec.template.spec.hostNetwork); remove hostNetwork from the pods, or protect the ports of the nodes by other means',
  ]);
});

test('it is a note if the policy selects other pods too', () => {
  expect(found('NP136', [PROXY, WEB, selecting({ tier: 'edge' })])[0]).toContain('note NP136: shop/p has no effect on some of its pods, which are pods of shop/proxy[Deployment]');
});

test('it is not found for a policy of every pod, nor for one of other pods', () => {
  expect(found('NP136', [PROXY, selecting({})])).toEqual([]);
  expect(found('NP136', [PROXY, WEB, selecting({ app: 'web' })])).toEqual([]);
});

test('the place of hostNetwork is that of the kind', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop', labels: { app: 'a' } }, spec: { hostNetwork: true, containers: [{ name: 'c', image: 'i' }] } };
  const template = { metadata: { labels: { app: 'b' } }, spec: { hostNetwork: true, restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'b', namespace: 'shop' }, spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } } };
  expect(found('NP136', [cron, selecting({ app: 'b' })])[0]).toContain('(hostNetwork: object 0 spec.jobTemplate.spec.template.spec.hostNetwork)');
  expect(found('NP136', [pod, selecting({ app: 'a' })])[0]).toContain('(hostNetwork: object 0 spec.hostNetwork)');
});

test('netpol lint says it once: it has no further finding (NP304) about the workload', async () => {
  const files = (policy: object) => ({ 'k8s/all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [PROXY, policy] }) });
  const { stdout } = await netpol(['lint', 'k8s'], files(selecting({ app: 'proxy' })));
  expect(stdout.match(/NP136|NP304/g)).toEqual(['NP136']);
  const { stdout: other } = await netpol(['lint', 'k8s'], files(selecting({})));
  expect(other.match(/NP136|NP304/g)).toEqual(['NP304']);
});
