import { egress, ingress, inNamespace } from './app-objects';
import { foundFor } from './found';
import { deployment, labelled, policy } from '../support/cluster-objects';

/* NP113: a port name that has different numbers in the pods that a rule means. */

const found = foundFor('NP113');
const listening = (name: string, port: number, portName = 'http', protocol?: string) =>
  deployment(`app/${name}`, { app: name, part: 'api' }, { ports: [{ name: portName, containerPort: port, protocol }] });
const api = (entries: object[]) => policy('app/p', { podSelector: labelled({ part: 'api' }), ingress: [{ ports: entries }] });
const HTTP = [{ port: 'http' }];

test('a name that means two numbers is a note, which says what it means for whom', () => {
  expect(found([listening('a', 8080), listening('b', 8080), listening('c', 9000), api(HTTP)])).toEqual([
    'object 3: note NP113: app/p spec.ingress[0] names TCP http, which is 8080 in app/a[Deployment] and app/b[Deployment] and 9000 in app/c[Deployment]; '
    + 'the rule opens each of them for its pods; write the number if only one of them is meant',
  ]);
});

test('a name that a pod has twice is a warning, because the API does not say which of the two ports is meant', () => {
  const twice = deployment('app/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 80 }, { name: 'http', containerPort: 81 }] });
  expect(found([twice, ingress('web', undefined, HTTP)])).toEqual([
    'object 1: warning NP113: app/p spec.ingress[0] names TCP http, which two containers of app/web[Deployment] have: 80 and 81; '
    + 'give the ports of the containers different names, or write the number that you mean',
  ]);
});

test('the two ends of an edge are one finding, at the end of the pods that listen', () => {
  const to = egress('client', [{ podSelector: labelled({ part: 'api' }) }], HTTP);
  expect(found([listening('a', 8080), listening('b', 9000), to, api(HTTP)])).toEqual([expect.stringMatching(/^object 3: note .* \(also named here: object 2\)/)]);
  expect(found([listening('a', 8080), listening('b', 9000), to])).toEqual([expect.stringContaining('app/e spec.egress[0] names TCP http')]);
});

test.each<[string, object[]]>([
  ['all pods give it the same number', [listening('a', 8080), listening('b', 8080), api(HTTP)]],
  ['only one of the workloads has it', [listening('a', 8080), listening('b', 9000, 'admin'), api(HTTP)]],
  ['the other number is of another protocol', [listening('a', 8080), listening('b', 9000, 'http', 'UDP'), api(HTTP)]],
  ['the rule names numbers', [listening('a', 8080), listening('b', 9000), api([{ port: 8080 }])]],
  ['the policy is for every pod of its namespace, each of which has a number of its own', [
    listening('a', 8080, 'metrics'), listening('b', 9000, 'metrics'), policy('app/all', { podSelector: {}, ingress: [{ from: [inNamespace('monitoring')], ports: [{ port: 'metrics' }] }] }),
  ]],
])('nothing is found if %s', (_, objects) => {
  expect(found(objects)).toEqual([]);
});

test('nothing is found for a claim, which asks about the pods by themselves', () => {
  expect(found([listening('a', 8080)], { claims: [['app/a', 'tcp/http']] })).toEqual([]);
});
