import { policyOf } from './evaluated';
import { additions, granted, itSaysWhatIsGranted } from './grants-facts';
import { SparseGrants } from '../../src/evaluator/private/sparse-grants';
import { parseAddress } from '../../src/k8s/address';
import { labelled } from '../support/cluster-objects';

const listed = (layers: ConstructorParameters<typeof SparseGrants>[0]) => new SparseGrants(layers);
const to = (...peers: object[]) => policyOf('a/p', 'web', { policyTypes: ['Egress'], egress: [{ to: peers }] });
const block = (cidr: string) => ({ ipBlock: { cidr } });

itSaysWhatIsGranted(listed);

describe('grants in lists', () => {
  test.each<[string, object[], string[]]>([
    ['all with whom a rule for everyone lets anything pass', [policyOf('a/p', 'web', { policyTypes: ['Egress'], egress: [{}] })], ['a/web', 'a/db', 'b/web', 'b/bare']],
    ['those of the own namespace', [to({ podSelector: labelled({ app: 'db' }) })], ['a/db']],
    ['those of another one', [to({ namespaceSelector: labelled({ team: 'blue' }), podSelector: labelled({ app: 'web' }) })], ['b/web']],
    ['those of several', [to({ namespaceSelector: {}, podSelector: labelled({ app: 'web' }) }, { podSelector: labelled({ app: 'db' }) })], ['a/web', 'a/db', 'b/web']],
    ['nobody', [to({ podSelector: labelled({ app: 'cache' }) })], []],
    ['nobody for the sake of what others are granted', [to({ podSelector: labelled({ app: 'db' }) }), policyOf('a/q', 'db', { policyTypes: ['Egress'], egress: [{}] })], ['a/db']],
  ])('know the places that something may pass to: %s', (_, policies, places) => {
    expect(granted(listed, 'a/web', 'egress', ...policies).places).toEqual(places);
  });

  test('are not looked at any further once everything is allowed', () => {
    expect(additions(listed, { ports: [{ port: 80 }] }, {}, { ports: [{ port: 81 }] }, {})).toEqual([2, 2]);
  });

  test('know where addresses begin to be treated otherwise, and end to be', () => {
    // Of others' blocks some come first, so that no atom that counts has the number that a set of connections has.
    const strangers = policyOf('b/p', 'web', { policyTypes: ['Egress'], egress: [{ to: [block('1.0.0.0/8'), block('3.0.0.0/8')] }] });
    const others = policyOf('a/q', 'db', { policyTypes: ['Egress'], egress: [{ to: [block('99.0.0.0/8')] }] });
    expect(granted(listed, 'a/web', 'egress', to(block('10.0.0.0/8'), block('9.9.0.0/16')), strangers, others).changes)
      .toEqual(['9.9.0.0', '9.10.0.0', '10.0.0.0', '11.0.0.0']);
    expect(granted(listed, 'a/db', 'egress', to(block('10.0.0.0/8')), strangers, others).changes).toEqual(['99.0.0.0', '100.0.0.0']);
    expect(granted(listed, 'a/web', 'egress', to()).changes).toEqual(['0.0.0.0']);
  });

  test('are about the same addresses where those have other numbers', () => {
    const { grants, cluster } = granted(listed, 'a/web', 'egress', to(block('9.0.0.0/8'), block('11.0.0.0/8')));
    const { evaluation: { table, addresses }, own } = cluster;
    const [web, nine, eleven] = [own('a/web'), ...['9.0.0.1', '11.0.0.1'].map(ip => addresses.atomOf(parseAddress(ip)!))];
    const renumbered = grants.renumbered(Int32Array.from({ length: addresses.size + 1 }, (_, atom) => atom * 3))!;
    const holds = (atom: number) => table.set(renumbered.withAtom(web, atom, cluster.evaluation)).isAll;
    expect(Array.from({ length: addresses.size * 3 }, (_, atom) => atom).filter(holds))
      .toEqual([nine, eleven].flatMap(atom => [0, 1, 2].map(i => atom * 3 + i)));
    expect([...renumbered.changes(web)]).toEqual([nine * 3, nine * 3 + 3, eleven * 3, eleven * 3 + 3]);
    // What they are made from says what it did, and pods are none of it.
    expect(table.set(grants.withAtom(web, nine, cluster.evaluation)).isAll).toBe(true);
    expect(renumbered).toBeInstanceOf(SparseGrants);
    expect(granted(() => renumbered, 'a/web', 'egress').pods).toEqual(granted(() => grants, 'a/web', 'egress').pods);
  });
});
