import { once, oncePer } from '../../src/k8s/once-per';

test('a result is computed once for each argument, although it is undefined', () => {
  const computed: string[] = [];
  const nameOf = oncePer(({ name }: { readonly name?: string }) => { computed.push(`${name}`); return name; });
  const [web, same, none] = [{ name: 'web' }, { name: 'web' }, {}];
  expect([web, same, none, none, web].map(nameOf)).toEqual(['web', 'web', undefined, undefined, 'web']);
  expect(computed).toEqual(['web', 'web', 'undefined']);
});

test('a result without an argument is computed when it is first asked for, and once', () => {
  let count = 0;
  const next = once(() => { count++; return count === 1 ? undefined : count; });
  expect(count).toBe(0);
  expect([next(), next()]).toEqual([undefined, undefined]);
  expect(count).toBe(1);
});
