import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';

describe('ten megabytes of garbage give a message', () => {
  const size = 10_000_000;
  /** A generator of its own: the same garbage each time. */
  function garbage(character: (random: number) => number): string {
    let state = 12345;
    const codes = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0; // eslint-disable-line no-bitwise
      codes[i] = character(state / 2 ** 32);
    }
    return Buffer.from(codes).toString('latin1');
  }

  test.each([
    ['bytes', () => Buffer.from(garbage(r => r * 256), 'latin1'), 'a text file in UTF-8'],
    ['printable characters', () => garbage(r => r < 0.01 ? 10 : 32 + r * 95), 'a.yaml:'],
    ['printable characters that say kind', () => `kind\n${garbage(r => r < 0.01 ? 10 : 32 + r * 95)}`, 'a.yaml:'],
    ['words', () => 'lorem ipsum dolor\n'.repeat(size / 18), 'no Kubernetes object'],
    ['list items', () => '- a\n'.repeat(size / 4), 'no Kubernetes object'],
    ['document separators', () => '---\n'.repeat(size / 4), 'no Kubernetes object'],
    ['one line', () => 'x'.repeat(size), 'no Kubernetes object'],
    ['JSON without end', () => `{"kind": ${'['.repeat(size)}`, 'nests deeper'],
  ])('%s', (_name, make, message) => {
    const { resources, problems } = readText({ file: 'a.yaml', content: make(), format: _name.startsWith('JSON') ? 'json' : 'yaml', named: true });
    expect(resources).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(50);
    expect(formatFinding(problems[0])).toContain(message);
  });
});
