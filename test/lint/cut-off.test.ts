import * as fs from 'fs';
import * as path from 'path';
import { found, ingress, networkPolicy, podsOf, serviceOf, severities } from './found';
import { netpol } from '../cli/command';
import { deployment, labelled } from '../support/cluster-objects';

/* NP137: nobody gets in to the pods of a Service. NP140: replicas cannot reach each other. */

const WEB = deployment('shop/web', { app: 'web' }, { ports: [{ containerPort: 80 }] });
const DB = deployment('shop/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] });
const DENY = networkPolicy('shop/deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const DB_SERVICE = serviceOf('shop/db', 'db', [{ port: 5432 }]);

describe('NP137: a Service leads to pods that nobody may reach', () => {
  const TO_WEB = ingress('shop/web', 'web', undefined);

  test('because a policy isolates them, and no policy of them lets anybody in', () => {
    expect(found('NP137', [WEB, DB, DENY, DB_SERVICE, TO_WEB])).toEqual([
      'object 1: warning NP137: no policy lets anybody in to the pods of shop/db[Deployment], to which Service shop/db leads (this policy isolates them: object 2); '
      + 'add an ingress rule for the pods of shop/db[Deployment], or remove the Service',
    ]);
  });

  test('and all Services of the pods are in one finding', () => {
    expect(found('NP137', [WEB, DB, DENY, DB_SERVICE, serviceOf('shop/sql', 'db', [{ port: 5432 }]), TO_WEB]))
      .toEqual([expect.stringContaining('to which Service shop/db and Service shop/sql lead ')]);
  });

  test('is a note if no policy of the namespace lets anybody in, because the policies that do are probably elsewhere', () => {
    expect(severities('NP137', [WEB, DB, DENY, DB_SERVICE])).toEqual(['note']);
  });

  test.each<[string, object[]]>([
    ['a policy lets somebody in', [WEB, DB, DENY, DB_SERVICE, TO_WEB, ingress('shop/db', 'db', [podsOf('web')])]],
    ['no policy isolates the pods', [WEB, DB, DB_SERVICE, TO_WEB]],
    ['no Service leads to the pods', [WEB, DB, DENY, TO_WEB]],
    ['a Service has no selector', [WEB, DB, DENY, TO_WEB, { ...serviceOf('shop/db', 'db', []), spec: { ports: [{ port: 5432 }] } }]],
    ['a policy of another kind may let somebody in', [WEB, DB, DENY, DB_SERVICE, TO_WEB,
      { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } }]],
    ['a cluster-wide policy may let somebody in', [WEB, DB, DENY, DB_SERVICE, TO_WEB, {
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name: 'p' },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] },
    }]],
  ])('is not found if %s', (_, objects) => {
    expect(found('NP137', objects)).toEqual([]);
  });
});

describe('NP140: replicas of a set with a headless Service', () => {
  const set = (kind: string, replicas: number | undefined, ports: object[] = [{ name: 'peer', containerPort: 2380 }]) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'etcd', namespace: 'shop' },
    spec: { serviceName: 'etcd', replicas, selector: labelled({ app: 'etcd' }), template: { metadata: { labels: { app: 'etcd' } }, spec: { containers: [{ name: 'c', image: 'i', ports }] } } },
  });
  const headless = (more: object = {}, ports: object[] = [{ port: 2380, targetPort: 'peer' }]) => serviceOf('shop/etcd', 'etcd', ports, { clusterIP: 'None', ...more });
  const CLIENTS = ingress('shop/etcd', 'etcd', [podsOf('web')]);

  test('cannot reach each other if the policies let in only others', () => {
    expect(found('NP140', [set('StatefulSet', 3), headless(), CLIENTS])).toEqual([
      'object 2: warning NP140: the replicas of shop/etcd[StatefulSet] cannot reach each other on TCP 2380, the port of the headless Service shop/etcd (the Service: object 1); '
      + 'let the pods of shop/etcd[StatefulSet] reach each other, in ingress and egress, or remove the headless Service if they do not need it',
    ]);
  });

  test('cannot reach each other on several ports of the Service, which are all named', () => {
    const ports = [{ port: 2379 }, { port: 2381, protocol: 'UDP' }];
    expect(found('NP140', [set('StatefulSet', 3), headless({}, ports), CLIENTS])[0]).toContain('on TCP 2379 and UDP 2381, the ports of the headless Service shop/etcd');
  });

  test('are found once, and also if only egress is closed, or if the Service has no ports', () => {
    const egress = networkPolicy('shop/e', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [podsOf('web')] }] });
    expect(severities('NP140', [set('StatefulSet', 3), headless(), { ...headless(), metadata: { name: 'more', namespace: 'shop' } }, egress])).toEqual(['warning']);
    expect(found('NP140', [set('StatefulSet', 3), headless({}, []), CLIENTS])[0]).toContain('cannot reach each other, although the headless Service shop/etcd leads to each of them');
  });

  test('of a Deployment are a note, because gRPC clients use such a Service too, unless the Service is for pods that look for each other', () => {
    expect(severities('NP140', [set('Deployment', 3), headless(), CLIENTS])).toEqual(['note']);
    expect(severities('NP140', [set('Deployment', 3), headless({ publishNotReadyAddresses: true }), CLIENTS])).toEqual(['warning']);
  });

  test.each<[string, object[]]>([
    ['a rule lets them reach each other', [set('StatefulSet', 3), headless(), ingress('shop/etcd', 'etcd', [podsOf('etcd')])]],
    ['they reach each other on one of the ports', [set('StatefulSet', 3), headless({}, [{ name: 'a', port: 2380, targetPort: 'peer' }, { name: 'b', port: 80 }]), CLIENTS, ingress('shop/p', 'etcd', [podsOf('etcd')], [{ port: 80 }])]],
    ['there is one replica', [set('StatefulSet', 1), headless(), CLIENTS]],
    ['the number of replicas is the default, one', [set('StatefulSet', undefined), headless(), CLIENTS]],
    ['the Service has an address', [set('StatefulSet', 3), serviceOf('shop/etcd', 'etcd', [{ port: 2380 }]), CLIENTS]],
    ['no policy isolates them', [set('StatefulSet', 3), headless(), ingress('shop/web', 'web', [])]],
    ['the input has no policy', [set('StatefulSet', 3), headless()]],
    ['the Service names a port that the pods do not have', [set('StatefulSet', 3), headless({}, [{ port: 1, targetPort: 'none' }]), CLIENTS]],
  ])('are not found if %s', (_, objects) => {
    expect(found('NP140', objects)).toEqual([]);
  });
});

const DEMO = path.join(__dirname, '../../../shared/corpus/microservices-demo');
const corpusTest = fs.existsSync(DEMO) ? test : test.skip;

corpusTest("microservices-demo: 'deny-all' cuts the OpenTelemetry collector off, and lint says so", async () => {
  const filesIn = (folder: string) => fs.readdirSync(path.join(DEMO, folder)).filter(name => name !== 'kustomization.yaml' && name.endsWith('.yaml'))
    .map(name => path.join(DEMO, folder, name));
  const components = ['network-policies', 'google-cloud-operations'].flatMap(name => filesIn(`kustomize/components/${name}`));
  const { stdout } = await netpol(['lint', ...filesIn('kubernetes-manifests'), ...components]);
  expect(stdout.split('\n').filter(line => line.includes('NP137'))).toEqual([
    expect.stringMatching(/otel-collector\.yaml:16:1: warning NP137: .*default\/opentelemetrycollector\[Deployment\], .*network-policy-deny-all\.yaml/),
  ]);
});
