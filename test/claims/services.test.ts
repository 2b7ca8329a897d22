import { readIntents } from '../../src/claims/intent-file';
import { judgeIntents } from '../../src/claims/judge-intents';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { clusterOfYaml } from '../support/manifests';

/* Claims about Services, and about pods that a selector names. */

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: c, image: i, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.7, selector: { app: web }, ports: [{ name: public, port: 80, targetPort: http }, { name: admin, port: 81, targetPort: 9000 }] }
---
apiVersion: v1
kind: Service
metadata: { name: headless, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: far, namespace: shop }
spec: { type: ExternalName, externalName: far.example.com }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { ports: [{ port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
endpoints: [{ addresses: [192.0.2.1] }]
ports: [{ port: 15432 }]
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop, labels: { app: client } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [{ port: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: client, namespace: shop }
spec:
  podSelector: { matchLabels: { app: client } }
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }] }, { to: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: 15432 }] }]
`;

/** The verdicts and the errors, in the order of the intents. */
function judged(intents: string, manifests = MANIFESTS, plugin?: NetworkPlugin): string[] {
  const { intents: written, findings } = readIntents('i.yaml', Buffer.from(intents));
  expect(findings).toEqual([]);
  const { verdicts, findings: errors } = judgeIntents({ ...clusterOfYaml(manifests), ...plugin === undefined ? {} : { plugin } }, written);
  return [...verdicts.map(({ verdict }) => verdict.answer), ...errors.map(({ message }) => message)];
}

describe('a claim about a Service', () => {
  test.each([
    ['allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', ['holds']],
    ['allowed: [{ from: shop/client, to: svc/shop/web, port: tcp/public }]', ['holds']],
    ['allowed: [{ from: shop/client, to: svc/shop/web, port: 81 }]', ['fails']],
    ['allowed: [{ from: shop/client, to: svc/shop/web, ports: [80, 81] }]', ['fails']],
    ['denied: [{ from: shop/client, to: svc/shop/web, port: 81 }]', ['holds']],
    ['denied: [{ from: shop/client, to: svc/shop/web, port: 80 }]', ['fails']],
    ['admitsOnly: [{ to: svc/shop/web, port: 80, from: [shop/client] }]', ['holds']],
    ['admitsOnly: [{ to: svc/shop/web, port: 81, from: [] }]', ['holds']],
    ['admitsOnly: [{ to: svc/shop/web, port: 80, from: [] }]', ['fails']],
  ])('is about the ports of its endpoints that its own ports lead to: %s', (intents, answers) => {
    expect(judged(intents)).toEqual(answers);
  });

  test('is, if it is allowed and names no port, about each port of the Service; the other claims mean every port', () => {
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web }]')).toEqual(['fails']);
    expect(judged('allowed: [{ from: shop/client, to: shop/web }]')).toEqual(['holds']);
    expect(judged('denied: [{ from: shop/client, to: svc/shop/web }]')).toEqual(['fails']);
  });

  test('names the number itself for a headless Service', () => {
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/headless, port: 8080 }, { from: shop/client, to: svc/shop/headless, port: 80 }]')).toEqual(['holds', 'fails']);
  });

  test('is about the addresses that EndpointSlices list, on their ports', () => {
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/db, port: 5432 }]')).toEqual(['holds']);
    expect(judged('denied: [{ from: shop/web, to: svc/shop/db, port: 5432 }]')).toEqual(['fails']);
  });

  test('is about its pods and addresses, if it has both', () => {
    const both = MANIFESTS.replace('kubernetes.io/service-name: db', 'kubernetes.io/service-name: web').replace('ports: [{ port: 15432 }]', 'ports: [{ name: public, port: 8080 }]');
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', both)).toEqual(['fails']);
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', both.replace('ports: [{ port: 15432 }]', ''))).toEqual(['holds']);
    const other = both.replace('port: 8080 }]\n---\napiVersion: v1\nkind: Pod', 'port: 7000 }]\n---\napiVersion: v1\nkind: Pod').replace('targetPort: http }, {', 'targetPort: 8080 }, {');
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', other)).toEqual([
      'Service shop/web leads to different ports of its endpoints on TCP 80 (public): make a claim about each workload',
    ]);
  });

  test('with a named target port means the pods that have the port, each with its own number', () => {
    const second = '---\napiVersion: v1\nkind: Pod\nmetadata: { name: old, namespace: shop, labels: { app: web } }\nspec: { containers: [{ name: c, image: i, ports: [{ name: http, containerPort: 80 }] }] }\n';
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', MANIFESTS + second)).toEqual(['fails']);
    const named = (MANIFESTS + second).replace('ports: [{ port: 8080 }]', 'ports: [{ port: http }]');
    expect(judged('allowed: [{ from: shop/client, to: svc/shop/web, port: 80 }]', named)).toEqual(['holds']);
  });

  test('counts in a list as the pods that its selector matches', () => {
    expect(judged('reachesOnly: [{ from: shop/client, to: [svc/shop/web, 192.0.2.0/24] }]')).toEqual(['holds']);
    expect(judged('reachesOnly: [{ from: shop/client, to: [svc/shop/db, svc/shop/web] }]')).toEqual(['fails']);
  });

  test('as the source means its pods', () => {
    expect(judged('denied: [{ from: svc/shop/web, to: shop/client }]')).toEqual(['fails']);
  });

  test.each([
    ['allowed: [{ from: shop/client, to: svc/shop/web, port: 443 }]', 'Service shop/web has no port TCP 443: it has TCP 80 (public) and TCP 81 (admin)'],
    ['allowed: [{ from: shop/client, to: svc/shop/wbe }]', "there is no Service 'shop/wbe' in the input; there is svc/shop/db, svc/shop/far, svc/shop/headless, svc/shop/web"],
    ['denied: [{ from: shop/client, to: svc/shop/far }]', 'Service shop/far stands for the domain name far.example.com, and no claim can be judged about a domain name: name the addresses behind it'],
    ['denied: [{ from: shop/client, to: 10.96.0.7 }]', 'where 10.96.0.7, an address of Service shop/web, leads depends on the data plane of the cluster: name the Service, svc/shop/web'],
    ['denied: [{ from: shop/client, to: "ns=shop,app in" }]', "'ns=shop,app in': 'app in' is not a requirement of a selector; write a selector as 'ns=shop,app=web'"],
  ])('that cannot be judged is an error with the fix: %s', (intents, message) => {
    expect(judged(intents)).toEqual([message]);
  });

  test('by its address is an error with the fix, also with a network plugin that says where the address leads', () => {
    expect(judged('denied: [{ from: shop/client, to: 10.96.0.7 }]', MANIFESTS, readNetworkPlugin('calico') as NetworkPlugin))
      .toEqual(['10.96.0.7 is an address of Service shop/web, which leads to its endpoints: name the Service, svc/shop/web']);
  });
});

test('a selector in an intent file means every possible pod of the namespaces that it names', () => {
  expect(judged(`allowed: [{ from: 'ns=shop,app=client', to: svc/shop/web, port: 80 }]
denied: [{ from: 'ns=shop,app=batch', to: shop/web }, { from: 'ns in (other,shop),app=client', to: shop/web }]
admitsOnly: [{ to: shop/web, from: ['ns=shop,app=client'] }]`)).toEqual(['holds', 'holds', 'fails', 'holds']);
});
