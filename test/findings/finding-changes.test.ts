import { Finding, finding } from '../../src/findings/finding';
import { findingChanges } from '../../src/findings/finding-changes';

const at = (message: string, file = 'a.yaml', line = 1) => finding('NP112', { file, line }, message);
const messages = (findings: readonly Finding[]) => findings.map(({ message }) => message);

test('a finding that both versions have is neither new nor gone, wherever it is', () => {
  expect(findingChanges([at('app/db spec.ingress[0]: a')], [at('app/db spec.ingress[3]: a', 'b.yaml', 9)])).toEqual({ fresh: [], gone: [] });
});

test('a finding of another object, field or code is another one', () => {
  const before = [at('app/db spec.ingress[0]: a'), at('app/db: b')];
  const after = [at('app/db spec.egress[0]: a'), at('app/web: b'), finding('NP120', { file: 'a.yaml' }, 'app/db: b')];
  const { fresh, gone } = findingChanges(before, after);
  expect({ fresh: messages(fresh), gone: messages(gone) }).toEqual({ fresh: messages(after), gone: messages(before) });
});

test('equal findings are counted: what is more than before is new', () => {
  const one = at('a');
  expect(findingChanges([one], [one, one, one])).toEqual({ fresh: [one, one], gone: [] });
  expect(findingChanges([one, one], [])).toEqual({ fresh: [], gone: [one, one] });
});
