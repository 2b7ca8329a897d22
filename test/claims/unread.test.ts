import { netpol } from '../cli/command';

/* Claims about what netpol cannot read (docs/reading.md, "Partial answers"). */

const deployment = (name: string, template: string, namespace = 'app') => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: ${name} } }, template: ${template} }
`;
const pods = (name: string) => `{ metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: c, image: i, ports: [{ containerPort: 80, name: http }] }] } }`;
const policy = (name: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: app }
spec: ${spec}
`;
const KNOWN = `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: app } }\n${['a', 'b'].map(name => deployment(name, pods(name))).join('')}`;
/** The labels of its pods are not labels. */
const OPEN = deployment('open', '{ metadata: { labels: { app: -x } }, spec: { containers: [] } }');
const closed = (app: string) => policy(`closed-${app}`, `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress, Egress] }`);

/** The answers to some claims. */
async function answers(manifests: string, intents: string, ...options: string[]): Promise<{ status: number; answers: string[]; reasons: string[] }> {
  const { status, stdout } = await netpol(['check', 'k8s.yaml', '--intent', '-', '-o', 'json', ...options], { 'k8s.yaml': manifests }, intents);
  const verdicts = JSON.parse(stdout).intents ?? JSON.parse(stdout);
  return {
    status,
    answers: verdicts.map(({ answer }: { answer: string }) => answer),
    reasons: [...new Set(verdicts.flatMap(({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code)))] as string[],
  };
}

test('a claim about a workload that cannot be read is undecided, unless the other side decides it', async () => {
  const claims = 'denied: [{ from: app/a, to: app/open }, { from: app/b, to: app/open }]\nallowed: [{ from: app/a, to: app/open }]\n';
  const { status, answers: found, reasons } = await answers(KNOWN + OPEN + closed('b') + policy('p', '{ podSelector: { matchLabels: { app: c } } }'), claims);
  expect([status, found]).toEqual([2, ['undecided', 'holds', 'undecided']]);
  expect(reasons).toContain('NP315');
});

test('a claim that every policy and rule answers alike, whatever the labels, is decided', async () => {
  expect((await answers(KNOWN + OPEN + policy('all', '{ podSelector: {}, policyTypes: [Ingress] }'), 'denied: [{ from: app/a, to: app/open }]\nadmitsOnly: [{ to: app/open, from: [] }]\n')).answers).toEqual(['holds', 'holds']);
  expect((await answers(KNOWN + OPEN, 'allowed: [{ from: app/a, to: app/open }]\n')).answers).toEqual(['holds']);
});

test('a list with a workload that cannot be read may permit every pod of the namespace, and may permit none', async () => {
  const only = (from: string) => policy('only', `{ podSelector: { matchLabels: { app: a } }, ingress: [{ from: [${from}] }] }`);
  const claim = 'admitsOnly: [{ to: app/a, from: [app/b, app/open] }]\n';
  expect((await answers(KNOWN + OPEN + only('{ podSelector: { matchLabels: { app: b } } }'), claim)).answers).toEqual(['holds']);
  expect((await answers(KNOWN + OPEN + only('{ podSelector: { matchLabels: { app: c } } }'), claim)).answers).toEqual(['undecided']);
  expect((await answers(KNOWN + OPEN + only('{ namespaceSelector: {} }'), claim)).answers).toEqual(['fails']);
});

test('a claim about a named port of such a workload is undecided, and so is one that a named port decides', async () => {
  expect((await answers(KNOWN + OPEN, 'denied: [{ from: app/a, to: app/open, port: tcp/http }]\n')).answers).toEqual(['undecided']);
  const named = policy('named', '{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }');
  expect((await answers(KNOWN + OPEN + named, 'denied: [{ from: app/a, to: app/open, port: tcp/9 }]\nallowed: [{ from: app/a, to: app/open }]\n')).answers).toEqual(['undecided', 'undecided']);
});

test('a claim about such a workload is undecided, whatever it claims, if a cluster-wide policy names a port', async () => {
  const tier = (ports: string) => '---\napiVersion: policy.networking.k8s.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: { name: guard }\nspec:\n'
    + `  { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [${ports}] }] }\n`;
  const claim = 'allowed: [{ from: app/a, to: app/open, port: 81 }]\n';
  expect((await answers(KNOWN + OPEN + tier('{ destinationNamedPort: http }'), claim)).answers).toEqual(['undecided']);
  expect((await answers(KNOWN + OPEN + tier('{ tcp: { destinationPort: { number: 80 } } }'), claim)).answers).toEqual(['holds']);
});

test('a claim about a workload that only an unread document could have is undecided', async () => {
  const broken = '---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: lost\n  namespace: app\nspec: [\n';
  expect((await answers(KNOWN + broken, 'denied: [{ from: app/a, to: app/lost }]\n')).answers).toEqual(['undecided']);
  const { stderr } = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN }, 'denied: [{ from: app/a, to: app/lost }]\n');
  expect(stderr).toMatch(/there is no workload 'app\/lost'/);
});

