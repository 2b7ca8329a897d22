import { CLAIM_FINDING_CODES, factOf, findingsOf } from '../../src/claims/claim-findings';
import { Reachability } from '../../src/evaluator/reachability';
import { Finding, formatPlace } from '../../src/findings/finding';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { deployment, intentVerdicts, policy, shop, TIERS } from '../report/shop';
import { reachOfYaml } from '../support/manifests';

/** The findings about an intent. */
function findings(yaml: string, manifests?: string): Finding[] {
  const reach = manifests === undefined ? shop() : reachOfYaml(TIERS + manifests);
  return intentVerdicts(reach, yaml).flatMap(({ verdict, place, description }) => findingsOf(verdict, place, description));
}

const related = ({ related: places = [] }: Finding) => places.map(({ message, place }) => `${message} (${formatPlace(place)})`);

test('a claim that holds has no finding', () => {
  expect(findings('denied: [{ from: app/frontend, to: app/db }]')).toEqual([]);
});

describe('a claim that does not hold is an error at its place', () => {
  test('allowed: the isolating policies are related, and the fix is a rule to add to the nearest one', () => {
    const [finding, ...more] = findings('allowed:\n- { from: app/backend, to: app/db, description: orders }');
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      code: 'NP201',
      severity: 'error',
      message: 'allowed: app/backend[Deployment] → app/db[Deployment] (orders) does not hold: app/backend[Deployment] does not reach app/db[Deployment] on TCP 5432.',
      place: { file: 'intents.yaml', line: 2, column: 3 },
    });
    expect(related(finding)).toEqual(['app/allow-backend-egress-https (test.yaml:48:1)', 'app/allow-backend-egress-https spec.egress[0] (test.yaml:54:12)']);
    const rule = '- to:\n    - podSelector:\n        matchLabels:\n          app: db\n  ports:\n    - protocol: TCP\n      port: 5432';
    expect(finding.fix).toEqual({
      text: `add to spec.egress of app/allow-backend-egress-https (test.yaml:54:3):\n${rule}`,
      edit: { place: { file: 'test.yaml', line: 54, column: 3 }, insert: rule },
    });
  });

  test('allowed: a rule that nearly allows it is related too', () => {
    expect(related(findings('allowed: [{ from: app/frontend, to: app/backend, port: 9090 }]')[0])).toEqual([
      'app/default-deny-all (test.yaml:29:1)', 'app/allow-frontend-to-backend (test.yaml:34:1)', 'app/allow-frontend-to-backend spec.ingress[0] (test.yaml:39:13)',
    ]);
  });

  test('allowed: the fix is a policy if only policies for every pod isolate, and a new section if the policy has no rule', () => {
    const claim = 'allowed: [{ from: app/backend, to: app/db }]';
    const [byAll] = findings(claim, policy('all', '{ podSelector: {} }'));
    expect(byAll.fix).toEqual({ text: expect.stringMatching(/^add this policy:\napiVersion: networking\.k8s\.io\/v1\nkind: NetworkPolicy\n[^]*podSelector:\n +matchLabels:\n +app: db/) });
    const [byOwn] = findings(claim, policy('own', '{ podSelector: { matchLabels: { app: db } } }'));
    expect(byOwn.fix).toEqual({ text: expect.stringMatching(/^replace spec\.ingress of app\/own \(test\.yaml:\d+:\d+\) with:\ningress:\n {2}- from:\n/) });
  });

  test('allowed: the fix names both sides if both block, and then no single edit is enough', () => {
    const [{ fix }] = findings('allowed: [{ from: app/backend, to: app/db }]', policy('own', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 1 }] }] }')
      + policy('out', '{ podSelector: { matchLabels: { app: backend } }, policyTypes: [Egress], egress: [{ ports: [{ port: 1 }] }] }'));
    expect(fix!.text).toMatch(/^add to spec\.egress of app\/out [^]*\nadd to spec\.ingress of app\/own /);
    expect(fix!.edit).toBeUndefined();
  });

  test('denied: the rules that allow the port are related, and those for other ports are not', () => {
    const ports = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }] }');
    const [finding] = findings('denied: [{ from: app/frontend, to: app/db, port: 81 }]', ports);
    expect(finding).toMatchObject({
      code: 'NP202',
      message: 'denied: app/frontend[Deployment] → app/db[Deployment] (TCP 81) does not hold: app/frontend[Deployment] reaches app/db[Deployment] on TCP 81.',
      fix: { text: 'remove or narrow app/in spec.ingress[1]' },
    });
    expect(related(finding)).toEqual([expect.stringMatching(/^app\/in spec\.ingress\[1\] \(test\.yaml:\d+:\d+\)$/)]);
  });

  test('denied: the fix is a policy for either side if no policy isolates, and only for the pod if the other side is an address', () => {
    expect(findings('denied: [{ from: app/frontend, to: app/db }]', policy('x', '{ podSelector: { matchLabels: { app: x } } }'))[0]).toMatchObject({
      related: [],
      fix: { text: 'add a policy that selects app/frontend[Deployment] and has Egress in its policyTypes, or add a policy that selects app/db[Deployment] and has Ingress in its policyTypes' },
    });
    expect(findings('denied: [{ from: app/frontend, to: 1.1.1.1 }]')[0].fix).toEqual({
      text: 'add a policy that selects app/frontend[Deployment] and has Egress in its policyTypes', edit: undefined,
    });
  });

  test('admitsOnly: the peer that lets another pod in is related', () => {
    const [finding] = findings('admitsOnly: [{ to: app/backend, from: [app/db] }]');
    expect(finding).toMatchObject({
      code: 'NP203',
      message: 'admitsOnly: app/db[Deployment] → app/backend[Deployment] does not hold: '
        + 'A pod with label app=frontend in namespace app can connect to app/backend[Deployment] too, whether it exists today or not.',
      fix: { text: 'narrow app/allow-frontend-to-backend spec.ingress[0].from[0], or remove it' },
    });
    expect(related(finding)).toEqual(['app/allow-frontend-to-backend spec.ingress[0].from[0] (test.yaml:39:22)']);
  });

  test('admitsOnly: a declared pod has its name, because it is the only one that has its address', () => {
    const [finding] = findings('admitsOnly: [{ to: app/db, from: [] }]',
      `${policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.7/32 } }] }] }')}
apiVersion: v1
kind: Pod
metadata: { name: gate, namespace: app, labels: { app: gate } }
spec: { containers: [{ name: main }] }
status: { podIP: 10.0.0.7 }
`);
    expect(finding.message).toMatch(/does not hold: app\/gate\[Pod\] can connect to app\/db\[Deployment\] too\.$/);
  });

  test('reachesOnly: a rule without peers is related, and without a policy none is', () => {
    const claim = 'reachesOnly: [{ from: app/db, to: [] }]';
    const [byRule] = findings(claim, policy('out', '{ podSelector: {}, policyTypes: [Egress], egress: [{}] }'));
    expect(byRule).toMatchObject({ code: 'NP204', fix: { text: "list the allowed peers under 'to' of app/out spec.egress[0], or remove the rule" } });
    expect(related(byRule)).toEqual([expect.stringMatching(/^app\/out spec\.egress\[0\] \(test\.yaml:\d+:\d+\)$/)]);
    expect(findings(claim)[0]).toMatchObject({ related: [], fix: { text: 'add a policy that selects app/db[Deployment], has Egress in its policyTypes, and allows only what the claim lists' } });
  });

  test('a pod on its node\'s network has no fix', () => {
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    expect(findings('admitsOnly: [{ to: app/agent, from: [] }]', agent)[0].fix).toBeUndefined();
    expect(findings('denied: [{ from: 1.1.1.1, to: app/agent }]', agent)[0].fix).toBeUndefined();
    const [apart] = findings('denied: [{ from: app/agent, to: app/db }]', agent + policy('none', '{ podSelector: {}, policyTypes: [Ingress] }'));
    expect(apart.fix).toEqual({ text: "no policy can deny it: name pods that are not on their node's network, or remove the claim" });
    expect(apart.message).toBe('denied: app/agent[Deployment] → app/db[Deployment] does not hold: '
      + "app/agent[Deployment] and app/db[Deployment] may be on one node, and a pod's own node always reaches it.");
  });

  test('a rule that may match a pod on its node\'s network has no name in the fix, because only the network plugin knows it', () => {
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    const byLabels = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: agent } } }] }] }');
    expect(findings('denied: [{ from: { namespace: app, labels: { app: agent } }, to: app/db, scope: DECLARED, strict: true }]', agent + byLabels)[0].fix!.text).toBe('remove or narrow the rules that allow ingress of app/db[Deployment]');
  });

  test('a policy that does not decide is not related: the node reaches its pods whatever a policy says', () => {
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    expect(related(findings('denied: [{ from: app/agent, to: app/db }]', agent + policy('none', '{ podSelector: {}, policyTypes: [Ingress] }'))[0])).toEqual([]);
  });

  test('the fix never names an address that is only an example of an address that is not known', () => {
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    const [{ fix }] = findings('allowed: [{ from: app/agent, to: app/db }]', agent + policy('none', '{ podSelector: {}, policyTypes: [Ingress] }'));
    expect(fix).toBeUndefined();
  });
});

