import { formatFinding, formatPath, Origin, Path } from '../../src/findings/finding';
import { objectsOf } from '../../src/manifests/resources';

const origin: Origin = { at: (path: Path = []) => ({ file: formatPath(path) || '(document)' }) };
const read = (document: unknown, named = true) => objectsOf(document, origin, named);
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

test('a document is an object', () => {
  const { resources, findings } = read(pod('a'), false);
  expect(findings).toEqual([]);
  expect(resources).toEqual([{ object: pod('a'), origin, named: false }]);
});

describe('a List', () => {
  test('stands for its items in their order, even if an item is a List', () => {
    const inner = { apiVersion: 'v1', kind: 'List', items: [pod('b'), pod('c')] };
    const { resources, findings } = read({ apiVersion: 'v1', kind: 'List', items: [pod('a'), inner, pod('d')] });
    expect(findings).toEqual([]);
    expect(resources.map(({ object }) => (object.metadata as any).name)).toEqual(['a', 'b', 'c', 'd']);
    expect(resources.map(r => r.origin.at(['kind']).file)).toEqual(['items[0].kind', 'items[1].items[0].kind', 'items[1].items[1].kind', 'items[2].kind']);
  });

  test('with a type gives its items kind and apiVersion, if they have neither', () => {
    const { resources, findings } = read({ apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ metadata: {} }, { apiVersion: 'v1', kind: 'Pod' }, { kind: 'Pod' }] });
    expect(resources.map(({ object }) => [object.apiVersion, object.kind])).toEqual([['apps/v1', 'Deployment'], ['v1', 'Pod']]);
    expect(findings.map(formatFinding)).toEqual([expect.stringMatching(/^items\[2\]: error NP010: 'apiVersion' is missing/)]);
  });

  test('may be empty, or have null for its items', () => {
    for (const items of [[], null, undefined]) { expect(read({ apiVersion: 'v1', kind: 'List', items })).toEqual({ resources: [], findings: [], unread: [] }); }
  });

  test('must have a list of items', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: {} }).findings).toEqual([
      { code: 'NP011', severity: 'error', message: 'the items of a List must be a list', place: { file: 'items' }, fix: { text: "write each item as '- apiVersion: …'" } },
    ]);
  });

  test.each<[string, object, string]>([
    ['a field that is misspelled', { apiVersion: 'v1', kind: 'List', item: [pod('a')] }, "item: error NP011: this List has no items; write 'items' instead of 'item'"],
    ['a capital letter', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', Items: [{}] }, "Items: error NP011: this NetworkPolicyList has no items; write 'items' instead of 'Items'"],
    ['a spec', { apiVersion: 'v1', kind: 'List', spec: { items: [pod('a')] } }, "spec: error NP011: this List has no items; write its objects under 'items:'"],
    ['null beside other fields', { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicyList', items: null, objects: [] }, "objects: error NP011: this CiliumNetworkPolicyList has no items; write its objects under 'items:'"],
    ['fields of the group of a kind that netpol does not read', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleList', spec: {} }, "spec: error NP011: this RoleList has no items; write its objects under 'items:'"],
    ['an object of objects', { apiVersion: 'apps/v1', kind: 'DeploymentList', items: { a: {} } }, "items: error NP011: the items of a List must be a list; write each item as '- apiVersion: …'"],
  ])('with its objects elsewhere is an error, and they are open: %s', (_name, list, message) => {
    for (const named of [true, false]) {
      const { resources, findings, unread } = read(list, named);
      expect(findings.map(formatFinding)).toEqual([message]);
      expect(resources).toEqual([]);
      expect(unread).toMatchObject([{ what: 'a List without items', findings }]);
    }
  });

  test('of a kind may hold objects that omit their kind', () => {
    const { unread } = read({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', item: [{ metadata: { namespace: 'shop' } }] });
    expect(unread).toMatchObject([{ mayHold: { policies: 'any', workloads: [] } }]);
  });

  test('of the API itself has no items', () => {
    expect(read({ apiVersion: 'v1', kind: 'APIResourceList', resources: [] }).findings).toEqual([]);
  });

  test('is not every kind whose name ends in List', () => {
    expect(read({ apiVersion: 'acme.io/v1', kind: 'AllowList' }).resources).toHaveLength(1);
  });

  test('is every object with a list of items, whatever its kind, as for kubectl', () => {
    const cart = { apiVersion: 'acme.io/v1', kind: 'Cart', items: [pod('a'), {}] };
    expect(read(cart).resources.map(({ object }) => object)).toEqual([pod('a'), { apiVersion: 'acme.io/v1', kind: 'Cart' }]);
    expect(read({ ...cart, items: {} }).resources).toHaveLength(1);
  });

  test('without a type gives its items no apiVersion', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }] }).findings).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining("'apiVersion' is missing"), place: { file: 'items[0]' } }),
    ]);
  });
});

