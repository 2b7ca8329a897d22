import { deployment, explanationOf, intentVerdicts, policy, verdictWith } from './shop';
import { PairClaim } from '../../src/claims/claim';
import { ConnectivityList, listConnections } from '../../src/query/connectivity';
import { connectivityChanges } from '../../src/query/connectivity-changes';
import { connectivityChangesJson, connectivityChangesText } from '../../src/report/connectivity-changes';
import { connectivityMatrix } from '../../src/report/connectivity-matrix';
import { connectivityCsv, connectivityJson, connectivityMarkdown } from '../../src/report/connectivity-table';
import { explanationJson, explanationMarkdown, reasonJson, renderExplanation } from '../../src/report/explanation';
import { PLAIN } from '../../src/report/layout';
import { verdictDetails } from '../../src/report/verdict-text';
import { reachOfYaml } from '../support/manifests';

/* How reports write answers that are undecided or rest on an assumption, and the reasons. */

const PODS = deployment('web', '', 'shop') + deployment('cache') + deployment('db');
const RULES = policy('in', `
  podSelector: {}
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: a } } }]
    - { from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }`)
  + policy('out', '{ podSelector: {}, policyTypes: [Egress] }');
const CILIUM = `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: lock, namespace: app }
spec: { endpointSelector: { matchLabels: { app: cache } }, ingress: [{}] }
---`;

/** It is undecided whether `web` reaches `cache` on any port, and whether it reaches `db` on another port than 5432. */
const open = reachOfYaml(PODS + RULES + CILIUM).strict;
const list = listConnections(open);
const written = (writer: (of: typeof list) => Iterable<string>) => [...writer(list)].join('');

const KIND = 'CiliumNetworkPolicy app/lock is of a kind that netpol does not evaluate (test.yaml:43:1; policy-kind)';
const LABELS = 'netpol does not know the label team of namespace shop (test.yaml:35:16; namespace-label)';
const KIND_JSON = { code: 'policy-kind', what: 'CiliumNetworkPolicy app/lock', file: 'test.yaml', line: 43, column: 1 };
const LABELS_JSON = { code: 'namespace-label', what: 'label team of namespace shop', file: 'test.yaml', line: 35, column: 16 };

test('the rows of an undecided connection have the codes of the reasons, sorted', () => {
  expect(written(connectivityCsv)).toBe(`\
src,dst,conn,undecided
0.0.0.0-255.255.255.255[External],app/cache[Deployment],No Connections,policy-kind
0.0.0.0-255.255.255.255[External],shop/web[Deployment],All Connections,
shop/web[Deployment],0.0.0.0-255.255.255.255[External],All Connections,
shop/web[Deployment],app/cache[Deployment],No Connections,namespace-label policy-kind
shop/web[Deployment],app/db[Deployment],TCP 5432,namespace-label
shop/web[Deployment],shop/web[Deployment],All Connections,
`);
  expect(JSON.parse(written(connectivityJson)).map((row: { undecided?: string[] }) => row.undecided))
    .toEqual([['policy-kind'], undefined, undefined, ['namespace-label', 'policy-kind'], ['namespace-label'], undefined]);
  expect(written(connectivityMarkdown)).toContain('\\[Deployment\\] | No Connections (undecided: namespace-label, policy-kind) |\n');
  expect(written(connectivityMarkdown)).toContain('\\[Deployment\\] | All Connections |\n');
});

test('the table has a question mark where more may pass, and the reasons below', () => {
  expect(written((of: ConnectivityList) => connectivityMatrix(PLAIN, of))).toBe(`\
from \\ to          app/cache   app/db       shop/web   any IPv4 address
----------------   ---------   ----------   --------   ----------------
app/cache          -           -            -          -
app/db             -           -            -          -
shop/web           ?           TCP 5432 ?   all        all
any IPv4 address   ?           -            all

A row connects to a column on the ports shown (all: every port of every protocol; -: none).
In its own column, a workload has the connections between its replicas.
?: undecided whether more can connect, because
   ${KIND}
   ${LABELS}
Addresses are those outside the cluster.
`);
});

test('the changes have a question mark where more may pass, and the reasons below', () => {
  const changes = connectivityChanges(listConnections(reachOfYaml(PODS + RULES)).connections, list.connections);
  expect(connectivityChangesText(['a', 'b', 'c'], changes, list.workloads)).toBe(`\
a, b, c: 1 gained, 2 changed
  gained   any IPv4 address → app/cache: ?
  changed  shop/web → app/cache: ? (was TCP 5432)
  changed  shop/web → app/db: TCP 5432 ? (was TCP 5432)
  ?: undecided whether more can connect, because
     ${KIND}
     ${LABELS}
`);
  expect(JSON.parse(connectivityChangesJson([], changes)).changed).toEqual([
    { src: 'shop/web[Deployment]', dst: 'app/cache[Deployment]', conn: 'No Connections', undecided: ['namespace-label', 'policy-kind'], was: 'TCP 5432' },
    { src: 'shop/web[Deployment]', dst: 'app/db[Deployment]', conn: 'TCP 5432', undecided: ['namespace-label'], was: 'TCP 5432' },
  ]);
});

