import * as fc from 'fast-check';
import { run } from '../../src/cli/run';
import { nearlyYaml } from '../engines/yaml-texts';
import { yamlOf } from '../fuzz/cluster-fuzz';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';

/** Runs `netpol list` with this standard input. Returns what is wrong with its outcome. */
export async function complaintAbout(input: Buffer): Promise<string | undefined> {
  let stderr = '';
  const status = await run(['list', '-'], {
    stdout: { write: () => {} }, stderr: { write: text => { stderr += text; } }, readStdin: async () => input, untilInterrupted: async () => {},
  });
  return complaintAboutOutcome(status, stderr);
}

/** netpol must read the input, or refuse it with status 2 and a finding with a place and a reason. */
export function complaintAboutOutcome(status: number | null, stderr: string): string | undefined {
  if (/internal error|mistake of netpol's own|^ +at .*:\d+:\d+/m.test(stderr)) { return `an internal error: ${stderr}`; }
  const errors = stderr.split('\n').filter(line => /: error NP\d{3}: /.test(line));
  if (status === 0) { return errors.length === 0 ? undefined : `status 0 with errors: ${stderr}`; }
  if (status !== 2) { return `exit status ${status}: ${stderr}`; }
  return errors.some(line => /^\S+: error NP\d{3}: \S/.test(line)) ? undefined : `refused without a place or a reason: ${stderr}`;
}

const JUNK = ['\0', '\u0085', '\ufeff', '\t', '\n', '\r', '{', '}', '[', ']', ':', ': ', '- ', '? ', '&a ', '*a', '<<: *a\n', '!!binary ', '!x ', '"', "'", '|\n', '>-\n', '---\n', '...\n', '%YAML 9\n',
  '#', '{{ .Values.x }}', '__proto__: ', '"__proto__": {}, ', 'constructor: ', 'kind: List\n', '1e999', '-0', '0x', '.nan', '~', '\ud800', '\\u0000', '9'.repeat(400), 'a'.repeat(3000)].map(text => Buffer.from(text));

/** Bytes that are not UTF-8: incomplete, overlong, out of range. */
const BAD_BYTES = [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80], [0xed, 0xa0, 0x80]].map(bytes => Buffer.from(bytes));

const manifests = anyCluster.chain(cluster => fc.constantFrom(
  yamlOf(manifestsOf(cluster)), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifestsOf(cluster) }), JSON.stringify(manifestsOf(cluster)[0], null, 1)));

const cut = fc.record({
  at: fc.nat({ max: 9999 }),
  remove: fc.oneof(fc.constant(0), fc.nat({ max: 12 }), fc.nat({ max: 400 })),
  insert: fc.oneof(
    fc.constantFrom(...JUNK, ...BAD_BYTES), fc.constant(Buffer.alloc(0)), fc.uint8Array({ maxLength: 4 }).map(bytes => Buffer.from(bytes)),
  ),
});

/** Manifests with some bytes removed, duplicated or replaced. */
export const mutatedManifests: fc.Arbitrary<Buffer> = fc.tuple(manifests, fc.array(cut, { minLength: 1, maxLength: 4 })).map(([text, cuts]) =>
  cuts.reduce((bytes, { at, remove, insert }) => {
    const from = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + remove)]);
  }, Buffer.from(text)));

/** These, and texts with any content that are YAML or nearly YAML. */
const inputs = fc.oneof({ weight: 3, arbitrary: mutatedManifests }, { weight: 1, arbitrary: nearlyYaml.map(text => Buffer.from(text)) });

/** Tries random input up to the limits. Returns the number of inputs, and the smallest one with a complaint. */
export async function fuzzInput(seed: number, limits: { milliseconds: number; inputs: number }, progress: (inputs: number) => void = () => {}):
Promise<{ inputs: number; bad?: { complaint: string; input: string } }> {
  const end = Date.now() + limits.milliseconds;
  const property = fc.asyncProperty(inputs, async input => await complaintAbout(input) === undefined);
  let count = 0;
  for (let batch = 0; count < limits.inputs && Date.now() < end; batch++) {
    const check = await fc.check(property, { seed: seed + batch, numRuns: Math.min(500, limits.inputs - count) });
    count += check.numRuns;
    if (check.counterexample !== null) {
      const [input] = check.counterexample;
      return { inputs: count, bad: { complaint: (await complaintAbout(input))!, input: input.toString('base64') } };
    }
    progress(count);
  }
  return { inputs: count };
}
