import { mkdirSync } from 'fs';
import * as path from 'path';
import { answers, call, Message, request, served, WorkingFolder } from './client';
import { ToolBox } from '../../../src/cli/private/mcp/tool-box';
import { TOOLS } from '../../../src/cli/private/mcp/tools';
import { run } from '../../../src/cli/run';
import { deployment, policy, POLICIES, TIERS } from '../../report/shop';

let folder: WorkingFolder;
beforeEach(() => { folder = new WorkingFolder({ 'k8s/shop.yaml': TIERS + POLICIES, 'intents.yaml': 'denied: [{ from: app/frontend, to: app/db }]\n' }); });
afterEach(() => folder.remove());

/** A policy of a kind that netpol does not evaluate. */
const CILIUM = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: c, namespace: app }
spec: { endpointSelector: {}, ingress: [{}] }
`;

/** What the command prints. */
async function printed(...argv: string[]): Promise<{ status: number; stdout: string; messages: string[] }> {
  let [stdout, stderr] = ['', ''];
  const status = await run(argv, {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => Buffer.of(),
    untilInterrupted: async () => {},
  });
  return { status, stdout, messages: stderr.split('\n').filter(line => line !== '') };
}

const textsOf = ({ content }: Message) => content.map(({ text }: Message) => text);

describe('a tool answers with the same bytes as the command', () => {
  test('list', async () => {
    const result = await call('list', { paths: ['k8s'], to: 'app/db', port: 'tcp/5432', namespaces: ['app'], podCidrs: ['10.0.0.0/8'] });
    const { stdout, messages } = await printed('list', 'k8s', '--to', 'app/db', '--port', 'tcp/5432', '--namespace', 'app', '--pod-cidr', '10.0.0.0/8', '-o', 'json');
    expect(result).toEqual({
      content: [{ type: 'text', text: stdout }, { type: 'text', text: ['status: done', ...messages].join('\n') }],
      structuredContent: { status: 'done', result: JSON.parse(stdout), messages },
      isError: false,
    });
  });

  test.each([['yes', 'app/backend', ''], ['no', 'app/db', ''], ['undecided', 'app/backend', CILIUM]])('can-reach, with the explanation: %s', async (status, to, more) => {
    folder.write('k8s/more.yaml', more);
    const question = ['k8s', '--from', 'app/frontend', '--to', to, '--port', '8080', '-o', 'json'];
    const [answer, explanation] = [await printed('can-reach', ...question), await printed('explain', ...question)];
    const result = await call('can-reach', { paths: ['k8s'], from: 'app/frontend', to, port: '8080' });
    expect(result.isError).toBe(false);
    expect(textsOf(result).slice(0, 2)).toEqual([answer.stdout, explanation.stdout]);
    expect(result.structuredContent).toEqual({
      status,
      result: JSON.parse(answer.stdout),
      explanation: JSON.parse(explanation.stdout),
      messages: [...new Set([...answer.messages, ...explanation.messages])],
    });
  });

  test.each([
    ['holds', 'allowed: [{ from: app/frontend, to: app/backend }]'],
    ['fails', 'allowed: [{ from: app/frontend, to: app/db }]'],
    ['undecided', 'denied: [{ from: app/frontend, to: app/db }]'],
  ])('check, with files and with a text: %s', async (status, text) => {
    folder.write('k8s/more.yaml', status === 'undecided' ? CILIUM : '');
    folder.write('claims.yaml', text);
    const { stdout } = await printed('check', 'k8s', '--intent', 'claims.yaml', '-o', 'json');
    const fromFile = await call('check', { paths: ['k8s'], intents: ['claims.yaml'] });
    expect([textsOf(fromFile)[0], fromFile.structuredContent.status]).toEqual([stdout, status]);
    const fromText = await call('check', { paths: ['k8s'], intentText: text });
    expect([textsOf(fromText)[0], fromText.structuredContent.status]).toEqual([stdout.replaceAll('"claims.yaml"', '"-"'), status]);
  });

  test('without paths, the tools read the working directory', async () => {
    expect(textsOf(await call('list', {}))[0]).toBe((await printed('list', '.', '-o', 'json')).stdout);
  });

  test('strict, cluster, cni and assumeNamespaces mean the options', async () => {
    folder.write('k8s/ns.yaml', policy('ns', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }') + deployment('x', '', 'other'));
    const question = { paths: ['k8s'], from: 'other/x', to: 'app/db', port: '5432' };
    const statusOf = async (more: object) => (await call('can-reach', { ...question, ...more })).structuredContent.status;
    expect(await statusOf({})).toBe('no');
    expect(await statusOf({ strict: true })).toBe('undecided');
    expect(await statusOf({ strict: false, assumeNamespaces: ['other:team=a'] })).toBe('yes');
    expect(await statusOf({ cluster: 'nowhere' })).toBe('error');
    expect(await statusOf({ cni: 'unheard-of' })).toBe('error');
  });
});

describe('a fault is the result of the tool, so that the agent reads it', () => {
  test.each([
    ['an argument that is missing', 'can-reach', { from: 'app/web' }, 'to is missing: the destination: '],
    ['a name with a typo', 'list', { form: 'app/web' }, 'list has no argument "form": did you mean from?'],
    ['an argument that is not there', 'list', { verbose: true }, 'list has no argument "verbose": it has paths, from, '],
    ['a text for a list', 'list', { paths: 'k8s' }, 'paths must be a list of texts: '],
    ['an empty list', 'list', { paths: [] }, 'paths must be a list of texts: '],
    ['a list of numbers', 'list', { paths: [1] }, 'paths must be a list of texts: '],
    ['an empty text', 'list', { from: '' }, 'from must be a text: '],
    ['a number for a port', 'list', { port: 80 }, 'port must be a text: '],
    ['a text for a flag', 'list', { strict: 'yes' }, 'strict must be true or false: '],
    ['a wrong word', 'diff', { old: 'a', new: 'b', failOn: 'all' }, 'failOn must be one of broadened, narrowed, added, any, not "all"'],
    ['no claim', 'check', {}, 'there is no claim: give intents (files) or intentText'],
    ['one version', 'diff', { old: 'a' }, 'there are no two versions: give old and new, or base'],
    ['too many versions', 'diff', { old: 'a', base: 'main' }, 'base compares with the files of paths: '],
    ['paths without a base', 'diff', { old: 'a', new: 'b', paths: ['c'] }, 'paths belongs to base: '],
    ['standard input', 'list', { paths: ['-'] }, 'paths: standard input has the messages of the protocol: '],
    ['a file that is not there', 'list', { paths: ['k9s'] }, 'k9s: error NP002: there is no such file or folder; check the path'],
    ['an endpoint that is not there', 'can-reach', { from: 'app/web', to: 'app/dbb' }, 'netpol: --from: '],
    ['a claim that is no claim', 'check', { intentText: 'forbidden: []' }, '-:1:1: error '],
    ['a value that looks like an option', 'list', { from: '--config=/etc/passwd' }, 'netpol: --from: '],
  ])('%s', async (_, tool, given, message) => {
    const { content, structuredContent, isError } = await call(tool, given);
    expect(isError).toBe(true);
    expect(structuredContent).toEqual({ status: 'error', messages: expect.arrayContaining([expect.stringContaining(message)]) });
    expect(content).toEqual([{ type: 'text', text: ['status: error', ...structuredContent.messages].join('\n') }]);
  });

  test('a path that looks like an option is a path', async () => {
    folder.write('--strict/shop.yaml', TIERS);
    expect((await call('list', { paths: ['--strict'] })).structuredContent).toMatchObject({ status: 'done', result: expect.anything() });
  });

  test('one bad object does not stop the rest: the result is there, and is an error', async () => {
    folder.write('k8s/bad.yaml', policy('bad', '{ podSelector: {}, ingress: [{ ports: [{ port: 70000 }] }] }'));
    const result = await call('list', { paths: ['k8s'] });
    expect(result).toMatchObject({ isError: true, structuredContent: { status: 'error', result: expect.arrayContaining([expect.objectContaining({ conn: expect.any(String) })]) } });
    expect(result.structuredContent.messages).toEqual(expect.arrayContaining([expect.stringContaining('k8s/bad.yaml:')]));
  });
});

describe('the tools read nothing outside the root folder', () => {
  const outside = () => path.join(path.dirname(folder.path), 'outside-of-it');
  const refused = async (tool: string, given: object, message: string) => {
    expect((await call(tool, given)).structuredContent).toEqual({ status: 'error', messages: [expect.stringContaining(message)] });
  };

  test.each([
    ['list', { paths: ['..'] }, 'paths: .. is outside: netpol reads only files in '],
    ['list', { paths: ['k8s', 'k8s/../../x'] }, 'paths: k8s/../../x is outside: '],
    ['list', { paths: ['/'] }, 'paths: / is outside: '],
    ['list', { paths: ['/no/such/file'] }, 'paths: /no/such/file is outside: '],
    ['can-reach', { paths: ['/etc/passwd'], from: 'a/b', to: 'a/c' }, 'paths: /etc/passwd is outside: '],
    ['check', { paths: ['k8s'], intents: ['/etc/passwd'] }, 'intents: /etc/passwd is outside: '],
    ['list', { paths: ['k8s'], assumeNamespaces: ['../namespaces.yaml'] }, 'assumeNamespaces: ../namespaces.yaml is outside: '],
    ['list', { paths: ['k8s'], assumeNamespaces: ['/etc/passwd'] }, 'assumeNamespaces: /etc/passwd is outside: '],
    ['diff', { old: 'k8s', new: '../k8s' }, 'new: ../k8s is outside: '],
    ['diff', { base: 'main', paths: ['..'] }, 'paths: .. is outside: '],
    ['diff', { old: 'HEAD:k8s', new: 'k8s' }, 'old: git revisions have files outside '],
    ['diff', { base: 'HEAD' }, 'git revisions have files outside '],
  ])('%s %j', async (tool, given, message) => refused(tool, given, message));

  test('a folder whose name begins with that of the root is outside', () => refused('list', { paths: [`${folder.path}-other`] }, 'is outside: '));

  test('the root itself and what is in it may be named by their whole paths', async () => {
    for (const named of [folder.path, path.join(folder.path, 'k8s'), './k8s/../k8s/shop.yaml']) {
      expect((await call('list', { paths: [named] })).structuredContent.status).toBe('done');
    }
  });

  test('a link that leads outside is refused, wherever it is below the path, and one that leads to nothing too', async () => {
    folder.link('links/deep/one.yaml', outside());
    await refused('list', { paths: ['links/deep/one.yaml'] }, 'paths: links/deep/one.yaml is outside: ');
    await refused('list', { paths: ['links'] }, 'paths: links/deep/one.yaml is a link that leads outside: ');
    await refused('list', {}, 'links/deep/one.yaml is a link that leads outside: ');
    await refused('check', { paths: ['k8s'], intents: ['links/deep/one.yaml'] }, 'intents: links/deep/one.yaml is outside: ');
    await refused('diff', { old: 'k8s', new: 'links' }, 'new: links/deep/one.yaml is a link that leads outside: ');
    folder.link('folder', '/usr');
    await refused('list', { paths: ['folder'] }, 'paths: folder is outside: ');
  });

  test('a link that leads outside behind a link that stays inside is refused', async () => {
    folder.link('.hidden/out.yaml', outside());
    folder.link('k8s/in', path.join(folder.path, '.hidden'));
    await refused('list', { paths: ['k8s'] }, 'k8s/in/out.yaml is a link that leads outside: ');
  });

  test.each(['Chart.yaml', 'kustomization.yaml'])('the file %s stands for its folder, with the links in it', async file => {
    folder.write(`made/${file}`, file === 'Chart.yaml' ? 'apiVersion: v2\nname: c\nversion: 1.0.0\n' : 'resources: []\n');
    folder.link('made/templates/one.yaml', outside());
    await refused('list', { paths: [`made/${file}`] }, 'paths: made/templates/one.yaml is a link that leads outside: ');
  });

  test('a link that stays inside is read, and one that leads back does not end in a circle', async () => {
    mkdirSync('empty');
    folder.link('k8s/back', folder.path);
    folder.link('linked', 'k8s');
    expect((await call('list', { paths: ['linked'] })).structuredContent.status).toBe('done');
  });

  test.each([
    ['a base', '../../base'], ['a file', '../../base/x.yaml'],
  ])('a kustomization that refers to %s outside is refused', async (_, resource) => {
    folder.write('base/kustomization.yaml', 'resources: [x.yaml]\n');
    folder.write('base/x.yaml', TIERS);
    folder.write('root/k/kustomization.yaml', `resources: [${resource}]\n`);
    folder.write('root/inside/kustomization.yaml', 'resources: [../k8s/x.yaml]\n');
    folder.write('root/k8s/x.yaml', TIERS);
    process.chdir('root');
    for (const named of ['k', 'k/kustomization.yaml', '.']) { await refused('list', { paths: [named] }, 'paths: k/kustomization.yaml refers to something outside: '); }
    expect((await call('list', { paths: ['inside'] })).structuredContent.messages[0]).toContain('rendering is switched off');
  });

  test('the configuration file of the root counts, with the files that it names', async () => {
    folder.write('netpol.yaml', 'values: [../values.yaml]\n');
    await refused('list', { paths: ['k8s'] }, '../values.yaml is outside: ');
    folder.write('netpol.yaml', 'values: [k8s/values.yaml]\nnamespaces: [{ name: app, labels: { team: a } }]\n');
    folder.write('k8s/values.yaml', 'a: 1\n');
    expect((await call('list', { paths: ['k8s'] })).structuredContent.status).toBe('done');
    folder.write('netpol.yaml', 'values: 1\n');
    expect((await call('list', { paths: ['k8s'] })).structuredContent.status).toBe('error');
  });

  test('a configuration file that cannot be read is a fault of the input', async () => {
    mkdirSync('netpol.yaml');
    await refused('list', { paths: ['k8s'] }, 'netpol: the configuration file netpol.yaml: this is a folder; ');
  });

  test('links that lead to each other lead nowhere', async () => {
    folder.link('a.yaml', 'b.yaml');
    folder.link('b.yaml', 'a.yaml');
    expect((await call('list', { paths: ['a.yaml'] })).structuredContent.messages[0]).toContain('a.yaml: error NP002: this link leads back to itself');
  });

  test('a folder whose name begins with two dots is inside, and links in folders that are not read do not count', async () => {
    folder.write('..data/shop.yaml', TIERS);
    folder.link('..data/node_modules/.bin/sh', '/bin/sh');
    folder.link('..data/.git/x', '/usr');
    expect((await call('list', { paths: ['..data'] })).structuredContent.status).toBe('done');
  });

  test('a configuration file that is a link to the outside is refused', async () => {
    folder.link('netpol.yaml', '/etc/passwd');
    await refused('list', { paths: ['k8s'] }, 'netpol.yaml is outside: ');
  });

  test('a value of assumeNamespaces that begins with the name of a namespace is no file', async () => {
    expect((await call('list', { paths: ['k8s'], assumeNamespaces: ['other:team=a', 'etc'] })).structuredContent.status).toBe('done');
  });

  test('nothing is rendered unless the server is started so: it would start programs that read what they want', async () => {
    folder.write('kustom/kustomization.yaml', 'resources: [a.yaml]\n');
    folder.write('kustom/a.yaml', TIERS);
    const { messages } = (await call('list', { paths: ['kustom'] })).structuredContent;
    expect(messages).toEqual(expect.arrayContaining([expect.stringContaining('rendering is switched off (never)')]));
  });

  test('--root names another folder', async () => {
    const result = await call('list', { paths: ['shop.yaml'] }, ['--root', 'k8s']);
    process.chdir(folder.path);
    expect(result.structuredContent.status).toBe('done');
    const refusal = await call('list', { paths: ['../intents.yaml'] }, ['--root', 'k8s']);
    process.chdir(folder.path);
    expect(refusal.structuredContent.messages[0]).toMatch(/^paths: \.\.\/intents\.yaml is outside: /);
  });

  test.each([
    ['k8s/shop.yaml', 'netpol: --root k8s/shop.yaml: this is not a folder; name a folder\n'],
    ['nowhere', 'netpol: --root nowhere: there is no such file or folder; check the path\n'],
  ])('--root %s is wrong', async (root, stderr) => {
    expect(await served([Buffer.of()], ['--root', root])).toEqual({ status: 2, stdout: '', stderr });
  });
});

describe('what is too much', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => deployment(`w${i}`)).join('');

  test('a list is cut after about 60,000 characters, says so, and says how to see the rest', async () => {
    folder.write('many.yaml', many(60));
    const result = await call('list', { paths: ['many.yaml'] });
    const { status, result: rows, messages, cut } = result.structuredContent;
    const total = JSON.parse((await printed('list', 'many.yaml', '-o', 'json')).stdout).length;
    expect({ status, isError: result.isError }).toEqual({ status: 'done', isError: false });
    expect(cut).toEqual([{ at: 'result', shown: rows.length, total }]);
    expect(rows.length).toBeGreaterThan(500);
    expect(rows.length).toBeLessThan(total);
    expect(messages[messages.length - 1]).toBe(`cut: result has ${rows.length} of ${total.toLocaleString('en')} entries; to see the others, give from, to, namespaces or port`);
    const [text, note] = textsOf(result);
    expect(JSON.parse(text)).toEqual(rows);
    expect(text.length).toBeLessThanOrEqual(60_001);
    expect(note).toContain('cut: result has ');
    expect((await call('list', { paths: ['many.yaml'], from: 'app/w7' })).structuredContent.cut).toBeUndefined();
  });
});

describe('a tool box with another command behind its tools', () => {
  const box = (command: (argv: readonly string[]) => { status: number; stdout?: string; stderr?: string }) => new ToolBox(TOOLS, {
    root: folder.path,
    render: 'never',
    run: async (argv, io) => {
      const { status, stdout = '', stderr = '' } = command(argv);
      io.stdout.write(stdout);
      io.stderr.write(stderr);
      return status;
    },
  });

  test('diff passes its arguments on, and the exit status is a word', async () => {
    mkdirSync('.git');
    const asked: (readonly string[])[] = [];
    const ask = async (status: number, given: object) => (await box(argv => {
      asked.push(argv);
      return { status, stdout: '{"opened":[]}' };
    }).call('diff', given as Record<string, unknown>)).structuredContent;
    expect(await ask(0, { old: 'HEAD~1:k8s', new: 'k8s', cni: 'cilium@1.16' })).toEqual({ status: 'passes', result: { opened: [] }, messages: [] });
    expect(await ask(1, { base: 'origin/main', failOn: 'broadened' })).toMatchObject({ status: 'fails' });
    expect(await ask(3, { base: 'origin/main', paths: ['k8s', 'intents.yaml'] })).toMatchObject({ status: 'undecided' });
    expect(await ask(2, { old: 'k8s', new: 'k8s' })).toMatchObject({ status: 'error', result: { opened: [] } });
    expect(asked).toEqual([
      ['diff', '-o', 'json', '--render=never', '--cni=cilium@1.16', '--', 'HEAD~1:k8s', 'k8s'],
      ['diff', '-o', 'json', '--render=never', '--base=origin/main', '--fail-on=broadened', '--', '.'],
      ['diff', '-o', 'json', '--render=never', '--base=origin/main', '--', 'k8s', 'intents.yaml'],
      ['diff', '-o', 'json', '--render=never', '--', 'k8s', 'k8s'],
    ]);
  });

  test('a revision is no option, and its path stays inside', async () => {
    mkdirSync('.git');
    const messagesOf = async (given: Record<string, unknown>) => ((await box(() => ({ status: 0 })).call('diff', given)).structuredContent as Message).messages;
    expect(await messagesOf({ base: '--output=x' })).toEqual(['--output=x is not a git revision']);
    expect(await messagesOf({ old: '--x:k8s', new: 'k8s' })).toEqual(['old: --x is not a git revision']);
    expect(await messagesOf({ old: 'HEAD:../x', new: 'k8s' })).toEqual([expect.stringMatching(/^old: \.\.\/x is outside: /)]);
    expect(await messagesOf({ old: 'HEAD:', new: 'k8s' })).toEqual([]);
  });

  test('of a result with several lists the long ones are cut', async () => {
    const entry = { text: 'x'.repeat(100) };
    const result = { verdict: 'opens', opened: Array.from({ length: 1000 }, () => entry), closed: [entry], more: { rows: [[Array.from({ length: 2000 }, () => entry)]], none: [] } };
    const { structuredContent } = await box(() => ({ status: 1, stdout: JSON.stringify(result) })).call('diff', { old: 'k8s', new: 'k8s' });
    const { result: cut, cut: cuts } = structuredContent as Message;
    expect(JSON.stringify(cut).length).toBeLessThanOrEqual(60_000);
    expect(JSON.stringify(cut).length).toBeGreaterThan(55_000);
    expect(cut).toMatchObject({ verdict: 'opens', closed: [entry], more: { none: [] } });
    expect(Object.keys(cut)).toEqual(Object.keys(result));
    expect(cuts).toEqual(expect.arrayContaining([
      { at: 'result.opened', shown: cut.opened.length, total: 1000 }, { at: 'result.more.rows[0][0]', shown: cut.more.rows[0][0].length, total: 2000 },
    ]));
  });

  test('a list of one long element is complete, and the lists in that element are cut', async () => {
    const result = { clusters: [{ gains: Array.from({ length: 9000 }, (_, i) => `gain ${i}`), losses: [] }] };
    const { structuredContent } = await box(() => ({ status: 1, stdout: JSON.stringify(result) })).call('diff', { old: 'k8s', new: 'k8s' });
    const { result: { clusters: [{ gains, losses }] }, cut } = structuredContent as Message;
    expect({ losses, cut }).toEqual({ losses: [], cut: [{ at: 'result.clusters[0].gains', shown: gains.length, total: 9000 }] });
    expect(gains.length).toBeGreaterThan(3000);
  });

  test('a command that prints more than 32 MiB is stopped, and its result is an error', async () => {
    const { structuredContent, isError } = await box(() => ({ status: 0, stdout: 'x'.repeat(2 ** 25 + 1) })).call('list', {});
    expect({ structuredContent, isError }).toEqual({ isError: true, structuredContent: { status: 'error', messages: ['the result has more than 33,554,432 characters: give from, to, namespaces or port'] } });
  });

  test('more than 100 messages are counted', async () => {
    const { structuredContent } = await box(() => ({ status: 0, stdout: '[]', stderr: Array.from({ length: 1102 }, (_, i) => `note ${i}\n`).join('') })).call('list', {});
    expect((structuredContent as Message).messages.slice(98)).toEqual(['note 98', 'note 99', '… and 1,002 more messages']);
  });

  test('a question without an answer is not explained', async () => {
    const asked: string[] = [];
    const { structuredContent } = await box(([command]) => {
      asked.push(command);
      return { status: 2, stderr: `netpol: ${command}\n` };
    }).call('can-reach', { from: 'a/b', to: 'a/c' });
    expect({ asked, structuredContent }).toEqual({ asked: ['can-reach'], structuredContent: { status: 'error', messages: ['netpol: can-reach'] } });
  });

  test('files that change between the answer and its explanation are an error', async () => {
    const { structuredContent } = await box(([command]) => ({ status: command === 'explain' ? 1 : 0, stdout: '{}' })).call('can-reach', { from: 'a/b', to: 'a/c' });
    expect(structuredContent).toEqual({ status: 'error', messages: ['the files changed while netpol read them: ask again'] });
  });
});

describe('the list of tools', () => {
  test('has four tools, which only read', async () => {
    const { tools } = (await answers([request(1, 'tools/list')]))[0].result;
    expect(tools.map(({ name }: Message) => name)).toEqual(['list', 'can-reach', 'check', 'diff']);
    for (const { annotations } of tools) { expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: false }); }
  });

  test('says of every argument how to write it', async () => {
    const { tools } = (await answers([request(1, 'tools/list')]))[0].result;
    for (const { inputSchema } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      for (const property of Object.values<Message>(inputSchema.properties)) { expect(property.description.length).toBeGreaterThan(20); }
      for (const name of inputSchema.required ?? []) { expect(Object.keys(inputSchema.properties)).toContain(name); }
    }
    expect(tools[1].inputSchema.properties.from.description).toMatch(/namespace\/name.*ns=shop,app=web.*CIDR block/);
  });
});