describe('an explanation', () => {
  const undecided = explanationOf(open, 'shop/web', 'app/cache', '80');
  const assuming = explanationOf(reachOfYaml(PODS + RULES), 'shop/web', 'app/cache', '80');

  test('that is undecided has the reasons below the answer and on the side that is undecided, and no fix', () => {
    const details = `\
undecided, because ${KIND}
undecided, because ${LABELS}

Egress of shop/web[Deployment]: allowed
  No policy isolates it for egress, so it may connect to anything.

Ingress of app/cache[Deployment]: undecided
  undecided, because ${KIND}
  undecided, because ${LABELS}
  isolated by these policies, so only what they allow may enter it
    app/in (test.yaml:29:1)
      which allows ingress only from every pod of namespaces team=a on every port; from every pod of every namespace on TCP 5432
  these rules allow it, or may allow it
    app/in spec.ingress[0] (test.yaml:35:7): TCP 80
      its from[0] is every pod of namespaces team=a; it names no ports, so it means every port
  near misses
    app/in spec.ingress[1] (test.yaml:36:7)
      it allows TCP 5432, not TCP 80
`;
    expect(renderExplanation(undecided)).toBe(`undecided: whether shop/web[Deployment] reaches app/cache[Deployment] on TCP 80\n${details}`);
    expect(explanationMarkdown(undecided))
      .toBe(`**undecided: whether shop/web\\[Deployment\\] reaches app/cache\\[Deployment\\] on TCP 80**\n\n\`\`\`text\n${details}\`\`\`\n`);
    expect(explanationJson(undecided)).toMatchObject({
      answer: 'undecided', allowed: null, reasons: [KIND_JSON, LABELS_JSON], ingress: { allowed: null, reasons: [KIND_JSON, LABELS_JSON] },
    });
  });

  test('that rests on an assumption says so below the answer', () => {
    expect(renderExplanation(assuming).split('\n')[1])
      .toBe('netpol assumes that nothing sets the label team of namespace shop (test.yaml:35:16; namespace-label)');
    expect(explanationJson(assuming)).toMatchObject({ answer: 'no', assumptions: [LABELS_JSON] });
  });

  test('has a field for reasons or assumptions only if there are some', () => {
    const { egress } = explanationJson(undecided) as any;
    expect(explanationJson(undecided)).not.toHaveProperty('assumptions');
    expect(explanationJson(assuming)).not.toHaveProperty('reasons');
    expect(explanationJson(assuming)).not.toHaveProperty('unresolvedPort');
    expect(egress).toStrictEqual({ allowed: true, connections: 'All Connections', isolatedBy: [], allowedBy: [], nearMisses: [] });
    expect(reasonJson({ code: 'policy-kind', what: 'x' })).toStrictEqual({ code: 'policy-kind', what: 'x' });
  });

  test('of a side that no NetworkPolicy isolates has only the reasons', () => {
    expect(renderExplanation(explanationOf(reachOfYaml(CILIUM + PODS), 'shop/web', 'app/cache')))
      .toMatch(/\nIngress of app\/cache\[Deployment\]: undecided\n {2}undecided, because CiliumNetworkPolicy app\/lock is of .*\n$/);
  });

  test('in Markdown has a fence that is longer than the backticks of its text', () => {
    const ticks = { ...undecided, reasons: [{ code: 'policy-kind' as const, what: 'a ```` b `' }] };
    expect(explanationMarkdown(ticks)).toMatch(/\n\n`{5}text\nundecided, because a ```` b ` is of a kind that netpol does not evaluate \(policy-kind\)\n[^]*\n`{5}\n$/);
  });
});

test('the verdict on a claim that is undecided has no call to write', () => {
  const [{ verdict }] = intentVerdicts(open, 'allowed: [{ from: shop/web, to: app/cache, port: tcp/80 }]');
  const claim: PairClaim = { ...verdict.claim as PairClaim, calls: { opening: () => ({ ingress: 'cache.allowFrom(web)' }), making: () => [], isolating: () => undefined, withoutDns: () => undefined } };
  const lines = verdictDetails(verdictWith(verdict, { claim }));
  expect(lines[1]).toBe('Egress of shop/web[Deployment]: allowed. No policy isolates it for egress, so it may connect to anything.');
  expect(lines[2]).toBe('Ingress of app/cache[Deployment]: undecided');
  expect(lines.join('\n')).not.toContain('allowFrom');
});
