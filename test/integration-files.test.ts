import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/* The files of integrations, as far as that takes no time: their form, and that they agree. `npm run test:integrations` runs their steps. */

const PROJECT = path.join(__dirname, '..');
function read(file: string): string { return fs.readFileSync(path.join(PROJECT, file), 'utf8'); }

const DOCS = read('docs/integrations.md');
const ACTION = parse(read('action.yml'));
const GITLAB = parse(read('integrations/gitlab/netpol.yml'));
const HOOKS: readonly { readonly entry: string }[] = parse(read('.pre-commit-hooks.yaml'));

interface Step { readonly id?: string; readonly run?: string; readonly shell?: string; readonly uses?: string }
const STEPS: readonly Step[] = ACTION.runs.steps;

/** The names and defaults that a table of the docs has: those of the rows that begin with a code of this form. */
function documented(names: RegExp): Record<string, string> {
  const rows = [...DOCS.matchAll(/^\| `([^`]+)` \| (?:`(.*?)`)? ?\| /gm)].filter(([, name]) => names.test(name));
  return Object.fromEntries(rows.map(([, name, value = '']) => [name, value]));
}

describe('the action', () => {
  test('has the inputs and defaults of the docs', () => {
    const inputs = Object.entries(ACTION.inputs as Record<string, { default: string }>).map(([name, { default: value }]) => [name, value]);
    expect(documented(/^[a-z-]+$/)).toEqual(expect.objectContaining(Object.fromEntries(inputs)));
  });

  test('uses each input and declares each one that it uses', () => {
    const used = [...JSON.stringify(ACTION.runs).matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(ACTION.inputs).sort());
  });

  test('uses the outputs only of its own steps', () => {
    const ids = STEPS.flatMap(({ id }) => id ?? []);
    const used = [...JSON.stringify(ACTION).matchAll(/steps\.([\w-]+)\.outputs/g)].map(([, id]) => id);
    expect([...new Set(used)].sort()).toEqual(ids.sort());
  });

  test('gives inputs to its scripts by the environment only, where they cannot be code', () => {
    for (const { run = '', shell } of STEPS.filter(step => step.run !== undefined)) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  test('uses no actions of others but those of GitHub', () => {
    const used = STEPS.flatMap(({ uses }) => uses ?? []);
    expect(used.filter(one => !/^(?:actions\/|github\/codeql-action\/)/.test(one))).toEqual([]);
  });

  test('sets its result last, when everything is written', () => {
    expect(STEPS.at(-1)).toMatchObject({ name: 'Result' });
  });
});

test('the template for GitLab has the variables and defaults of the docs, and its scripts use each of them', () => {
  expect(documented(/^NETPOL_/)).toEqual(GITLAB.variables);
  const used = [...JSON.stringify(GITLAB).matchAll(/\$(NETPOL_\w+)/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(Object.keys(GITLAB.variables).sort());
});

test('every file installs the version of the newest heading of the changelog, or the latest while nothing is released', () => {
  const version = /^## \[?v?(\d+\.\d+\.\d+\S*?)\]?(?: |$)/m.exec(read('CHANGELOG.md'))?.[1] ?? 'latest';
  const versions = {
    action: ACTION.inputs.version.default,
    gitlab: GITLAB.variables.NETPOL_VERSION,
    hooks: [...new Set(HOOKS.map(({ entry }) => /--package=cdk8s-netpol@(\S+)/.exec(entry)?.[1]))].join(),
    image: /^ARG VERSION=(.*)$/m.exec(read('Dockerfile'))?.[1],
  };
  expect(versions).toEqual({ action: version, gitlab: version, hooks: version, image: version });
  // What others refer to in this repository is the tag of that version.
  const tag = version === 'latest' ? 'main' : `v${version}`;
  const revisions = ['docs/integrations.md', 'docs/gitops.md'].flatMap(file =>
    [...read(file).matchAll(/cdk8s-netpol\/cdk8s-netpol(?:@|\/(?=\S*\/gitlab)|\.git#)([^\s/]+)|^ +rev: (\S+)$/gm)].map(([, one, other]) => one ?? other));
  expect(revisions.length).toBeGreaterThan(4);
  expect([...new Set(revisions)]).toEqual([tag]);
  expect([...DOCS.matchAll(/VERSION=(\S+)/g)].map(([, one]) => one)).toEqual([version]);
});

test.each(['action.yml', 'integrations/gitlab/netpol.yml', '.pre-commit-hooks.yaml', 'Dockerfile', 'docs/gitops.md'])('%s says what could not be run', file => {
  expect(read(file).slice(0, 1000)).toMatch(/could not be\n?(?:# )? ?run|Nothing on this page was run/);
});
