import * as fc from 'fast-check';
import { ClaimJudge } from '../../src/claims/judge';
import { namedParty, Party as ClaimParty } from '../../src/claims/party';
import { Reachability } from '../../src/evaluator/reachability';
import { partyNamed } from '../../src/query/parties';
import { PodsText, readPodsText } from '../../src/query/pods-text';
import { PossiblePods } from '../../src/query/possible-pods';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, labelled, namespace, pod, policy, port } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns } from '../support/random-runs';

/* Questions about every pod that could exist with some labels. */

interface Options { readonly on?: string; readonly strict?: boolean }

function ask(objects: readonly object[], from: string, to: string, { on, strict }: Options = {}): QuestionAnswer {
  const cluster = clusterOfObjects(objects);
  const selectors = [from, to].map(readPodsText).filter((one): one is PodsText => typeof one === 'object');
  const possible = PossiblePods.of(cluster, selectors);
  if (typeof possible === 'string') { throw new Error(possible); }
  const usual = new Reachability(possible.cluster);
  const reach = strict === true ? usual.strict : usual;
  const [source, destination] = [from, to].map(text => partyNamed(reach, text, possible));
  if (typeof source === 'string') { throw new Error(source); }
  if (typeof destination === 'string') { throw new Error(destination); }
  const answer = answerQuestion(reach, { from: source, to: destination, port: on === undefined ? undefined : port(on), strict });
  if (typeof answer === 'string') { throw new Error(answer); }
  return answer;
}

const db = deployment('shop/db', { app: 'db' }, { ports: [{ containerPort: 5432 }] });
const forClients = policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from: [{ podSelector: labelled({ app: 'client' }) }], ports: [{ port: 5432 }] }] });

