import { Reachability } from '../../src/evaluator/reachability';
import { parseAddress } from '../../src/k8s/address';
import { NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';
import { deployment, labelled, namespace, party, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* With a stated network plugin, an ipBlock and the pods of the cluster are decided as the plugin decides. Without one, nothing is assumed. */

const IN = (...blocks: string[]) => policy('app/in', { podSelector: labelled({ app: 'db' }), ingress: [{ from: blocks.map(cidr => ({ ipBlock: { cidr } })) }] });
const OUT = policy('app/out', { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'sql' }] }] });

function reach(plugin: string | undefined, ...objects: object[]): Reachability {
  return new Reachability(clusterOfObjects([namespace('app'), ...objects], { namespaces: [], plugin: plugin === undefined ? undefined : readNetworkPlugin(plugin) as NetworkPlugin }));
}

/** The certain and the possible connections from one workload to another. */
function between(evaluated: Reachability, from = 'app/web', to = 'app/db'): string[] {
  const [source, destination] = [from, to].map(name => party(evaluated, name).endpoints[0].index);
  return [evaluated.connections(source, destination), evaluated.possibleConnections(source, destination)].map(String);
}

const WEB = deployment('app/web', { app: 'web' });
const DB = deployment('app/db', { app: 'db' }, { ports: [{ name: 'sql', containerPort: 5432 }] });
const [ALL, NONE] = ['All Connections', 'No Connections'];

test('a pod whose address is not known may be in a block, unless the plugin matches pods by their labels only', () => {
  for (const plugin of [undefined, 'calico', 'antrea']) { expect(between(reach(plugin, WEB, DB, IN('10.0.0.0/8')))).toEqual([NONE, ALL]); }
  for (const plugin of ['cilium', 'cilium@1.14', 'azure-cilium', 'gke-dataplane-v2']) {
    const evaluated = reach(plugin, WEB, DB, IN('10.0.0.0/8'));
    expect(between(evaluated)).toEqual([NONE, NONE]);
    expect(between(evaluated.strict)).toEqual([NONE, NONE]);
    expect(evaluated.mayBeUndecided).toBe(false);
  }
});

test('a block with the known address of a pod, and one with every address, do not open the pod either', () => {
  const web = pod('app/web', { app: 'web' }, { ips: ['10.0.0.1'] });
  for (const block of ['10.0.0.1/32', '0.0.0.0/0']) {
    expect(between(reach('calico', web, DB, IN(block)))).toEqual([ALL, ALL]);
    expect(between(reach('cilium', web, DB, IN(block)))).toEqual([NONE, NONE]);
  }
});

test('addresses outside of the cluster are in the block as before', () => {
  const evaluated = reach('cilium', WEB, DB, IN('10.0.0.0/8'));
  const inside = evaluated.ofAddress(parseAddress('10.0.0.7')!);
  expect(evaluated.connections(inside, party(evaluated, 'app/db').endpoints[0].index).toString()).toBe(ALL);
});

test('rules by labels hold beside blocks', () => {
  const byLabel = policy('app/label', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'web' }) }] }] });
  expect(between(reach('cilium', WEB, DB, IN('10.0.0.0/8'), byLabel))).toEqual([ALL, ALL]);
});

test('a named port in a rule with a block opens no pod', () => {
  expect(between(reach(undefined, WEB, DB, OUT))).toEqual([NONE, 'TCP 5432']);
  expect(between(reach('cilium', WEB, DB, OUT))).toEqual([NONE, NONE]);
});

test("a pod on its node's network is matched by its address: what a plugin does with it differs, and is not a fact", () => {
  const node = deployment('app/node', { app: 'node' }, { hostNetwork: true });
  expect(between(reach('cilium', node, DB, IN('10.0.0.0/8')), 'app/node')).toEqual([NONE, ALL]);
  const known = pod('app/node', { app: 'node' }, { hostNetwork: true, ips: ['10.0.0.1'] });
  expect(between(reach('cilium', known, DB, IN('10.0.0.0/8')), 'app/node')).toEqual([ALL, ALL]);
});

test('pods with labels that only the running cluster knows are not in a block either', () => {
  const selects = policy('app/hash', { podSelector: labelled({ 'pod-template-hash': 'x' }), ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] });
  const replicas = [WEB, DB, selects, policy('app/deny', { podSelector: {} })];
  expect(between(reach('calico', ...replicas))).toEqual([NONE, ALL]);
  expect(between(reach('cilium', ...replicas))).toEqual([NONE, NONE]);
});

test('a rule by itself allows a pod nothing by a block, whether its address is known or not', () => {
  const allowed = (plugin: string, web: object, possibly: boolean) => {
    const evaluated = reach(plugin, web, DB, IN('10.0.0.0/8'));
    const [rulePolicy] = evaluated.cluster.policies;
    const [subject, peer] = ['app/db', 'app/web'].map(name => party(evaluated, name).endpoints[0].index);
    return evaluated.ruleConnections(rulePolicy, rulePolicy.ingress![0], 'ingress', subject, peer, possibly).toString();
  };
  const known = pod('app/web', { app: 'web' }, { ips: ['10.0.0.1'] });
  expect([allowed('calico', known, false), allowed('calico', WEB, true)]).toEqual([ALL, ALL]);
  expect([allowed('cilium', known, true), allowed('cilium', WEB, true)]).toEqual([NONE, NONE]);
});

test('an update knows the plugin: for pods that it adds, and if it is another one', () => {
  const known = (ip: string) => pod('app/web', { app: 'web' }, { ips: [ip] });
  // A pod on its node's network has addresses inside and outside of the block already, and no address is unknown.
  const others = [pod('app/node', {}, { hostNetwork: true, ips: ['10.0.0.9', '12.0.0.9'] }), pod('app/db', { app: 'db' }, { ips: ['12.0.0.1'] })];
  const objects = (ip: string) => [namespace('app'), known(ip), ...others, IN('10.0.0.0/8')];
  const [calico, cilium] = ['calico', 'cilium'].map(name => readNetworkPlugin(name) as NetworkPlugin);
  const first = clusterOfObjects(objects('11.0.0.1'), { namespaces: [], plugin: cilium });
  const second = clusterOfObjects(objects('10.0.0.1'), { namespaces: [], plugin: cilium });
  const web = second.workloads.find(({ name }) => name === 'web')!;
  const changed = { ...first, workloads: first.workloads.map(one => one.name === 'web' ? web : one) };
  const after = new Reachability(first).update(changed);
  expect(between(after)).toEqual([NONE, NONE]);
  expect(between(after.update({ ...changed, plugin: calico }))).toEqual([ALL, ALL]);
  expect(between(new Reachability({ ...changed, plugin: calico }).update(changed))).toEqual([NONE, NONE]);
});

test('a change of the plugin changes the answers of an update', () => {
  const objects = [WEB, DB, IN('10.0.0.0/8')];
  const before = reach(undefined, ...objects);
  const withPlugin = (name: string) => ({ ...before.cluster, plugin: readNetworkPlugin(name) as NetworkPlugin });
  const after = before.update(withPlugin('cilium'));
  expect(between(after)).toEqual([NONE, NONE]);
  const again = after.update({ ...withPlugin('cilium'), policies: [] });
  expect(between(again)).toEqual([ALL, ALL]);
});
