import { Cluster } from '../../src/cluster/cluster';
import { RuleEnd, ruleConnections } from '../../src/evaluator/private/rule-match';
import { parseAddress } from '../../src/k8s/address';
import { labelled, namespace, pod, PodOptions, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

const NAMESPACES = [namespace('x', { team: 'a' }), namespace('y', { team: 'b' })];

/** The first pod of a cluster as an end. */
function end({ workloads: [{ namespace: own, pods: [first] }] }: Cluster): RuleEnd {
  return { kind: 'pod', namespace: own, pod: first };
}

function podEnd(name: string, labels = {}, options: PodOptions = {}): RuleEnd {
  return end(clusterOfObjects([pod(name, labels, options)]));
}

function addressEnd(text: string): RuleEnd {
  const address = parseAddress(text)!;
  return { kind: 'addresses', range: { first: address, last: address } };
}

const anyone = podEnd('x/anyone');

/** What one rule for ingress of a policy in namespace x gives the subject from a peer. */
function ingress(rule: object, peer: RuleEnd, subject = anyone): string {
  const cluster = clusterOfObjects([...NAMESPACES, policy('x/p', { podSelector: {}, ingress: [rule] })]);
  return ruleConnections(cluster, 'x', cluster.policies[0].ingress![0], 'ingress', subject, peer).toString();
}

/** What one rule for egress of a policy in namespace x gives the subject towards a peer. */
function egress(rule: object, peer: RuleEnd, subject = anyone): string {
  const cluster = clusterOfObjects([...NAMESPACES, policy('x/p', { podSelector: {}, policyTypes: ['Egress'], egress: [rule] })]);
  return ruleConnections(cluster, 'x', cluster.policies[0].egress![0], 'egress', subject, peer).toString();
}

const ALL = 'All Connections';
const NONE = 'No Connections';

/** A rule from some peers, held against each of these ends. */
function given(from: readonly object[], ...peers: RuleEnd[]): boolean[] {
  return peers.map(peer => {
    const connections = ingress({ from }, peer);
    expect([ALL, NONE]).toContain(connections);
    return connections === ALL;
  });
}

describe('the peers of a rule', () => {
  test('are all where it names none', () => {
    expect([ingress({}, podEnd('y/a')), ingress({}, addressEnd('1.2.3.4'))]).toEqual([ALL, ALL]);
  });

  test('are pods of the policy\'s own namespace by their labels, where it names no namespaces', () => {
    const web = { app: 'web' };
    expect(given([{ podSelector: labelled(web) }], podEnd('x/a', web), podEnd('x/a', { app: 'db' }), podEnd('y/a', web), addressEnd('1.2.3.4')))
      .toEqual([true, false, false, false]);
  });

  test('are pods in namespaces by both labels', () => {
    const web = { app: 'web' };
    expect(given([{ podSelector: labelled(web), namespaceSelector: labelled({ team: 'b' }) }], podEnd('y/a', web), podEnd('y/a'), podEnd('x/a', web)))
      .toEqual([true, false, false]);
  });

  test('are any of those it names', () => {
    const from = [{ podSelector: labelled({ app: 'web' }) }, { podSelector: labelled({ app: 'db' }) }];
    expect(given(from, podEnd('x/a', { app: 'web' }), podEnd('x/a', { app: 'db' }), podEnd('x/a', { app: 'api' }))).toEqual([true, true, false]);
  });

  test('are no pods on the network of their host, whatever labels these have', () => {
    expect(given([{ podSelector: {}, namespaceSelector: {} }], podEnd('x/a', {}, { hostNetwork: true }), podEnd('x/a'))).toEqual([false, true]);
  });

  test('are the addresses of a block from the first to the last, without its exceptions from the first to the last', () => {
    const ends = ['9.255.255.255', '10.0.0.0', '10.0.255.255', '10.1.0.0', '10.1.255.255', '10.2.0.0', '10.255.255.255', '11.0.0.0'].map(addressEnd);
    expect(given([{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.3.0.0/16', '10.1.0.0/16'] } }], ...ends))
      .toEqual([false, true, true, false, false, true, true, false]);
  });

  test('are pods at an address of a block, on the network of their host or not', () => {
    const at = (ips: string[], hostNetwork = false) => podEnd('y/a', {}, { ips, hostNetwork });
    expect(given([{ ipBlock: { cidr: '10.0.0.0/8' } }], at(['10.0.0.1']), at(['10.0.0.1'], true), at(['2001:db8::1', '10.0.0.1']), at(['11.0.0.1']), at([])))
      .toEqual([true, true, true, false, false]);
  });
});

describe('the ports of a rule', () => {
  const named = (name: string, containerPort: number, protocol = 'TCP') => ({ name, containerPort, protocol });

  test('are all of them together, and nothing for who is no peer', () => {
    const rule = { from: [{ podSelector: labelled({ app: 'web' }) }], ports: [{ port: 80 }, { protocol: 'UDP', port: 53, endPort: 60 }] };
    expect(ingress(rule, podEnd('x/a', { app: 'web' }))).toBe('TCP 80,UDP 53-60');
    expect(ingress(rule, podEnd('x/a'))).toBe(NONE);
  });

  test('are looked up by name where the connection goes: at the subject for ingress, at the peer for egress', () => {
    const [a, b] = [podEnd('x/a', {}, { ports: [named('http', 80)] }), podEnd('x/b', {}, { ports: [named('http', 8080)] })];
    const rule = { ports: [{ port: 'http' }] };
    expect(ingress(rule, a, b)).toBe('TCP 8080');
    expect(egress(rule, a, b)).toBe('TCP 80');
  });

  test('are those of the name with the protocol, every one that has it', () => {
    const server = podEnd('x/a', {}, { ports: [named('dns', 53), named('dns', 54), named('dns', 55, 'UDP'), named('web', 80)] });
    expect(egress({ ports: [{ port: 'dns' }] }, server)).toBe('TCP 53-54');
    expect(egress({ ports: [{ port: 'dns', protocol: 'UDP' }, { port: 443 }] }, server)).toBe('TCP 443,UDP 55');
  });

  test('are none where the name is not found, and none of an address', () => {
    expect(egress({ ports: [{ port: 'http' }] }, podEnd('x/a'))).toBe(NONE);
    expect(egress({ ports: [{ port: 'http' }] }, addressEnd('1.2.3.4'))).toBe(NONE);
  });
});
