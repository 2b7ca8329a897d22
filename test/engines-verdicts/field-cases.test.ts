import * as fs from 'fs';
import * as path from 'path';
import { sharedFolder } from './shared';
import { netpol } from '../cli/command';

/* Small inputs from the field. The right answers are in their first lines: `# ask: --from A --to B --port P = answer`. */

const folder = sharedFolder('field-cases/manifests', 'small inputs from the field, with the right answers');

/** The questions about labels that Kubernetes adds, and about addresses of pods. `yes-or-undefined` depends on an address. */
const questions = folder === undefined ? [] : ['b25.yaml', 'b26.yaml', 'b36.yaml'].flatMap(file =>
  [...fs.readFileSync(path.join(folder, file), 'utf8').matchAll(/^# ask: (.*) = (\S+)$/gm)]
    .map(([, args, answer]) => [file, args, answer.replace('yes-or-undefined', 'undecided')] as const));

(folder === undefined ? describe.skip : describe)('netpol can-reach about an input from the field', () => {
  test('answers every question', () => {
    expect(questions).toHaveLength(7);
  });

  test.each(questions)('%s: %s is %s', async (file, args, answer) => {
    expect((await netpol(['can-reach', path.join(folder!, file), ...args.split(' ')])).stdout).toBe(`${answer}\n`);
  });

  test('decides by the blocks of pod addresses', async () => {
    const { stdout } = await netpol(['can-reach', path.join(folder!, 'b36.yaml'), '--from', 'xx/a', '--to', 'xx/b', '--pod-cidr', '10.0.0.0/8']);
    expect(stdout).toBe('yes\n');
  });

  const file = (name: string) => path.join(folder!, name);
  const explain = (name: string, ...args: string[]) => netpol(['explain', file(name), ...args]);

  test('explain names the policy that would select a pod but for one label: b08', async () => {
    const { stdout } = await explain('b08.yaml', '--from', 't/second', '--to', 't/first');
    expect(stdout).toMatch(/^yes: [^]*\n {2}nearly selected by\n {4}t\/api-back \(.*b08\.yaml:12:1\)\n {6}its podSelector app=api,tier=back does not select t\/first\[Pod\], which has app=api, tier=front\n$/);
  });

  test('the fix quotes a number as it is written, not as YAML reads it: a12', async () => {
    const { status, stderr } = await netpol(['list', file('a12.yaml')]);
    expect(status).toBe(2);
    expect(stderr).toContain("the value of 'version' must be text, not the number 1.10; put it in quotes: \"1.10\"\n");
  });

  test('two finalizers that exclude each other are refused, as by the API server: finalizers', async () => {
    const { status, stderr } = await netpol(['list', file('finalizers.yaml')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/finalizers\.yaml:3:\d+: error NP020: NetworkPolicy x\/p: metadata\.finalizers: finalizer orphan and foregroundDeletion cannot be both set; remove one of them\n/);
  });

  test('a workload of kind External is a workload: crash_external', async () => {
    for (const format of ['text', 'json', 'csv', 'md', 'mermaid', 'dot']) {
      expect((await netpol(['list', file('crash_external.yaml'), '-o', format])).stdout).toContain('foo-bar');
    }
    expect((await netpol(['can-reach', file('crash_external.yaml'), '--from', 'x/b', '--to', 'x/External/foo-bar'])).stdout).toBe('yes\n');
  });

  test('no row says "every workload" unless it is every one: every', async () => {
    const rows: { src: string; dst: string; conn: string }[] = JSON.parse((await netpol(['list', file('every.json'), '-o', 'json'])).stdout);
    const { stdout } = await netpol(['list', file('every.json')]);
    const workloads = new Set(rows.flatMap(({ src, dst }) => [src, dst]).filter(name => name.endsWith('[Pod]')));
    for (const block of stdout.split('\n\n').slice(1)) {
      const [source, ...lines] = block.trimEnd().split('\n');
      const line = lines.find(one => one.includes('every'));
      if (line === undefined) { continue; }
      const reached = rows.filter(({ src }) => src === `${source}[Pod]` || source === 'any IPv4 address' && src.endsWith('[External]')).filter(({ dst }) => workloads.has(dst));
      expect(new Set(reached.map(({ conn }) => conn)).size).toBe(1);
      expect(reached).toHaveLength(workloads.size - (source === 'any IPv4 address' ? 0 : 1));
    }
    expect(stdout).toContain('TCP 80');
  });

  test('admitsOnly with a named port counts the number of each pod: only_two_ports', async () => {
    const { status, stdout } = await netpol(['check', file('only_two_ports.yaml'), '--intent', 'i.yaml'], { 'i.yaml': 'admitsOnly: [{ to: x/d, from: [], port: tcp/foo }]' });
    expect(status).toBe(1);
    expect(stdout).toContain('x/d-2[Pod]');
  });

  test('denied does not hold where an address may let the connection through: b36', async () => {
    expect((await netpol(['check', file('b36.yaml'), '--intent', 'i.yaml'], { 'i.yaml': 'denied: [{ from: xx/a, to: xx/b }]' })).status).not.toBe(0);
  });

  test('an intent with an empty namespace is an error with file, line and column: i_emptyns', async () => {
    const { status, stderr } = await netpol(['check', file('b36.yaml'), '--intent', file('i_emptyns.yaml')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/i_emptyns\.yaml:2:\d+: error NP211: allowed\[0\]\.from\.namespace: /);
  });
});
