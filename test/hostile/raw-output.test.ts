import * as path from 'path';
import * as fc from 'fast-check';
import { safeOutput } from '../../src/cli/private/safe-output';
import { run } from '../../src/cli/run';
import { printable } from '../../src/findings/finding';
import { netpol } from '../cli/command';
import { sharedFolder } from '../engines-verdicts/shared';
import { randomRuns } from '../support/random-runs';

/*
 * No control character, no invisible character, no terminal escape, no end of a line and no command to a CI server gets from an input to the output raw, whatever the command and
 * the format.
 */

/** What must not be in any output. */
const RAW = /[\0-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|::error|::warning|::add-mask|##\[|##vso\[/iu;

/** A line that only the input can have made: each hostile text has it after the end of a line. */
const INJECTED = /^[\s|"'#*>-]*(?:injected|ok: all hold)/m;

const HOSTILE = '\x1b[2J\x1b]0;PWNED\x07\x9b31m\u0085\u2028\u202e\u200b\u3164\u{e0061}\r\ninjected\n::error file=x::injected\n##[error]injected\n##vso[task.x]injected\n'
  + '| a | b |\n<script>';
const hostile = (text: string) => text + HOSTILE;

type Places = Readonly<Partial<Record<'file' | 'owner' | 'kind' | 'cluster' | 'label' | 'host', string>>>;

/** A cluster with a text in every field that nothing has validated, and in the names of other objects. */
function manifests({ owner = 'own', kind = 'Thing', cluster = 'c', label = 'a', host = 'h' }: Places): object[] {
  const metadata = (name: string) => ({ name, namespace: 'x', annotations: { 'cdk8s-netpol/cluster': cluster } });
  const container = { name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 80 }] };
  const owned = (name: string, labels: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata(name), labels, ownerReferences: [{ apiVersion: 'acme.io/v1', kind, name: owner, uid: 'u', controller: true }] },
    spec: { containers: [container] },
  });
  return [
    owned('a-1', { app: 'a', role: '1' }), owned('a-2', { app: 'a', role: '2' }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata('b'), labels: { app: 'b' } }, spec: { containers: [container] } },
    { apiVersion: `acme.io/${kind}`, kind: `${kind}NetworkPolicy`, metadata: metadata(owner), spec: {} },
    { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: metadata(owner), spec: { endpointSelector: { matchLabels: { app: 'b' } }, ingress: [{}] } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata('p'), spec: { podSelector: { matchLabels: { role: '1' } }, policyTypes: ['Egress'] } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(label), spec: { podSelector: { matchLabels: { [label]: label } }, [label]: label } },
    { apiVersion: 'v1', kind: 'Service', metadata: metadata('s'), spec: { type: 'LoadBalancer', selector: { app: 'b' }, ports: [{ port: 80, name: 'web' }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: metadata('alias'), spec: { type: 'ExternalName', externalName: host } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: metadata(owner), spec: { ingressClassName: host, rules: [{ host, http: { paths: [{ backend: { service: { name: 's', port: { number: 80 } } } }] } }] } },
    // Only an input of several clusters names them.
    ...cluster === 'c' ? [] : [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b', namespace: 'x', annotations: { 'cdk8s-netpol/cluster': 'other' } }, spec: { containers: [container] } }],
    { apiVersion: 'v1', kind: host, metadata: { name: owner, namespace: label } },
  ];
}

const FORMATS = ['text', 'json', 'csv', 'md', 'mermaid', 'dot'];

/** Every command in every format. */
const COMMANDS: readonly string[][] = [
  ...FORMATS.map(format => ['list', '-o', format]),
  ...['text', 'json', 'csv', 'md'].flatMap(format => [['list', '--exposed', '-o', format], ['list', '--exposure', '-o', format]]),
  ['list', '--from', 'x/b'],
  ...['text', 'json', 'md'].flatMap(format => [['explain', '--from', 'x/a-1', '--to', 'x/b', '-o', format], ['explain', '--from', 'x/b', '--to', 'x/a-1', '--port', 'http', '-o', format]]),
  ...['text', 'json'].flatMap(format => [['can-reach', '--from', 'x/a-2', '--to', 'x/b', '-o', format], ['can-reach', '--from', 'x/b', '--to', 'svc/x/alias', '-o', format]]),
  ...['text', 'json', 'md', 'sarif'].flatMap(format => [['diff', 'other.json', '-o', format], ['diff', 'other.json', '--no-lint', '--keep-going', '-o', format]]),
  ...['text', 'json', 'md', 'junit', 'sarif'].map(format => ['check', '--intent', 'intents.yaml', '-o', format]),
  ['can-reach', '--batch', 'probes.json'], ['can-reach', '--from', 'x/nobody', '--to', 'x/b'], ['watch'],
];

const intents = (text: string) => JSON.stringify({
  denied: [{ from: 'x/a-2', to: 'x/b', description: text }, { from: 'x/nobody', to: text, description: text }],
  admitsOnly: [{ to: 'x/b', from: [] }],
});

/** Every output of all commands for these texts. */
async function outputs(places: Places): Promise<string[]> {
  const file = `${places.file ?? 'k8s'}.json`;
  const listOf = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const files = { [file]: listOf(manifests(places)), 'other.json': listOf(manifests({}).slice(0, 3)), 'intents.yaml': intents(places.label ?? 'x'), 'probes.json': '[{"from": "x/a-2", "to": "x/b"}]' };
  const all: string[] = [];
  for (const [command, ...args] of COMMANDS) {
    const { stdout, stderr } = await netpol([command, file, ...args], files);
    all.push(`${[command, ...args].join(' ')}\n${stdout}`, `${[command, ...args].join(' ')}\n${stderr}`);
  }
  return all;
}

describe('a hostile text does not get to the output raw', () => {
  test.each<[string, Places]>([
    ['the name of an owner', { owner: hostile('own') }],
    ['a kind', { kind: hostile('Thing') }],
    ['the name of a cluster', { cluster: hostile('c') }],
    ['a label, a field and the description of an intent', { label: hostile('a') }],
    ['a host name, a class and another kind', { host: hostile('h') }],
    ['the name of a file', { file: hostile('k8s').replace(/[/\0]/g, '') }],
  ])('in %s', async (_, places) => {
    const all = await outputs(places);
    expect(all.filter(text => text.includes('injected')).length).toBeGreaterThan(5);
    expect(all.filter(text => RAW.test(text) || INJECTED.test(text))).toEqual([]);
  });

  test('of any kind', async () => {
    const part = fc.oneof(fc.constantFrom('\x1b[31m', '\x9b', '\x07', '\r', '\n', '\u2028', '\u202e', '\u200b', '::error::', '##[', '##vso[', '::', '#', ':', '"', '|', '`', 'a'), fc.string({ unit: 'binary', maxLength: 1 }));
    const text = fc.array(part, { maxLength: 8 }).map(parts => parts.join(''));
    await fc.assert(fc.asyncProperty(fc.record({ owner: text, kind: text, cluster: text, label: text, host: text }), async places => {
      expect((await outputs(places)).filter(output => RAW.test(output))).toEqual([]);
    }), { numRuns: randomRuns(15) });
  });

  test('that names an endpoint on the command line', async () => {
    const { stderr } = await netpol(['can-reach', 'a.json', '--from', hostile('x'), '--to', 'x/b'], { 'a.json': JSON.stringify(manifests({})[2]) });
    expect(stderr).toContain('PWNED');
    expect(RAW.test(stderr)).toBe(false);
  });
});

test('an address of IPv6 is no command to a CI server', () => {
  for (const address of ['::', '::1', 'fe80::dead:beef', '2001:db8::-2001:db8::ffff', '::ffff:10.0.0.1']) { expect(printable(address)).toBe(address); }
  expect(printable('a\u200bb\u00ad\ufeff\u3164\u{e0061} naïve 日本 🙂')).toBe('a\\u200bb\\u00ad\\ufeff\\u3164\\udb40\\udc61 naïve 日本 🙂');
  expect(printable('a::error::b ##[x] ##vso[y] \x1b')).toBe('a\\u003a:error::b \\u0023#[x] \\u0023#vso[y] \\u001b');
});

test('the last guard lets through the end of a line and, on a terminal with colours, the codes of our own colours', () => {
  const written = (hasColours: boolean) => {
    let text = '';
    const sink = { write: (part: string) => { text += part; }, terminal: { hasColours } };
    safeOutput({ stdout: sink, stderr: sink, readStdin: async () => Buffer.alloc(0), untilInterrupted: async () => {} }).stdout.write('\x1b[31mno\x1b[39m\t\n\x1b[2J::error::\n');
    return text;
  };
  expect(written(true)).toBe('\x1b[31mno\x1b[39m\\u0009\n\\u001b[2J\\u003a:error::\n');
  expect(written(false)).toBe('\\u001b[31mno\\u001b[39m\\u0009\n\\u001b[2J\\u003a:error::\n');
});

const folder = sharedFolder('field-cases/manifests', 'hostile names from the field');

(folder === undefined ? describe.skip : describe)('a hostile file from the field', () => {
  test.each(['inject-owner.yaml', 'inject-kind.yaml'])('%s does not get to the output raw', async name => {
    for (const [command, ...args] of COMMANDS.filter(([first]) => first === 'list' || first === 'explain')) {
      let output = '';
      const sink = { write: (text: string) => { output += text; } };
      const io = { stdout: sink, stderr: sink, readStdin: async () => Buffer.alloc(0), untilInterrupted: async () => {} };
      await run([command, path.join(folder!, name), ...args], io);
      expect(RAW.test(output) || INJECTED.test(output) || /^2026-11-26/m.test(output)).toBe(false);
    }
  });
});
