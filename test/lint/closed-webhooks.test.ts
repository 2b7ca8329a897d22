import { foundIn, object, serviceOf } from './found';
import { deployment, labelled, policy } from '../support/cluster-objects';

/* NP127: the API server calls pods whose policies let no address in. */

const HOOK = deployment('tools/hook', { app: 'hook' }, { ports: [{ name: 'https', containerPort: 9443 }] });
const SERVICE = serviceOf('tools/hook', 'hook', [{ port: 443, targetPort: 'https' }]);
const DENY = policy('tools/deny', { podSelector: {}, policyTypes: ['Ingress'] });
const config = (kind: string, ...services: readonly unknown[]) =>
  object('admissionregistration.k8s.io/v1', `${kind}WebhookConfiguration`, kind.toLowerCase(), { webhooks: services.map(one => ({ clientConfig: { service: one } })) });
const CALL = { namespace: 'tools', name: 'hook' };
const VALIDATING = config('Validating', CALL);
const admit = (from: object[] | undefined, ports?: object[]) => policy('tools/in', { podSelector: labelled({ app: 'hook' }), ingress: [{ from, ports }] });
const named = (name: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) });
const found = (...objects: object[]) => foundIn('NP127', ...objects);

test('a webhook is cut off if its pods are isolated and nothing lets addresses in on the port of the container', () => {
  expect(found(HOOK, SERVICE, VALIDATING, DENY)).toEqual([
    'warning NP127: the API server calls Service tools/hook for ValidatingWebhookConfiguration validating, but the policies of tools/hook[Deployment] let no address in on TCP 9443; '
    + "write a rule with TCP 9443 and without 'from', or with an ipBlock of the API server's addresses, because it is no pod that rules by labels match",
  ]);
});

test.each<[string, object]>([
  ['a mutating webhook', config('Mutating', CALL)],
  ['an API of its own', object('apiregistration.k8s.io/v1', 'APIService', 'v1.hook', { spec: { service: CALL } })],
  ['the conversion of a custom resource', object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'hooks.example.com', { spec: { conversion: { webhook: { clientConfig: { service: CALL } } } } })],
  ['a port that is written', config('Validating', { ...CALL, port: 443 })],
])('the same holds for %s', (_, caller) => {
  expect(found(HOOK, SERVICE, caller, DENY)).toHaveLength(1);
});

test('several callers of one port are one finding', () => {
  expect(found(HOOK, SERVICE, config('Validating', CALL, CALL), config('Mutating', CALL), DENY)).toHaveLength(1);
});

test('a rule for another port, or for pods, lets no API server in', () => {
  expect(found(HOOK, SERVICE, VALIDATING, admit(undefined, [{ port: 8443 }]))).toHaveLength(1);
  expect(found(HOOK, SERVICE, VALIDATING, admit([{ podSelector: {} }]))).toHaveLength(1);
  expect(found(HOOK, SERVICE, VALIDATING, admit([named('monitoring')]))).toHaveLength(1);
});

test('a cluster-wide policy that lets the pods be does not let the API server in', () => {
  const pass = object('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'pass', {
    spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Pass', from: [{ namespaces: {} }] }] },
  });
  expect(found(HOOK, SERVICE, VALIDATING, DENY, pass)).toEqual([expect.stringMatching(/^warning NP127/)]);
});

test('it is a note if pods of kube-system get in, where an agent may forward the calls', () => {
  for (const from of [[named('kube-system')], [{ namespaceSelector: {} }]]) {
    expect(found(HOOK, SERVICE, VALIDATING, admit(from, [{ port: 9443 }]))).toEqual([expect.stringMatching(/^note NP127: .* which is enough only where an agent there forwards the calls; write/)]);
  }
  expect(found(HOOK, SERVICE, VALIDATING, admit([named('kube-system')], [{ port: 8080 }]))).toEqual([expect.stringMatching(/^warning/)]);
});

test.each<[string, object[]]>([
  ['nothing isolates the pods', [HOOK, SERVICE, VALIDATING]],
  ['a rule with the port is for everyone', [HOOK, SERVICE, VALIDATING, DENY, admit(undefined, [{ port: 9443 }])]],
  ['a rule with the name of the port is for everyone', [HOOK, SERVICE, VALIDATING, DENY, admit(undefined, [{ port: 'https' }])]],
  ['an ipBlock is let in', [HOOK, SERVICE, VALIDATING, DENY, admit([{ ipBlock: { cidr: '172.18.0.2/32' } }])]],
  ['some of the pods are open', [HOOK, deployment('tools/open', { app: 'hook', n: '2' }, { ports: [{ name: 'https', containerPort: 9443 }] }), SERVICE, VALIDATING, DENY,
    policy('tools/open', { podSelector: labelled({ n: '2' }), ingress: [{}] })]],
  ['the pods use the network of their node', [deployment('tools/hook', { app: 'hook' }, { hostNetwork: true, ports: [{ name: 'https', containerPort: 9443 }] }), SERVICE, VALIDATING, DENY]],
  ['the Service is not in the input', [HOOK, VALIDATING, DENY]],
  ['the Service has no such port', [HOOK, SERVICE, config('Validating', { ...CALL, port: 8443 }), DENY]],
  ['the webhook has an address and no Service', [HOOK, SERVICE, object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'v', { webhooks: [{ clientConfig: { url: 'https://hook' } }, null] }), DENY]],
  ['a policy of another kind may let the API server in', [HOOK, SERVICE, VALIDATING, DENY, object('cilium.io/v2', 'CiliumNetworkPolicy', 'tools/api', { spec: { endpointSelector: {}, ingress: [{ fromEntities: ['kube-apiserver'] }] } })]],
])('nothing is found if %s', (_, objects) => {
  expect(found(...objects)).toEqual([]);
});
