import { Connectivity, Endpoint, Port } from '../../src';

/** Two pods, and a policy that opens every second port of one of them. */
function everySecondPort(last: number): string {
  const ports = [];
  for (let port = 1; port <= last; port += 2) { ports.push({ port }); }
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  const policy = {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'db', namespace: 'shop' }, spec: { podSelector: {}, ingress: [{ ports }] },
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod('web'), pod('db'), policy] });
}

// Adding one port after another to a set of them would take minutes and gigabytes.
test('a rule may name tens of thousands of ports, and a verdict and its explanation take a moment', () => {
  const connectivity = Connectivity.fromYaml(everySecondPort(65535));
  const [web, db] = [Endpoint.workload('shop/web'), Endpoint.workload('shop/db')];
  expect(connectivity.allowed(web, db, { ports: [Port.tcp(65535)] }).explanation).toContain('yes: shop/web[Pod] reaches shop/db[Pod]');
  expect(connectivity.denied(web, db, { ports: [Port.tcp(65534)] }).holds).toBe(true);
  expect(connectivity.denied(web, db).explanation).toContain('shop/web[Pod] reaches shop/db[Pod]: TCP 1,3,5,7,');
});
