import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { IntList, ADDRESSES, encodePolicy, EVERYONE, NOT_ISOLATED, OWN_NAMESPACE } from '../../src/evaluator/private/policy-encoding';
import { PolicyVocabulary, Step } from '../../src/evaluator/private/vocabulary';
import { labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

const { ALL, NONE } = ConnectionTable;

/** Policies in numbers, with what is needed to read them. */
class Code {
  public readonly lens = new PolicyVocabulary();
  public readonly table = new ConnectionTable();

  /** The numbers of a policy of this spec, whose subject is everything unless it says otherwise. */
  public of(spec: object, step: Step = 1): number[] {
    const [read] = clusterOfObjects([policy('x/p', { podSelector: {}, ...spec })]).policies;
    const list = new IntList(0);
    list.push(77);
    encodePolicy(read, step, this.lens, this.table, list);
    const [before, ...code] = list.toArray();
    expect(before).toBe(77);
    return code;
  }

  /** What the numbers of connections stand for. */
  public text(connections: number): string { return this.table.set(connections).toString(); }
}

/** The numbers of one rule for ingress. */
function rule(code: Code, own: object): number[] {
  const [, length, ...rest] = code.of({ ingress: [own] });
  expect(rest[length]).toBe(NOT_ISOLATED);
  expect(rest.length).toBe(length + 1);
  return rest.slice(0, length);
}

describe('a policy in numbers', () => {
  test('begins with its subject', () => {
    const code = new Code();
    const [web] = code.of({ podSelector: labelled({ app: 'web' }) });
    const [all] = code.of({});
    expect([web, all].map(ref => code.lens.selectors[ref].toString())).toEqual(['app=web', '(everything)']);
  });

  test('tells not isolated from isolated without a rule, in each direction', () => {
    const code = new Code();
    expect(code.of({ policyTypes: ['Ingress'] }).slice(1)).toEqual([0, NOT_ISOLATED]);
    expect(code.of({ policyTypes: ['Egress'] }).slice(1)).toEqual([NOT_ISOLATED, 0]);
    expect(code.of({ policyTypes: ['Ingress', 'Egress'] }).slice(1)).toEqual([0, 0]);
  });

  test('has marks that are neither a length nor a count nor the number of a selector', () => {
    expect([NOT_ISOLATED, EVERYONE, OWN_NAMESPACE, ADDRESSES].filter(mark => mark >= 0)).toEqual([]);
    expect(ADDRESSES).not.toBe(OWN_NAMESPACE);
  });

  test('has the rules of each direction behind how many numbers they take', () => {
    const code = new Code();
    const everything = [ALL, 0, EVERYONE];
    expect(code.of({ policyTypes: ['Ingress', 'Egress'], ingress: [{}, {}], egress: [{}] }).slice(1)).toEqual([6, ...everything, ...everything, 3, ...everything]);
  });

  test('has numbered ports as one set of connections', () => {
    const code = new Code();
    const ports = [{ port: 80 }, { protocol: 'UDP', port: 53 }, { port: 90, endPort: 99 }];
    const [connections, ...rest] = rule(code, { ports });
    expect(code.text(connections)).toBe('TCP 80,90-99,UDP 53');
    expect(rest).toEqual([0, EVERYONE]);
  });

  test('has named ports by their names, and no connections of theirs', () => {
    const code = new Code();
    const [connections, count, http, dns, ...rest] = rule(code, { ports: [{ port: 'http' }, { protocol: 'UDP', port: 'dns' }] });
    expect([connections, count, ...rest]).toEqual([NONE, 2, EVERYONE]);
    expect([code.lens.portNames[http], code.lens.portNames[dns]]).toEqual(['TCP/http', 'UDP/dns']);
  });

  test('has named and numbered ports side by side', () => {
    const code = new Code();
    const [connections, count, http, ...rest] = rule(code, { ports: [{ port: 1 }, { port: 'http' }, { port: 3 }] });
    expect([code.text(connections), count, code.lens.portNames[http], ...rest]).toEqual(['TCP 1,3', 1, 'TCP/http', EVERYONE]);
  });

  test('has peers that are pods with their namespaces, or in its own', () => {
    const code = new Code();
    const [web, app] = [labelled({ app: 'web' }), labelled({ team: 'a' })];
    const from = [{ podSelector: web }, { podSelector: web, namespaceSelector: app }];
    const [connections, names, count, own, here, namespaces, there] = rule(code, { from });
    expect([connections, names, count, own]).toEqual([ALL, 0, 2, OWN_NAMESPACE]);
    expect([here, namespaces, there].map(ref => code.lens.selectors[ref].toString())).toEqual(['app=web', 'team=a', 'app=web']);
  });

  test('has peers that are addresses as blocks', () => {
    const code = new Code();
    const ipBlock = { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] };
    const [connections, names, count, kind, block, ...rest] = rule(code, { from: [{ ipBlock }] });
    expect([connections, names, count, kind, ...rest]).toEqual([ALL, 0, 1, ADDRESSES]);
    expect([code.lens.blocks[block].block.prefix, code.lens.blocks[block].except.length]).toEqual([8, 1]);
  });

  test('takes the same numbers each time', () => {
    const code = new Code();
    const from = [{ podSelector: labelled({ c: 'd' }) }, { ipBlock: { cidr: '10.0.0.0/8' } }];
    const spec = { podSelector: labelled({ a: 'b' }), ingress: [{ ports: [{ port: 1 }, { port: 'http' }], from }] };
    const first = code.of(spec);
    code.of({ podSelector: labelled({ e: 'f' }), ingress: [{ ports: [{ port: 2 }, { port: 'https' }] }] });
    expect([code.of(spec, 0), code.of(spec, -1)]).toEqual([first, first]);
  });
});

describe('the lens', () => {
  const to = [{ podSelector: labelled({ role: 'db' }), namespaceSelector: labelled({ team: 'a' }) }, { ipBlock: { cidr: '0.0.0.0/1' } }];
  const spec = { podSelector: labelled({ app: 'web' }), policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }], to }] };
  const seen = ({ lens }: Code) => [
    lens.labels({ app: 'web' }).length, lens.labels({ role: 'db' }).length, lens.labels({ team: 'a' }).length,
    lens.looksAtPort({ protocol: 'TCP', name: 'http', port: 80 }), [...lens.edgeAddresses()].length,
  ];

  test('is told what a policy that comes looks at, and that a policy that goes looks no more', () => {
    const code = new Code();
    code.of(spec);
    // Of namespaces no pod has labels.
    expect(seen(code)).toEqual([1, 1, 0, true, 2]);
    code.of(spec, -1);
    expect(seen(code)).toEqual([0, 0, 0, false, 0]);
  });

  test('is told nothing where a policy is merely looked at again', () => {
    const code = new Code();
    code.of(spec);
    code.of(spec, 0);
    code.of(spec, -1);
    expect(seen(code)).toEqual([0, 0, 0, false, 0]);
  });
});
