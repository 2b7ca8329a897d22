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

describe('a pod that could exist', () => {
  const out = (...to: object[]) => policy('out', { podSelector: {}, policyTypes: ['Egress'], egress: to });
  const to = (old: object, now: object) => planOf([namespace('shop'), old], [namespace('shop'), now]).steps[0].opens?.to;
  const everywhere = (...except: string[]) => ({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except } }] });

  test('has the address that decides', () => {
    expect(to(out(everywhere('10.0.0.0/8', '192.168.0.0/16')), out(everywhere('10.0.0.0/8'))))
      .toMatch(/^a pod without labels and with address 192\.168\.\d+\.\d+ in namespace shop$/);
    expect(to(out(), out({ to: [{ podSelector: {} }] }))).toBe('a pod without labels in namespace shop');
  });

  test('has the port with the name that decides', () => {
    expect(to(out(), out({ to: [{ podSelector: {} }], ports: [{ port: 'http' }] }))).toMatch(/^a pod without labels and with the name http for port TCP \d+ in namespace shop$/);
    expect(to(out(), out({ to: [{ podSelector: {} }], ports: [{ port: 80 }] }))).toBe('a pod without labels in namespace shop');
  });
});
