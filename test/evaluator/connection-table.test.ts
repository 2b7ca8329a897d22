import { ConnectionSet, portPoint } from '../../src/evaluator/connections';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';

const { ALL, NONE } = ConnectionSet;
const tcp = (first: number, last = first) => ConnectionSet.range('TCP', first, last);
const udp = (first: number, last = first) => ConnectionSet.range('UDP', first, last);

describe('the table of sets', () => {
  test('gives equal sets one number', () => {
    const table = new ConnectionTable();
    expect(table.number(tcp(80).union(tcp(81)))).toBe(table.number(tcp(80, 81)));
    expect(table.number(tcp(80))).not.toBe(table.number(udp(80)));
    expect(table.number(NONE)).toBe(ConnectionTable.NONE);
    expect(table.number(ALL)).toBe(ConnectionTable.ALL);
  });

  test('joins by number as the sets themselves join, whichever comes first', () => {
    const table = new ConnectionTable();
    const sets = [NONE, ALL, tcp(80), tcp(80, 90), udp(53), tcp(85, 100).union(udp(53))];
    for (const a of sets) {
      for (const b of sets) {
        const [x, y] = [table.number(a), table.number(b)];
        expect(table.set(table.union(x, y)).key).toBe(a.union(b).key);
        expect(table.set(table.intersect(x, y)).key).toBe(a.intersect(b).key);
      }
    }
  });

  test('numbers a range like the set that it is', () => {
    const table = new ConnectionTable();
    expect(table.range('UDP', 53, 60)).toBe(table.number(udp(53, 60)));
    expect(table.range('UDP', 53, 60)).not.toBe(table.range('TCP', 53, 60));
    expect(table.range('TCP', 1, 65535)).not.toBe(table.range('TCP', 1, 65534));
    expect(table.range('TCP', 1, 5)).not.toBe(table.range('UDP', 1, 4));
    expect(table.range('TCP', 1, 5)).not.toBe(table.range('TCP', 2, 5));
  });

  test('remembers a thousand joined pairs, each for itself', () => {
    const table = new ConnectionTable();
    const sets = Array.from({ length: 40 }, (_, i) => tcp(i * 10 + 1, i * 10 + 15));
    const numbers = sets.map(set => table.number(set));
    for (const operation of ['union', 'intersect'] as const) {
      const expected = sets.map(a => sets.map(b => a[operation](b).key));
      const joined = () => numbers.map(a => numbers.map(b => table.set(table[operation](a, b)).key));
      expect(joined()).toEqual(expected);
      expect(joined()).toEqual(expected);
    }
  });

  test('adds a grant to a sum, up to all there is as soon as the one port that is asked about is granted', () => {
    const table = new ConnectionTable();
    const [web, dns] = [table.number(tcp(80)), table.number(udp(53))];
    expect(table.set(table.add(web, dns, undefined)).toString()).toBe('TCP 80,UDP 53');
    expect(table.add(ConnectionTable.NONE, web, portPoint('TCP', 80))).toBe(ConnectionTable.ALL);
    expect(table.add(web, dns, portPoint('TCP', 80))).toBe(web);
  });
});

describe('of the table of sets', () => {
  const joined = { union: jest.spyOn(ConnectionSet.prototype, 'union'), intersect: jest.spyOn(ConnectionSet.prototype, 'intersect') };
  const made = jest.spyOn(ConnectionSet, 'range');

  beforeEach(() => jest.clearAllMocks());
  afterAll(() => jest.restoreAllMocks());

  test.each(['union', 'intersect'] as const)('each %s of two sets is worked out once, whichever comes first', operation => {
    const table = new ConnectionTable();
    const numbers = Array.from({ length: 40 }, (_, i) => table.range('TCP', i * 10 + 1, i * 10 + 15));
    const ask = () => numbers.map(a => numbers.map(b => table[operation](a, b)));
    const answers = ask();
    expect(joined[operation]).toHaveBeenCalledTimes(40 * 39 / 2);
    expect(ask()).toEqual(answers);
    expect(joined[operation]).toHaveBeenCalledTimes(40 * 39 / 2);
  });

  test.each(['union', 'intersect'] as const)('no %s with itself, with nothing or with everything has to be worked out', operation => {
    const table = new ConnectionTable();
    const web = table.number(tcp(80));
    for (const other of [web, ConnectionTable.NONE, ConnectionTable.ALL]) {
      table[operation](web, other);
      table[operation](other, web);
    }
    table[operation](ConnectionTable.NONE, ConnectionTable.ALL);
    table[operation](ConnectionTable.ALL, ConnectionTable.NONE);
    expect(joined[operation]).not.toHaveBeenCalled();
  });

  test('each range is made once', () => {
    const table = new ConnectionTable();
    table.range('UDP', 53, 60);
    table.range('UDP', 53, 60);
    expect(made).toHaveBeenCalledTimes(1);
  });
});
