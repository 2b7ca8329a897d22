import * as fs from 'fs';
import * as path from 'path';
import { FindingCode, Severity } from '../../src/findings/codes';
import { netpol } from '../cli/command';
import { sharedFolder } from '../engines-verdicts/shared';

/*
 * What lint notices unasked in the inputs from the field, whose README says what people got wrong. Each input has all of its findings here, and a sentence
 * that says what they mean for the case, or why lint has nothing to say about it. The shared folder is not part of the repository.
 */

const CASES = sharedFolder('field-cases', 'what lint notices in inputs from the field');

type Found = `${Severity} ${FindingCode}`;

interface FieldCase {
  readonly file: string;
  /** In the order in which they are printed: the worst ones first. */
  readonly found: readonly Found[];
  readonly because: string;
  /** Part of the message of the first finding. */
  readonly says?: string;
}

function times(count: number, found: Found): Found[] {
  return Array.from({ length: count }, () => found);
}

const TABLE: readonly FieldCase[] = [
  { file: 'manifests/kustomize-a01', found: ['warning NP330'], because: 'the namespace is that of the kustomization, so lint says that it is not rendered and nothing else' },
  { file: 'manifests/a02.yaml', found: [], because: 'the text is unusual and right, and its policy isolates every pod' },
  { file: 'manifests/a03.yaml', found: [], because: 'the fault is in an object without network meaning, and the policy isolates every pod' },
  { file: 'manifests/a06.yaml', found: ['warning NP141'], because: 'the text is unusual and right; the pod has no policy' },
  {
    file: 'manifests/a09.yaml',
    found: [...times(9, 'warning NP303'), ...times(2, 'warning NP313'), ...times(2, 'warning NP314'), ...times(12, 'note NP313'), 'note NP142'],
    because: 'pods of custom kinds are named where netpol does not know them, and the others count in the finding about the default deny',
  },
  { file: 'manifests/a10.yaml', found: ['warning NP314', 'warning NP314', 'warning NP141'], because: 'the policies are in kinds that stand for other objects, so the pods seem to have none' },
  { file: 'manifests/a12.yaml', found: ['error NP026'], says: 'put it in quotes: "1.10"', because: 'the API server refuses the policy' },
  { file: 'manifests/b08.yaml', found: ['error NP132', 'note NP141'], says: 'select tier=front, or give the pods of t/first[Pod] the label tier=back', because: 'the policy misses its pods by one label' },
  {
    file: 'manifests/b17.yaml',
    found: ['warning NP121', 'note NP141', 'note NP141'],
    because: 'the block is a whole network, and not the address of the Service in it, so NP114 is silent; without DNS the client finds no name',
  },
  { file: 'manifests/b25.yaml', found: ['note NP141'], because: 'the policy selects its pod by a label that Kubernetes adds, and shuts it in on purpose: no Service leads there' },
  { file: 'manifests/b26.yaml', found: ['warning NP121', 'note NP141'], because: 'the labels of Jobs are known, so no selector misses; the Jobs may open connections and cannot look up a name' },
  {
    file: 'manifests/b36.yaml',
    found: ['warning NP143', 'warning NP145', 'note NP141'],
    says: 'such a block need not match pods',
    because: 'the pods are let out to each other by labels, and in only by a block: whether that is enough is undecided',
  },
  { file: 'manifests/sem_samekind.yaml', found: ['note NP141'], says: 'x/a[Deployment] and x/a[Deployment.acme.io]', because: 'the two workloads of one name stay two' },
  { file: 'manifests/only_two_ports.yaml', found: ['note NP142'], because: 'the rule has a number, so that the name with two numbers does not matter to it' },
  { file: 'manifests/only_two_ports.i.yaml', found: ['error NP010'], because: 'it is an intent file, and no object of Kubernetes' },
  { file: 'manifests/every.json', found: ['note NP141'], says: '1 of 13 workloads (x/p0[Pod])', because: 'one pod has no policy' },
  { file: 'manifests/crash_external.yaml', found: ['warning NP141'], because: 'a workload of kind External has no policy, like the other one' },
  { file: 'manifests/finalizers.yaml', found: ['error NP020'], because: 'the API server refuses the policy' },
  { file: 'manifests/json_nlcolon.json', found: ['warning NP141'], because: 'the JSON is unusual and right; the pod has no policy' },
  { file: 'manifests/i_emptyns.yaml', found: ['error NP010'], because: 'it is an intent file, and no object of Kubernetes' },
  { file: 'manifests/inject-owner.yaml', found: ['note NP141'], because: 'the owner with the name full of control characters has no policy' },
  { file: 'manifests/inject-kind.yaml', found: ['error NP020', 'warning NP301'], because: 'the name is refused, and the kind is one of policies that netpol does not evaluate, so lint cannot say that the pods have none' },
  { file: 'yaml/smuggle_nel.yaml', found: ['warning NP125', 'warning NP135', 'note NP141'], says: 'spec.ingress[1] lets everybody in', because: 'kubectl reads the rule behind the comment, and it makes the other one pointless' },
  { file: 'yaml/smuggle_cr.yaml', found: ['warning NP125', 'warning NP135', 'note NP141'], says: 'spec.ingress[1] lets everybody in', because: 'kubectl reads the rule behind the comment, and it makes the other one pointless' },
  { file: 'yaml/dots.yaml', found: ['warning NP012', 'warning NP141'], because: 'kubectl ignores the policy behind the dots, so the pods have none' },
  { file: 'yaml/inline_sep.yaml', found: ['error NP004'], because: 'kubectl refuses the text' },
];

const textOf = async (file: string) => (await netpol(['lint', path.join(CASES!, file), '--keep-going', '--render', 'never', '-o', 'json'])).stdout;

(CASES === undefined ? describe.skip : describe)('in the inputs from the field', () => {
  test('every input has a line in the table', () => {
    const inputs = ['manifests', 'yaml'].flatMap(folder => fs.readdirSync(path.join(CASES!, folder)).map(name => `${folder}/${name}`));
    expect(TABLE.map(({ file }) => file).sort()).toEqual(inputs.sort());
  });

  test.each(TABLE)('$file: $because', async ({ file, found, says = '' }) => {
    const text = await textOf(file);
    const findings = JSON.parse(text) as { code: FindingCode; severity: Severity; message: string; fix?: { text: string } }[];
    expect(findings.map(({ code, severity }): Found => `${severity} ${code}`)).toEqual(found);
    expect(findings.map(({ message, fix }) => `${message}; ${fix?.text}`)[0] ?? '').toContain(says);
  });

  test.each(['manifests/inject-kind.yaml', 'manifests/inject-owner.yaml'])('%s: no control character and no command reaches an output', async file => {
    for (const format of ['text', 'json', 'sarif', 'junit', 'md', 'github', 'gitlab']) {
      const { stdout } = await netpol(['lint', path.join(CASES!, file), '--keep-going', '-o', format]);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      expect(stdout).not.toMatch(/^::error::injected/m);
    }
  });
});
