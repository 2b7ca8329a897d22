import { App, Chart } from 'cdk8s';
import { Connectivity, Endpoint, Guardrail, Peer, Port, Tier } from '../../src';
import { netpolMatchers } from '../../src/assertions/jest';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
backend.allowFrom(frontend);
db.allowFrom(backend);

describe('the matchers', () => {
  test('take an app, a chart, a Connectivity or manifests', () => {
    expect(app).toAllow(frontend, backend);
    expect(chart).toDeny(frontend, db);
    expect(Connectivity.fromApp(app)).toAdmitOnly(db, [backend]);
    expect(app).toReachOnly(frontend, [backend, Peer.clusterDns()]);
    expect('apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n').toAllow('default/a', '192.0.2.1');
  });

  test('take a Service, by Endpoint.service or as svc/NAMESPACE/NAME, with its own port', () => {
    const manifests = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: c, image: i, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop, labels: { app: client } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [{ port: 8080 }] }] }
`;
    expect(manifests).toAllow('shop/client', 'svc/shop/web', { ports: [Port.tcp(80)] });
    expect(manifests).not.toAllow('shop/client', 'shop/web', { ports: [Port.tcp(80)] });
    expect(manifests).toAdmitOnly(Endpoint.service('shop/web'), ['shop/client'], { ports: [Port.tcp(80)] });
    // "This namespace" is that of the Service.
    expect(manifests).toAllow(Peer.pods({ labels: { app: 'client' } }), Endpoint.service('shop/web'));
    expect(() => expect(manifests).toDeny('shop/client', 'svc/shop/web', { ports: [Port.tcp(80)] })).toThrow(/Service shop\/web \(TCP 80, which leads to TCP 8080\)|on TCP 8080/);
    expect(() => expect(manifests).toAllow('shop/client', 'svc/shop/web', { ports: [Port.tcp(8080)] })).toThrow('Service shop/web has no port TCP 8080');
  });

  test('judge through cluster-wide policies, of an app and of manifests', () => {
    const guarded = new App();
    const teams = new Chart(guarded, 'teams', { namespace: 'teams' });
    const [web, api] = [new Tier(teams, 'web'), new Tier(teams, 'api', { ports: [Port.tcp(80)] })];
    api.allowFrom(web);
    expect(guarded).toAdmitOnly(api, [web]);
    Guardrail.allow(teams, 'scraping', Peer.namespace('monitoring'), api, { ports: [Port.tcp(9090)] });
    expect(() => expect(guarded).toAdmitOnly(api, [web])).toThrow(/ClusterNetworkPolicy scraping-ingress spec\.ingress\[0\] .*, Admin tier, priority 10,/);
    expect(guarded).toAllow(web, api);
    Guardrail.deny(teams, 'closed', web, api);
    expect(guarded).toDeny(web, api);
    expect(() => expect(guarded).toAllow(web, api)).toThrow(/ClusterNetworkPolicy closed .*, priority 20: denies TCP 80/);
    const manifests = `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ networks: [192.0.2.0/24] }] }] }