describe('a value that is not a Kubernetes object', () => {
  test.each([
    ['text', 'hello', 'this is not a Kubernetes object'],
    ['null', null, 'this is not a Kubernetes object'],
    ['an index of charts', { apiVersion: 'v1', entries: {} }, "'kind' is missing, so this is not a Kubernetes object; if it is meant as one, write its apiVersion, kind and metadata"],
    ['values of a chart', { replicas: 2, podSelector: {} }, "'kind' is missing, so this is not a Kubernetes object; if it is meant as one, write its apiVersion, kind and metadata"],
    ['a pipeline', { kind: 'pipeline', name: 'a', metadata: {} }, "'apiVersion' is missing, so this is not a Kubernetes object; if it is meant as one, write its apiVersion, kind and metadata"],
    ['a pipeline with metadata and a spec', { kind: 'pipeline', metadata: {}, spec: {} }, "'apiVersion' is missing"],
    ['a file of another tool with a version', { apiVersion: 'score.dev/v1b1', metadata: { name: 'x' }, containers: {} }, "'kind' is missing"],
    ['a file with the number of a version', { apiVersion: '1.0', metadata: {}, spec: {} }, "'kind' is missing"],
    ['a secret of another tool', { kind: 'secret', name: 'a' }, "'apiVersion' is missing"],
    ['an object of a tool with kinds of its own', { kind: 'Website', name: 'a' }, "'apiVersion' is missing"],
    ['an answer of another API', { kind: 'books#volume', metadata: {} }, "'apiVersion' is missing"],
    ['a kind that is a list', { kind: ['Pod'] }, "'kind' must be text; if it is meant as one, write its apiVersion, kind and metadata"],
    ['a list of rules for a tool', [{ metadata: {} }, 3, { items: [{ spec: {} }] }], "; if it is meant as a list of objects, put it under 'items:'"],
    ['a list of counts by kind', [{ kind: 'Pod', count: 3 }, { kind: 'NetworkPolicy', count: 2 }], "; if it is meant as a list of objects, put it under 'items:'"],
  ])('such as %s is an error in a file that was named, and a warning in a folder', (_name, document, message) => {
    const texts = (named: boolean) => read(document, named).findings.map(formatFinding);
    expect(texts(true)).toEqual([expect.stringMatching(/^\(document\): error NP010: /)]);
    expect(texts(false)).toEqual([expect.stringMatching(/^\(document\): warning NP010: /)]);
    expect(texts(true)[0]).toContain(message);
    expect(read(document).resources).toEqual([]);
    expect(read(document, false).unread).toEqual([]);
  });

  test.each([
    ['a list', [pod('a')], "Kubernetes object; put it under 'items:'"],
    ['a list of objects without apiVersion', [{ kind: 'Deployment', metadata: {} }], "Kubernetes object; put it under 'items:'"],
    ['a policy with nothing but a spec', { spec: { podSelector: {}, policyTypes: ['Ingress'] } }, "; write 'kind: NetworkPolicy'"],
    ['a policy with nothing but its types', { spec: { policyTypes: ['Ingress'] } }, "; write 'kind: NetworkPolicy'"],
    ['a policy without a spec', { metadata: { name: 'd' }, podSelector: {} }, "; write 'kind: NetworkPolicy'"],
    ['a policy without kind', { apiVersion: 'networking.k8s.io/v1', metadata: {} }, "; write 'kind: NetworkPolicy'"],
    ['a policy with a slip in its kind', { kind: 'networkpolcy' }, '; write its apiVersion'],
    ['a custom kind without apiVersion', { kind: 'Website', spec: {} }, '; write its apiVersion'],
    ['a kind in small letters', { kind: 'deployment', metadata: {}, spec: {} }, '; write its apiVersion'],
    ['a kind in the plural', { kind: 'networkpolicies', metadata: {}, spec: {} }, '; write its apiVersion'],
    ['a policy of another project without kind', { apiVersion: 'cilium.io/v2', metadata: {}, spec: {} }, '; write its kind'],
    ['a workload of another version', { apiVersion: 'acme.io/v1', metadata: {}, spec: { template: {} } }, '; write its kind'],
    ['a policy of another version', { apiVersion: 'acme.io/v1', metadata: {}, spec: { podSelector: {} } }, "; write 'kind: NetworkPolicy'"],
    ['a kind with a slip', { kind: 'Deploymnet' }, '; write its apiVersion'],
    ['a List without kind', { items: [pod('a')] }, "'kind' is missing, so this is not a Kubernetes object; write 'kind: List'"],
    ['a List without apiVersion', { kind: 'List', items: [pod('a')] }, "; write 'apiVersion: v1'"],
    ['a Deployment without kind', { apiVersion: 'apps/v1', metadata: {} }, "; write 'kind: Deployment'"],
    ['a Job without kind', { apiVersion: 'batch/v1', spec: {} }, "; write 'kind: Job'"],
    ['an object with neither', { metadata: {}, spec: {} }, '; write its kind'],
    ['a key with a capital letter', { apiVersion: 'v1', Kind: 'Pod' }, "'kind' is missing, so this is not a Kubernetes object; write 'kind' instead of 'Kind'"],
    ['a key without one', { apiversion: 'v1', kind: 'Pod' }, "'apiVersion' is missing, so this is not a Kubernetes object; write 'apiVersion' instead of 'apiversion'"],
    ['an object whose apiVersion is a number', { apiVersion: 1, kind: 'NetworkPolicy' }, "'apiVersion' must be text; write 'apiVersion: networking.k8s.io/v1'"],
    ['an object with an empty kind', { apiVersion: 'v1', kind: '' }, "'kind' is missing"],
    ['an object whose kind is null', { apiVersion: 'v1', kind: null }, "'kind' is missing"],
    ['an object whose kind is a number', { apiVersion: 'v1', kind: 1 }, "'kind' must be text; write 'kind: Pod'"],
    ['a policy without apiVersion', { kind: 'NetworkPolicy' }, "; write 'apiVersion: networking.k8s.io/v1'"],
    ['a Deployment without apiVersion', { kind: 'Deployment' }, "; write 'apiVersion: apps/v1'"],
    ['an object of another kind without apiVersion', { kind: 'ConfigMap' }, "; write 'apiVersion: v1'"],
  ])('but is meant as one is an error in a folder, too, and what it may hold is open: %s', (_name, document, message) => {
    for (const named of [true, false]) {
      const { resources, findings, unread } = read(document, named);
      expect(findings.map(formatFinding)).toEqual([expect.stringMatching(/^\(document\): error NP010: /)]);
      expect(findings.map(formatFinding)[0]).toContain(message);
      expect(resources).toEqual([]);
      expect(unread).toMatchObject([{ code: 'not-read', findings }]);
    }
  });

  test('is an error among the items of a List, also in a folder', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: [3] }, false).findings).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('not a Kubernetes object'), place: { file: 'items[0]' } }),
    ]);
  });
});
