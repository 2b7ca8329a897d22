import { AddressesClause } from '../../src/cluster/cluster';
import { PolicyVocabulary } from '../../src/evaluator/private/vocabulary';
import { Cidr, parseAddress, parseCidr } from '../../src/k8s/address';
import { LabelSelectorRequirement } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { portName } from '../../src/k8s/workloads';

const cidr = (text: string) => parseCidr(text) as Cidr;

function block(text: string, ...except: string[]): AddressesClause {
  return { kind: 'addresses', path: [], block: cidr(text), except: except.map(cidr) };
}

function expression(key: string, operator: LabelSelectorRequirement['operator'], ...values: string[]): Selector {
  return Selector.from({ matchExpressions: [{ key, operator, values }] });
}

const web = Selector.labels({ app: 'web' });
const http = { protocol: 'TCP', name: 'http' } as const;

/** Addresses as a lens has them: IPv4 as numbers. */
const edge = (text: string) => Number(parseAddress(text)!);

const NO_CHANGE = { labels: [], portNames: [], addresses: [] };

describe('a lens that no policy was shown to', () => {
  test('looks at nothing', () => {
    const lens = new PolicyVocabulary();
    expect(lens.labels({ app: 'web' })).toEqual([]);
    expect(lens.looksAtPort({ ...http, port: 80 })).toBe(false);
    expect([...lens.edgeAddresses()]).toEqual([]);
    expect(lens.drainChanges()).toEqual(NO_CHANGE);
  });
});

describe('the labels that a lens sees', () => {
  test('are told apart by the values that selectors name; other values are any other', () => {
    const lens = new PolicyVocabulary();
    lens.countSelector(expression('app', 'In', 'api', 'web'), 1);
    const [api, ofWeb, other] = ['api', 'web', 'db'].map(app => lens.labels({ app }));
    expect([api.length, ofWeb.length, other.length]).toEqual([1, 1, 1]);
    expect(new Set([...api, ...ofWeb, ...other]).size).toBe(3);
    expect(lens.labels({ app: 'cache' })).toEqual(other);
  });

  test('are those of keys that selectors name, and no others', () => {
    const lens = new PolicyVocabulary();
    lens.countSelector(expression('app', 'Exists'), 1);
    lens.countSelector(Selector.labels({ role: 'a' }), 1);
    expect(lens.labels({ tier: 'x' })).toEqual([]);
    expect(lens.labels({ tier: 'x', app: 'web' })).toEqual(lens.labels({ app: 'db' }));
    expect(lens.labels({ app: 'web', role: 'a' }).length).toBe(2);
  });

  test('belong to their keys', () => {
    const lens = new PolicyVocabulary();
    const ref = lens.countSelector(expression('app', 'NotIn', 'api', 'web'), 1);
    lens.countSelector(expression('role', 'DoesNotExist'), 1);
    const [{ operator, key, values }] = lens.terms[ref];
    expect([operator, values.length]).toEqual(['NotIn', 2]);
    expect([key, ...values].map(label => lens.keyOf[label])).toEqual([key, key, key]);
    expect(lens.labels({ app: 'api' })).toEqual([values[0]]);
    expect(lens.labels({ app: 'web' })).toEqual([values[1]]);
    expect(lens.labels({ app: 'db' })).toEqual([key]);
    const [role] = lens.labels({ role: 'a' });
    expect(lens.keyOf[role]).toBe(role);
    expect(role).not.toBe(key);
  });

  test('have one number in all selectors that name them', () => {
    const lens = new PolicyVocabulary();
    const [one, other] = [web, expression('app', 'NotIn', 'db', 'web')].map(selector => lens.terms[lens.countSelector(selector, 1)][0]);
    expect(other.key).toBe(one.key);
    expect(other.values[1]).toBe(one.values[0]);
    expect(other.values[0]).not.toBe(one.values[0]);
  });

  test('are seen until the last selector that names them went', () => {
    const lens = new PolicyVocabulary();
    const others = expression('app', 'NotIn', 'web');
    lens.countSelector(web, 1);
    lens.countSelector(web, 1);
    lens.countSelector(others, 1);
    const seen = lens.labels({ app: 'web' });
    lens.countSelector(web, -1);
    lens.countSelector(web, -1);
    expect(lens.labels({ app: 'web' })).toEqual(seen);
    lens.countSelector(others, -1);
    expect(lens.labels({ app: 'web' })).toEqual([]);
    // What comes again has the number that it had.
    lens.countSelector(web, 1);
    expect(lens.labels({ app: 'web' })).toEqual(seen);
  });

  test('are seen by their keys alone where no selector names the value any more', () => {
    const lens = new PolicyVocabulary();
    lens.countSelector(expression('app', 'Exists'), 1);
    const byKey = lens.labels({ app: 'web' });
    lens.countSelector(web, 1);
    expect(lens.labels({ app: 'web' })).not.toEqual(byKey);
    lens.countSelector(web, -1);
    expect(lens.labels({ app: 'web' })).toEqual(byKey);
  });

  test('are none that only a selector of namespaces names', () => {
    const lens = new PolicyVocabulary();
    lens.selector(web);
    expect(lens.labels({ app: 'web' })).toEqual([]);
    expect(lens.drainChanges()).toEqual(NO_CHANGE);
  });
});

