import { policyOf } from './evaluated';
import { additions, Form, granted, itSaysWhatIsGranted } from './grants-facts';
import { DenseGrants } from '../../src/evaluator/private/dense-grants';

const inMatrix: Form = (layers, evaluation) => new DenseGrants(layers, evaluation, evaluation.namespaceOfWord.length, evaluation.addresses.size);

itSaysWhatIsGranted(inMatrix);

describe('grants in a matrix', () => {
  const rule = policyOf('a/p', 'web', { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] });

  test('leave it open with whom something passes, and where addresses begin to be treated otherwise', () => {
    const { places, changes } = granted(inMatrix, 'a/web', 'egress', rule);
    expect(places).toEqual(['a/web', 'a/db', 'b/web', 'b/bare']);
    expect(changes).toEqual(['0.0.0.0', '10.0.0.0', '11.0.0.0', '::']);
  });

  test('are added up from the widest on, and equal ones once', () => {
    const on = (port: number, endPort = port) => ({ ports: [{ port, endPort }] });
    expect(additions(inMatrix, on(80), {}, on(81), {})).toEqual([1, 1]);
    expect(additions(inMatrix, on(80), { ports: [{}] }, { ports: [{ protocol: 'UDP' }] }, { ports: [{ protocol: 'SCTP' }] })).toEqual([3, 3]);
    expect(additions(inMatrix, on(80), on(81), on(80), on(81), on(80))).toEqual([2, 2]);
  });

  test('have to be made anew where atoms of addresses get other numbers', () => {
    expect(granted(inMatrix, 'a/web', 'egress', rule).grants.renumbered(Int32Array.of(0, 1, 2, 3, 4))).toBeUndefined();
  });
});
