import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from '../../src/cli/run';
import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { sharedFolder } from '../engines-verdicts/shared';

/* Files from the field, and attacks on an earlier version. ../shared/field-cases/README.md has the right answers. */

const CASES = sharedFolder('field-cases', 'the reading of manifests from the field');

function readCase(name: string): { kinds: unknown[]; findings: string[]; objects: any[] } {
  const { resources, findings } = readText({ file: path.basename(name), content: fs.readFileSync(path.join(CASES!, name)), named: true });
  return { kinds: resources.map(({ object }) => object.kind), findings: findings.map(formatFinding), objects: resources.map(({ object }) => object) };
}

async function netpol(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const status = await run(args, {
    stdout: { write: text => { stdout += text; } },
    stderr: { write: text => { stderr += text; } },
    readStdin: async () => Buffer.alloc(0),
    untilInterrupted: async () => {},
  });
  return { status, stdout, stderr };
}

(CASES === undefined ? describe.skip : describe)('a manifest from the field', () => {
  test('may continue quoted text or a list in brackets in the column of its parent', () => {
    expect(readCase('manifests/a02.yaml')).toMatchObject({ findings: [], objects: [{ metadata: { annotations: { note: 'first line second line' } } }] });
    expect(readCase('manifests/a03.yaml')).toMatchObject({ findings: [], objects: [{ spec: { config: '{ "cniVersion": "0.3.1", "type": "bridge" }' } }] });
    expect(readCase('manifests/a06.yaml')).toMatchObject({ findings: [], objects: [{ spec: { containers: [{ args: ['a', 'b'] }] } }] });
  });

  test('may have a line break before a colon of JSON', () => {
    expect(readCase('manifests/json_nlcolon.json')).toMatchObject({ kinds: ['Pod'], findings: [] });
  });

  test.each(['smuggle_cr', 'smuggle_nel'])('cannot hide a rule behind a comment: %s', async name => {
    expect(readCase(`yaml/${name}.yaml`).objects[2].spec.ingress).toHaveLength(2);
    const { stdout } = await netpol('list', path.join(CASES!, `yaml/${name}.yaml`), '-o', 'json');
    expect(JSON.parse(stdout)).toContainEqual({ src: 'x/a[Pod]', dst: 'x/b[Pod]', conn: 'All Connections' });
  });

  test.each(['\u2028', '\u2029'])('cannot hide a rule behind a comment that ends in %j', mark => {
    const text = fs.readFileSync(path.join(CASES!, 'yaml/smuggle_nel.yaml'), 'utf8');
    const { resources } = readText({ file: 'a.yaml', content: text.replace('\u0085', mark), named: true });
    expect((resources[2].object as any).spec.ingress).toHaveLength(2);
  });

  test('is ignored after ..., with a warning', () => {
    expect(readCase('yaml/dots.yaml')).toMatchObject({
      kinds: ['Pod', 'Pod'], findings: ['dots.yaml:11:1: warning NP012: kubectl ignores the text from here to the next line that starts with ---; write --- above it, or remove it'],
    });
  });

  test('cannot start a document behind ---, where kubectl also loses the document before', () => {
    expect(readCase('yaml/inline_sep.yaml')).toMatchObject({
      kinds: ['Pod'], findings: ['inline_sep.yaml:10:1: error NP004: not valid YAML: only a comment may follow --- on its line; start the document on the next line'],
    });
  });
});

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) { console.warn('SKIPPED: heavy.py of the field cases: there is no python3'); }

(CASES === undefined || !python ? describe.skip : describe)('a heavy file is read within seconds', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-heavy-'));
  beforeAll(() => { expect(spawnSync('python3', [path.join(CASES!, 'heavy.py'), folder]).status).toBe(0); });
  afterAll(() => { fs.rmSync(folder, { recursive: true }); });

  test.each([
    ['unknown-fields.yaml', 51, 'unknown-fields.yaml:6:3: error NP025: NetworkPolicy default/x: spec.f0: there is no such field', '… and 69950 more'],
    ['bad-labels.yaml', 51, "bad-labels.yaml:6:5: error NP020: Namespace x: metadata.labels: the key '!0'", '… and 79950 more'],
    ['merge-keys.yaml', 1, 'merge-keys.yaml:26:8: error NP006: the aliases (*) of this document expand to more values than kubectl reads', ''],
    ['braces.yaml', 2, 'braces.yaml:4:3: error NP020: Pod default/{{{', ''],
  ])('%s has at most 50 findings, and the number of the others', async (name, lines, first, last) => {
    const { status, stderr } = await netpol('list', path.join(folder, name));
    expect(status).toBe(2);
    const printed = stderr.trimEnd().split('\n').filter(line => / error NP\d+: |^…/.test(line));
    expect(printed).toHaveLength(lines);
    expect(printed[0].replace(`${folder}/`, '')).toContain(first);
    expect(printed[lines - 1]).toContain(last);
  }, 60_000);

  test('braces.yaml has a name of 200,000 characters, and the messages about it have a … in its middle', async () => {
    const { stderr } = await netpol('list', path.join(folder, 'braces.yaml'));
    expect(stderr).toContain('{{{…{{{');
    expect(stderr.length).toBeLessThan(3000);
  });
});
