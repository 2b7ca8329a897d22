import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { readPaths } from '../../src/manifests/files';
import { readText } from '../../src/manifests/read-text';
import { unreadObject } from '../../src/manifests/resources';
import { ANYTHING, MayHold, NOTHING } from '../../src/manifests/unread';

/* What may be in a part of the input that was not read (docs/reading.md, "Partial answers"). */

const read = (content: string | Buffer) => readText({ file: 'a.yaml', content, named: true });
const holds = (content: string | Buffer): MayHold[] => read(content).unread.map(({ mayHold }) => mayHold);

/** A document that no YAML parser reads. */
const broken = (kind: string, more = '') => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: x\n${more}spec: [\n`;
const policies = (...namespaces: string[]): MayHold => ({ ...NOTHING, policies: namespaces });
const anyPolicy: MayHold = { ...NOTHING, policies: 'any' };
const anyWorkload: MayHold = { ...NOTHING, workloads: 'any' };
const workloads = (...namespaces: string[]): MayHold => ({ ...NOTHING, workloads: namespaces });

describe('a document that cannot be parsed', () => {
  test.each<[string, string, MayHold]>([
    ['a NetworkPolicy may hold a policy of its namespace', broken('NetworkPolicy', '  namespace: shop\n'), policies('shop')],
    ['a namespace may be in quotes, with a comment', broken('NetworkPolicy', '  namespace: "shop" # ours\n'), policies('shop')],
    ['without a namespace, it may be in any', broken('NetworkPolicy'), anyPolicy],
    ['a label that is called namespace is not surely the namespace', broken('NetworkPolicy', '  labels:\n    namespace: shop\n'), anyPolicy],
    ['a namespace of another object is not surely that of the policy', `${broken('NetworkPolicy', '  namespace: shop\n')}kind: Deployment\n`, { ...NOTHING, policies: 'any', workloads: 'any' }],
    ['with metadata twice, either may count', `metadata: {}\n${broken('NetworkPolicy', '  namespace: shop\n')}`, anyPolicy],
    ['metadata on one line may name it', 'kind: NetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec: [\n', policies('shop')],
    ['a label on this line is not surely the namespace', 'kind: NetworkPolicy\nmetadata: { name: a, labels: { namespace: shop } }\nspec: [\n', anyPolicy],
    ['a namespace that is not plain may be any', broken('NetworkPolicy', '  namespace: *ns\n'), { ...NOTHING, policies: 'any' }],
    ['a policy without a namespace may select every pod', broken('AdminNetworkPolicy'), { ...NOTHING, policies: 'any' }],
    ['a policy of Cilium stays in its namespace', broken('CiliumNetworkPolicy', '  namespace: shop\n'), policies('shop')],
    ['another kind of policy may reach further', broken('AuthorizationPolicy', '  namespace: shop\n'), { ...NOTHING, policies: 'any' }],
    ['a workload', broken('Deployment', '  namespace: shop\n'), workloads('shop')],
    ['a kind that nobody knows may make pods', broken('Website', '  namespace: shop\n'), workloads('shop')],
    ['a Service of Kubernetes, or one of Knative, which makes pods', broken('Service', '  namespace: shop\n'), { ...NOTHING, services: ['shop'], workloads: ['shop'] }],
    ['endpoints', broken('EndpointSlice', '  namespace: shop\n'), { ...NOTHING, services: ['shop'] }],
    ['a Namespace declares itself', broken('Namespace'), { ...NOTHING, namespaces: ['x'] }],
    ['a ConfigMap holds nothing', broken('ConfigMap'), NOTHING],
    ['a ConfigMap with a policy in its data holds nothing', broken('ConfigMap', 'data:\n  a: |\n    kind: NetworkPolicy\n'), NOTHING],
    ['text without a kind holds nothing', 'a: [\n', NOTHING],
    ['the items of a List count', 'kind: List\nitems:\n- kind: NetworkPolicy\n  metadata: { namespace: shop }\n- [\n', anyPolicy],
    ['the items of a typed list may omit their kind', 'kind: PodList\nitems:\n- [\n', anyWorkload],
    ['of a List without kinds in it, nothing is known to be there', 'kind: List\nitems: [\n', NOTHING],
    ['a kind that is not plain may be any', broken('*kind'), ANYTHING],
    ['a kind on the next line is not plain', 'kind:\n  NetworkPolicy\nspec: [\n', ANYTHING],
    ['a field called kind that has fields is not the kind', 'kind: CustomThing\nx:\n  kind:\n    type: string\n  items: [ }\n', anyWorkload],
    ['a key with escapes may be any key', '"k\\x69nd": NetworkPolicy\nspec: [\n', ANYTHING],
    ['a key that goes on in the next line may be any key', '"ki\\\nnd": NetworkPolicy\nspec: [\n', ANYTHING],
    ['a key after a question mark may be any key', 'apiVersion: v1\n? kind\n: NetworkPolicy\nspec: [\n', ANYTHING],
    ['a key after a question mark in brackets', '{ ? "kind" : NetworkPolicy, spec: [ }\n', ANYTHING],
    ['a key that is an alias may be any key', 'x: { a: &k kind }\n*k : NetworkPolicy\nspec: [\n', ANYTHING],
    ['a question in a comment is no key', 'kind: ConfigMap # why?\ndata: [\n', NOTHING],
    ['a field from elsewhere may replace the kind', 'x: &x\n  kind: NetworkPolicy\nkind: ConfigMap\n<<: *x\nspec: [\n', anyPolicy],
    ['and the namespace', `x: &x { namespace: shop }\n${broken('NetworkPolicy', '  namespace: web\n  <<: *x\n')}`, anyPolicy],
    ['a key may have an anchor', 'kind: ConfigMap\n&a kind: NetworkPolicy\nspec: [\n', anyPolicy],
    ['a colon may be in the next line', '{"kind"\n: "NetworkPolicy", "spec": [}', anyPolicy],
    ['a line may end in any of the line breaks of YAML', 'kind: ConfigMap\nspec: [\u0085kind: NetworkPolicy\u2028metadata: {}\rspec: [', anyPolicy],
    ['JSON', '{"kind": "NetworkPolicy", "metadata": {"namespace": "shop"}, "spec": [}', policies('shop')],
    ['a namespace without its colon is not found', 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: d\n  namespace shop\nspec: {}\n', anyPolicy],
    ['a misspelled namespace is not found', broken('NetworkPolicy', '  namespac: shop\n'), anyPolicy],
    ['a kind without its colon is not found', 'apiVersion: networking.k8s.io/v1\nkind NetworkPolicy\nmetadata: { name: d, namespace: shop }\n', ANYTHING],
    ['a misspelled key of the kind', `knd: NetworkPolicy\n${broken('Pod').replace('kind: Pod\n', '')}`, ANYTHING],
    ['a field of a policy, without a kind', 'policyTypes: [\n', ANYTHING],
    ['a misspelled policy may be a policy', broken('NetworkPolic', '  namespace: shop\n'), { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a policy in small letters, and in the plural', broken('networkpolicies', '  namespace: shop\n'), { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a misspelled Namespace may declare itself', broken('Namespce', '  namespace: shop\n'), { ...NOTHING, workloads: ['shop'], namespaces: ['x'] }],
    ['a Namespace without its name may be any', 'kind: Namespace\nmetadata: [\n', { ...NOTHING, namespaces: 'any' }],
    ['a kind that nobody knows may be a policy if the text has a field of one', broken('Guard', '  namespace: shop\n').replace('spec: [', 'spec: { podSelector: ['), { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a known kind is no policy, whatever its fields', broken('Deployment', '  namespace: shop\n').replace('spec: [', 'spec: { podSelector: ['), workloads('shop')],
    ['items of a List in brackets may be in several namespaces', '{"kind": "NetworkPolicyList", "items": [{"metadata": {"namespace": "shop"}}, {]}', anyPolicy],
    ['JSON with a kind of another type', '{"kind": "List", "items": [{"kind": {"a": 1}}, }', NOTHING],
  ])('%s', (_, text, expected) => {
    expect(holds(text)).toEqual([expected]);
  });

  test('does not speak for the documents beside it', () => {
    const { resources, unread, findings } = read(`kind: Pod\napiVersion: v1\nmetadata: { name: a }\n---\n${broken('Deployment')}---\n${broken('NetworkPolicy', '  namespace: shop\n')}`);
    expect(resources.map(({ object }) => object.kind)).toEqual(['Pod']);
    expect(unread).toMatchObject([{ what: '2 documents of a.yaml', code: 'not-read', mayHold: { ...NOTHING, policies: ['shop'], workloads: 'any' } }]);
    // Nothing else reports them.
    expect(unread[0].findings).toEqual(findings);
  });

  test('is one document in messages if it is one', () => {
    expect(read(broken('Pod')).unread).toMatchObject([{ what: 'a document of a.yaml' }]);
  });

  test('may be the document before a separator with text, which kubectl loses', () => {
    expect(holds('kind: NetworkPolicy\nmetadata:\n  name: a\n  namespace: shop\n--- {kind: Pod}\nkind: ConfigMap\napiVersion: v1\n')).toEqual([{ ...NOTHING, policies: ['shop'], workloads: 'any' }]);
  });

  test('may be the rest of a stream of JSON', () => {
    const pod = '{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}}';
    const { resources, unread } = read(`${pod}\n${pod}\n{"kind": "NetworkPolicy", }`);
    expect(resources).toHaveLength(2);
    expect(unread).toMatchObject([{ mayHold: anyPolicy }]);
  });

  test('may be too large', () => {
    expect(holds(`kind: NetworkPolicy\n# ${'x'.repeat(32_000_000)}`)).toEqual([anyPolicy]);
  });
});