test('a claim is undecided if its witness needs a label of a namespace that is declared twice, with different content', async () => {
  const twice = ['red', 'blue'].map(team => `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: far, labels: { team: ${team} } } }\n`).join('');
  const far = deployment('f', pods('f'), 'far');
  const only = (team: string) => policy('only', `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: ${team} } } }] }] }`);
  const claim = 'denied: [{ from: far/f, to: app/a }]\n';
  expect((await answers(KNOWN + twice + far + only('red'), claim)).answers).toEqual(['undecided']);
  expect((await answers(KNOWN + twice + far + only('green'), claim)).answers).toEqual(['holds']);
});

test('--keep-going gives the status of the claims', async () => {
  expect(await answers(KNOWN + OPEN, 'allowed: [{ from: app/a, to: app/b }]\n', '--keep-going')).toMatchObject({ status: 0, answers: ['holds'] });
  expect(await answers(KNOWN + OPEN + closed('a'), 'allowed: [{ from: app/a, to: app/b }]\n', '--keep-going')).toMatchObject({ status: 1, answers: ['fails'] });
});

describe('a claim about a workload that may be on the network of its node', () => {
  /** Nothing of it can be read. */
  const GONE = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gone, namespace: app }\nspec: 5\n';
  const LOST = '---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: lost\n  namespace: app\nspec: [\n';
  const INGRESS = policy('all', '{ podSelector: {}, policyTypes: [Ingress] }');
  const both = (from: string, to: string, port = '') => `allowed: [{ from: ${from}, to: ${to}${port} }]\ndenied: [{ from: ${from}, to: ${to}${port} }]\n`;

  test('is decided where both networks give the same answer', async () => {
    expect((await answers(KNOWN + GONE, both('app/a', 'app/gone'))).answers).toEqual(['holds', 'fails']);
    expect((await answers(KNOWN + GONE, both('app/gone', 'app/a', ', port: 80'))).answers).toEqual(['holds', 'fails']);
    expect((await answers(KNOWN + GONE, both('10.0.0.1', 'app/gone'))).answers).toEqual(['holds', 'fails']);
    // A node always reaches its pods, so nothing denies the connection if both are on one node.
    expect((await answers(KNOWN + GONE + closed('a'), both('app/a', 'app/gone'))).answers).toEqual(['fails', 'undecided']);
  });

  test('is undecided where its network decides', async () => {
    expect((await answers(KNOWN + GONE + INGRESS, `${both('app/a', 'app/gone')}admitsOnly: [{ to: app/gone, from: [] }]\n`)).answers).toEqual(['undecided', 'undecided', 'undecided']);
    expect((await answers(KNOWN + GONE, both('app/a', 'app/gone', ', port: tcp/http'))).answers).toEqual(['undecided', 'undecided']);
  });

  test('shows a connection that breaks it whatever the network is', async () => {
    const web = policy('web', '{ podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ ports: [{ port: 8080 }] }] }');
    const { stdout } = await netpol(['check', 'k8s.yaml', '--intent', '-', '--keep-going'], { 'k8s.yaml': KNOWN + GONE + web }, both('app/a', 'app/gone', ', ports: [80, 8080]'));
    expect(stdout).toMatch(/FAILED +allowed.*[^]*does not reach app\/gone\[Deployment\] on TCP 80\.[^]*FAILED +denied.*[^]*reaches app\/gone\[Deployment\] on TCP 8080\./);
  });

  test('is undecided if it needs the workload, and the input may not have it', async () => {
    expect((await answers(KNOWN + LOST, both('app/a', 'app/lost'))).answers).toEqual(['undecided', 'undecided']);
    expect((await answers(KNOWN + LOST + closed('a'), both('app/a', 'app/lost'))).answers).toEqual(['fails', 'undecided']);
  });

  test('is undecided if the claim names it by labels that it may have', async () => {
    const claim = 'denied: [{ from: { namespace: app, labels: { app: x } }, to: app/b }]\n';
    const egress = policy('all', '{ podSelector: {}, policyTypes: [Egress] }');
    expect((await answers(KNOWN + egress, claim)).answers).toEqual(['holds']);
    const { answers: found, reasons } = await answers(KNOWN + GONE + egress, claim);
    expect([found, reasons]).toEqual([['undecided'], expect.arrayContaining(['NP315'])]);
  });

  test('does not make another endpoint of a Service undecided', async () => {
    const service = '---\napiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: app }\nspec: { selector: { app: b }, ports: [{ port: 80 }] }\n';
    expect((await answers(KNOWN + GONE + service + closed('b'), both('app/a', 'svc/app/front'))).answers).toEqual(['fails', 'undecided']);
  });
});

