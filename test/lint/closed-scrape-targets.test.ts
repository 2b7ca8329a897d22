import { foundIn, object, serviceOf } from './found';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';

/* NP128: Prometheus is asked to scrape pods, but does not get through to them. */

const METRICS = { ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9102 }] };
const WEB = deployment('shop/web', { app: 'web' }, METRICS);
const SERVICE = serviceOf('shop/web', 'web', [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'metrics', port: 9000, targetPort: 'metrics' }], {}, { labels: { team: 'shop' } });
const DENY = policy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] });
const PROMETHEUS = deployment('monitoring/prometheus', { app: 'prometheus' });
const MONITORING = namespace('monitoring');
const PARTS = [WEB, SERVICE, PROMETHEUS, MONITORING, DENY];
const admit = (from: object[] | undefined, port: number | string = 9102) => policy('shop/in', { podSelector: labelled({ app: 'web' }), ingress: [{ from, ports: [{ port }] }] });
const named = (name: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) });
const prometheusPods = { ...named('monitoring'), podSelector: labelled({ app: 'prometheus' }) };
const monitor = (kind: string, name: string, spec: object) => object('monitoring.coreos.com/v1', kind, name, { spec });
const serviceMonitor = (endpoints: unknown, more: object = {}) => monitor('ServiceMonitor', 'shop/web', { selector: { matchLabels: { team: 'shop' } }, endpoints, ...more });
const podMonitor = (entry: object, more: object = {}) => monitor('PodMonitor', 'shop/web', { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [entry], ...more });
/** A Deployment whose pods have annotations. */
function annotated(annotations: object, name = 'shop/web'): object {
  const made: any = deployment(name, { app: 'web' }, METRICS);
  made.spec.template.metadata.annotations = annotations;
  return made;
}
const found = (...objects: object[]) => foundIn('NP128', ...objects);

test('a ServiceMonitor names a port of a Service, and the policies of its pods do not let Prometheus in', () => {
  expect(found(...PARTS, admit([prometheusPods], 8080), serviceMonitor([{ port: 'metrics' }]))).toEqual([
    'warning NP128: ServiceMonitor shop/web has Prometheus scrape shop/web[Deployment] on TCP 9102, but the policies of shop/web[Deployment] do not let monitoring/prometheus[Deployment] in; '
    + 'let Prometheus in on TCP 9102: a rule with the namespace and the labels of its pods',
  ]);
});

