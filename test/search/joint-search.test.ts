import { JointQuestion, JointSearch } from '../../src/search/joint-search';
import { witnessOf } from '../../src/search/joint-witness';
import { SearchedCluster } from '../../src/search/searched-cluster';
import { labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Connections that several states of a cluster treat in different ways. */

function found(states: readonly (readonly object[])[], question: JointQuestion): string {
  const search = new JointSearch(states.map(objects => new SearchedCluster(clusterOfObjects(objects))));
  return search.find(question, connection => {
    const witness = witnessOf(connection);
    if (witness === undefined) { return undefined; }
    const [source, destination] = [witness.source, witness.destination].map(end => end.kind === 'address' ? 'an address'
      : end.inStates.map(one => `${one.namespace.name} ${JSON.stringify(one.pod.labels)}`).filter((text, i, all) => all.indexOf(text) === i).join(' then '));
    return `${source} to ${destination} on ${witness.protocol} ${witness.port}`;
  }) ?? 'none';
}

const SHOP = namespace('shop');
const db = (...from: object[]) => policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from, ports: [{ port: 5432 }] }] });
const backend = { podSelector: labelled({ app: 'backend' }) };
const jobs = { podSelector: labelled({ app: 'jobs' }) };

test('a connection is found that one state allows and another one denies', () => {
  const states = [[SHOP, db(backend)], [SHOP, db(backend, jobs)]];
  expect(found(states, { allowedIn: [1], deniedIn: [0] })).toBe('shop {"app":"jobs"} to shop {"app":"db"} on TCP 5432');
  expect(found(states, { allowedIn: [0], deniedIn: [1] })).toBe('none');
});

test('what two states allow can be denied in a third one, and what neither allows can be allowed there', () => {
  const states = [[SHOP, db(backend)], [SHOP, db(backend, jobs)], [SHOP, db(jobs)]];
  expect(found(states, { allowedIn: [0, 1], deniedIn: [2] })).toBe('shop {"app":"backend"} to shop {"app":"db"} on TCP 5432');
  expect(found(states, { allowedIn: [2], deniedIn: [0, 1] })).toBe('none');
  expect(found(states, { allowedIn: [2], deniedIn: [0] })).toBe('shop {"app":"jobs"} to shop {"app":"db"} on TCP 5432');
  expect(found([[SHOP, db(backend)], [SHOP, db(jobs)], [SHOP]], { allowedIn: [2], deniedIn: [0, 1] })).toMatch(/^shop {} to shop {"app":"db"} on TCP/);
});

test('a declared namespace has the labels of each state, and a pod in it those of both', () => {
  const open = policy('shop/open', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'red' }) }] }] });
  const states = [[SHOP, namespace('red', { team: 'red' }), open], [SHOP, namespace('red', { team: 'blue' }), open]];
  expect(found(states, { allowedIn: [0], deniedIn: [1] })).toMatch(/^red {} to shop {} on TCP 1$/);
  expect(found(states, { allowedIn: [1], deniedIn: [0] })).toBe('none');
});

test('the labels of a declared pod are those of each state', () => {
  const states = [[SHOP, db(backend), pod('shop/web', { app: 'web' })], [SHOP, db(backend), pod('shop/web', { app: 'backend' })]];
  expect(found(states, { allowedIn: [1], deniedIn: [0] })).toBe('shop {"app":"web"} then shop {"app":"backend"} to shop {"app":"db"} on TCP 5432');
});

test('a question about one subject and one side is about nothing else', () => {
  const states = [[SHOP, db(backend)], [SHOP]];
  const subject = { direction: 'ingress', namespace: 'shop', pods: { requirements: [] } as never } as const;
  expect(found(states, { allowedIn: [1], deniedIn: [0], subject })).not.toBe('none');
  expect(found(states, { allowedIn: [1], deniedIn: [0], subject, side: 'egress' })).toBe('none');
  expect(found(states, { allowedIn: [1], deniedIn: [0], subject: { ...subject, namespace: 'other' } })).toBe('none');
});
