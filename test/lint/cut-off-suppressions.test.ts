import { foundIn, object, serviceOf } from './found';
import { FindingCode } from '../../src/findings/codes';
import { deployment, policy } from '../support/cluster-objects';

/* An annotation of the object that a finding is about suppresses it. For what is cut off, that is the object that needs the connection, and not the policy. */

const DENY = policy('app/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const WEB = deployment('app/web', { app: 'web' }, { ports: [{ containerPort: 8080 }] });
const SERVICE = serviceOf('app/web', 'web', [{ name: 'http', port: 80, targetPort: 8080 }], {}, { labels: { app: 'web' } });
const BINDING = object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'app/web', { roleRef: { kind: 'Role', name: 'web' }, subjects: [{ kind: 'ServiceAccount', name: 'default' }] });
const HOOK = object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'web', { webhooks: [{ clientConfig: { service: { namespace: 'app', name: 'web', port: 80 } } }] });
const MONITOR = object('monitoring.coreos.com/v1', 'ServiceMonitor', 'app/web', { spec: { selector: {}, endpoints: [{ port: 'http' }] } });
const INGRESS = object('networking.k8s.io/v1', 'Ingress', 'app/web', { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } });

test.each<[FindingCode, object, object[]]>([
  ['NP126', WEB, [BINDING]],
  ['NP127', HOOK, [WEB, SERVICE]],
  ['NP128', MONITOR, [WEB, SERVICE]],
  ['NP129', INGRESS, [WEB, SERVICE]],
])('%s is suppressed by an annotation of the object that needs the connection', (code, about: any, others) => {
  expect(foundIn(code, about, ...others, DENY)).toHaveLength(1);
  const annotated = { ...about, metadata: { ...about.metadata, annotations: { [`cdk8s-netpol/suppress-${code}`]: 'a test' } } };
  expect(foundIn(code, annotated, ...others, DENY)).toEqual([]);
});
