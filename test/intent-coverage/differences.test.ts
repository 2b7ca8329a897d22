import { ClaimJudge } from '../../src/claims/judge';
import { Cluster } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { changeCoverageOf } from '../../src/intent-coverage/coverage';
import { ChangeJudge } from '../../src/intent-coverage/judged-changes';
import { singleChanges } from '../../src/intent-coverage/single-change';
import { readText } from '../../src/manifests/read-text';
import { BudgetExceeded } from '../../src/search/constraint-search';
import { JointEnd } from '../../src/search/joint-ends';
import { JointSearch } from '../../src/search/joint-search';
import { deployment, labelled, namespace, pod, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* Whether a change changes a connection of a pod that could exist, and why that can be undecided. */

afterEach(() => { jest.restoreAllMocks(); });

const app = (name: string) => ({ podSelector: labelled({ app: name }) });
const TO_DB = policy('shop/db', { ...app('db'), ingress: [{ from: [app('web')] }] });

/** The cluster of objects that netpol may not be able to read. */
function faulty(...objects: readonly object[]): Cluster {
  const { resources, unread } = readText({ file: 'a.yaml', content: objects.map(one => JSON.stringify(one)).join('\n---\n'), named: true });
  return readCluster(resources, undefined, unread).cluster;
}

describe('reasons', () => {
  /** The outcome of a change with this text, and the reasons. */
  function outcomeOf(cluster: Cluster, text: string): string {
    const [{ outcome, reasons = [] }] = changeCoverageOf(ClaimJudge.of(cluster), []).changes.filter(({ change }) => change.text === text);
    return [outcome, ...reasons.map(({ code, what }) => `${code}: ${what}`)].join(', ');
  }
  const RULE = 'ingress rule 1 of NetworkPolicy shop/db can be removed';

  test('a policy of another kind, or one that was not read', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c', namespace: 'shop' }, spec: { endpointSelector: {}, ingress: [{}] } };
    expect(outcomeOf(faulty(namespace('shop'), TO_DB, cilium), RULE)).toBe('undecided, policy-kind: CiliumNetworkPolicy shop/c');
    expect(outcomeOf(faulty(namespace('shop'), TO_DB, policy('shop/bad', { podSelector: 7 })), RULE)).toBe('undecided, not-read: NetworkPolicy shop/bad');
    // It may select no pod of another namespace.
    expect(outcomeOf(faulty(namespace('shop'), TO_DB, policy('other/bad', { podSelector: 7 })), RULE)).toBe('unnoticed');
  });

  test('a namespace that is declared twice, with different labels', () => {
    const only = (labels: Record<string, string>) => policy('shop/db', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': 'other', ...labels }) }] }] });
    const twice = [namespace('shop'), namespace('other', { team: 'a', tier: 'x' }), namespace('other', { team: 'b', tier: 'x' })];
    expect(outcomeOf(faulty(...twice, only({ team: 'a' })), RULE)).toBe('undecided, defined-twice: Namespace other');
    expect(outcomeOf(faulty(...twice, only({ tier: 'y' })), RULE)).toBe('nothing');
  });

  test('two cluster-wide policies of one priority that disagree', () => {
    const anp = (name: string, action: string) => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: 'AdminNetworkPolicy',
      metadata: { name },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action, from: [{ namespaces: {} }] }] },
    });
    const tie = [anp('a', 'Deny'), anp('b', 'Pass')];
    expect(outcomeOf(clusterOfObjects([namespace('shop'), TO_DB, ...tie]), RULE)).toMatch(/^undecided, unspecified: .*AdminNetworkPolicy/);
    expect(outcomeOf(clusterOfObjects([namespace('shop'), TO_DB, tie[1]]), RULE)).toBe('unnoticed');
    expect(outcomeOf(clusterOfObjects([namespace('shop'), TO_DB, tie[0]]), RULE)).toBe('nothing');
  });

  test('the steps of the search', () => {
    const cluster = clusterOfObjects([namespace('shop'), TO_DB]);
    const find = jest.spyOn(JointSearch.prototype, 'find').mockImplementation(() => { throw new BudgetExceeded(); });
    expect(outcomeOf(cluster, RULE)).toBe('undecided, budget: the search for a connection that changes');
    find.mockImplementation(() => { throw new Error('a fault'); });
    expect(() => outcomeOf(cluster, RULE)).toThrow('a fault');
  });

  test('a claim is not looked for when the steps have run out', () => {
    // Only a claim about one connection would notice this change.
    const cluster = clusterOfObjects([namespace('shop'), deployment('shop/web', { app: 'web' }),
      policy('shop/np', { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.1.2.3/32', '192.168.7.9/32'] } }] }] })]);
    const outcome = () => new ChangeJudge(ClaimJudge.of(cluster), []).all([...singleChanges(cluster)].filter(({ kind }) => kind === 'except').slice(0, 1));
    expect([...outcome()]).toMatchObject([{ outcome: 'unnoticed', proposal: { kind: 'denied' } }]);
    const original = JointSearch.prototype.find;
    let calls = 0;
    const failing = (error: Error) => jest.spyOn(JointSearch.prototype, 'find').mockImplementation(function (this: JointSearch, ...args: any[]): any {
      if (calls++ > 0) { throw error; }
      return (original as any).apply(this, args);
    });
    failing(new BudgetExceeded());
    const [judged] = [...outcome()];
    expect([judged.outcome, judged.proposal]).toEqual(['unnoticed', undefined]);
    jest.restoreAllMocks();
    calls = 0;
    failing(new Error('a fault'));
    expect(() => [...outcome()]).toThrow('a fault');
  });
});

describe('the ends that are searched', () => {
  const ENDS = [namespace('shop', { team: 'a' }), namespace('other', { team: 'b' }), namespace('third', { team: 'b' })];
  const nameOf = ({ namespace: name, declared, candidates }: JointEnd) => candidates[0].kind === 'address' ? 'addresses' : declared === undefined ? name ?? 'new' : declared.workload.name;

  /** Each pair that is searched for a change that changes nothing, because every policy is there twice. */
  function searched(kind: string, spec: object, ...more: object[]): string[] {
    const cluster = clusterOfObjects([...ENDS, policy('shop/one', spec), policy('shop/two', spec), ...more]);
    const [change] = [...singleChanges(cluster)].filter(one => one.kind === kind);
    const connection = jest.spyOn(JointSearch.prototype, 'connection');
    expect([...new ChangeJudge(ClaimJudge.of(cluster), []).all([change])]).toMatchObject([{ outcome: 'nothing' }]);
    const pairs = connection.mock.calls.map(([source, destination]) => `${nameOf(source)} → ${nameOf(destination)}`);
    connection.mockRestore();
    return pairs;
  }
  const TWICE = { ...app('web'), namespaceSelector: labelled({ team: 'b' }) };

  test('for a rule, those that its peers match', () => {
    expect(searched('rule', { podSelector: {}, ingress: [{ from: [app('web')] }] })).toEqual(['shop → shop']);
    expect(searched('rule', { podSelector: {}, ingress: [{ from: [app('web'), TWICE, app('db')] }] })).toEqual(['shop → shop', 'other → shop', 'third → shop', 'new → shop']);
    expect(searched('rule', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [app('web')] }] })).toEqual(['shop → shop']);
  });

  test('for a peer, those that it matches', () => {
    expect(searched('peer', { podSelector: {}, ingress: [{ from: [app('web'), TWICE] }] })).toEqual(['shop → shop']);
    expect(searched('peer', { podSelector: {}, ingress: [{ from: [TWICE, { ipBlock: { cidr: '10.0.0.0/8' } }] }] })).toEqual(['other → shop', 'third → shop', 'new → shop']);
  });

  test('for a change that adds peers, those after it', () => {
    const both = { podSelector: {}, ingress: [{ from: [app('web'), { podSelector: {}, namespaceSelector: {} }] }] };
    expect(searched('every-namespace', both)).toEqual(['shop → shop', 'other → shop', 'third → shop', 'new → shop']);
  });

  test('for blocks and for every peer, all of them, the likely ones first', () => {
    const all = ['addresses → shop', 'shop → shop', 'new → shop', 'other → shop', 'third → shop'];
    expect(searched('rule', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }, app('web')] }] })).toEqual(all);
    expect(searched('every-peer', { podSelector: {}, ingress: [{ from: [app('web')] }, {}] })).toEqual(all);
    expect(searched('rule', { podSelector: {}, ingress: [{}] })).toEqual(all);
    // Removing a policy could open connections and close others.
    expect(searched('policy', { podSelector: {}, ingress: [] })).toEqual([...all, ...all]);
  });

  test('and pods with known addresses, of the policy\'s own namespace as its subjects', () => {
    const special = [pod('shop/odd', { app: 'odd' }, { ips: ['8.8.8.8', '9.9.9.9'] }), pod('other/far', { app: 'far' }, { ips: ['8.8.4.4', '9.9.9.8'] })];
    expect(searched('rule', { podSelector: {}, ingress: [{ from: [app('web')] }] }, ...special)).toEqual(['shop → shop', 'odd → shop', 'far → shop', 'shop → odd', 'far → odd']);
  });
});
