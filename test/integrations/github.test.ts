import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Job, Result, runAction } from './composite-action';
import { Programs, whereInstalled } from './programs';
import { checkout, NARROW, pullRequest, shop, WIDE } from './repository';

/*
 * The steps of action.yml, run by bash in a repository that git has checked out as actions/checkout does. `npm` and `gh` are stand-ins that record their calls;
 * the stand-in for gh filters by jq, as gh itself does.
 */

let temp: string;
let programs: Programs;
beforeEach(() => {
  temp = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-action-'));
  programs = new Programs(temp);
  programs.add('npm', `record();
    const folder = path.join(args[args.indexOf('--prefix') + 1], 'node_modules', '.bin');
    fs.mkdirSync(folder, { recursive: true });
    fs.copyFileSync(path.join(__dirname, 'netpol'), path.join(folder, 'netpol'));`);
});
afterEach(() => fs.rmSync(temp, { recursive: true }));

interface Comment { readonly id: number; readonly user: { readonly login: string }; readonly body: string }

/** A server with comments. A token that may only read gets an error for everything else. */
function addGh(comments: readonly Comment[] = [], mayWrite = true): void {
  programs.add('gh', `record();
    const value = (...names) => args[args.findIndex(one => names.includes(one)) + 1];
    const filtered = (answer) => {
      const { stdout, stderr, status } = spawnSync('jq', ['-r', value('--jq')], { input: JSON.stringify(answer), encoding: 'utf8' });
      process.stderr.write(stderr); process.stdout.write(stdout); process.exitCode = status;
    };
    if (args.includes('graphql')) { filtered({ data: { viewer: { login: 'github-actions[bot]' } } }); }
    else if (!args.includes('--method')) { filtered(${JSON.stringify(comments)}); }
    else if (!${mayWrite}) { console.error('gh: Resource not accessible by integration (HTTP 403)'); process.exitCode = 1; }
    else {
      const file = value('-F').replace('body=@', '');
      fs.copyFileSync(file, ${JSON.stringify(path.join(temp, 'written.md'))});
    }`);
}

/** The comment that was written, and how. */
function written(): { readonly method: string; readonly url: string; readonly body: string } | undefined {
  const call = programs.calls('gh').find(args => args.includes('--method'));
  if (call === undefined) { return undefined; }
  return { method: call[2], url: call[3], body: fs.readFileSync(path.join(temp, 'written.md'), 'utf8') };
}

type Options = Pick<Job, 'inputs'> & { readonly github?: Record<string, string>; readonly after?: Record<string, string>; readonly depth?: number; readonly isHead?: boolean };

/** Runs the action for a pull request that makes the policies wide, unless `after` says otherwise. */
function run({ inputs = {}, github = {}, after = WIDE, depth = 1, isHead = false }: Options = {}): Result {
  const server = pullRequest(temp, programs.env, NARROW, after);
  const { folder: cwd } = checkout(temp, server, isHead ? server.head : server.merged, programs.env, depth);
  return runAction({
    inputs: { paths: 'k8s', ...inputs },
    cwd,
    temp,
    github: { 'token': 'secret-token', 'base_ref': 'main', 'event.pull_request.number': '7', ...github },
    env: { ...programs.env, GITHUB_REPOSITORY: 'team/shop', GITHUB_SERVER_URL: 'https://github.com' },
  });
}

test('the version of the input is installed without scripts, from a folder outside of the repository', () => {
  addGh();
  run({ inputs: { version: '1.2.3' } });
  const [args] = programs.calls('npm');
  expect(args).toEqual(expect.arrayContaining(['install', '--ignore-scripts', 'cdk8s-netpol@1.2.3']));
  expect(args[args.indexOf('--prefix') + 1]).toBe(path.join(temp, 'netpol'));
});

