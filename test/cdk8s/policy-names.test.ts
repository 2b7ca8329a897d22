import { assignNames, hash, slug } from '../../src/cdk8s/policy-object';

const NONE = new Set<string>();
const wish = (key: string, name: string, namespace = 'app') => ({ key, name, namespace });

describe('names of policies', () => {
  test('are what is wished where nobody else wishes it', () => {
    expect(assignNames([wish('1', 'allow-a-to-b'), wish('2', 'allow-b-to-a')], NONE))
      .toEqual(new Map([['1', 'allow-a-to-b'], ['2', 'allow-b-to-a']]));
  });

  test('may be the same in two namespaces', () => {
    expect([...assignNames([wish('1', 'allow-dns', 'a'), wish('2', 'allow-dns', 'b')], NONE).values()]).toEqual(['allow-dns', 'allow-dns']);
  });

  test('are told apart by a hash for all that wish the same, whatever their order', () => {
    const wishes = [wish('1', 'allow-a-to-b'), wish('2', 'allow-a-to-b'), wish('3', 'allow-c')];
    const names = assignNames(wishes, NONE);
    expect(assignNames([...wishes].reverse(), NONE)).toEqual(names);
    expect(names.get('1')).toMatch(/^allow-a-to-b-[0-9a-f]{8}$/);
    expect(names.get('2')).toMatch(/^allow-a-to-b-[0-9a-f]{8}$/);
    expect(names.get('1')).not.toBe(names.get('2'));
    expect(names.get('3')).toBe('allow-c');
  });

  test("give way to somebody else's object, in its namespace only", () => {
    const names = assignNames([wish('1', 'allow-dns'), wish('2', 'allow-dns', 'other')], new Set(['app/allow-dns']));
    expect(names.get('1')).toMatch(/^allow-dns-[0-9a-f]{8}$/);
    expect(names.get('2')).toBe('allow-dns');
  });

  test('do not collide even where somebody else has the name with its hash', () => {
    const hashed = assignNames([wish('1', 'allow-dns')], new Set(['app/allow-dns'])).get('1')!;
    const again = assignNames([wish('1', 'allow-dns')], new Set(['app/allow-dns', `app/${hashed}`])).get('1')!;
    expect(again).toMatch(/^allow-dns-[0-9a-f]{8}$/);
    expect(again).not.toBe(hashed);
  });

  test('do not collide with a wish that looks like a name with its hash', () => {
    const hashed = assignNames([wish('1', 'allow-a'), wish('2', 'allow-a')], NONE).get('1')!;
    const names = assignNames([wish('1', 'allow-a'), wish('2', 'allow-a'), wish('3', hashed)], NONE);
    expect(names.get('3')).toBe(hashed);
    expect(new Set(names.values()).size).toBe(3);
  });

  test('fit a DNS-1123 label: a long one is cut, and told apart by a hash of the whole', () => {
    const long = (end: string) => `allow-${'a'.repeat(47)}-${'b'.repeat(20)}-${end}`;
    const names = [...assignNames([wish('1', long('x')), wish('2', long('y'))], NONE).values()];
    expect(new Set(names).size).toBe(2);
    for (const name of names) { expect(name).toMatch(/^allow-a{47}-[0-9a-f]{8}$/); }
    const atTheLimit = 'a'.repeat(63);
    expect(assignNames([wish('1', atTheLimit)], NONE).get('1')).toBe(atTheLimit);
    expect(assignNames([wish('1', `${atTheLimit}a`)], NONE).get('1')).toHaveLength(63);
  });
});

describe('text as part of a name', () => {
  test.each([
    ['frontend', 'frontend'],
    ['My Tier', 'my-tier'],
    ['10.0.0.0/8', '10-0-0-0-8'],
    ['--a__b--', 'a-b'],
  ])('%p becomes %p', (text, part) => {
    expect(slug(text)).toBe(part);
  });

  test('that has no letter or digit of ASCII gets a hash, never an empty part', () => {
    expect(slug('データ')).toBe(hash('データ'));
    expect(slug('データ')).not.toBe(slug('ウェブ'));
  });
});
