import { holdEveryone, findPossibleAddresses, findPossiblePod } from '../../src/claims/witness';
import { Cluster, Namespace, PodsClause } from '../../src/cluster/cluster';
import { Origin } from '../../src/findings/finding';
import { Cidr, FAMILY_RANGE, formatRange, parseCidr } from '../../src/k8s/address';
import { Labels, LabelSelector, NAMESPACE_NAME_LABEL } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { EndpointSelector, namespaceNamed } from '../../src/query/endpoints';

const origin: Origin = { at: () => ({}) };
const declared = (name: string, labels: Labels): Namespace => ({ name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name }, origin });
const used = (name: string): Namespace => ({ name, labels: { [NAMESPACE_NAME_LABEL]: name } });
const clusterOf = (...namespaces: Namespace[]): Cluster => ({ namespaces: new Map(namespaces.map(n => [n.name, n])), workloads: [], policies: [] });
const clause = (pods: LabelSelector, namespaces?: LabelSelector): PodsClause =>
  ({ kind: 'pods', path: [], pods: Selector.from(pods), namespaces: namespaces && Selector.from(namespaces) });
const podsOf = (namespace: string, labels: Labels): EndpointSelector => ({ kind: 'pods', namespaces: namespaceNamed(namespace), pods: Selector.labels(labels) });
const app = (value: string): LabelSelector => ({ matchLabels: { app: value } });

describe('a stranger among pods', () => {
  const cluster = clusterOf(used('app'));

  test('is none where the clause selects just those who may', () => {
    expect(findPossiblePod(cluster, 'app', clause(app('backend')), [podsOf('app', { app: 'backend' })])).toBeUndefined();
  });

  test('is any pod of the namespace where the selector is empty', () => {
    expect(findPossiblePod(cluster, 'app', clause({}), [podsOf('app', { app: 'backend' })])).toMatchObject({ namespace: 'app', labels: {} });
  });

  test('carries what the clause asks for and not what those who may are known by', () => {
    const found = findPossiblePod(cluster, 'app', clause({ matchExpressions: [{ key: 'app', operator: 'Exists' }] }), [podsOf('app', { app: 'other' })]);
    expect(found).toMatchObject({ namespace: 'app', labels: { app: 'other-1' } });
  });

  test('comes from a namespace that is not there yet where namespaces are selected by label', () => {
    const found = findPossiblePod(cluster, 'app', clause(app('backend'), { matchLabels: { team: 'a' } }), [podsOf('app', { app: 'backend' })]);
    expect(found).toEqual({ kind: 'pod', namespace: 'other', namespaceLabels: { team: 'a', [NAMESPACE_NAME_LABEL]: 'other' }, labels: { app: 'backend' } });
  });

  test('is the OR that was meant as an AND: the same labels in another namespace', () => {
    // - namespaceSelector: {name: app}   - podSelector: {app: backend}   as two items instead of one
    const byNamespace = clause({}, { matchLabels: { [NAMESPACE_NAME_LABEL]: 'app' } });
    expect(findPossiblePod(cluster, 'app', byNamespace, [podsOf('app', { app: 'backend' })])).toMatchObject({ namespace: 'app', labels: {} });
  });

  test('takes a declared namespace at its word: one without the label is not selected', () => {
    const two = clusterOf(declared('app', {}), declared('web', { team: 'a' }));
    const byTeam = clause(app('backend'), { matchLabels: { team: 'a', [NAMESPACE_NAME_LABEL]: 'app' } });
    expect(findPossiblePod(two, 'app', byTeam, [])).toBeUndefined();
    expect(findPossiblePod(two, 'app', clause(app('backend'), { matchLabels: { team: 'a' } }), [])).toMatchObject({ namespace: 'web' });
  });

  test('may carry any label in a namespace that nobody declares', () => {
    const byTeam = clause(app('backend'), { matchLabels: { team: 'a', [NAMESPACE_NAME_LABEL]: 'app' } });
    expect(findPossiblePod(cluster, 'app', byTeam, [])).toMatchObject({ namespace: 'app', namespaceLabels: { team: 'a' } });
  });

  test('is found past many who may, each by a different label', () => {
    const many = Array.from({ length: 60 }, (_, i) => podsOf('app', { [`k${i}`]: 'v', [`l${i}`]: 'v', [`m${i}`]: 'v' }));
    expect(findPossiblePod(cluster, 'app', clause(app('backend')), many)).toMatchObject({ labels: { app: 'backend' } });
    expect(findPossiblePod(cluster, 'app', clause(app('backend')), [...many, podsOf('app', { app: 'backend' })])).toBeUndefined();
  });

  test('is none where two who may cover the clause between them', () => {
    const halves: EndpointSelector[] = [
      { kind: 'pods', namespaces: namespaceNamed('app'), pods: Selector.from({ matchExpressions: [{ key: 'canary', operator: 'Exists' }] }) },
      { kind: 'pods', namespaces: namespaceNamed('app'), pods: Selector.from({ matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] }) },
    ];
    expect(findPossiblePod(cluster, 'app', clause({}), halves)).toBeUndefined();
    expect(findPossiblePod(cluster, 'app', clause({}), halves.slice(0, 1))).toMatchObject({ labels: {} });
  });
});

describe('a stranger among addresses', () => {
  const cidr = (text: string) => parseCidr(text) as Cidr;
  const stranger = (block: string, except: string[], allowed: string[]) => {
    const found = findPossibleAddresses({ block: cidr(block), except: except.map(cidr) }, [{ kind: 'addresses', ranges: allowed.map(cidr) }]);
    return found && formatRange(found.range);
  };

  test('is none where those who may hold the whole block', () => {
    expect(stranger('10.0.0.0/8', [], ['10.0.0.0/8'])).toBeUndefined();
    expect(stranger('10.0.0.0/8', [], ['10.0.0.0/9', '10.128.0.0/9'])).toBeUndefined();
    expect(stranger('10.0.0.0/8', ['10.128.0.0/9'], ['10.0.0.0/9'])).toBeUndefined();
  });

  test('is the first addresses that nobody may have', () => {
    expect(stranger('10.0.0.0/8', [], [])).toBe('10.0.0.0-10.255.255.255');
    expect(stranger('10.0.0.0/8', ['10.0.0.0/16'], ['10.2.0.0/16'])).toBe('10.1.0.0-10.1.255.255');
    expect(stranger('10.0.0.0/8', [], ['10.0.0.0/9'])).toBe('10.128.0.0-10.255.255.255');
  });
});

test('nobody is a stranger where every pod and every address of both families may', () => {
  const pods: EndpointSelector = { kind: 'pods', namespaces: Selector.everything, pods: Selector.everything };
  const addresses = (...families: ('IPv4' | 'IPv6')[]): EndpointSelector => ({ kind: 'addresses', ranges: families.map(family => FAMILY_RANGE[family]) });
  const hold = (...patterns: EndpointSelector[]) => holdEveryone(clusterOf(declared('app', {}), used('web')), patterns);
  expect(hold(pods, addresses('IPv4'), addresses('IPv6'))).toBe(true);
  expect(hold(pods, addresses('IPv4'))).toBe(false);
  expect(hold(addresses('IPv4', 'IPv6'))).toBe(false);
  expect(hold({ ...pods, namespaces: namespaceNamed('app') }, { ...pods, namespaces: namespaceNamed('web') }, addresses('IPv4', 'IPv6'))).toBe(false);
});
