import * as fc from 'fast-check';
import { readCluster } from '../../src/cluster/read-cluster';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Reachability } from '../../src/evaluator/reachability';
import { Labels } from '../../src/k8s/objects';
import { readText } from '../../src/manifests/read-text';
import { ExposedPorts, ExposurePeer, listExposure, PodSelectors } from '../../src/query/exposure';
import { manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { formatted, portRuns, specifiedSide } from '../spec/compare';
import { SpecPod } from '../spec/network-policy';
import { labelled, namespace, pod, policy, reachOf } from '../support/cluster-objects';
import { rowsOf, shown } from '../support/exposure-rows';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* What a workload is exposed to if cluster-wide policies select it. The API is documented at network-policy-api.sigs.k8s.io. */

const EVERY_NAMESPACE = { namespaces: {} };
const team = (name: string) => ({ namespaces: labelled({ team: name }) });
const cnp = (name: string, spec: object, apiVersion = 'policy.networking.k8s.io/v1beta1') => ({
  apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name }, spec: { tier: 'Admin', priority: 10, subject: { pods: { namespaceSelector: {}, podSelector: labelled({ app: 'web' }) } }, ...spec },
});
const from = (action: string, peer: object, rest: object = {}) => ({ action, from: [peer], ...rest });
const to = (action: string, peer: object, rest: object = {}) => ({ action, to: [peer], ...rest });
const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const named = (name: string) => ({ protocols: [{ destinationNamedPort: name }] });