describe('selectors in a lens', () => {
  test('have one number where they say the same, whoever mentions them', () => {
    const lens = new PolicyVocabulary();
    const ref = lens.selector(web);
    const same = { ...web } as Selector;
    expect([lens.selector(web), lens.countSelector(web, 1), lens.selector(same), lens.countSelector(same, -1)]).toEqual([ref, ref, ref, ref]);
    expect(lens.selector(Selector.labels({ app: 'db' }))).not.toBe(ref);
    expect(lens.selectors[ref]).toBe(web);
    expect(lens.selectors.length).toBe(2);
  });
});

describe('named ports in a lens', () => {
  test('are looked at by protocol and name', () => {
    const lens = new PolicyVocabulary();
    const ref = lens.countPort(http, 1);
    expect(lens.portNames[ref]).toBe('TCP/http');
    expect(portName(http)).toBe('TCP/http');
    expect(lens.looksAtPort({ ...http, port: 8080 })).toBe(true);
    expect(lens.looksAtPort({ ...http, protocol: 'UDP', port: 80 })).toBe(false);
    expect(lens.looksAtPort({ protocol: 'TCP', name: 'https', port: 80 })).toBe(false);
  });

  test('are not those that have no name', () => {
    const lens = new PolicyVocabulary();
    lens.countPort({ protocol: 'TCP', name: 'undefined' }, 1);
    expect(lens.looksAtPort({ protocol: 'TCP', port: 80 })).toBe(false);
  });

  test('are looked at until the last rule that names them went, and keep their numbers', () => {
    const lens = new PolicyVocabulary();
    const ref = lens.countPort(http, 1);
    expect(lens.countPort({ protocol: 'TCP', name: 'https' }, 1)).not.toBe(ref);
    lens.countPort(http, 1);
    lens.countPort(http, -1);
    expect(lens.looksAtPort({ ...http, port: 80 })).toBe(true);
    lens.countPort(http, -1);
    expect(lens.looksAtPort({ ...http, port: 80 })).toBe(false);
    expect(lens.countPort(http, 1)).toBe(ref);
    expect(lens.portNames).toEqual(['TCP/http', 'TCP/https']);
  });
});