whereInstalled('jq')('a pull request that opens something', () => {
  test('fails after the comment and the uploads', () => {
    addGh();
    const { succeeded, steps, log, outputs } = run();
    expect(succeeded).toBe(false);
    expect(steps).toEqual(['Install netpol', 'Find the base', 'Judge', 'Upload what the change opens', 'Upload the findings of lint', 'Comment', 'Result']);
    expect(log).toContain("::error::netpol diff: there is a difference that 'diff-fail-on: broadened' names");
    expect(outputs).toMatchObject({ 'diff-status': '1', 'lint-status': '0', 'check-status': '' });
  });

  test('gets a comment: a hidden marker, the verdict, and the findings of lint', () => {
    addGh();
    const { outputs } = run();
    const { method, url, body } = written()!;
    expect([method, url]).toEqual(['POST', 'repos/team/shop/issues/7/comments']);
    const lines = body.split('\n');
    expect(lines[0]).toBe('<!-- netpol: netpol -->');
    expect(lines[1]).toMatch(/opens \d/i);
    expect(body).toMatch(/<details><summary>netpol lint: (?:no findings|\d+ findings?)/);
    expect(fs.readFileSync(outputs.report, 'utf8')).toBe(body.slice(lines[0].length + 1));
  });

  test('has its own comment updated, and no other', () => {
    const comment = (id: number, login: string, body: string) => ({ id, user: { login }, body });
    addGh([
      comment(1, 'somebody', '<!-- netpol: netpol -->\nwritten by hand'),
      comment(2, 'github-actions[bot]', 'about <!-- netpol: netpol -->'),
      comment(3, 'github-actions[bot]', '<!-- netpol: other -->\nof another use of the action'),
      comment(4, 'github-actions[bot]', '<!-- netpol: netpol -->\nof an earlier run'),
      comment(5, 'github-actions[bot]', '<!-- netpol: netpol -->\nof a later run'),
    ]);
    run();
    expect(written()).toMatchObject({ method: 'PATCH', url: 'repos/team/shop/issues/comments/4' });
    expect(programs.calls('gh').filter(args => args.includes('--method'))).toHaveLength(1);
  });

  test('from a fork, whose token cannot write, has the result in the summary of the job', () => {
    addGh([], false);
    const { succeeded, log, summary, steps } = run({ inputs: { 'diff-fail-on': 'never' } });
    expect(log).toContain('::notice::netpol could not write its comment');
    expect(summary).toMatch(/opens \d/i);
    expect(steps).toContain('Result');
    expect(succeeded).toBe(true);
  });

  test('does not fail with diff-fail-on: never, and is still compared', () => {
    addGh();
    const { succeeded, outputs } = run({ inputs: { 'diff-fail-on': 'never' } });
    expect(succeeded).toBe(true);
    expect(outputs['diff-status']).toBe('1');
    expect(written()?.body).toMatch(/opens \d/i);
  });

  test('uploads a file for each command, in a category of its own, without a finding twice', () => {
    addGh();
    // A rule whose port no container has is a finding of lint.
    const { used } = run({ after: shop('{}, namespaceSelector: {}') });
    expect(used.map(({ uses }) => uses)).toEqual(Array(2).fill('github/codeql-action/upload-sarif@v4'));
    expect(used.map(one => one.with.category)).toEqual(['netpol/diff', 'netpol/lint']);
    const [diff, lint] = used.map(one => JSON.parse(fs.readFileSync(one.with.sarif_file, 'utf8')).runs[0].results as { ruleId: string; message: unknown; locations: unknown }[]);
    const keys = (results: typeof lint) => results.map(({ ruleId, message, locations }) => JSON.stringify([ruleId, message, locations]));
    expect(lint.length).toBeGreaterThan(0);
    expect(diff.length).toBeGreaterThan(0);
    expect(keys(diff).filter(key => keys(lint).includes(key))).toEqual([]);
  });

  test.each([
    ['the merge commit alone', { depth: 1 }], ['the head of the branch alone', { depth: 1, isHead: true }], ['the whole history', { depth: 0 }],
  ])('is compared with the commit at which the branches parted, if the checkout has %s', (_, options) => {
    addGh();
    const { outputs, summary } = run({ ...options, inputs: { paths: 'k8s\n' } });
    expect(outputs['diff-status']).toBe('1');
    // The target branch got this file after the pull request was merged for the job.
    expect(summary).not.toContain('others');
  });

  test('writes no comment with comment: false, and uploads nothing with sarif: false', () => {
    addGh();
    const { used, steps } = run({ inputs: { comment: 'false', sarif: 'false' } });
    expect(programs.calls('gh')).toEqual([]);
    expect(used).toEqual([]);
    expect(steps).not.toContain('Comment');
  });

  test('has the name of the input in the marker and the categories', () => {
    addGh();
    const { used } = run({ inputs: { name: 'payments' } });
    expect(written()?.body.split('\n')[0]).toBe('<!-- netpol: payments -->');
    expect(used.map(one => one.with.category)).toEqual(['payments/diff', 'payments/lint']);
  });
});