const web = pod('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort: 8080 }] });
const SHOP = namespace('shop', { team: 'shop' });
const ingress = (...rules: object[]) => policy('shop/web', { podSelector: {}, ingress: rules, policyTypes: ['Ingress'] });
const egress = (...rules: object[]) => policy('shop/out', { podSelector: {}, egress: rules, policyTypes: ['Egress'] });
const CLOSED = policy('shop/closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

/** The rows of shop/web in one direction. */
function rows(direction: '←' | '→', ...objects: object[]): string[] {
  return rowsOf(listExposure(reachOf(SHOP, web, ...objects))).map(shown).filter(row => row.startsWith(`shop/web[Pod] ${direction} `)).map(row => row.slice(16));
}

describe('the exposure of a workload that a cluster-wide policy selects', () => {
  test('has the pods that an Accept of the Admin tier lets in, although a NetworkPolicy denies them', () => {
    expect(rows('←', CLOSED, cnp('c', { ingress: [from('Accept', team('ops'), tcp(9090))] }))).toEqual(['(everything) in team=ops: TCP 9090']);
    expect(rows('←', ingress({ from: [{ podSelector: {} }] }), cnp('c', { ingress: [from('Accept', team('ops'), tcp(9090))] })))
      .toEqual(['(everything) in team=ops: TCP 9090', '(everything) in shop: All Connections']);
  });

  test('lacks the pods that a Deny of the Admin tier keeps out, although a NetworkPolicy lets them in', () => {
    const open = ingress({ from: [{ namespaceSelector: {}, podSelector: labelled({ app: 'client' }) }] });
    expect(rows('←', open, cnp('c', { ingress: [from('Deny', team('games'))] }))).toEqual(['app=client in team!=games: All Connections']);
    expect(rows('←', open, cnp('c', { ingress: [from('Deny', { pods: { namespaceSelector: labelled({ team: 'games' }), podSelector: labelled({ role: 'x' }) } }, tcp(80))] })))
      .toEqual(['app=client in (everything) except role=x in team=games: TCP 80', 'app=client in (everything): SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535']);
    expect(rows('←', open, cnp('c', { ingress: [from('Deny', EVERY_NAMESPACE)] }))).toEqual(['nothing']);
  });

  test('is anything but those pods, if no NetworkPolicy isolates it', () => {
    expect(rows('←', cnp('c', { ingress: [from('Deny', team('games'))] }))).toEqual(['anything except (everything) in team=games: All Connections']);
    expect(rows('←', cnp('c', { ingress: [from('Deny', EVERY_NAMESPACE)] }))).toEqual(['0.0.0.0-255.255.255.255[External]: All Connections']);
  });

  test('leaves out pods of declared namespaces that no rule can be about', () => {
    const games = namespace('games', { team: 'games' });
    const open = ingress({ from: ['games', 'shop'].map(name => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) })) });
    const tenants = cnp('c', { ingress: [from('Deny', { namespaces: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['shop'] }] } })] });
    expect(rows('←', games, open, tenants)).toEqual(['(everything) in shop: All Connections']);
    // The labels of a namespace that is not in the input are not known.
    expect(rows('←', open, cnp('c', { ingress: [from('Deny', team('games'))] }))).toEqual(['(everything) in games,team!=games: All Connections', '(everything) in shop: All Connections']);
  });

  test('has the Baseline tier only if no NetworkPolicy isolates it', () => {
    const baseline = cnp('c', { tier: 'Baseline', ingress: [from('Accept', team('ops')), from('Deny', EVERY_NAMESPACE)] });
    expect(rows('←', baseline)).toEqual(['(everything) in team=ops: All Connections', '0.0.0.0-255.255.255.255[External]: All Connections']);
    expect(rows('←', baseline, ingress({ from: [{ podSelector: {} }] }))).toEqual(['(everything) in shop: All Connections']);
  });

  test('has what Pass leaves to NetworkPolicies, and to the Baseline tier', () => {
    const rules = [from('Pass', team('ops')), from('Deny', EVERY_NAMESPACE)];
    expect(rows('←', cnp('c', { ingress: rules }))).toEqual(['0.0.0.0-255.255.255.255[External]: All Connections', '(everything) in team=ops: All Connections'].sort());
    expect(rows('←', cnp('c', { ingress: rules }), CLOSED)).toEqual(['nothing']);
    expect(rows('←', cnp('c', { ingress: rules }), ingress({ from: [{ namespaceSelector: {}, podSelector: labelled({ app: 'client' }) }] })))
      .toEqual(['app=client in team=ops: All Connections']);
    expect(rows('←', cnp('c', { ingress: rules }), cnp('b', { tier: 'Baseline', ingress: [from('Deny', EVERY_NAMESPACE, tcp(80))] })))
      .toEqual(['(everything) in team=ops: SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535', '0.0.0.0-255.255.255.255[External]: All Connections']);
  });

  test('lacks what a Deny decides before a Pass', () => {
    expect(rows('←', cnp('c', { ingress: [from('Deny', team('ops')), from('Pass', EVERY_NAMESPACE), from('Deny', EVERY_NAMESPACE)] })))
      .toEqual(['anything except (everything) in team=ops: All Connections']);
  });

  test('has one row for the same pods, on whichever ports rules decide', () => {
    const open = ingress({ from: [{ podSelector: {} }], ports: [{ port: 80, endPort: 90 }] });
    expect(rows('←', open, cnp('c', { ingress: [80, 81, 85].map(port => from('Deny', { pods: { namespaceSelector: {}, podSelector: labelled({ role: 'x' }) } }, tcp(port))) })))
      .toEqual(['role!=x in shop: TCP 80-81,85', '(everything) in shop: TCP 82-84,86-90']);
  });

  test('has nothing if a Deny has a peer that netpol does not know, which denies everything', () => {
    expect(rows('←', cnp('c', { ingress: [from('Deny', { later: {} })] }))).toEqual(['nothing']);
    expect(rows('←', CLOSED, cnp('c', { ingress: [from('Accept', { later: {} })] }))).toEqual(['nothing']);
  });

  test('names an exception once, and leaves out those that are in another one', () => {
    const red = { namespaces: { matchLabels: { team: 'games', zone: 'red' } } };
    expect(rows('←', cnp('c', { ingress: [from('Deny', red), from('Deny', team('games'))] }))).toEqual(['anything except (everything) in team=games: All Connections']);
    expect(rows('←', cnp('c', { ingress: [from('Deny', team('games')), from('Deny', red)] }))).toEqual(['anything except (everything) in team=games: All Connections']);
  });

  test('has the policy with the lower priority number first', () => {
    const accept = (priority: number) => cnp('accept', { priority, ingress: [from('Accept', team('ops'))] });
    const deny = cnp('deny', { priority: 10, ingress: [from('Deny', EVERY_NAMESPACE)] });
    expect(rows('←', CLOSED, accept(9), deny)).toEqual(['(everything) in team=ops: All Connections']);
    expect(rows('←', CLOSED, accept(11), deny)).toEqual(['nothing']);
  });

  test('is undecided where two policies of one priority disagree, and open where they agree', () => {
    const accept = cnp('accept', { ingress: [from('Accept', team('ops'))] });
    const deny = cnp('deny', { ingress: [from('Deny', { namespaces: labelled({ zone: 'red' }) }, tcp(80))] });
    expect(rows('←', CLOSED, accept, deny)).toEqual([
      '(everything) in team=ops,zone!=red: TCP 80', '(everything) in team=ops: SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535',
      '(everything) in team=ops,zone=red: unspecified? TCP 80',
    ]);
    const row = rowsOf(listExposure(reachOf(SHOP, web, CLOSED, accept, deny))).find(({ undecided }) => undecided.length > 0)!;
    expect(row.undecided.map(({ what }) => what)).toEqual(['which of ClusterNetworkPolicy accept and ClusterNetworkPolicy deny decides first']);
  });

  test('is undecided about the numbers of a port name that are left', () => {
    const both = [cnp('a', { egress: [to('Accept', EVERY_NAMESPACE, tcp(80)), to('Deny', EVERY_NAMESPACE, named('http'))] }), cnp('b', { egress: [to('Accept', team('ops'))] })];
    expect(rows('→', CLOSED, ...both)).toEqual([
      '(everything) in (everything): TCP 80',
      '(everything) in team=ops: SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535 except SCTP http except TCP http except UDP http',
      '(everything) in team=ops: unspecified? SCTP http, TCP http if TCP 1-79,81-65535, UDP http',
    ]);
  });

  test('has addresses of blocks, and is undecided for pods that may have a denied address', () => {
    const deny = (networks: string[]) => cnp('c', { egress: [to('Deny', { networks }, tcp(22))] });
    const rest = 'SCTP 1-65535,TCP 1-21,23-65535,UDP 1-65535';
    expect(rows('→', deny(['10.0.0.0/8']))).toEqual([
      `anything: ${rest}`, '(everything) in (everything): pod-address? TCP 22',
      '0.0.0.0-9.255.255.255[External]: All Connections', '11.0.0.0-255.255.255.255[External]: All Connections',
    ]);
    // No pod has an address of the public internet, and every pod has one of these.
    expect(rows('→', deny(['1.1.1.0/24']))).toContain('(everything) in (everything): All Connections');
    expect(rows('→', deny(['0.0.0.0/0', '::/0']))).toEqual([`anything: ${rest}`]);
    expect(rows('→', CLOSED, cnp('c', { egress: [to('Accept', { networks: ['10.0.0.0/8'] })] }))).toEqual(['10.0.0.0-10.255.255.255[External]: All Connections']);
  });

  test('is undecided about domain names, and never has pods for nodes', () => {
    expect(rows('→', CLOSED, cnp('c', { egress: [to('Accept', { domainNames: ['example.com'] }, tcp(443))] }))).toEqual(['anything: domain-name? TCP 443']);
    const nodes = cnp('c', { egress: [to('Accept', { nodes: {} })] });
    expect(rows('→', CLOSED, nodes)).toEqual(['0.0.0.0-255.255.255.255[External]: node-address?']);
  });

  test('is undecided on the ports of a rule about domain names of an ApplicationNetworkPolicy, and only there', () => {
    const app = {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'ApplicationNetworkPolicy',
      metadata: { name: 'p', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ domainNames: ['example.com'] }], ports: [{ port: 443 }] }, { to: [{ podSelector: {} }] }] },
    };
    expect(rows('→', app)).toEqual(['(everything) in shop: All Connections', 'anything except (everything) in shop: domain-name? TCP 443']);
    expect(rows('→', app, cnp('c', { egress: [to('Deny', EVERY_NAMESPACE)] }))).toEqual(['0.0.0.0-255.255.255.255[External]: domain-name? TCP 443']);
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'shop', name: 'c' }, spec: { endpointSelector: {}, egress: [{}] } };
    expect(rows('→', app, cilium)).toEqual(['anything: policy-kind?, domain-name?']);
  });

  test('has ports by name for egress, where each pod has its own number', () => {
    const rest = [{ podSelector: {} }];
    expect(rows('→', egress({ to: rest }), cnp('c', { egress: [to('Deny', EVERY_NAMESPACE, named('http'))] })))
      .toEqual(['(everything) in shop: All Connections except SCTP http except TCP http except UDP http']);
    expect(rows('→', CLOSED, cnp('c', { egress: [to('Accept', EVERY_NAMESPACE, named('http'))] })))
      .toEqual(['(everything) in (everything): SCTP http, TCP http, UDP http']);
    expect(rows('→', egress({ to: rest, ports: [{ port: 'http' }] }), cnp('c', { egress: [to('Deny', EVERY_NAMESPACE, tcp(80))] })))
      .toEqual(['(everything) in shop: TCP http if TCP 1-79,81-65535']);
    expect(rows('→', egress({ to: rest, ports: [{ port: 'http' }, { port: 'dns' }] }), cnp('c', { egress: [to('Pass', EVERY_NAMESPACE, named('http')), to('Deny', EVERY_NAMESPACE)] })))
      .toEqual(['(everything) in shop: TCP http']);
    expect(rows('→', egress({ to: rest, ports: [{ port: 'http' }, { port: 'dns' }] }), cnp('c', { egress: [to('Deny', EVERY_NAMESPACE, named('http'))] })))
      .toEqual(['(everything) in shop: TCP dns']);
    expect(rows('→', egress({ to: rest, ports: [{ port: 'http' }] }), cnp('c', { egress: [to('Deny', EVERY_NAMESPACE, named('dns'))] })))
      .toEqual(['(everything) in shop: TCP http']);
  });

  test('has the number of its own port for ingress', () => {
    expect(rows('←', CLOSED, cnp('c', { ingress: [from('Accept', team('ops'), named('http')), from('Accept', team('x'), named('none'))] }))).toEqual(['(everything) in team=ops: TCP 8080']);
  });

  test('is undecided for the ports whose protocol the Amazon VPC CNI does not document', () => {
    const own = { ports: [{ namedPort: 'http' }] };
    const udp = pod('shop/web', { app: 'web' }, { ports: [{ name: 'http', protocol: 'UDP', containerPort: 53 }] });
    const reach = reachOf(SHOP, udp, CLOSED, cnp('c', { ingress: [from('Accept', team('ops'), own)] }, 'networking.k8s.aws/v1alpha1'));
    expect(rowsOf(listExposure(reach)).map(shown)).toEqual(['shop/web[Pod] ← (everything) in team=ops: unspecified? UDP 53', 'shop/web[Pod] → nothing']);
  });

  test('is undecided if a policy of a kind that is not evaluated could decide before', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'shop', name: 'c' }, spec: { endpointSelector: {}, ingress: [{}] } };
    expect(rows('←', cilium, cnp('c', { ingress: [from('Accept', team('ops'))] }))).toEqual(['anything: policy-kind?']);
  });

  test('is undecided for a label whose value only the running cluster knows', () => {
    const deployed = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'd' },
      spec: { selector: labelled({ app: 'd' }), template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } },
    };
    const hash = { pods: { namespaceSelector: {}, podSelector: labelled({ 'pod-template-hash': 'abc' }) } };
    const of = (...objects: object[]) => rowsOf(listExposure(reachOf(SHOP, deployed, ...objects))).map(shown).filter(row => row.includes('←')).map(row => row.slice(21));
    expect(of(cnp('c', { subject: hash, ingress: [from('Deny', team('games'))] }))).toEqual([
      'anything except (everything) in team=games: All Connections', '(everything) in team=games: generated-label?',
    ]);
    const canary = policy('shop/canary', { podSelector: labelled({ 'pod-template-hash': 'abc' }), ingress: [{ from: [{ podSelector: {} }] }] });
    const deny = cnp('c', { subject: EVERY_NAMESPACE, ingress: [from('Deny', team('games'))] });
    expect(of(canary, deny)).toEqual([
      '(everything) in shop: All Connections', 'anything except (everything) in shop except (everything) in team=games: generated-label?',
    ]);
  });

  test('is undecided about a port name of a pod that is declared twice with different ports', () => {
    const twice = [8080, 9090].map(containerPort => pod('shop/web', { app: 'web' }, { ports: [{ name: 'http', containerPort }] }));
    const { cluster } = readCluster(readText({
      file: 'k8s.json',
      named: true,
      content: JSON.stringify({
        apiVersion: 'v1', kind: 'List', items: [SHOP, ...twice, CLOSED, cnp('c', { ingress: [from('Accept', team('ops'), named('http'))] })],
      }),
    }).resources);
    expect(rowsOf(listExposure(new Reachability(cluster))).map(shown)).toEqual(['shop/web[Pod] ← (everything) in team=ops: defined-twice?', 'shop/web[Pod] → nothing']);
  });
});