describe('a file that cannot be read as text', () => {
  test.each<[string, Buffer | string]>([
    ['UTF-16', Buffer.from(`\ufeff${broken('NetworkPolicy')}`, 'utf16le')],
    ['UTF-16 without a byte order mark', Buffer.from(broken('NetworkPolicy'), 'utf16le')],
    ['UTF-16 without a byte order mark, in the other order', Buffer.from(broken('NetworkPolicy'), 'utf16le').swap16()],
    ['another encoding', Buffer.concat([Buffer.from(broken('NetworkPolicy')), Buffer.from([0xff])])],
    ['a control character', `${broken('NetworkPolicy')}\u0001`],
  ])('may hold what its letters say: %s', (_, content) => {
    expect(read(content)).toMatchObject({ resources: [], unread: [{ what: 'the file a.yaml', code: 'not-read', mayHold: anyPolicy, findings: [{ code: 'NP003' }] }] });
  });

  test('that has none holds nothing', () => {
    expect(holds(Buffer.from([0x1f, 0x8b, 0, 1, 2]))).toEqual([NOTHING]);
  });
});

describe('a Helm template', () => {
  test.each<[string, string, MayHold]>([
    ['names its release\'s namespace', 'kind: NetworkPolicy\napiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}\n', { ...NOTHING, policies: 'any' }],
    ['may be in a namespace of its own', 'kind: NetworkPolicy\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: shop\n', policies('shop')],
    ['may have any kind', 'kind: {{ .Values.kind }}\nmetadata:\n  name: a\n', ANYTHING],
    ['may include a whole object', '{{- include "common.policy" . }}\nkind: ConfigMap\n', ANYTHING],
    ['of a workload', 'kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n  labels:\n    {{- include "labels" . | nindent 4 }}\n', { ...NOTHING, workloads: 'any' }],
  ])('%s', (_, text, expected) => {
    expect(read(text).unread).toMatchObject([{ what: 'the Helm template a.yaml', code: 'not-rendered', findings: [{ code: 'NP009' }] }]);
    expect(holds(text)).toEqual([expected]);
  });
});