describe('blocks in a lens', () => {
  test('have one number for the same exceptions, and another for others', () => {
    const lens = new PolicyVocabulary();
    const blocks = [block('10.0.0.0/8'), block('10.0.0.0/8', '10.1.0.0/16'), block('10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'), block('10.1.0.0/16')];
    const refs = blocks.map(one => lens.countBlock(one, 1));
    expect(new Set(refs).size).toBe(4);
    expect(lens.countBlock(block('10.0.0.0/8', '10.1.0.0/16'), 1)).toBe(refs[1]);
    expect(refs.map(ref => lens.blocks[ref])).toEqual(blocks);
    expect(lens.blocks.length).toBe(4);
  });

  test('cut the addresses at their edges and at those of their exceptions', () => {
    const lens = new PolicyVocabulary();
    lens.countBlock(block('10.0.0.0/8', '10.1.0.0/16'), 1);
    expect(new Set(lens.edgeAddresses())).toEqual(new Set(['10.0.0.0', '11.0.0.0', '10.1.0.0', '10.2.0.0'].map(edge)));
  });

  test('cut until the last one with that edge went', () => {
    const lens = new PolicyVocabulary();
    const [wide, narrow] = [block('10.0.0.0/8'), block('10.0.0.0/9')];
    [wide, wide, narrow].forEach(one => lens.countBlock(one, 1));
    lens.countBlock(wide, -1);
    expect(new Set(lens.edgeAddresses())).toEqual(new Set(['10.0.0.0', '11.0.0.0', '10.128.0.0'].map(edge)));
    lens.countBlock(wide, -1);
    expect(new Set(lens.edgeAddresses())).toEqual(new Set(['10.0.0.0', '10.128.0.0'].map(edge)));
    lens.countBlock(narrow, -1);
    expect([...lens.edgeAddresses()]).toEqual([]);
  });
});

describe('what has changed for a lens', () => {
  test('are the labels that a first selector names, their keys too', () => {
    const lens = new PolicyVocabulary();
    lens.countSelector(web, 1);
    expect(lens.drainChanges()).toEqual({ ...NO_CHANGE, labels: [{ key: 'app' }, { key: 'app', value: 'web' }] });
    lens.countSelector(expression('app', 'In', 'db', 'web'), 1);
    expect(lens.drainChanges()).toEqual({ ...NO_CHANGE, labels: [{ key: 'app', value: 'db' }] });
  });

  test('is told once', () => {
    const lens = new PolicyVocabulary();
    lens.countSelector(web, 1);
    lens.countPort(http, 1);
    lens.countBlock(block('10.0.0.0/8'), 1);
    expect(lens.drainChanges()).toEqual({
      labels: [{ key: 'app' }, { key: 'app', value: 'web' }], portNames: ['TCP/http'], addresses: ['10.0.0.0', '11.0.0.0'].map(edge),
    });
    expect(lens.drainChanges()).toEqual(NO_CHANGE);
  });

  test('is nothing where what comes is there already, is looked at again, or is not the last to go', () => {
    const lens = new PolicyVocabulary();
    const mention = (step: 1 | 0 | -1) => {
      lens.countSelector(web, step);
      lens.countPort(http, step);
      lens.countBlock(block('10.0.0.0/8'), step);
    };
    mention(1);
    lens.drainChanges();
    mention(1);
    mention(0);
    mention(-1);
    mention(0);
    expect(lens.drainChanges()).toEqual(NO_CHANGE);
    mention(-1);
    expect(lens.drainChanges()).toEqual({
      labels: [{ key: 'app' }, { key: 'app', value: 'web' }], portNames: ['TCP/http'], addresses: ['10.0.0.0', '11.0.0.0'].map(edge),
    });
  });

  test('are only those addresses that no other block cuts at', () => {
    const lens = new PolicyVocabulary();
    lens.countBlock(block('10.0.0.0/8'), 1);
    lens.drainChanges();
    lens.countBlock(block('10.0.0.0/9'), 1);
    expect(lens.drainChanges().addresses).toEqual([edge('10.128.0.0')]);
    lens.countBlock(block('10.0.0.0/8'), -1);
    expect(lens.drainChanges().addresses).toEqual([edge('11.0.0.0')]);
  });
});