describe('a scope of declared pods', () => {
  const GONE = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gone, namespace: app }\nspec: 5\n';
  const scoped = (kind: string, from: string, to: string) => `${kind}: [{ from: ${from}, to: ${to}, scope: DECLARED }]\n`;

  test('has the workloads that were not read, and counts them', async () => {
    const claim = scoped('denied', '{ namespace: app, labels: { app: a } }', 'app/b');
    const known = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN + closed('b') }, claim);
    expect(known.stdout).toContain('2 declared workloads');
    const open = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN + GONE + closed('b') }, claim);
    expect(open.stdout).toContain('3 declared workloads');
  });

  test('is undecided if only such a workload breaks the claim', async () => {
    const claim = scoped('denied', '{ namespace: app, labels: { app: x } }', 'app/b');
    const { stdout } = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN + GONE }, claim);
    expect(stdout).toMatch(/UNDECIDED denied[^]*Undecided \(not-read\): netpol cannot read Deployment app\/gone/);
    expect((await answers(KNOWN + GONE + closed('b'), claim)).answers).toEqual(['holds']);
  });

  test('fails if a workload that was read breaks the claim too', async () => {
    expect((await answers(KNOWN + GONE, scoped('denied', '{ namespace: app, labels: { app: a } }', 'app/b'))).answers).toEqual(['fails']);
  });
});

describe('a claim about a Service that was not read', () => {
  const service = (spec: string) => `---\napiVersion: v1\nkind: Service\nmetadata: { name: front, namespace: app }\nspec: ${spec}\n`;
  const INVALID = service('{ selector: 5 }');
  const TWICE = service('{ selector: { app: a }, ports: [{ port: 80 }] }') + service('{ selector: { app: b }, ports: [{ port: 80 }] }');
  const lists = 'admitsOnly: [{ to: app/a, from: [svc/app/front] }]\n';
  const only = (from: string) => policy('only', `{ podSelector: { matchLabels: { app: a } }, ingress: [${from}] }`);

  test('is undecided, and so is one about a Service that is declared twice, with different content', async () => {
    const claims = 'allowed: [{ from: app/a, to: svc/app/front, port: 80 }, { from: app/a, to: svc/app/front, port: tcp/web }]\ndenied: [{ from: svc/app/front, to: app/a }]\nadmitsOnly: [{ to: svc/app/front, from: [app/a] }]\nreachesOnly: [{ from: svc/app/front, to: [app/a] }]\n';
    for (const [objects, code] of [[INVALID, 'NP315'], [TWICE, 'NP316']]) {
      const { status, answers: found, reasons } = await answers(KNOWN + objects + closed('b'), claims);
      expect([status, found]).toEqual([3, Array(5).fill('undecided')]);
      expect(reasons).toContain(code);
    }
    const host = deployment('host', '{ metadata: { labels: { app: host } }, spec: { hostNetwork: true, containers: [] } }');
    const { stdout } = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN + INVALID + host }, claims);
    expect(stdout).toContain('Undecided (not-read): netpol cannot read Service app/front (k8s.yaml:14:1).');
    expect(stdout).toContain('5 intents: 5 undecided');
    // The claim does not mean every pod by its labels.
    expect(stdout).not.toContain('network of its node');
  });

  test('is decided by the other side, as the question is', async () => {
    expect((await answers(KNOWN + INVALID + closed('b'), 'denied: [{ from: app/b, to: svc/app/front }]\nallowed: [{ from: app/b, to: svc/app/front }, { from: app/a, to: svc/app/front }]\n')).answers)
      .toEqual(['holds', 'fails', 'undecided']);
  });

  test('is decided if no pod and no address gets through', async () => {
    const all = policy('all', '{ podSelector: {}, policyTypes: [Ingress, Egress] }');
    expect((await answers(KNOWN + INVALID + all, 'denied: [{ from: svc/app/front, to: app/a }]\n')).answers).toEqual(['holds']);
    expect((await answers(KNOWN + INVALID + all, 'allowed: [{ from: svc/app/front, to: app/a }]\n')).answers).toEqual(['fails']);
    expect((await answers(KNOWN + INVALID, 'allowed: [{ from: svc/app/front, to: app/a }]\n')).answers).toEqual(['undecided']);
  });

  test('in a list permits everything, or nothing', async () => {
    expect((await answers(KNOWN + INVALID + closed('a'), lists)).answers).toEqual(['holds']);
    expect((await answers(KNOWN + INVALID + only('{ from: [{ podSelector: {} }] }'), lists)).answers).toEqual(['undecided']);
    expect((await answers(KNOWN + INVALID + only('{}'), lists)).answers).toEqual(['undecided']);
  });

  test('is a mistake if nothing unread can be the Service', async () => {
    const { stderr } = await netpol(['check', 'k8s.yaml', '--intent', '-'], { 'k8s.yaml': KNOWN + INVALID }, 'denied: [{ from: app/a, to: svc/app/other }]\n');
    expect(stderr).toContain("there is no Service 'app/other' in the input");
  });
});

