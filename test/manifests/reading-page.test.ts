import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { readCluster } from '../../src/cluster/read-cluster';
import { Finding, formatFinding } from '../../src/findings/finding';
import { knownHolders, knownPodMakers } from '../../src/k8s/pod-makers';
import { readPaths } from '../../src/manifests/files';
import { readText } from '../../src/manifests/read-text';
import { Renderer } from '../../src/manifests/rendering';
import { netpol } from '../cli/command';

/* docs/reading.md quotes the messages of the command. */

const PAGE = readFileSync(path.join(__dirname, '../../docs/reading.md'), 'utf8');

const OBJECT = 'apiVersion: v1\nkind: Pod\n';
const TEXTS = [
  `${OBJECT}a: [`, '{"kind": [', `${OBJECT}--- {kind: Pod}\n`, `${OBJECT}a: [::/0]`, '%YAML 1.2\n---\n', '['.repeat(600), `${OBJECT}a: .inf`, `${OBJECT}spec: 1\nspec: 2\n`, `${OBJECT}1000000.0: a`, `${OBJECT}a: !!binary aGk=`,
  `${OBJECT}a: "\ufeff"`, '{"a": "\\ud800"}', `kind: ${'x'.repeat(32_000_000)}`, `${OBJECT}...\na: b\n`, `${OBJECT}a: &a {b: 1}\nc: {b: 1, <<: *a}\n`,
];
const OBJECTS = `
{ apiVersion: ray.io/v1, kind: RayCluster, metadata: { name: ray, namespace: app }, spec: { headGroupSpec: { template: { spec: { containers: [] } } } } }
---
{ apiVersion: kafka.strimzi.io/v1, kind: Kafka, metadata: { name: kafka, namespace: app }, spec: {} }
---
{ apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: { name: shop, namespace: app }, spec: {} }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny, namespace: app }, spec: { podSelector: {}, policyTypes: [Ingress] } }
---
{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny, namespace: app }, spec: { podSelector: {}, policyTypes: [Egress] } }
`;
/** The files of kustomizations and charts. */
const FOLDERS = {
  'used/kustomization.yaml': 'resources: []',
  'used/old.yaml': OBJECT,
  'part/kustomization.yaml': 'kind: Component',
  'chart/Chart.yaml': 'name: shop',
  'none/kustomization.yaml': 'resources: []',
  'fails/kustomization.yaml': 'resources: []',
};

function readFolders(): Finding[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-'));
  const renderings: Readonly<Record<string, ReturnType<Renderer>>> = {
    none: { notRendered: 'neither kustomize nor kubectl is on the PATH' }, fails: { failed: 'kustomize', message: 'no such file' },
  };
  const renderer: Renderer = one => renderings[path.basename(one.folder)] ?? { text: Buffer.from('') };
  try {
    for (const [file, text] of Object.entries(FOLDERS)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return [...readPaths([folder], () => '', { render: { renderer, isRequired: false, values: [] } }).findings];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A message, with the folders as the page calls them. */
function asOnPage(one: Finding): string {
  return formatFinding(one).replace(/\S*\/(none|used)\b/g, (_, name) => name === 'none' ? 'k8s/prod' : 'k8s');
}

const DENY = '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: deny, namespace: shop }, spec: { podSelector: { matchLabels: { app: x } } } }\n';
const WEB = '{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop } }\n';
const MESSAGES = [
  ...readFolders(),
  ...TEXTS.flatMap(content => readText({ file: 'a', content, named: true }).findings),
  ...readCluster(readText({ file: 'a', content: OBJECTS, named: true }).resources).findings,
].map(asOnPage);

test('the page has the reason and the summary of a document that cannot be parsed, as the command prints them', async () => {
  const files = { 'shop.yaml': `${WEB}---\n${WEB.replace('web', 'db')}---\n${DENY}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  namespace: shop\nspec: [\n` };
  const summary = (await netpol(['list', 'shop.yaml'], files)).stderr;
  expect(PAGE).toContain(`\`\`\`\n${summary.slice(summary.indexOf('summary: '))}\`\`\``);
  const { stderr } = await netpol(['can-reach', 'shop.yaml', '--from', 'shop/web', '--to', 'shop/db'], files);
  expect(PAGE).toContain(`\`${stderr.slice(stderr.indexOf('note NP315')).trimEnd()}\``);
});

const quoted = [...PAGE.matchAll(/`((?:error|warning|note) NP\d+: [^`]*)`/g)].map(([, message]) => message);

test('the page quotes messages', () => {
  expect(quoted.length).toBeGreaterThan(12);
});

test.each(quoted.filter(message => !message.includes('NP315')))('a text has the message %s', message => {
  const start = message.replace(/ …$/, '');
  expect(MESSAGES.filter(one => one.includes(start))).not.toEqual([]);
});

test.each<[string, unknown]>([
  ['yes', true], ['on', true], ['y', true], ['no', false], ['off', false], ['n', false], ['010', 8], ['0x1F', 31], ['0b101', 5], ['1_000', 1000], ['12:30', '12:30'], ['2001-12-14', '2001-12-14'], ['10.0.0.1', '10.0.0.1'],
  ['!!str 80', '80'], ['!!int "80"', 80],
])('as the page says, %s is %j', (text, value) => {
  expect(PAGE).toContain(`\`${text}\``);
  expect(readText({ file: 'a', content: `${OBJECT}a: ${text}\n`, named: true }).resources[0].object.a).toBe(value);
});

test('the page lists the custom kinds that make pods, and those that hold objects', () => {
  const listed = (start: string) => [...PAGE.slice(PAGE.indexOf(start)).split('.\n')[0].matchAll(/`([^`]+)`/g)].map(([, type]) => type);
  const typesOf = (wanted: Partial<ReturnType<typeof knownPodMakers>[number]>) =>
    knownPodMakers().filter(one => Object.entries(wanted).every(([field, value]) => one[field as 'type'] === value)).map(({ type }) => type);
  expect(listed('- With templates and labels:')).toEqual(typesOf({ hasTemplate: true, areLabelsKnown: true }));
  expect(listed('- With templates, without the labels')).toEqual(typesOf({ hasTemplate: true, areLabelsKnown: false }));
  expect(listed('- Without, unless')).toEqual(typesOf({ hasTemplate: false }));
  expect(listed('- netpol knows these kinds:')).toEqual(knownHolders().map(({ type }) => type));
});
