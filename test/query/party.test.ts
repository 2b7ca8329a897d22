import { Cidr, formatRange, parseCidr } from '../../src/k8s/address';
import { addressEndpoints, portsOf } from '../../src/query/endpoints';
import { deployment, labelled, party, podOf, policy, reachOf } from '../support/cluster-objects';

const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
const membersOf = (...objects: object[]) => party(reachOf(...objects), 'x/web').endpoints.map(m => m.name);

describe('the members of a workload', () => {
  test('are one for a template, which stands for all pods that it makes', () => {
    expect(membersOf(deployment('x/web', { app: 'web' }))).toEqual(['x/web[Deployment]']);
  });

  test('are two for a thousand equal replicas: one to ask about the other', () => {
    const replicas = Array.from({ length: 1000 }, (_, i) => podOf('web', `x/web-${i}`, { app: 'web', index: `${i}` }));
    expect(membersOf(...replicas)).toEqual(['x/web[StatefulSet]', 'x/web[StatefulSet]']);
  });

  test('are called by their own names where a policy tells them apart', () => {
    const pods = [podOf('web', 'x/web-0', { index: '0' }), podOf('web', 'x/web-1', { index: '1' }), podOf('web', 'x/web-2', { index: '2' })];
    expect(membersOf(...pods, policy('x/p', { podSelector: labelled({ index: '0' }) }))).toEqual(['x/web-0[Pod]', 'x/web-1[Pod]', 'x/web-2[Pod]']);
  });

  test('are told apart by their ports too, since a question may name one that no policy does', () => {
    expect(membersOf(podOf('web', 'x/web-0', {}, http(80)), podOf('web', 'x/web-1', {}, http(8080)))).toEqual(['x/web-0[Pod]', 'x/web-1[Pod]']);
  });
});

test('the ports of several pods are each told once, by protocol and number', () => {
  const ports = [{ containerPort: 9000 }, { containerPort: 80, name: 'http' }, { containerPort: 53, protocol: 'UDP' }];
  const { endpoints: members } = party(reachOf(podOf('web', 'x/web-0', {}, { ports }), podOf('web', 'x/web-1', {}, { ports: [...ports, { containerPort: 7, protocol: 'SCTP' }] })), 'x/web');
  expect(portsOf(members).map(p => `${p.protocol}/${p.port}`)).toEqual(['SCTP/7', 'TCP/80', 'TCP/9000', 'UDP/53']);
});

test('addresses are one member for each part of a range that policies tell apart, and no more than the range', () => {
  const reach = reachOf(policy('x/p', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }));
  const members = addressEndpoints(reach, parseCidr('10.0.0.0/14') as Cidr, formatRange);
  expect(members.map(m => m.name)).toEqual(['10.0.0.0-10.0.255.255', '10.1.0.0-10.1.255.255', '10.2.0.0-10.3.255.255']);
  expect(members.map(m => m.index)).toEqual(members.map(m => reach.ofAddress(m.range.first)));
});