`;
    expect(manifests).toDeny('shop/a', '192.0.2.1');
    expect(manifests).toReachOnly('shop/a', [Peer.allNamespaces(), Peer.cidr('0.0.0.0/0', { excluding: ['192.0.2.0/24'] }), Peer.cidr('::/0')]);
  });

  test('can be negated', () => {
    expect(app).not.toAllow(frontend, db);
    expect(app).not.toDeny(frontend, backend);
    expect(app).not.toAdmitOnly(db, []);
    expect(app).not.toReachOnly(frontend, [backend]);
  });

  test('take ports', () => {
    expect(app).toAllow(frontend, backend, { ports: [Port.tcp(8080)] });
    expect(app).not.toAllow(frontend, backend, { ports: [Port.tcp(8080), Port.udp(8080)] });
  });

  test('fail with the deciding policies and the fix', () => {
    expect(() => expect(app).toAllow(frontend, db)).toThrow(/^allowed\(shop\/frontend, shop\/db\) does not hold\n[^]*db\.allowFrom\(frontend\)/);
  });

  test.each([
    [undefined, 'undefined'], [null, 'null'], [42, '42'], [frontend, 'a Tier'], [{ app }, 'an object'],
  ])('name the matcher and the value if %p cannot be judged', (value, name) => {
    const start = (matcher: string) => `expect(...).${matcher}(...): received must be an App, a Chart, a Connectivity or manifests as YAML, not ${name}. Write expect(app)`;
    expect(() => expect(value).toAllow(frontend, db)).toThrow(start('toAllow'));
    expect(() => expect(value).not.toReachOnly(frontend, [db])).toThrow(start('toReachOnly'));
  });

  test('fail, if they are negated, with the verdict, how to make the claim untrue, and the rules that make it true', () => {
    expect(() => expect(app).not.toAllow(frontend, backend)).toThrow(new RegExp('^allowed\\(shop/frontend, shop/backend\\) holds, and the test says that it does not\n'
      + 'shop/frontend reaches shop/backend on TCP 8080\\.\nFix: remove or narrow backend\\.allowFrom\\(frontend\\)\n[^]*app/allow-frontend-to-backend'));
    expect(() => expect(app).not.toDeny(frontend, db)).toThrow(new RegExp('^denied\\(shop/frontend, shop/db\\) holds, and the test says that it does not\n'
      + 'shop/frontend does not reach shop/db on TCP 5432\\.\nFix: write db\\.allowFrom\\(frontend\\)\n[^]*app/default-deny-all'));
    expect(() => expect(app).not.toAdmitOnly(db, [backend])).toThrow(new RegExp('^admitsOnly\\(shop/db, \\[shop/backend\\]\\) holds, and the test says that it does not\n'
      + 'Fix: write the matcher without \\.not, or take an end out of the list that may connect\\.\n[^]*Rules searched:'));
  });

  test('say that no policy can make the claim untrue, if that is so', () => {
    const onHost = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { hostNetwork: true, containers: [] }\n';
    expect(() => expect(onHost).not.toAllow('default/a', '192.0.2.1')).toThrow(/^allowed\(default\/a, 192\.0\.2\.1\) holds, and the test says that it does not\n[^]*\nNo NetworkPolicy can deny it: /);
  });

  test('name the matcher, the argument and the fix if an argument is wrong', () => {
    const any = (value: unknown) => value as any;
    expect(() => expect(app).toAllow(any(undefined), db)).toThrow(/^toAllow\(\.\.\.\): source must be a Tier, a Peer, a workload or an Endpoint, not undefined\. Write /);
    expect(() => expect(app).toDeny(frontend, any(5))).toThrow(/^toDeny\(\.\.\.\): destination must be .*, not 5\. /);
    expect(() => expect(app).toAdmitOnly(db, any(backend))).toThrow(/^toAdmitOnly\(\.\.\.\): sources must be a list, not a Tier\. Write a list, in brackets/);
    expect(() => expect(app).toReachOnly(db, any('app/web'))).toThrow(/^toReachOnly\(\.\.\.\): destinations must be a list, not the text 'app\/web'\. /);
    expect(() => expect(app).toReachOnly(db, [any(null)])).toThrow('destinations[0] must be');
    expect(() => expect(app).toAllow(frontend, backend, any({ ports: Port.tcp(80) }))).toThrow('toAllow(...): ports must be a list, not a Port.');
    expect(() => expect(app).toAllow('frontend', backend)).toThrow("Endpoint.workload('frontend'): name must have the form namespace/name");
    expect(() => expect(app).toAllow('10.0.0.300', backend)).toThrow("Endpoint.address('10.0.0.300'): ");
  });

  test('fail for an undecided claim, negated or not', () => {
    const undecided: any = Object.create(Connectivity.fromApp(app));
    undecided._judge = () => ({ holds: false, undecided: true, toString: () => 'allowed(a, b) is undecided' });
    expect(() => expect(undecided).toAllow(frontend, db)).toThrow('is undecided');
    expect(() => expect(undecided).not.toAllow(frontend, db)).toThrow('is undecided');
  });

  describe('toOpenNothing', () => {
    const shop = (apps: readonly string[]) => {
      const own = new Chart(new App(), 'shop', { namespace: 'app' });
      const tier = new Tier(own, 'db', { ports: [Port.tcp(5432)] });
      for (const name of apps) { tier.allowFrom(new Tier(own, name)); }
      return own;
    };
    const before = shop(['backend']);

    test('passes if nothing opens, and fails with what opens', () => {
      expect(shop(['backend'])).toOpenNothing({ since: before });
      expect(before).toOpenNothing({ since: Connectivity.fromChart(shop(['backend', 'frontend'])) });
      expect(shop(['backend', 'frontend'])).not.toOpenNothing({ since: before });
      expect(() => expect(shop(['backend', 'frontend'])).toOpenNothing({ since: before })).toThrow(/^Opens \d+ groups? of connections[^\n]*\n\nOpens\n {2}[^]*frontend[^]*TCP 5432/);
      expect(() => expect(shop(['backend'])).not.toOpenNothing({ since: before })).toThrow('Nothing changes, for every possible pod.\nThe test says that it opens something.');
    });

    const DENY = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: app }\nspec: { podSelector: {} }\n---\n';
    const ADDED = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: new, namespace: app }\n'
      + 'spec: { selector: { matchLabels: { app: new } }, template: { metadata: { labels: { app: new } }, spec: { containers: [] } } }\n---\n'
      + 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: new, namespace: app }\n'
      + 'spec: { podSelector: { matchLabels: { app: new } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: new } } }] }] }\n---\n';

    test('counts what only new workloads gain, unless it is told not to', () => {
      const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n---\n';
      expect(NAMESPACE + DENY + ADDED).toOpenNothing({ since: NAMESPACE + DENY, exceptNewWorkloads: true });
      expect(() => expect(NAMESPACE + DENY + ADDED).toOpenNothing({ since: NAMESPACE + DENY })).toThrow('adds 1 group of connections for new workloads');
    });

    test('fails, negated or not, if it is undecided', () => {
      const undecided = 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: lock, namespace: app }\nspec: { endpointSelector: {}, ingress: [{}] }\n---\n';
      expect(() => expect(DENY + undecided).toOpenNothing({ since: DENY })).toThrow(/^Undecided: /);
      expect(() => expect(DENY + undecided).not.toOpenNothing({ since: DENY })).toThrow(/^Undecided: /);
    });

    test('says what is wrong with its arguments', () => {
      const any: any = (value: unknown) => value;
      expect(() => expect(app).toOpenNothing(any(undefined))).toThrow('expect(...).toOpenNothing(...): since must be an App, a Chart, a Connectivity or manifests as YAML, not undefined.');
      expect(() => expect(app).toOpenNothing({ since: app, exceptNewWorkloads: any('yes') })).toThrow('exceptNewWorkloads must be true or false');
      expect(() => expect(any(1)).toOpenNothing({ since: app })).toThrow('received must be an App');
    });
  });

  test('can be added to an expect that is not global', () => {
    expect(Object.keys(netpolMatchers)).toEqual(['toAllow', 'toDeny', 'toAdmitOnly', 'toReachOnly', 'toHaveNoFindings', 'toOpenNothing']);
  });
});