describe('a question about every pod that could exist with some labels', () => {
  test('has an answer, although the input has no such workload', () => {
    expect(ask([db, forClients], 'ns=shop,app=client', 'shop/db', { on: '5432' })).toMatchObject({ answer: 'yes', assumptions: [] });
    expect(ask([db, forClients], 'ns=shop,app=other', 'shop/db', { on: '5432' })).toMatchObject({ answer: 'no', mixed: false });
    expect(ask([forClients], 'ns=shop,app=client', 'ns=shop,app=db', { on: '5432' }).answer).toBe('yes');
    expect(ask([forClients], 'ns=other,app=client', 'ns=shop,app=db').answer).toBe('no');
  });

  test('is about the pods of the input that the selector matches, too', () => {
    const lonely = policy('shop/lonely', { podSelector: labelled({ debug: 'yes' }), policyTypes: ['Egress'] });
    const client = pod('shop/client', { app: 'client', debug: 'yes' });
    const answer = ask([db, forClients, lonely, client], 'ns=shop,app=client', 'shop/db', { on: '5432' });
    expect(answer).toMatchObject({ answer: 'no', mixed: true, example: { source: { name: 'shop/client[Pod]' } } });
  });

  test('is about pods with the further labels of a pod of the input, or some of them, without an assumption', () => {
    const both = policy('shop/out', { podSelector: labelled({ a: '1' }), policyTypes: ['Egress'] });
    const opened = policy('shop/open', { podSelector: labelled({ b: '1' }), egress: [{}], policyTypes: ['Egress'] });
    const client = pod('shop/client', { app: 'client', a: '1', b: '1' });
    const answer = ask([db, forClients, both, opened, client], 'ns=shop,app=client', 'shop/db', { on: '5432' });
    expect(answer).toMatchObject({ answer: 'no', example: { source: { name: 'a pod with labels a=1, app=client in namespace shop' } } });
  });

  test('assumes that the pods have no further label that policies treat differently, and names that only if it matters', () => {
    const lonely = policy('shop/lonely', { podSelector: labelled({ debug: 'yes' }), policyTypes: ['Egress'] });
    const objects = [db, forClients, lonely];
    expect(ask(objects, 'ns=shop,app=client', 'shop/db', { on: '5432' })).toMatchObject({
      answer: 'yes', assumptions: [{ code: 'extra-label', what: 'pod of ns=shop,app=client with further labels that policies treat differently' }],
    });
    expect(ask(objects, 'ns=shop,app=client', 'shop/db', { on: '5432', strict: true })).toMatchObject({ answer: 'undecided', reasons: [{ code: 'extra-label' }], assumptions: [] });
    expect(ask(objects, 'ns=shop,app=client,!debug', 'shop/db', { on: '5432', strict: true })).toMatchObject({ answer: 'yes', assumptions: [] });
    expect(ask(objects, 'ns=shop,app=client,debug=yes', 'shop/db', { on: '5432' }).answer).toBe('no');
    expect(ask(objects, 'ns=shop,app=client', 'ns=shop,app=db', { on: '5432' }).assumptions).toMatchObject([
      { what: 'pod of ns=shop,app=client or of ns=shop,app=db with further labels that policies treat differently' },
    ]);
  });

  test('is answered for any labels if the selector requires none', () => {
    expect(ask([db, forClients], 'ns=shop', 'shop/db', { on: '5432' })).toMatchObject({ answer: 'no', mixed: true });
    expect(ask([db, forClients], 'shop/db', 'ns=shop').answer).toBe('no');
    expect(ask([db, forClients], 'shop/db', 'ns=shop,app!=db')).toMatchObject({ answer: 'yes', assumptions: [] });
    expect(ask([db], 'ns=shop', 'shop/db')).toMatchObject({ answer: 'yes', assumptions: [] });
  });

  test('is answered for each value that the selector allows and policies tell apart', () => {
    expect(ask([db, forClients], 'ns=shop,app', 'shop/db')).toMatchObject({ answer: 'no', mixed: true });
    expect(ask([db, forClients], 'ns=shop,app in (client,cache)', 'shop/db')).toMatchObject({ answer: 'no', mixed: true });
    expect(ask([db, forClients], 'ns in (shop,other),app=client', 'shop/db')).toMatchObject({ answer: 'no', mixed: true });
  });

  test('takes the labels of a declared namespace, and no labels of one that is only named', () => {
    const teams = policy('shop/db', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: labelled({ team: 'a' }) }] }] });
    expect(ask([db, teams, namespace('a', { team: 'a' })], 'ns=a,app=x', 'shop/db').answer).toBe('yes');
    expect(ask([db, teams], 'ns=a,app=x', 'shop/db')).toMatchObject({ answer: 'no', assumptions: [{ code: 'namespace-label' }] });
  });

  test('about a policy of another kind that may select such pods is undecided', () => {
    const cilium = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'shop', name: 'c' }, spec: { endpointSelector: { matchLabels: { app: 'client' } }, egress: [{}] } };
    expect(ask([db, cilium], 'ns=shop,app=client', 'shop/db')).toMatchObject({ answer: 'undecided', reasons: [{ code: 'policy-kind' }] });
    expect(ask([db, cilium], 'ns=shop,app=other', 'shop/db').answer).toBe('yes');
  });

  test('cannot name a port of a pod that could exist, whose port names are not known', () => {
    expect(() => ask([db], 'shop/db', 'ns=shop,app=web', { on: 'tcp/http' })).toThrow("no port 'http' is known of a pod that could exist: write the number of the port");
  });

  test('with too many values, or with none, is an error', () => {
    const values = Array.from({ length: 300 }, (_, i) => `v${i}`).join();
    expect(() => ask([db], `ns=shop,app in (${values})`, 'shop/db')).toThrow(/means more than 256 kinds of pods: name fewer values$/);
    expect(() => ask([db], 'ns=shop,app=a,app=b', 'shop/db')).toThrow("no pod can match 'ns=shop,app=a,app=b': its requirements contradict each other");
  });

  test('with a pod of very many further labels that policies mention still takes that pod as an example', () => {
    const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
    const labels = Object.fromEntries(keys.map(key => [key, '1']));
    const closed = keys.map(key => policy(`shop/${key}`, { podSelector: labelled({ [key]: '1' }), policyTypes: ['Egress'] }));
    expect(ask([db, ...closed, pod('shop/c', { app: 'c', ...labels })], 'ns=shop,app=c', 'shop/db').answer).toBe('no');
  });
});

