import { AddressesClause } from '../../src/cluster/cluster';
import { AddressSpace, edgesOf, atomsOf, holdsAtom } from '../../src/evaluator/address-space';
import { Cidr, parseAddress, parseCidr } from '../../src/k8s/address';

const cidr = (text: string) => parseCidr(text) as Cidr;

function block(text: string, ...except: string[]): AddressesClause {
  return { kind: 'addresses', path: [], block: cidr(text), except: except.map(cidr) };
}

/** Atoms: 0 up to 9.255.255.255, 1 to 6 in 10.0.0.0/8 with its parts, 7 from 11.0.0.0 on, 8 all of IPv6. */
const PARTS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.64.0.0/10'];
const space = new AddressSpace(PARTS.map(cidr).flatMap(edgesOf));
const atomOf = (address: string) => space.atomOf(parseAddress(address)!);

describe('the atoms of a block', () => {
  test('are one interval where nothing is excepted', () => {
    expect(atomsOf(block('10.0.0.0/8'), space)).toEqual([1, 8]);
    expect(atomsOf(block('0.0.0.0/0'), space)).toEqual([0, 9]);
  });

  test('are on both sides of an exception', () => {
    expect(atomsOf(block('10.0.0.0/8', '10.1.0.0/16'), space)).toEqual([1, 2, 5, 8]);
  });

  test('are between exceptions, in whichever order these are written', () => {
    const holes = [1, 2, 5, 6, 7, 8];
    expect(atomsOf(block('10.0.0.0/8', '10.1.0.0/16', '10.64.0.0/10'), space)).toEqual(holes);
    expect(atomsOf(block('10.0.0.0/8', '10.64.0.0/10', '10.1.0.0/16'), space)).toEqual(holes);
  });

  test('are those without the wider exception, where one lies in the other', () => {
    expect(atomsOf(block('10.0.0.0/8', '10.1.2.0/24', '10.1.0.0/16'), space)).toEqual([1, 2, 5, 8]);
  });

  test('begin behind an exception at the start, and end before one at the end', () => {
    const halves = new AddressSpace(['10.0.0.0/8', '10.0.0.0/9'].map(cidr).flatMap(edgesOf));
    expect(atomsOf(block('10.0.0.0/8', '10.0.0.0/9'), halves)).toEqual([2, 3]);
    expect(atomsOf(block('10.0.0.0/8', '10.128.0.0/9'), halves)).toEqual([1, 2]);
    expect(atomsOf(block('10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9'), halves)).toEqual([]);
  });
});

test('an atom is held from the first of an interval up to the one before its end', () => {
  const ranges = atomsOf(block('10.0.0.0/8', '10.1.0.0/16'), space);
  const held = ['9.255.255.255', '10.0.0.0', '10.1.0.0', '10.1.255.255', '10.2.0.0', '10.255.255.255', '11.0.0.0'].map(text => holdsAtom(ranges, atomOf(text)));
  expect(held).toEqual([false, true, false, false, true, true, false]);
  expect(holdsAtom([], 0)).toBe(false);
});