/** The ports of a pod that are open. */
function portsFor({ ports }: SpecPod, { connections, named: byName, unnamed }: ExposedPorts): ConnectionSet {
  const called = (protocol: string, name: string) => ConnectionSet.unionOf(ports
    .filter(port => (port.protocol ?? 'TCP') === protocol && port.name === name)
    .map(port => ConnectionSet.range(protocol as 'TCP', port.containerPort, port.containerPort)));
  const numbered = unnamed.reduce((left, { protocol, name }) => left.subtract(called(protocol, name)), connections);
  return ConnectionSet.unionOf([
    numbered, ...byName.map(({ protocol, name, numbers = ConnectionSet.ALL }) => called(protocol, name).intersect(numbers)),
  ]);
}

function isPeer(peer: ExposurePeer, { labels }: SpecPod, namespaceLabels: Labels): boolean {
  if (!('except' in peer)) { return false; }
  const selects = ({ namespaces, pods }: PodSelectors) => namespaces.matches(namespaceLabels) && pods.matches(labels as Labels);
  return (peer.kind === 'anything' || selects(peer)) && !peer.except.some(selects);
}

test('on random clusters with cluster-wide policies, the exposure to pods that could exist is what the specification says, decided or not', () => {
  fc.assert(fc.property(arbitraryTieredCluster, random => {
    // The exposure lists blocks as addresses. Other tests are about those that no pod or every pod is in.
    const policies = random.policies.filter(({ spec }) => !JSON.stringify(spec).includes('ipBlock":{'));
    const clusterPolicies = random.clusterPolicies!.map(one => ({
      ...one, spec: { ...one.spec, egress: (one.spec.egress ?? []).filter((rule: any) => !JSON.stringify(rule).includes('networks')) },
    }));
    const cluster = { ...random, policies, clusterPolicies };
    const reach = new Reachability(clusterOfObjects(manifestsOf(cluster)));
    const all = rowsOf(listExposure(reach));
    const runs = portRuns(cluster);
    // A port of a pod that could exist has one name.
    const peers = cluster.pods.map((one): SpecPod => ({
      ...one, ips: [], hostNetwork: undefined, ports: [...new Map(one.ports.map(port => [`${port.protocol ?? 'TCP'} ${port.containerPort}`, port])).values()],
    }));
    for (const subject of cluster.pods) {
      for (const direction of ['ingress', 'egress'] as const) {
        const own = all.filter(row => row.subject.workload.name === subject.name && row.direction === direction);
        for (const possible of peers) {
          const { labels } = reach.cluster.namespaces.get(possible.namespace)!;
          const matching = own.filter(({ peer }) => isPeer(peer, possible, labels));
          const certain = ConnectionSet.unionOf(matching.map(row => portsFor(possible, row)));
          const open = matching.filter(({ undecided }) => undecided.length > 0)
            .map(({ mayBeOpen }) => mayBeOpen === undefined ? ConnectionSet.ALL : portsFor(possible, mayBeOpen));
          expect({ certain: formatted(certain), possible: formatted(ConnectionSet.unionOf([certain, ...open])) })
            .toEqual(specifiedSide(cluster, direction, { pod: subject }, [{ pod: possible }], runs));
        }
      }
    }
  }), { numRuns: randomRuns(400) });
});