describe('on random clusters', () => {
  const requirement = fc.oneof(
    fc.tuple(fc.constantFrom('app', 'example.com/tier'), fc.constantFrom('=', '!='), fc.constantFrom('a', 'b')).map(parts => parts.join('')),
    fc.constantFrom('app', '!app', 'app in (a,b)', 'example.com/tier notin (a,b)'),
  );
  const selector = fc.tuple(fc.constantFrom('x', 'y', 'undeclared', 'elsewhere'), fc.uniqueArray(requirement, { minLength: 0, maxLength: 2 }))
    .map(([name, parts]) => [`ns=${name}`, ...parts].join());

  test('the answer to a question is the verdict on the claim that the connection is allowed', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(arbitraryCluster, selector, selector, fc.constantFrom('tcp/80', 'udp/53'), (random, from, to, on) => {
      // Addresses are unknown here: a question about them can be undecided, and a claim never is.
      const objects = manifestsOf({ ...random, pods: random.pods.map(one => ({ ...one, ips: [] })) });
      let answer: QuestionAnswer;
      try { answer = ask(objects, from, to, { on }); } catch (error) {
        expect(String(error)).toMatch(/contradict each other/);
        return;
      }
      const judge = ClaimJudge.of(clusterOfObjects(objects));
      const [source, destination] = [from, to].map(text => namedParty(judge.reach, text) as ClaimParty);
      const outcome = judge.judge({ kind: 'allowed', from: source, to: destination, ports: [port(on)] });
      if ('error' in outcome) { throw new Error(outcome.error); }
      const { answer: verdict, assumptions } = outcome.verdict;
      seen.add(`${answer.answer} ${answer.assumptions.length > 0} ${verdict}`);
      if (answer.answer === 'yes') {
        expect(verdict).toBe('holds');
        if (answer.assumptions.length === 0) { expect(assumptions.filter(({ code }) => code === 'extra-label')).toEqual([]); }
      }
      if (answer.answer === 'no') { expect(verdict).toBe('fails'); }
      if (verdict === 'holds') { expect(['yes', 'undecided']).toContain(answer.answer); }
    }), { numRuns: randomRuns(1500) });
    expect([...seen]).toEqual(expect.arrayContaining(['yes false holds', 'no false fails']));
  });
});

describe('a selector as text', () => {
  test.each([
    ['ns=shop,app=web', ['shop'], 'app=web'],
    ['ns = shop , app == web', ['shop'], 'app=web'],
    ['ns in (b,a),app in (web, api),tier!=x,!debug,example.com/team', ['a', 'b'], '!debug,app in (api,web),example.com/team,tier!=x'],
    ['app notin (a),ns=shop', ['shop'], 'app!=a'],
    ['ns=shop,app=', ['shop'], 'app='],
    ['ns=shop', ['shop'], '(everything)'],
  ])('is read as kubectl reads it, with the namespaces as ns: %s', (text, namespaces, pods) => {
    const read = readPodsText(text) as PodsText;
    expect([read.namespaces, read.pods.toString().split(/,(?![^(]*\))/).sort().join()]).toEqual([namespaces, pods]);
  });

  test.each([
    ['app=web', "'app=web' does not say which namespace is meant: write 'ns=NAME,app=web'"],
    ['ns=shop,ns=other', "'ns=shop,ns=other' names its namespaces twice: write 'ns in (a,b)'"],
    ['ns!=shop', "'ns!=shop' says which namespaces are not meant: name those that are, as in 'ns=shop' or 'ns in (a,b)'"],
    ['ns=Shop', /^'ns=Shop': 'Shop' is not the name of a namespace: a lowercase RFC 1123 label/],
    ['ns=shop,app=a b', "'ns=shop,app=a b': 'app=a b' is not a requirement of a selector; write a selector as 'ns=shop,app=web'"],
    ['ns=shop,app in (a', "'ns=shop,app in (a': 'app in (a' is not a requirement of a selector; write a selector as 'ns=shop,app=web'"],
    ['ns=shop,,app=a', /'' is not a requirement of a selector/],
    ['ns=shop,app=-', /'app=-': a valid label must be/],
    ['ns=shop,a//b=c', /'a\/\/b=c': /],
  ])('is an error with the fix, if it is none: %s', (text, sentence) => {
    expect(readPodsText(text)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  test.each(['shop/web', '10.0.0.1', 'svc/shop/web', 'shop'])('is not meant by %s', text => {
    expect(readPodsText(text)).toBeUndefined();
  });
});