describe.each([
  ['without a name', '---\n{ apiVersion: v1, kind: Namespace, metadata: { labels: { team: t } } }\n'],
  ['whose name is not valid', '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: Prod_, labels: { team: t } } }\n'],
  ['whose name is a template', '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: {{ .Values.ns }}, labels: { team: t } }\n'],
  ['that cannot be parsed', '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: "prod, labels: { team: t } }\n'],
])('a Namespace %s', (_, lost) => {
  const only = policy('only', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t } } }] }] }');
  const nobody = policy('only', '{ podSelector: {}, policyTypes: [Ingress] }');
  const declared = '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: dev, labels: { team: t } } }\n';
  const claim = (from: string, more = '') => `denied: [{ from: ${from}, to: app/a${more} }]\n`;

  test('may be any namespace that a claim names and nothing declares', async () => {
    expect(await answers(KNOWN + only + lost, claim('{ namespace: prod }') + 'allowed: [{ from: { namespace: prod }, to: app/a }]\n')).toMatchObject({ answers: ['undecided', 'undecided'] });
    expect((await answers(KNOWN + only + lost, claim('"ns=prod,app=x"', ', strict: true'))).answers).toEqual(['undecided']);
    // Nothing is assumed about a namespace that is not declared, because nobody knows whether it is.
    expect((await answers(KNOWN + only + lost, claim('{ namespace: prod }'))).reasons).not.toContain('NP302');
    expect((await answers(KNOWN + nobody + lost, claim('{ namespace: prod }'))).answers).toEqual(['holds']);
    expect((await answers(KNOWN + only + lost + declared, claim('{ namespace: dev }'))).answers).toEqual(['fails']);
  });

  test('may have the labels by which a claim names namespaces', async () => {
    expect((await answers(KNOWN + only + lost, claim('{ namespaceLabels: { team: t } }'))).answers).toEqual(['undecided']);
    // Without it, no other namespace is assumed to have them.
    const dark = policy('only', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t, env: e } } }] }] }');
    expect(await answers(KNOWN + dark + declared, claim('{ namespaceLabels: { team: t } }'))).toMatchObject({ answers: ['holds'], reasons: expect.arrayContaining(['NP309']) });
    expect((await answers(KNOWN + dark + declared + lost, claim('{ namespaceLabels: { team: t } }'))).answers).toEqual(['undecided']);
    expect((await answers(KNOWN + nobody + lost, claim('{ namespaceLabels: { team: t } }'))).answers).toEqual(['holds']);
  });

  test('leaves a claim decided whose witness needs no label of it', async () => {
    const far = deployment('f', pods('f'), 'far');
    expect((await answers(KNOWN + far + lost, claim('far/f'))).answers).toEqual(['fails']);
    expect((await answers(KNOWN + far + lost + only, claim('far/f'))).answers).toEqual(['undecided']);
    expect((await answers(KNOWN + far + lost + policy('only', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }'), claim('far/f'))).answers).toEqual(['fails']);
    expect((await answers(KNOWN + lost, claim('{ namespace: prod }'))).answers).toEqual(['fails']);
    expect((await answers(KNOWN + lost + policy('only', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: prod } } }] }] }'), claim('{ namespace: prod }'))).answers).toEqual(['fails']);
    expect((await answers(KNOWN + lost + only, claim('anything'))).answers).toEqual(['fails']);
    expect((await answers(KNOWN + lost + only, 'admitsOnly: [{ to: app/a, from: [app/b] }]\n')).answers).toEqual(['fails']);
  });
});

test('a claim by labels of namespaces is undecided if only a Namespace whose labels cannot be read may have them', async () => {
  const open = '---\n{ apiVersion: v1, kind: Namespace, metadata: { name: far, labels: { team: -x } } }\n';
  const only = policy('only', '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: t, env: e } } }] }] }');
  const claim = 'denied: [{ from: { namespaceLabels: { team: t } }, to: app/a }]\n';
  expect((await answers(KNOWN + only + open, claim)).answers).toEqual(['undecided']);
  expect((await answers(KNOWN + only, claim)).answers).toEqual(['fails']);
});
