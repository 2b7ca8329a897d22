import { netpol } from './command';
import { version } from '../../package.json';
import { run } from '../../src/cli/run';
import { TIERS } from '../report/shop';

test('--version prints the version of the package', async () => {
  expect(await netpol(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help prints the exit statuses and how to read from helm', async () => {
  const { status, stdout, stderr } = await netpol(['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('Exit status: 0 yes');
  expect(stdout).toContain('helm template my-chart | netpol list -');
  expect(stderr).toBe('');
});

test.each(['list', 'can-reach', 'explain', 'check', 'watch'])('the help has an example: netpol %s', async command => {
  const { status, stdout } = await netpol([command, '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain(`  $ netpol ${command} k8s/`);
});

test('the help of check says what --strict means for a claim, and that of the other commands what it means for an answer', async () => {
  const strict = async (command: string) => /--strict +([^]*?)\n +--/.exec((await netpol([command, '--help'])).stdout)?.[1].replace(/\s+/g, ' ');
  expect(await strict('check')).toBe('assume nothing: a claim that rests on an assumption does not hold');
  expect(await strict('can-reach')).toBe('assume nothing: an answer that rests on an assumption is undecided');
  expect(await strict('lint')).toBeUndefined();
});

test.each([
  [[], 'Usage: netpol'],
  [['lst', 'k8s'], "unknown command 'lst'\n(Did you mean list?)"],
  [['list'], "missing required argument 'path'"],
  [['list', '--strickt', 'x'], "unknown option '--strickt'\n(Did you mean --strict?)"],
  [['list', '-o', 'yaml', 'x'], 'Allowed choices are text, json, csv, md, mermaid, dot'],
  [['check', '-o', 'dot', 'x'], 'Allowed choices are text, json, junit, sarif, md'],
  [['can-reach', 'x', '--from', 'a/b'], '--to is missing: write --from namespace/name --to namespace/name'],
  [['can-reach', 'x', '--to', 'a/b'], '--from is missing'],
  [['explain', 'x'], '--from is missing'],
  [['explain', 'x', '--from', 'a/b'], '--to is missing'],
  [['check', 'x'], '--intent is missing: write --intent intents.yaml'],
  [['can-reach', 'x', '--batch', 'p', '--port', '80'], '--batch reads the questions from its file'],
])('a usage error says what to write: %j', async (argv, message) => {
  const { status, stdout, stderr } = await netpol(argv);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('an internal error is one line, not a stack trace', async () => {
  let stderr = '';
  const status = await run(['list', '-'], {
    stdout: { write: () => { throw new TypeError('what\nis this'); } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => Buffer.from(TIERS),
    untilInterrupted: async () => {},
  });
  expect(status).toBe(2);
  expect(stderr.split('\n').slice(-2)).toEqual([
    'netpol: internal error; please report it with the input that caused it: TypeError: what is this', '',
  ]);
});