describe('a verdict that is not a plain yes or no', () => {
  const CILIUM = '\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: app }\nspec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }\n';

  test('has an error if it is undecided, and a note at the place of the reason', () => {
    const claim = 'denied: app/frontend[Deployment] → app/db[Deployment]';
    const found = findings('denied: [{ from: app/frontend, to: app/db, description: secret }]', CILIUM);
    expect(found[0].fix).toBeUndefined();
    expect(found).toMatchObject([
      {
        code: 'NP202',
        severity: 'error',
        place: { file: 'intents.yaml', line: 1, column: 10 },
        message: `${claim} (secret) is undecided: app/frontend[Deployment] may reach app/db[Deployment] on every port.`,
      },
      {
        code: 'NP301',
        severity: 'note',
        place: { file: 'test.yaml', line: 29, column: 1 },
        message: `${claim} is undecided (policy-kind): CiliumNetworkPolicy app/c is of a kind that netpol does not evaluate`,
      },
    ]);
  });

  test('has a note if it holds under an assumption, and the fix states the labels', () => {
    const job = deployment('job', '', 'jobs')
      + policy('in', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }] }] }');
    expect(findings('allowed: [{ from: jobs/job, to: app/db }]', job)).toMatchObject([{
      code: 'NP302',
      severity: 'note',
      fix: { text: expect.stringContaining('ClusterFacts.of(scope).addNamespace') },
      message: 'allowed: jobs/job[Deployment] → app/db[Deployment] rests on an assumption (namespace-label): netpol assumes that nothing sets the label team of namespace jobs. '
        + 'Otherwise jobs/job[Deployment] would not reach app/db[Deployment] on TCP 5432',
    }]);
    expect(findings('allowed: [{ from: jobs/job, to: app/db, strict: true }]', job).map(({ code, severity }) => [code, severity])).toEqual([['NP201', 'error'], ['NP302', 'note']]);
  });

  test('has the note at the object that the assumption is about', () => {
    const job = deployment('job', '', 'jobs')
      + policy('in', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: DoesNotExist }] } }] }] }');
    expect(findings('allowed: [{ from: jobs/job, to: app/db }]', job)).toMatchObject([{ code: 'NP302', place: { file: 'test.yaml' } }]);
  });

  test('has no note if it fails in the usual case, where the namespace has no labels', () => {
    const job = deployment('job', '', 'jobs')
      + policy('in', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }] }] }');
    for (const strict of ['', ', strict: true']) {
      expect(findings(`allowed: [{ from: jobs/job, to: app/db${strict} }]`, job).map(({ code, severity }) => [code, severity])).toEqual([['NP201', 'error']]);
    }
  });

  test('has a note for each assumption, with the code of the assumption', () => {
    const codes = (yaml: string, manifests: string) => findings(yaml, manifests).map(({ code, severity }) => `${code} ${severity}`);
    const byLabel = (app: string) => `{ namespace: app, podSelector: { matchLabels: { app: ${app} } } }`;
    const fromClients = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { client: db } } }] }] }');
    expect(codes(`denied: [{ from: ${byLabel('frontend')}, to: app/db }]`, fromClients)).toEqual(['NP308 note']);
    expect(codes('admitsOnly: [{ to: { namespaceSelector: { matchLabels: { team: a } } }, from: [] }]',
      '\napiVersion: v1\nkind: Namespace\nmetadata: { name: app, labels: { team: a } }\n---' + policy('deny', '{ podSelector: {} }'))).toEqual(['NP309 note']);
    const fromInternet = policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 8.0.0.0/8 } }] }] }');
    expect(codes('denied: [{ from: app/frontend, to: app/db }]', fromInternet)).toEqual(['NP307 note']);
    const toHttp = deployment('api', '{ containerPort: 80, name: http }, { containerPort: 81, name: metrics }')
      + policy('in', '{ podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: http }] }] }');
    expect(codes(`denied: [{ from: app/frontend, to: ${byLabel('api')}, port: tcp/metrics }]`, toHttp)).toEqual(['NP310 note']);
    expect(codes('denied: [{ from: app/frontend, to: app/api, port: tcp/metrics }]', toHttp)).toEqual([]);
    const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    expect(codes('allowed: [{ from: app/frontend, to: app/agent }]', agent + policy('deny', '{ podSelector: {} }'))).toEqual(['NP311 note']);
  });

  test('has a fix for an assumption about labels or namespaces that narrows the claim to declared pods, if all of its parties have some', () => {
    const fix = (from: string) => findings(`denied: [{ from: ${from}, to: app/db }]`,
      policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { client: db } } }] }] }')).map(note => note.fix?.text);
    expect(fix('{ namespace: app, labels: { app: frontend } }')).toEqual(['declare the workload, name it in the claim or let the claim be about declared pods only (scope DECLARED)']);
    expect(fix('{ namespace: other, labels: { app: frontend } }')).toEqual([]);
    expect(fix('{ labels: { app: nobody }, namespaceLabels: { kubernetes.io/metadata.name: app } }')).toEqual(['correct the labels, or add the workload to the input', 'declare the workload or name it in the claim']);
  });

  test('has a fix for an address that is not known: blocks of pods, or smaller ones', () => {
    const { cluster } = reachOfYaml(TIERS + policy('in', '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
    const fix = (podCidrs?: readonly Cidr[]) => {
      const [{ verdict }] = intentVerdicts(new Reachability({ ...cluster, podCidrs }), 'denied: [{ from: app/frontend, to: app/db }]');
      return factOf(verdict, 'pod-address', verdict.witness!);
    };
    const state = 'state the addresses of pods with --pod-cidr, in netpol.yaml or by ClusterFacts.of(scope).addPodCidrs(...)';
    expect([fix(), fix([])]).toEqual([state, state]);
    expect(fix([parseCidr('10.0.0.0/7') as Cidr])).toBe('state smaller blocks of pod addresses, or judge the manifests of the running pods');
  });

  test('has a warning for a party that matches nothing, and an error if the claim is strict', () => {
    const claim = 'from: { namespace: app, podSelector: { matchLabels: { app: frontnd } } }, to: app/db';
    const message = 'denied: pods app=frontnd of namespace app → app/db[Deployment]: no declared pod matches pods app=frontnd of namespace app, although the input has workloads in its namespace';
    expect(findings(`denied: [{ ${claim} }]`)).toMatchObject([{ code: 'NP214', severity: 'warning', message, fix: { text: 'correct the labels, or add the workload to the input' } }]);
    expect(findings(`denied: [{ ${claim}, strict: true }]`)).toMatchObject([{ code: 'NP202', severity: 'error' }, { code: 'NP214', severity: 'error', message }]);
    // No workload is in namespace other, and a list may have pods that are declared elsewhere.
    expect(findings('denied: [{ from: { namespace: other, podSelector: { matchLabels: { app: frontnd } } }, to: app/db }]')).toEqual([]);
    expect(findings('admitsOnly: [{ to: app/db, from: [app/backend, { namespace: app, podSelector: { matchLabels: { app: frontnd } } }] }]')).toEqual([]);
  });

  test('is undecided for a possible pod that a policy of another kind could select, and for no other', () => {
    const party = (app: string) => `{ namespace: app, podSelector: { matchLabels: { app: ${app} } } }`;
    const deny = policy('deny', '{ podSelector: { matchLabels: { app: db } } }');
    const codes = (app: string, to: string) => findings(`denied: [{ from: app/frontend, to: ${party(to)} }]`, deny + CILIUM.replace('app: db', `app: ${app}`)).map(({ code }) => code);
    expect(codes('db', 'db')).toEqual(['NP202', 'NP301']);
    expect(codes('spare', 'db')).toEqual([]);
    // No declared pod has this label, and no policy isolates such a pod. The policy of Cilium might.
    expect(codes('spare', 'spare')).toEqual(['NP202', 'NP214', 'NP301']);
    expect(codes('db', 'spare')).toEqual(['NP202', 'NP214']);
  });
});

