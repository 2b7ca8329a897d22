import { deployment, intentVerdicts, policy, shop, shopIntents, TIERS, verdictWith } from './shop';
import { IntentVerdict } from '../../src/claims/judge-intents';
import { FINDING_CODES } from '../../src/findings/codes';
import { intentsJson, intentsJunit, intentsMarkdown, intentsSarif, intentsText } from '../../src/report/intents';
import { reachOfYaml } from '../support/manifests';

const write = (writer: (intents: readonly IntentVerdict[]) => Iterable<string>, intents: readonly IntentVerdict[] = shopIntents()) => [...writer(intents)].join('');

/** The first intent of the shop, as if a policy were not evaluated. */
function undecided(): IntentVerdict {
  const [intent] = shopIntents();
  return { ...intent, verdict: verdictWith(intent.verdict, { answer: 'undecided', reasons: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/c', place: { file: 'c.yaml', line: 5, column: 1 } }] }) };
}

/** An intent that rests on an assumption: namespace `jobs` is used and not declared. */
function assuming(): IntentVerdict {
  const [intent] = intentVerdicts(
    reachOfYaml(TIERS + deployment('job', '', 'jobs') + policy('db', `
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }]`)),
    '\ndenied: [{ from: jobs/job, to: app/db }]',
  );
  return intent;
}

describe('as text', () => {
  test('each intent is a line, with the reasons below one that does not hold, and a count at the end', () => {
    const text = write(intentsText);
    expect(text).toMatch(/^ok {6}denied: app\/frontend\[Deployment\] → app\/db\[Deployment\], for the pods of 2 declared workloads\nFAILED {2}allowed: app\/backend/);
    expect(text).toContain('\n        intents.yaml:4:5: orders <are> "kept"\n        app/backend[Deployment] does not reach');
    expect(text).toContain('\nFAILED  admitsOnly: app/db[Deployment] → app/backend[Deployment]\n        intents.yaml:6:5\n        A pod with label app=frontend');
    expect(text.endsWith('\n\n3 intents: 2 failed\n')).toBe(true);
  });

  test('a reason that several intents share is told once, and the later ones refer to the first of them', () => {
    const reach = reachOfYaml(TIERS + deployment('job') + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'));
    const text = write(intentsText, intentVerdicts(reach, 'allowed: [{ from: app/frontend, to: app/db }, { from: app/backend, to: app/db }, { from: app/job, to: app/db }]'));
    const claim = 'allowed: app/frontend[Deployment] → app/db[Deployment]';
    expect(text.match(/which has no egress rule/g)).toHaveLength(1);
    expect(text).toContain(`        Egress of app/job[Deployment]: blocked, as for ${claim}\n        Ingress of app/db[Deployment]: blocked, as for ${claim}\n`);
    expect(text.match(/^ *Fix: .*\n *[a-z-]/gm)).toHaveLength(3);
  });

  test('an intent that is undecided or assumes something says why', () => {
    const text = write(intentsText, [undecided(), assuming(), ...shopIntents()]);
    expect(text).toContain('UNDECIDED denied: app/frontend[Deployment] → app/db[Deployment]\n        intents.yaml:2:10\n        Undecided (policy-kind): CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate (c.yaml:5:1).\n');
    expect(text).toContain('ok      denied: jobs/job[Deployment] → app/db[Deployment], for the pods of 2 declared workloads\n        intents.yaml:2:10\n'
      + '        Assumption (namespace-label): netpol assumes that nothing sets the label team of namespace jobs');
    expect(text).toContain('\n          To state it as a fact: add the Namespace object');
    expect(text.endsWith('5 intents: 2 failed, 1 undecided\n')).toBe(true);
  });

  test('the last line says when every intent holds', () => {
    expect(write(intentsText, shopIntents().slice(0, 1)).endsWith('\n1 intent: all hold\n')).toBe(true);
    expect(write(intentsText, [])).toBe('no intent was judged\n');
  });
});

describe('as JSON', () => {
  const json = (intents?: readonly IntentVerdict[]) => JSON.parse(write(intentsJson, intents));

  test('each intent is an object in the order of the file, with its witness and its findings', () => {
    expect(json()).toMatchObject([
      { holds: true, answer: 'holds', kind: 'denied', intent: 'denied: app/frontend[Deployment] → app/db[Deployment]', file: 'intents.yaml', line: 2, column: 10, scope: 'POSSIBLE', declaredWorkloads: 2, findings: [] },
      {
        holds: false,
        answer: 'fails',
        kind: 'allowed',
        description: 'orders <are> "kept"',
        message: expect.stringMatching(/^app\/backend.* does not reach .*\.\nFix: add to spec\.egress of [^]*\nJudged for the pods of 2 declared workloads\.$/),
        witness: { source: { workload: 'app/backend[Deployment]', namespace: 'app', labels: { app: 'backend' } }, destination: { workload: 'app/db[Deployment]' }, port: 'TCP 5432' },
        explanation: { allowed: false, port: 'TCP 5432', egress: { allowed: false }, ingress: { allowed: true } },
        findings: [{ code: 'NP201', severity: 'error', file: 'intents.yaml', line: 4, column: 5, related: [{ name: 'app/allow-backend-egress-https', file: 'test.yaml', line: 48, column: 1 }, { name: 'app/allow-backend-egress-https spec.egress[0]' }], fix: { edit: { file: 'test.yaml', line: 54 } } }],
      },
      {
        holds: false,
        kind: 'admitsOnly',
        witness: {
          kind: 'unlisted',
          source: { namespace: 'app', labels: { app: 'frontend' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'app' } },
          destination: { workload: 'app/backend[Deployment]' },
          port: 'TCP 8080',
          direction: 'ingress',
          by: { policy: 'app/allow-frontend-to-backend', path: 'spec.ingress[0].from[0]', file: 'test.yaml', line: 39, column: 22 },
        },
      },
    ]);
    for (const field of ['message', 'undecided', 'assumptions']) { expect(json()[0]).not.toHaveProperty(field); }
  });

  test('a denied connection shows what passes', () => {
    expect(json(intentVerdicts(shop(), 'denied: [{ from: app/frontend, to: app/backend }]'))).toMatchObject([{ connections: 'TCP 8080', explanation: { allowed: true } }]);
  });

  test('an end outside the list may be addresses, or everything that a rule or an open pod lets through', () => {
    const reach = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }')
      + policy('rule', '{ podSelector: { matchLabels: { app: frontend } }, ingress: [{ ports: [{ port: 80 }] }] }'));
    const [byBlock, open, byRule] = json(intentVerdicts(reach, 'admitsOnly: [{ to: app/db, from: [] }, { to: app/backend, from: [] }, { to: app/frontend, from: [] }]'));
    expect(byBlock.witness.source).toEqual({ addresses: '10.0.0.0-10.255.255.255' });
    expect(open.witness).toMatchObject({ kind: 'unlisted', destination: { workload: 'app/backend[Deployment]' }, direction: 'ingress' });
    expect(open.witness).not.toHaveProperty('by');
    expect(byRule.witness).toMatchObject({ by: { policy: 'app/rule', path: 'spec.ingress[0]' } });
  });

  test('reasons and assumptions have their codes', () => {
    expect(json([undecided(), assuming()])).toMatchObject([
      { holds: false, answer: 'undecided', undecided: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/c', file: 'c.yaml', line: 5, column: 1 }] },
      {
        holds: true,
        answer: 'holds',
        assumptions: [{
          code: 'namespace-label',
          what: 'label team of namespace jobs',
          witness: { source: { workload: 'jobs/job[Deployment]', namespaceLabels: { team: 'a' } }, destination: { workload: 'app/db[Deployment]' } },
          connections: 'All Connections',
        }],
        findings: [{ code: 'NP302', severity: 'note' }],
      },
    ]);
  });

  test('a pod that could exist has no workload', () => {
    const [{ witness }] = json(intentVerdicts(shop(), 'allowed: [{ from: { namespace: app, podSelector: { matchLabels: { app: spare } } }, to: app/backend }]'));
    expect(witness.source).toEqual({ namespace: 'app', namespaceLabels: { 'kubernetes.io/metadata.name': 'app' }, labels: { app: 'spare' } });
  });

  test('no intents are an empty list', () => {
    expect(json([])).toEqual([]);
  });
});

describe('as JUnit', () => {
  test('each intent is a test case, with a failure if it fails and an error if it is undecided', () => {
    const xml = write(intentsJunit, [...shopIntents(), undecided()]);
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="netpol" tests="4" failures="2" errors="1">\n/);
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain('<failure message="app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432." type="NP201">intents.yaml:4:5\napp/backend[Deployment] does not');
    expect(xml).toContain('<error message="CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate." type="NP202">intents.yaml:2:10\n');
    expect(xml).toContain('classname="intents.yaml" name="denied: app/frontend[Deployment] → app/db[Deployment]" time="0"/>');
  });

  test('markup is escaped, and characters that XML does not allow become question marks', () => {
    const [, intent] = shopIntents();
    expect(write(intentsJunit, [intent])).toContain('orders &#60;are&#62; &#34;kept&#34;');
    expect(write(intentsJunit, [{ ...intent, description: 'bell\u0007 & 😀' }])).toContain('bell? &#38; 😀"');
  });

  test('an intent without a file has the class name intents, and no intents are a suite without tests', () => {
    expect(write(intentsJunit, [{ ...shopIntents()[0], place: { constructPath: 'shop/intent' } }])).toContain('classname="intents"');
    expect(write(intentsJunit, [])).toContain('<testsuite name="netpol check" tests="0" failures="0" errors="0">\n  </testsuite>');
  });
});

describe('as SARIF', () => {
  function results(intents: readonly IntentVerdict[]) {
    const { $schema, version, runs: [run, ...more] } = JSON.parse(write(intentsSarif, intents));
    expect({ $schema, version, more }).toEqual({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', more: [] });
    expect(run.tool.driver).toMatchObject({ name: 'netpol', informationUri: 'https://github.com/cdk8s-netpol/cdk8s-netpol' });
    expect(run.tool.driver.rules[0]).toEqual({
      id: 'NP201',
      shortDescription: { text: FINDING_CODES.NP201.title },
      help: { text: FINDING_CODES.NP201.fix },
      defaultConfiguration: { level: 'error' },
      helpUri: 'https://github.com/cdk8s-netpol/cdk8s-netpol/blob/main/docs/findings.md',
    });
    for (const { ruleId } of run.results) { expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toContain(ruleId); }
    return run.results;
  }
  const region = (startLine: number, startColumn: number) => ({ startLine, startColumn });

  test('each finding is a result at its line, with the deciding policies and rules as related locations', () => {
    expect(results(shopIntents())).toMatchObject([
      {
        ruleId: 'NP201',
        level: 'error',
        message: { text: expect.stringMatching(/^allowed: .* \(orders <are> "kept"\) does not hold: app\/backend\[Deployment\] does not reach .*\.\nFix: add to spec\.egress of /) },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'intents.yaml' }, region: region(4, 5) } }],
        relatedLocations: [
          { message: { text: 'app/allow-backend-egress-https' }, physicalLocation: { artifactLocation: { uri: 'test.yaml' }, region: region(48, 1) } },
          { message: { text: 'app/allow-backend-egress-https spec.egress[0]' }, physicalLocation: { region: region(54, 12) } },
        ],
      },
      {
        ruleId: 'NP203',
        locations: [{ physicalLocation: { region: region(6, 5) } }],
        relatedLocations: [{ message: { text: 'app/allow-frontend-to-backend spec.ingress[0].from[0]' }, physicalLocation: { region: region(39, 22) } }],
      },
    ]);
  });

  test('notes are results of level note', () => {
    const [, reason] = results([undecided()]);
    expect(reason).toMatchObject({ relatedLocations: [], message: { text: expect.not.stringContaining('\n') } });
    expect(results([undecided(), assuming()]).map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level])).toEqual([['NP202', 'error'], ['NP301', 'note'], ['NP302', 'note']]);
  });

  test('standard input and constructs have no location, and a file name is a URI', () => {
    const [, , intent] = shopIntents();
    const [stdin, construct, folder] = results([{ file: '-', line: 1 }, { constructPath: 'shop/db' }, { file: 'my k8s\\i.yaml' }].map(place => ({ ...intent, place })));
    expect([stdin.locations, construct.locations]).toEqual([[], []]);
    expect(folder.locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'my%20k8s/i.yaml' } } }]);
  });

  test('no findings are an empty list of results', () => {
    expect(results([])).toEqual([]);
    expect(results(shopIntents().slice(0, 1))).toEqual([]);
  });
});

test('as Markdown, a table has every intent, and a section explains each one that does not hold', () => {
  const text = write(intentsMarkdown, [...shopIntents(), undecided()]);
  expect(text).toContain('| ok | denied: app/frontend\\[Deployment\\] → app/db\\[Deployment\\] | the pods of 2 declared workloads | intents.yaml:2:10 |');
  expect(text).toContain('| FAILED | allowed: app/backend\\[Deployment\\] → app/db\\[Deployment\\] (TCP 5432) | the pods of 2 declared workloads | intents.yaml:4:5 |');
  expect(text).toContain('| UNDECIDED | denied: ');
  expect(text).toMatch(/### allowed: .*\n\norders \\<are\\> "kept"\n\n```text\napp\/backend\[Deployment\] does not reach .*\.\nFix: add to spec\.egress of [^]*\nJudged for the pods of 2 declared workloads\.\n```/);
  expect(text.match(/^### /gm)).toHaveLength(3);
});