describe('an object that is refused', () => {
  test('for a field that it has twice leaves open what it means', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: {}\nspec: {}\n';
    const { resources: [{ object, origin, refusedFor }] } = read(text);
    expect(unreadObject(object, origin, refusedFor!)).toMatchObject({ what: 'Deployment shop/web', name: 'web', code: 'not-read', mayHold: workloads('shop'), findings: [{ code: 'NP007' }] });
    expect(unreadObject({ kind: 'Namespace', metadata: { name: 'web' } }, origin, [])).toMatchObject({ what: 'Namespace web', mayHold: { ...NOTHING, namespaces: ['web'] } });
    expect(unreadObject({ kind: 'Pod', metadata: { name: 5, namespace: 5 } }, origin, [])).toMatchObject({ what: 'Pod 5', mayHold: { ...NOTHING, workloads: 'any' } });
    expect(unreadObject({ kind: 'Pod' }, origin, [])).toMatchObject({ what: 'a Pod without a name', mayHold: anyWorkload });
    expect(unreadObject({ kind: 'Pod', metadata: { generateName: 'web-' } }, origin, [])).toMatchObject({ what: 'Pod default/web-*' });
    expect(unreadObject({ kind: 'Namespace', metadata: {} }, origin, [])).toMatchObject({ what: 'a Namespace without a name', mayHold: { ...NOTHING, namespaces: 'any' } });
  });

  test.each<[unknown, MayHold]>([
    [5, NOTHING],
    [[{ kind: 'NetworkPolicy' }], anyPolicy],
    [{ a: 1 }, NOTHING],
    [{ kind: 'NetworkPolicy', metadata: { namespace: 'shop' } }, policies('shop')],
    [{ apiVersion: 'networking.k8s.io/v1', metadata: { namespace: 'shop' } }, { policies: 'any', workloads: ['shop'], services: ['shop'], namespaces: 'any' }],
    [{ apiVersion: 'v1', metadata: { namespace: true } }, { policies: 'any', workloads: 'any', services: 'any', namespaces: 'any' }],
    [{ Kind: 'NetworkPolicy', metadata: { namespace: 'shop' } }, { policies: 'any', workloads: ['shop'], services: ['shop'], namespaces: 'any' }],
    [{ items: [{ kind: 'NetworkPolicy', metadata: { namespace: 'shop' } }] }, policies('shop')],
    [{ kind: 'PodList', items: [{ kind: 'Pod', metadata: { namespace: 'shop' } }] }, workloads('shop')],
  ])('as an item of a List leaves open what it was meant to be: %j', (item, expected) => {
    expect(holds(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] }))).toEqual([expected]);
  });

  test.each<[string, object, MayHold]>([
    ['a placeholder for a namespace', { kind: 'Pod', metadata: { name: 'web', namespace: '${NS}' } }, anyWorkload],
    ['a field like namespace in the metadata', { kind: 'Pod', metadata: { name: 'web', Namespace: 'shop' } }, anyWorkload],
    ['a namespace beside the metadata', { kind: 'Pod', metadata: { name: 'web' }, namespace: 'shop' }, anyWorkload],
    ['metadata in the spec', { kind: 'Pod', metadata: {}, spec: { metadata: { namespace: 'shop' } } }, anyWorkload],
    ['an empty namespace', { kind: 'Pod', metadata: { name: 'web', namespace: '' }, spec: {} }, workloads('default')],
    ['a kind in small letters', { kind: 'networkpolicy', metadata: { namespace: 'shop' } }, { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a kind with a dash', { kind: 'network-policy', metadata: { namespace: 'shop' } }, { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a kind in the plural', { apiVersion: '', kind: 'NetworkPolicies', metadata: { namespace: 'shop' } }, { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['a kind with the fields of a policy', { kind: 'Policy', metadata: { namespace: 'shop' }, spec: { podSelector: {} } }, { ...NOTHING, policies: ['shop'], workloads: ['shop'] }],
    ['the fields of a policy at the top', { podSelector: {}, policyTypes: ['Ingress'] }, anyPolicy],
    ['a policy in a field', { networkPolicy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 'shop' } }, other: 5 }, policies('shop')],
  ])('in a file that is named leaves open what it was meant to be: %s', (_, value, expected) => {
    const { unread } = read(JSON.stringify(value));
    expect(unread.map(({ mayHold }) => mayHold)).toEqual([expected]);
  });

  test('has no name by which it is found if the API server accepts no such name', () => {
    const [found, hidden] = ['web', '${NAME}'].map(name => unreadObject({ kind: 'Pod', metadata: { name, namespace: 'shop' } }, { at: () => ({ file: 'a.yaml' }) }, []));
    expect([found.name, hidden.name, hidden.what]).toEqual(['web', undefined, 'Pod shop/${NAME}']);
  });

  test.each<[unknown, string]>([
    [5, 'a value that is not an object'],
    [[], 'a list of objects'],
    [{ items: [] }, 'a list of objects'],
    [{ apiVersion: 'v1' }, 'an object without a kind'],
    [{ kind: 'NetworkPolicy', metadata: { namespace: 'shop', name: 'deny' } }, 'NetworkPolicy shop/deny'],
  ])('has a name in messages that says what is written there: %j', (value, what) => {
    expect(read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [value] })).unread).toMatchObject([{ what }]);
  });

  test('for items that are not a list', () => {
    expect(read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: { kind: 'NetworkPolicy' } })).unread).toMatchObject([{ what: 'a List without items', mayHold: anyPolicy, findings: [{ code: 'NP011' }] }]);
  });

  test.each([
    ['a tsconfig.json', '// comment\n{"compilerOptions": {"a": 1,}, "exclude": ["**/*.spec.ts"]}\n', 'NP004'],
    ['an object in JSON', '{"a": [', 'NP005'],
  ])('is not in a file of a folder that no parser reads and that has no field of an object, such as %s', (_, content, code) => {
    expect(readText({ file: 'a.json', content, named: false })).toMatchObject({ findings: [{ code, severity: 'warning' }], unread: [], resources: [] });
    expect(readText({ file: 'a.json', content, named: true })).toMatchObject({ findings: [{ code, severity: 'error' }], unread: [{ mayHold: NOTHING }] });
  });

  test.each([
    ['a kind', 'kind: ConfigMap\na: [\n'],
    ['a key with a slip beside a spec', 'knd: NetworkPolicy\n"spec": [\n'],
    ['a selector', '{"podSelector": ['],
    ['a key that only a parser can read', '"k\\x69nd": NetworkPolicy\na: [\n'],
  ])('may be in a file of a folder that no parser reads if it has %s', (_, content) => {
    expect(readText({ file: 'a.yaml', content, named: false })).toMatchObject({ findings: [{ severity: 'error' }], unread: [{ code: 'not-read' }] });
  });

  test('is not in a file of a folder that is no manifest', () => {
    expect(readText({ file: 'values.yaml', content: 'spec: 1\n', named: false })).toMatchObject({ findings: [{ severity: 'warning' }], unread: [] });
  });
});

describe('a file or folder that cannot be opened', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'netpol-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });
  const readFolder = () => readPaths([folder], () => '');

  test('may hold anything: a link that leads nowhere', () => {
    symlinkSync('nowhere', path.join(folder, 'a.yaml'));
    expect(readFolder().unread).toMatchObject([{ what: `the file or folder ${folder}/a.yaml`, code: 'not-read', mayHold: ANYTHING, findings: [{ code: 'NP002' }] }]);
  });

  test('is a mistake on the command line if there is no such path', () => {
    expect(readPaths([path.join(folder, 'typo.yaml')], () => '')).toMatchObject({ unread: [], findings: [{ code: 'NP002' }] });
  });

  // Root may read every file.
  (process.getuid?.() === 0 ? test.skip : test)('may hold anything: a file without permission', () => {
    writeFileSync(path.join(folder, 'a.yaml'), broken('ConfigMap'));
    chmodSync(path.join(folder, 'a.yaml'), 0);
    mkdirSync(path.join(folder, 'b'), { mode: 0 });
    expect(readFolder().unread.map(({ mayHold }) => mayHold)).toEqual([ANYTHING, ANYTHING]);
    chmodSync(path.join(folder, 'b'), 0o700);
  });
});