test('a claim denied has a note if it has a workload on its node\'s network by labels', () => {
  const agent = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
  const reach = reachOfYaml(`${TIERS}${agent}${policy('none', '{ podSelector: {}, policyTypes: [Ingress, Egress] }')}`);
  const [{ verdict, place }] = intentVerdicts(reach, 'denied: [{ from: { namespace: app, labels: { app: agent } }, to: app/db }]');
  expect(verdict.answer).toBe('holds');
  expect(findingsOf(verdict, place)).toMatchObject([{
    code: 'NP215',
    severity: 'note',
    message: expect.stringContaining('app/agent[Deployment] is in the claim by its labels and on the network of its node. A node always reaches'),
    fix: { text: 'name the workload in a claim of its own to count it' },
  }]);
});

test('the codes of findings about claims are those of failures, of remarks about parties, and of what a claim rests on', () => {
  expect([...CLAIM_FINDING_CODES].sort()).toEqual([
    'NP201', 'NP202', 'NP203', 'NP204', 'NP214', 'NP215', 'NP301', 'NP302', 'NP306', 'NP307', 'NP308', 'NP309', 'NP310', 'NP311', 'NP312', 'NP315', 'NP316', 'NP317', 'NP318', 'NP320', 'NP321', 'NP324',
  ]);
});