test.each<[string, object]>([
  ['a ServiceMonitor with the name of a container port', serviceMonitor([{ targetPort: 'metrics' }])],
  ['a ServiceMonitor with its number', serviceMonitor([{ targetPort: 9102 }])],
  ['a ServiceMonitor of another namespace', monitor('ServiceMonitor', 'monitoring/web', { selector: {}, namespaceSelector: { matchNames: ['shop'] }, endpoints: [{ port: 'metrics' }] })],
  ['a ServiceMonitor for every namespace', monitor('ServiceMonitor', 'monitoring/web', { selector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, namespaceSelector: { any: true }, endpoints: [{ port: 'metrics' }] })],
  ['a PodMonitor', podMonitor({ port: 'metrics' })],
  ['a PodMonitor with a number', podMonitor({ portNumber: 9102 })],
  ['a PodMonitor with the old field', podMonitor({ targetPort: 9102 })],
  ['a PodMonitor for every namespace', podMonitor({ port: 'metrics' }, { namespaceSelector: { any: true } })],
  ['a Probe, whose prober Prometheus asks', monitor('Probe', 'shop/ping', { prober: { url: 'web.shop.svc:9000' } })],
  ['a Probe with the short name of its prober', monitor('Probe', 'shop/ping', { prober: { url: 'web:9000' } })],
  ['a Service with the annotations', serviceOf('shop/metrics', 'web', [{ port: 80, targetPort: 9102 }], {}, { annotations: { 'prometheus.io/scrape': 'true' } })],
  ['a Service with the number of the port', serviceOf('shop/metrics', 'web', [{ port: 80 }], {}, { annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9102' } })],
])('the same holds for %s', (_, request) => {
  expect(found(...PARTS, admit([prometheusPods], 8080), request)).toHaveLength(1);
  expect(found(...PARTS, admit([prometheusPods], 9102), request)).toEqual([]);
});

test('the annotations of pods ask for it, too, and without a port one open port of the pods is enough', () => {
  const others = [PROMETHEUS, MONITORING, DENY];
  const withPort = annotated({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9102' });
  const withoutPort = annotated({ 'prometheus.io/scrape': 'true' });
  expect(found(withPort, ...others)[0]).toContain('NP128: the annotation prometheus.io/scrape has Prometheus scrape shop/web[Deployment] on TCP 9102, but');
  expect(found(withPort, ...others, admit([prometheusPods], 8080))).toHaveLength(1);
  expect(found(withoutPort, ...others)[0]).toContain('on TCP 8080 and TCP 9102, but');
  expect(found(withoutPort, ...others, admit([prometheusPods], 8080))).toEqual([]);
  for (const off of [{ 'prometheus.io/scrape': 'false' }, { 'prometheus.io/port': '9102' }, { 'prometheus.io/scrape': 'true', 'prometheus.io/port': 'metrics' }]) {
    expect(found(annotated(off), ...others)).toEqual([]);
  }
});

test('the endpoints of a Service that are addresses are no pods that a policy could close', () => {
  const outside = object('v1', 'Service', 'shop/outside', { spec: { ports: [{ name: 'metrics', port: 9102 }] } }) as any;
  outside.metadata.labels = { team: 'shop' };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'outside', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'outside' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ name: 'metrics', port: 9102 }],
  };
  expect(found(PROMETHEUS, MONITORING, DENY, outside, slice, serviceMonitor([{ port: 'metrics' }]))).toEqual([]);
});

test('a cluster-wide policy can close it as well', () => {
  const guard = (action: string) => object('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'guard', {
    spec: { priority: 1, subject: { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }, ingress: [{ action, from: [{ namespaces: {} }] }] },
  });
  const open = [WEB, SERVICE, PROMETHEUS, MONITORING, namespace('shop'), serviceMonitor([{ port: 'metrics' }])];
  expect(found(...open, guard('Deny'))).toHaveLength(1);
  expect(found(...open, guard('Pass'))).toEqual([]);
  expect(found(...open, DENY, guard('Allow'))).toEqual([]);
});

test('one request has a finding for each workload that is closed', () => {
  expect(found(...PARTS, deployment('shop/second', { app: 'web' }, METRICS), serviceMonitor([{ port: 'metrics' }]))).toHaveLength(2);
});

test('it is the egress of Prometheus that is closed', () => {
  const jail = policy('monitoring/jail', { podSelector: {}, policyTypes: ['Egress'] });
  expect(found(...PARTS, admit([prometheusPods]), jail, serviceMonitor([{ port: 'metrics' }]))).toEqual([
    expect.stringMatching(/ on TCP 9102, but the policies of monitoring\/prometheus\[Deployment\] do not let it out to these pods; let Prometheus out to them on TCP 9102: a rule for egress in a policy that selects its pods$/),
  ]);
});

describe('the Prometheus is', () => {
  const request = serviceMonitor([{ port: 'metrics' }]);
  const parts = [WEB, SERVICE, MONITORING, DENY, request];

  test.each(['monitoring/prometheus', 'monitoring/my-prometheus-server', 'monitoring/prometheus-k8s'])('the workload %s', name => {
    expect(found(...parts, deployment(name, { app: 'x' }))[0]).toContain(`do not let ${name}[Deployment] in`);
    expect(found(...parts, deployment(name, { app: 'x' }), admit([named('monitoring')]))).toEqual([]);
  });

  test('a workload with the usual label', () => {
    expect(found(...parts, deployment('monitoring/scraper', { 'app.kubernetes.io/name': 'prometheus' }))[0]).toContain('do not let monitoring/scraper[Deployment] in');
  });

  test.each(['Prometheus', 'PrometheusAgent'])('an object of kind %s, whose pods have the labels of the operator and its own', kind => {
    const made = monitor(kind, 'monitoring/main', { podMetadata: { labels: { own: 'label' } } });
    expect(found(...parts, made)[0]).toContain(`do not let ${kind} monitoring/main in`);
    const labels = { 'app.kubernetes.io/name': kind === 'Prometheus' ? 'prometheus' : 'prometheus-agent', 'prometheus': 'main', 'own': 'label', 'app.kubernetes.io/version': '3.0.0' };
    expect(found(...parts, made, admit([{ ...named('monitoring'), podSelector: labelled(labels) }]))).toEqual([]);
    expect(found(...parts, made, admit([{ ...named('monitoring'), podSelector: labelled({ own: 'other' }) }]))).toHaveLength(1);
    expect(found(...parts, made, admit([{ podSelector: {} }]))).toHaveLength(1);
    expect(found(...parts, made, admit([{ ipBlock: { cidr: '10.0.0.0/8' } }]))).toEqual([]);
    expect(found(...parts, made, admit(undefined))).toEqual([]);
  });

  test('one in a namespace that is not declared, so that its labels are not known', () => {
    const made = monitor('Prometheus', 'tools/main', {});
    const byLabel = admit([{ namespaceSelector: labelled({ purpose: 'monitoring' }) }]);
    expect(found(...parts, made, byLabel)).toEqual([]);
    expect(found(...parts, namespace('tools'), made, byLabel)).toHaveLength(1);
    expect(found(...parts, made, admit([named('monitoring')]))).toHaveLength(1);
  });

  test('one of the same namespace', () => {
    expect(found(...parts, monitor('Prometheus', 'shop/main', {}), admit([{ podSelector: {} }]))).toEqual([]);
  });
});

describe('without a Prometheus in the input', () => {
  const request = serviceMonitor([{ port: 'metrics' }]);
  const parts = [WEB, SERVICE, DENY, request, deployment('shop/api', { app: 'api' })];

  test('nobody is let in on the port', () => {
    expect(found(...parts)).toEqual([expect.stringMatching(/^warning NP128: .* on TCP 9102, but its policies let nobody in there; let Prometheus in/)]);
    expect(found(...parts, admit(undefined, 8080))).toHaveLength(1);
  });

  test('only pods of the input get in, which is a note: one of them may scrape under another name', () => {
    expect(found(...parts, admit([{ podSelector: labelled({ app: 'api' }) }], 'metrics'))).toEqual([
      expect.stringMatching(/^note NP128: .* but its policies let in only pods of this input there, and none of them is a Prometheus; /),
    ]);
  });

  test.each<[string, object[] | undefined]>([
    ['everybody', undefined],
    ['addresses', [{ ipBlock: { cidr: '10.0.0.0/8' } }]],
    ['pods of a namespace that is not in the input', [named('monitoring')]],
    ['pods of namespaces with a label', [{ namespaceSelector: labelled({ purpose: 'monitoring' }) }]],
    ['pods that the input does not declare', [{ podSelector: labelled({ app: 'scraper' }) }]],
  ])('nothing is found if %s may get in', (_, from) => {
    expect(found(...parts, admit(from))).toEqual([]);
  });

  test('nothing is found in a namespace that has further pods', () => {
    expect(found(...parts, monitor('Alertmanager', 'shop/a', {}), admit([{ podSelector: {} }]))).toEqual([]);
  });
});

test.each<[string, object[]]>([
  ['no policy isolates the pods', [WEB, SERVICE, PROMETHEUS, policy('monitoring/p', { podSelector: {}, ingress: [{}] }), serviceMonitor([{ port: 'metrics' }])]],
  ['there is no policy', [WEB, SERVICE, PROMETHEUS, serviceMonitor([{ port: 'metrics' }])]],
  ['the Service has no such port', [...PARTS, serviceMonitor([{ port: 'web' }])]],
  ['the Service has other labels', [...PARTS, serviceMonitor([{ port: 'metrics' }], { selector: { matchLabels: { team: 'other' } } })]],
  ['the monitor is for another namespace', [...PARTS, serviceMonitor([{ port: 'metrics' }], { namespaceSelector: { matchNames: ['other'] } })]],
  ['no pod has the port', [...PARTS, podMonitor({ port: 'metric' })]],
  ['the number is no port', [...PARTS, podMonitor({ portNumber: 0 })]],
  ['the monitor has no port', [...PARTS, podMonitor({})]],
  ['the monitor has no selector', [...PARTS, monitor('PodMonitor', 'shop/web', { podMetricsEndpoints: [{ port: 'metrics' }] })]],
  ['its selector cannot be read', [...PARTS, serviceMonitor([{ port: 'metrics' }], { selector: { matchExpressions: [{ key: 'team', operator: 'Is' }] } })]],
  ['its endpoints cannot be read', [...PARTS, serviceMonitor('metrics')]],
  ['the prober of a Probe is not in the input', [...PARTS, monitor('Probe', 'shop/ping', { prober: { url: 'blackbox.monitoring.svc:9115' } })]],
  ['the prober has another port', [...PARTS, monitor('Probe', 'shop/ping', { prober: { url: 'web.shop:8443' } })]],
  ['a Probe has no prober', [...PARTS, monitor('Probe', 'shop/ping', {})]],
  ['the pods use the network of their node', [deployment('shop/web', { app: 'web' }, { ...METRICS, hostNetwork: true }), SERVICE, PROMETHEUS, DENY, serviceMonitor([{ port: 'metrics' }, { targetPort: 9102 }])]],
  ['a Service leads to no pod', [SERVICE, PROMETHEUS, DENY, serviceMonitor([{ port: 'metrics' }, { targetPort: 9102 }])]],
  ['a policy of another kind may let it in', [...PARTS, object('cilium.io/v2', 'CiliumNetworkPolicy', 'shop/m', { spec: { endpointSelector: {}, ingress: [{}] } }), serviceMonitor([{ port: 'metrics' }])]],
  ['a policy of another kind may let in one that an operator makes', [WEB, SERVICE, DENY, monitor('Prometheus', 'monitoring/main', {}),
    object('cilium.io/v2', 'CiliumNetworkPolicy', 'shop/m', { spec: { endpointSelector: {}, ingress: [{}] } }), serviceMonitor([{ port: 'metrics' }])]],
])('nothing is found if %s', (_, objects) => {
  expect(found(...objects)).toEqual([]);
});
