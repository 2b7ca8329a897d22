import { formatPath, Path } from '../../src/findings/finding';
import { objectsOf } from '../../src/manifests/resources';

const origin = { at: (path: Path = []) => ({ file: formatPath(path) || '(document)' }) };
const read = (document: unknown, named = true) => objectsOf(document, origin, named);
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

test('a document is one object', () => {
  const { resources, problems } = read(pod('a'), false);
  expect(problems).toEqual([]);
  expect(resources).toEqual([{ object: pod('a'), origin, named: false }]);
});

describe('a List', () => {
  test('is its items, in their order, also where they are Lists', () => {
    const inner = { apiVersion: 'v1', kind: 'List', items: [pod('b'), pod('c')] };
    const { resources, problems } = read({ apiVersion: 'v1', kind: 'List', items: [pod('a'), inner, pod('d')] });
    expect(problems).toEqual([]);
    expect(resources.map(({ object }) => (object.metadata as any).name)).toEqual(['a', 'b', 'c', 'd']);
    expect(resources.map(r => r.origin.at(['kind']).file)).toEqual(['items[0].kind', 'items[1].items[0].kind', 'items[1].items[1].kind', 'items[2].kind']);
  });

  test('of one kind gives its items kind and apiVersion, where they have none', () => {
    const { resources } = read({ apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{ metadata: {} }, { apiVersion: 'v1', kind: 'Pod' }] });
    expect(resources.map(({ object }) => [object.apiVersion, object.kind])).toEqual([['apps/v1', 'Deployment'], ['v1', 'Pod']]);
  });

  test('may be empty, or have null for its items', () => {
    for (const items of [[], null, undefined]) { expect(read({ apiVersion: 'v1', kind: 'List', items })).toEqual({ resources: [], problems: [] }); }
  });

  test('with items that are no list is an error', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: {} }).problems).toEqual([
      { severity: 'error', message: expect.stringContaining('the items of a List are a list'), place: { file: 'items' } },
    ]);
  });

  test('is not every kind whose name ends so', () => {
    expect(read({ apiVersion: 'acme.io/v1', kind: 'AllowList' }).resources).toHaveLength(1);
  });

  test('is not everything that has items', () => {
    const cart = { apiVersion: 'acme.io/v1', kind: 'Cart', items: [pod('a')] };
    expect(read(cart).resources.map(({ object }) => object)).toEqual([cart]);
  });

  test('of any kind gives its items nothing', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Pod' }] }).problems).toEqual([
      { severity: 'error', message: expect.stringContaining("'apiVersion' is missing"), place: { file: 'items[0]' } },
    ]);
  });
});

describe('what is no object', () => {
  test.each([
    ['text', 'hello', 'this is no Kubernetes object'],
    ['null', null, 'this is no Kubernetes object'],
    ['a list', [pod('a')], "put the list under 'items:'"],
    ['an object without kind', { apiVersion: 'v1' }, "'kind' is missing, so this is no Kubernetes object: write it, as in 'kind: NetworkPolicy'"],
    ['an object with an empty kind', { apiVersion: 'v1', kind: '' }, "'kind' is missing"],
    ['an object whose kind is null', { apiVersion: 'v1', kind: null }, "'kind' is missing"],
    ['an object whose kind is a number', { apiVersion: 'v1', kind: 1 }, "'kind' must be text"],
    ['a policy without apiVersion', { kind: 'NetworkPolicy' }, "as in 'apiVersion: networking.k8s.io/v1'"],
    ['a Deployment without apiVersion', { kind: 'Deployment' }, "as in 'apiVersion: apps/v1'"],
    ['an object of another kind without apiVersion', { kind: 'ConfigMap' }, "as in 'apiVersion: v1'"],
  ])('%s: an error where the file was named, a warning in a folder', (_name, document, message) => {
    expect(read(document, true).problems).toEqual([{ severity: 'error', message: expect.stringContaining(message), place: { file: '(document)' } }]);
    expect(read(document, false).problems).toEqual([{ severity: 'warning', message: expect.stringContaining(message), place: { file: '(document)' } }]);
    expect(read(document).resources).toEqual([]);
  });

  test('is an error among the items of a List, wherever that was found', () => {
    expect(read({ apiVersion: 'v1', kind: 'List', items: [3] }, false).problems).toEqual([
      { severity: 'error', message: expect.stringContaining('no Kubernetes object'), place: { file: 'items[0]' } },
    ]);
  });
});
