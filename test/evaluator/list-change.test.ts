import { changedLists, listChange } from '../../src/evaluator/private/re-evaluation';

const change = (before: string, after: string) => listChange([...before], [...after]);

describe('what changed from one list to another', () => {
  test('is nothing between lists that are the same', () => {
    expect(change('abc', 'abc')).toEqual({ removed: [], added: [], gone: [], come: [], rest: [] });
    expect(change('', '')).toEqual({ removed: [], added: [], gone: [], come: [], rest: [] });
  });

  test('is between what both begin with and what both end with', () => {
    expect(change('abcde', 'abXYde')).toEqual({ removed: ['c'], added: ['X', 'Y'], gone: ['c'], come: ['X', 'Y'], rest: ['d', 'e'] });
  });

  test('is what is more in one of them, at the start, in the middle and at the end', () => {
    expect(change('bc', 'abc')).toEqual({ removed: [], added: ['a'], gone: [], come: ['a'], rest: ['b', 'c'] });
    expect(change('abc', 'ac')).toEqual({ removed: ['b'], added: [], gone: ['b'], come: [], rest: ['c'] });
    expect(change('ab', 'abc')).toEqual({ removed: [], added: ['c'], gone: [], come: ['c'], rest: [] });
    expect(change('', 'ab')).toEqual({ removed: [], added: ['a', 'b'], gone: [], come: ['a', 'b'], rest: [] });
    expect(change('ab', '')).toEqual({ removed: ['a', 'b'], added: [], gone: ['a', 'b'], come: [], rest: [] });
  });

  test('counts nothing twice where what came is like its neighbour', () => {
    expect(change('aa', 'aaa')).toEqual({ removed: [], added: ['a'], gone: [], come: ['a'], rest: [] });
    expect(change('aaa', 'aa')).toEqual({ removed: ['a'], added: [], gone: ['a'], come: [], rest: [] });
  });

  test('does not count as removed or added what merely has another place', () => {
    expect(change('xabcz', 'xcQaz')).toEqual({
      removed: ['b'], added: ['Q'], gone: ['a', 'b', 'c'], come: ['c', 'Q', 'a'], rest: ['z'],
    });
  });
});

interface Named { readonly namespace: string; readonly name: string }

const known = new Map<string, Named>();

/** Things called `namespace/name`, by their names: the same one for the same name. */
function things(names: string): Named[] {
  return names.split(' ').filter(name => name !== '').map(name => {
    const thing = known.get(name) ?? { namespace: name.split('/')[0], name };
    known.set(name, thing);
    return thing;
  });
}

function byNamespace(list: readonly Named[]): Map<string, readonly Named[]> {
  return new Map([...new Set(list.map(one => one.namespace))].map(namespace => [namespace, list.filter(one => one.namespace === namespace)]));
}

/** The lists by namespace that are not what they were. */
function changed(before: string, after: string): Record<string, string> {
  const lists = changedLists(byNamespace(things(before)), listChange(things(before), things(after)));
  return Object.fromEntries([...lists].map(([namespace, list]) => [namespace, list.map(({ name }) => name).join(' ')]));
}

describe('the lists of each namespace', () => {
  test('are left alone where nothing came or went', () => {
    expect(changed('x/1 y/1 x/2', 'x/1 y/1 x/2')).toEqual({});
    expect(changed('x/1 y/1 x/2', 'x/1 x/2')).toEqual({ y: '' });
  });

  test('have what came where it stands in the list of all', () => {
    expect(changed('x/1 y/1 x/3 y/2', 'x/1 y/1 x/2 x/3 y/2')).toEqual({ x: 'x/1 x/2 x/3' });
    expect(changed('x/1 y/1 x/3 y/2', 'x/0 x/1 y/1 x/3 y/2')).toEqual({ x: 'x/0 x/1 x/3' });
    expect(changed('x/1 y/1 x/3 y/2', 'x/1 y/1 x/3 x/4 y/2')).toEqual({ x: 'x/1 x/3 x/4' });
  });

  test('have what stands for another in its place', () => {
    expect(changed('x/1 y/1 x/2 x/3 y/2', 'x/1 y/1 x/2b x/2c x/3 y/2')).toEqual({ x: 'x/1 x/2b x/2c x/3' });
    expect(changed('x/1 x/2 y/1 y/2 x/3', 'x/1 x/2b y/2b x/3')).toEqual({ x: 'x/1 x/2b x/3', y: 'y/2b' });
  });

  test('lose what went', () => {
    expect(changed('x/1 x/2 x/3', 'x/1 x/3')).toEqual({ x: 'x/1 x/3' });
    expect(changed('x/1 x/2 y/1', '')).toEqual({ x: '', y: '' });
  });

  test('begin with what is the first of its namespace', () => {
    expect(changed('x/1 x/2', 'x/1 y/1 x/2')).toEqual({ y: 'y/1' });
  });

  test('are in the new order where things changed places', () => {
    expect(changed('x/1 x/2 y/1 x/3', 'x/2 y/1 x/1 x/3')).toEqual({ x: 'x/2 x/1 x/3', y: 'y/1' });
  });
});
