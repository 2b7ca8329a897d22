import { app, namespace, planOf, pod, policy } from './planned';

/* The examples of what a step opens and closes: one connection, with the names that people know. */

const ingress = (from: object[]) => policy('db', { podSelector: app('db'), ingress: from.map(one => ({ from: [one], ports: [{ port: 5432 }] })) });
const team = { namespaceSelector: { matchLabels: { team: 'red' } } };

test('an address is written as such', () => {
  // No pod has a link-local address.
  const [step] = planOf([namespace('shop'), ingress([])], [namespace('shop'), ingress([{ ipBlock: { cidr: '169.254.169.254/32' } }])]).steps;
  expect(step).toMatchObject({ opens: { from: '169.254.169.254', to: 'a pod with label app=db in namespace shop', port: 'TCP 5432' } });
  expect(step).not.toHaveProperty('closes');
});

test('a pod with a known address is written as the workload', () => {
  const known = { ...pod('web', { app: 'web' }), status: { podIPs: [{ ip: '10.1.2.3' }] } };
  const [step] = planOf([namespace('shop'), known, ingress([])], [namespace('shop'), known, ingress([{ ipBlock: { cidr: '10.1.2.3/32' } }])]).steps;
  expect(step.opens?.from).toBe('shop/web[Pod]');
});

test('a pod that could exist is written with its labels and those of its namespace', () => {
  const [step] = planOf([namespace('shop'), namespace('red', { team: 'red' }), ingress([team])], [namespace('shop'), namespace('red', { team: 'red' }), ingress([])]).steps;
  expect(step).toMatchObject({ closes: { from: 'a pod without labels in namespace red (with label team=red)', to: 'a pod with label app=db in namespace shop', port: 'TCP 5432' } });
  expect(step).not.toHaveProperty('opens');
});

test('a namespace that could be made is called new', () => {
  const [step] = planOf([namespace('shop'), ingress([team])], [namespace('shop'), ingress([])]).steps;
  expect(step.closes?.from).toBe('a pod without labels in a new namespace (with label team=red)');
});