whereInstalled('jq')('the result', () => {
  test('of a pull request that opens nothing is a success, with a comment', () => {
    addGh();
    expect(run({ after: { 'notes.md': 'no manifests' } })).toMatchObject({ succeeded: true, outputs: { 'diff-status': '0' } });
    expect(written()?.body.split('\n')[1]).toMatch(/nothing/i);
  });

  test('is a failure if a claim does not hold', () => {
    addGh();
    const { succeeded, log, outputs, used } = run({ inputs: { 'intent': ' intents.yaml \n\n', 'diff-fail-on': 'never' } });
    expect(succeeded).toBe(false);
    expect(outputs['check-status']).toBe('1');
    expect(log).toContain('::error::netpol check: a claim does not hold');
    expect(written()?.body).toContain('<details open><summary>netpol check: <b>a claim does not hold</b></summary>');
    expect(used.map(one => one.with.category)).toContain('netpol/check');
  });

  test('is a failure if lint has a finding of the severity', () => {
    addGh();
    const noted = run({ after: { 'notes.md': 'no manifests' }, inputs: { 'fail-on': 'note' } });
    expect(noted.outputs['lint-status']).toBe('1');
    expect(noted).toMatchObject({ succeeded: false });
    expect(noted.log).toContain("::error::netpol lint: there is a finding that 'fail-on: note' names");
  });

  test('is a failure if the input has a fault', () => {
    addGh();
    const { succeeded, log } = run({ inputs: { 'paths': 'k8s', 'fail-on': 'never', 'diff-fail-on': 'never' }, after: { 'k8s/fault.yaml': 'kind: NetworkPolicy\n' } });
    expect(succeeded).toBe(false);
    expect(log).toContain('::error::netpol lint: the input has a fault (exit status 2)');
  });

  test('of several paths, with spaces, is one', () => {
    addGh();
    run({ inputs: { paths: ' k8s/policies.yaml\n\n  more manifests/a.yaml \n' }, after: { 'more manifests/a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: more }\n' } });
    const lint = programs.calls('netpol').find(([command]) => command === 'lint')!;
    expect(lint.slice(lint.indexOf('--') + 1)).toEqual(['k8s/policies.yaml', 'more manifests/a.yaml']);
  });

  test('without a pull request has no comparison and no comment', () => {
    addGh();
    const { succeeded, steps, outputs } = run({ github: { 'base_ref': '', 'event.pull_request.number': '' } });
    expect(succeeded).toBe(true);
    expect(steps).not.toContain('Comment');
    expect(outputs['diff-status']).toBe('');
  });

  test('is compared with the base of the input', () => {
    addGh();
    const { outputs } = run({ inputs: { base: 'HEAD^1' }, github: { base_ref: '' }, depth: 0 });
    expect(outputs['diff-status']).toBe('1');
  });

  test('is an error with the fix if the base is not there', () => {
    addGh();
    const { succeeded, log, steps } = run({ inputs: { base: 'no-such-branch' } });
    expect(succeeded).toBe(false);
    expect(log).toContain("::error::netpol cannot find the commit at which HEAD and no-such-branch parted: check out with 'fetch-depth: 0'");
    expect(steps).not.toContain('Judge');
  });

  test('is an error if no path is named', () => {
    addGh();
    expect(run({ inputs: { paths: ' \n' } })).toMatchObject({ succeeded: false, log: expect.stringContaining('::error::the input paths is empty') });
  });

  test('is shortened if GitHub would refuse the comment', () => {
    addGh();
    const selectors = Array.from({ length: 400 }, (_, i) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${i}, namespace: shop }\nspec: { podSelector: { matchLabels: { app: a${i} } } }\n---\n`);
    const { summary } = run({ after: { ...WIDE, 'k8s/many.yaml': selectors.join('') } });
    expect(written()!.body.length).toBeLessThan(65_536);
    expect(written()!.body).toMatch(/netpol lint: \d+ findings/);
    expect(summary).toContain('| NP132 |');
  });
});
