import { Path } from '../../src/findings/finding';
import { parsePlacedYaml } from '../../src/manifests/private/placed-yaml';

const text = `# a policy
spec:
  ingress:
    - from:
        - podSelector: &all {}
      ports:
        - port: 80
          80: x
          0x51: y
          "0x52": z
    - from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]
  egress: &rules
    - to: []
  again: *rules
  merged:
    <<: { a: { b: 1 } }
    c: 2
  mergedList:
    <<: [{ x: 1 }, { z: 2 }]
---
second: { kind: Pod }
`;

/** The rest of the line at a place. */
const at = (path: Path, document = 0) => {
  const rest = text.slice(parsePlacedYaml(text).locate(document, path));
  return rest.slice(0, rest.indexOf('\n'));
};

test('the place of a document is where its content starts', () => {
  expect(at([])).toBe('spec:');
  expect(at([], 1)).toBe('second: { kind: Pod }');
});

test('the place of a field is its name, that of an item the item', () => {
  expect(at(['spec', 'ingress', 0, 'ports', 0, 'port'])).toBe('port: 80');
  expect(at(['spec', 'ingress', 1])).toBe('from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]');
  expect(at(['spec', 'ingress', 1, 'from', 0, 'ipBlock', 'cidr'])).toBe('cidr: 10.0.0.0/8 } }]');
  expect(at(['second', 'kind'], 1)).toBe('kind: Pod }');
});

test('of a field that is not there it is that of the nearest above', () => {
  expect(at(['spec', 'ingress', 0, 'ports', 0, 'protocol'])).toBe('port: 80');
  expect(at(['spec', 'ingress', 7, 'ports'])).toBe('ingress:');
  expect(at(['metadata', 'name'])).toBe('spec:');
  expect(at(['spec', 'c'])).toBe('spec:');
  expect(at(['spec', 'ingress', 'from'])).toBe('ingress:');
  expect(at(['spec', 'merged', 0, 'c'])).toBe('merged:');
});

test('of a field that an alias or << brings in it is where that is written', () => {
  expect(at(['spec', 'again', 0, 'to'])).toBe('to: []');
  expect(at(['spec', 'merged', 'a', 'b'])).toBe('b: 1 } }');
  expect(at(['spec', 'merged', 'c'])).toBe('c: 2');
  expect(at(['spec', 'mergedList', 'z'])).toBe('z: 2 }]');
  expect(at(['spec', 'mergedList', 'q'])).toBe('mergedList:');
});

test('a field whose name is a number is found', () => {
  expect(at(['spec', 'ingress', 0, 'ports', 0, '80'])).toBe('80: x');
  // By what it means, unless it is in quotes.
  expect(at(['spec', 'ingress', 0, 'ports', 0, '81'])).toBe('0x51: y');
  expect(at(['spec', 'ingress', 0, 'ports', 0, '0x52'])).toBe('"0x52": z');
  expect(at(['spec', 'ingress', 0, 'ports', 0, '82'])).toBe('port: 80');
});

test('documents that are not sound do not shift the places of others', () => {
  const broken = 'a: [\n---\nb: 1\n---\nc: {c: 1, c: 2}\n---\nd: {e: 1}';
  const parsed = parsePlacedYaml(broken);
  expect(parsed.documents).toHaveLength(2);
  expect(broken.slice(parsed.locate(1, ['d', 'e']))).toBe('e: 1}');
});
