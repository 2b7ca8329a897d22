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
});
