import { spawn } from 'child_process';
import * as fs from 'fs';
import * as http from 'http';
import { AddressInfo } from 'net';
import * as os from 'os';
import * as path from 'path';
import { parse } from 'yaml';
import { Programs } from './programs';
import { checkout, NARROW, pullRequest, Repository, WIDE } from './repository';

/* The scripts of the template for GitLab CI, run by the shells of a runner, against a server that answers as the API of GitLab does for notes. */

interface TemplateJob {
  readonly extends: string;
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly script: readonly string[];
  readonly before_script?: readonly string[];
  readonly artifacts: { readonly paths: readonly string[]; readonly reports?: Readonly<Record<string, string>> };
}

const TEMPLATE = parse(fs.readFileSync(path.join(__dirname, '../../integrations/gitlab/netpol.yml'), 'utf8'));

interface Note { readonly id: number; readonly author: { readonly id: number }; readonly body: string }

interface Request { readonly method: string; readonly url: string; readonly token: string; readonly body?: string }

let temp: string;
let programs: Programs;
let server: http.Server;
let notes: Note[];
let requests: Request[];
let answerStatus: number;
beforeEach(async () => {
  temp = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-template-'));
  programs = new Programs(temp);
  programs.add('npm', 'record();');
  [notes, requests, answerStatus] = [[], [], 200];
  server = http.createServer((request, response) => {
    let text = '';
    request.on('data', chunk => { text += chunk; }).on('end', () => {
      const { method, url } = request;
      requests.push({ method: method!, url: url!, token: String(request.headers['private-token']), body: text === '' ? undefined : JSON.parse(text).body });
      response.statusCode = answerStatus;
      const page = Number(/[?&]page=(\d+)/.exec(url!)?.[1] ?? 1);
      response.setHeader('x-next-page', page * 2 < notes.length ? String(page + 1) : '');
      response.end(JSON.stringify(url!.endsWith('/user') ? { id: 1 } : method === 'GET' ? notes.slice(page * 2 - 2, page * 2) : {}));
    });
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
});
afterEach(async () => {
  await new Promise(resolve => { server.close(resolve); });
  fs.rmSync(temp, { recursive: true });
});

interface Outcome { readonly status: number; readonly log: string; readonly repository: Repository }

/** Runs a job for a merge request that makes the policies wide, unless `after` says otherwise. */
async function run(name: string, variables: Readonly<Record<string, string>> = {}, after = WIDE, shell = 'bash'): Promise<Outcome> {
  const origin = pullRequest(temp, programs.env, NARROW, after);
  const repository = checkout(temp, origin, origin.merged, programs.env, 0);
  const job: TemplateJob = { ...TEMPLATE[TEMPLATE[name].extends], ...TEMPLATE[name] };
  const script = path.join(temp, 'script.sh');
  fs.writeFileSync(script, [...shell === 'bash' ? ['set -o pipefail'] : [], 'set -e', ...job.before_script!, ...job.script].join('\n'));
  const env = {
    ...programs.env,
    ...TEMPLATE.variables,
    NETPOL_PATHS: 'k8s',
    CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
    CI_MERGE_REQUEST_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '7',
    CI_MERGE_REQUEST_TARGET_BRANCH_SHA: repository.git('rev-parse', 'HEAD^1'),
    CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.git('merge-base', 'HEAD^1', 'HEAD^2'),
    ...variables,
  };
  let log = '';
  const status = await new Promise<number>(resolve => {
    const child = spawn(shell, [script], { cwd: repository.folder, env });
    for (const stream of [child.stdout, child.stderr]) { stream.on('data', chunk => { log += chunk; }); }
    child.on('close', code => resolve(code ?? -1));
  });
  return { status, log, repository };
}

function read({ repository }: Outcome, file: string): string { return fs.readFileSync(path.join(repository.folder, file), 'utf8'); }

/** What a job changed on the server. */
function changes(): Request[] { return requests.filter(({ method }) => method !== 'GET'); }

test('the version of the variable is installed without scripts', async () => {
  await run('netpol-lint', { NETPOL_VERSION: '1.2.3' });
  expect(programs.calls('npm')).toEqual([expect.arrayContaining(['install', '--global', '--ignore-scripts', 'cdk8s-netpol@1.2.3'])]);
});

describe('netpol-lint', () => {
  test('writes a Code Quality report, and the findings to the log', async () => {
    const outcome = await run('netpol-lint');
    expect(outcome.status).toBe(0);
    expect(outcome.log).toMatch(/\d+ findings?/);
    const { paths, reports } = TEMPLATE['netpol-lint'].artifacts;
    expect(paths).toEqual([reports.codequality]);
    expect(JSON.parse(read(outcome, reports.codequality)).length).toBeGreaterThan(0);
  });

  test('fails by the severity of the variable, and still writes the report', async () => {
    const outcome = await run('netpol-lint', { NETPOL_FAIL_ON: 'note' });
    expect(outcome.status).toBe(1);
    expect(JSON.parse(read(outcome, 'gl-code-quality-report.json')).length).toBeGreaterThan(0);
  });

  test('reads each line of the variable as a path, with spaces', async () => {
    await run('netpol-lint', { NETPOL_PATHS: 'k8s/policies.yaml\n  more manifests/a.yaml \n\n' }, { 'more manifests/a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n' });
    const [lint] = programs.calls('netpol');
    expect(lint.slice(lint.indexOf('--') + 1)).toEqual(['k8s/policies.yaml', 'more manifests/a.yaml']);
  });
});

describe('netpol-check', () => {
  test.each([[NARROW, 0, /failures="0"/], [WIDE, 1, /<failure /]])('writes a JUnit report and has the status of netpol check', async (after, status, report) => {
    const outcome = await run('netpol-check', { NETPOL_INTENT: 'intents.yaml' }, after);
    expect(outcome.status).toBe(status);
    expect(read(outcome, TEMPLATE['netpol-check'].artifacts.reports.junit)).toMatch(report);
  });
});

describe('netpol-diff', () => {
  test.each(['bash', 'sh'])('writes a note with a hidden marker and the verdict, and fails afterwards, in %s', async shell => {
    const outcome = await run('netpol-diff', { NETPOL_TOKEN: 'secret' }, WIDE, shell);
    expect(outcome.status).toBe(1);
    const [{ method, url, token, body }, ...others] = changes();
    expect(others).toEqual([]);
    expect({ method, url, token }).toEqual({ method: 'POST', url: '/api/v4/projects/12/merge_requests/7/notes', token: 'secret' });
    expect(body).toBe(`<!-- netpol -->\n${read(outcome, 'netpol-diff.md')}`);
    expect(body!.split('\n')[1]).toMatch(/opens \d/i);
    expect(outcome.log).not.toContain('secret');
  });

  test('updates its own note, and no other', async () => {
    const note = (id: number, author: number, body: string): Note => ({ id, author: { id: author }, body });
    notes = [note(1, 2, '<!-- netpol -->\nby somebody'), note(2, 1, 'about <!-- netpol -->'), note(3, 2, 'a'), note(4, 2, 'b'), note(5, 1, '<!-- netpol -->\nof an earlier run')];
    await run('netpol-diff', { NETPOL_TOKEN: 'secret' });
    expect(changes()).toMatchObject([{ method: 'PUT', url: '/api/v4/projects/12/merge_requests/7/notes/5' }]);
  });

  test('leaves the result as an artifact without a token, and if the token may not write', async () => {
    const outcome = await run('netpol-diff', { NETPOL_DIFF_FAIL_ON: 'never' });
    expect(outcome.status).toBe(0);
    expect(requests).toEqual([]);
    expect(TEMPLATE['netpol-diff'].artifacts.paths).toEqual(['netpol-diff.md']);
    expect(read(outcome, 'netpol-diff.md')).toMatch(/opens \d/i);
  });

  test('does not fail because the token may not write', async () => {
    answerStatus = 403;
    const outcome = await run('netpol-diff', { NETPOL_TOKEN: 'secret', NETPOL_DIFF_FAIL_ON: 'never' });
    expect(outcome.status).toBe(0);
    expect(outcome.log).toContain('netpol could not write its note');
    expect(outcome.log).not.toContain('secret');
  });

  test.each([
    ['the target branch of a pipeline for merged results', {}],
    ['the commit at which the branches parted, in other pipelines', { CI_MERGE_REQUEST_TARGET_BRANCH_SHA: '' }],
  ])('compares with %s', async (_, variables) => {
    const { status, repository } = await run('netpol-diff', variables);
    expect(status).toBe(1);
    const [diff] = programs.calls('netpol');
    const isMerged = !('CI_MERGE_REQUEST_TARGET_BRANCH_SHA' in variables);
    expect(diff[diff.indexOf('--base') + 1]).toBe(isMerged ? repository.git('rev-parse', 'HEAD^1') : repository.git('merge-base', 'HEAD^1', 'HEAD^2'));
  });

  test('accepts what is undecided if the variable says so', async () => {
    const undecided = { 'k8s/policies.yaml': NARROW['k8s/policies.yaml'].replace('name: deny', 'name: deny # undecided') };
    await run('netpol-diff', { NETPOL_ALLOW_UNDECIDED: 'true' }, undecided);
    expect(programs.calls('netpol')[0]).toContain('--allow-undecided');
  });
});

/** True if a job is in a pipeline with these variables: the first rule that matches decides. */
function isIn(name: string, variables: Readonly<Record<string, string>>): boolean {
  const rule = (TEMPLATE[name] as TemplateJob).rules.find(one => {
    const program = one.if.replace(/\$(\w+)/g, (_, variable) => JSON.stringify(variables[variable] ?? TEMPLATE.variables[variable] ?? null));
    if (!/^(?:\s|"[^"]*"|null|==)*$/.test(program)) { throw new Error(`the tests do not know what this means: ${one.if}`); }
    return new Function(`return ${program};`)();
  });
  return rule !== undefined && rule.when !== 'never';
}

test.each([
  ['a merge request', { CI_PIPELINE_SOURCE: 'merge_request_event', CI_DEFAULT_BRANCH: 'main' }, ['netpol-lint', 'netpol-diff']],
  ['a merge request with intents', { CI_PIPELINE_SOURCE: 'merge_request_event', CI_DEFAULT_BRANCH: 'main', NETPOL_INTENT: 'a.yaml' }, ['netpol-lint', 'netpol-check', 'netpol-diff']],
  ['the default branch', { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', NETPOL_INTENT: 'a.yaml' }, ['netpol-lint', 'netpol-check']],
  ['another branch', { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'feature', CI_DEFAULT_BRANCH: 'main', NETPOL_INTENT: 'a.yaml' }, []],
])('the jobs of %s', (_, variables, jobs) => {
  expect(Object.keys(TEMPLATE).filter(name => name.startsWith('netpol-') && isIn(name, variables as Record<string, string>))).toEqual(jobs);
});
