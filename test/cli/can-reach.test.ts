import { netpol } from './command';
import { POLICIES, policy, TIERS } from '../report/shop';

const SHOP = { 'shop.yaml': TIERS + POLICIES };

function canReach(from: string, to: string, ...more: string[]) {
  return netpol(['can-reach', 'shop.yaml', '--from', from, '--to', to, ...more], SHOP);
}

describe('one question', () => {
  test.each<[string, string, string[], string, number]>([
    ['app/frontend', 'app/backend', [], 'yes', 0],
    ['app/frontend', 'app/backend', ['--port', 'tcp/8080'], 'yes', 0],
    ['app/frontend', 'app/backend', ['--port', 'tcp/http'], 'yes', 0],
    ['app/frontend', 'app/backend', ['--port', '8081'], 'no', 1],
    ['app/frontend', 'app/db', [], 'no', 1],
  ])('prints the answer and exits with its status: %s → %s %j is %s', async (from, to, more, answer, status) => {
    expect(await canReach(from, to, ...more)).toEqual({ status, stdout: `${answer}\n`, stderr: '' });
  });

  test('as JSON has the answer, and the answer of each side alone', async () => {
    const { status, stdout } = await canReach('app/frontend', 'app/db', '-o', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ answer: 'no', allowed: false, egress: true, ingress: false, mixed: false, reasons: [], assumptions: [] });
  });

  test('about an endpoint that does not exist is an error that names those that do', async () => {
    expect(await canReach('app/frontend', 'app/bd')).toEqual({
      status: 2, stdout: '', stderr: "netpol: --to: there is no workload 'app/bd'; namespace 'app' has backend, db, frontend\n",
    });
    expect((await canReach('frontend', 'app/db')).stderr).toContain("--from: 'frontend' is not an endpoint: name it as 'namespace/name'");
  });

  test('about a port name that no pod of the destination has is no, with a note', async () => {
    expect(await canReach('app/frontend', 'app/backend', '--port', 'tcp/htpp')).toEqual({
      status: 1, stdout: 'no\n', stderr: "note: the answer is no because of the port. No container of app/backend[Deployment] has a TCP port named 'htpp' (it has TCP http): name it in the container's ports, or give its number\n",
    });
    expect((await canReach('app/frontend', '10.0.0.1', '--port', 'tcp/http')).stderr).toBe("note: the answer is no because of the port. The port name 'http' has no meaning for an address: give a number\n");
    expect((await canReach('app/frontend', 'app/backend', '--port', 'udp/53')).stderr).toBe('');
  });

  test('about ICMP has no answer, because NetworkPolicies have no rules for it', async () => {
    for (const port of ['icmp', 'ICMP', 'icmpv6']) {
      expect(await canReach('app/frontend', 'app/backend', '--port', port)).toMatchObject({
        status: 2, stdout: '', stderr: expect.stringContaining(`'${port}' is not a port: NetworkPolicies have rules for TCP, UDP and SCTP only; for a port of this name, write tcp/${port.toLowerCase()}`),
      });
    }
    expect((await canReach('app/frontend', 'app/backend', '--port', 'tcp/icmp')).status).toBe(1);
  });

  test('with a wrong port is an error before any file is read', async () => {
    expect(await netpol(['can-reach', 'no-such-folder', '--from', 'a/b', '--to', 'a/c', '--port', 'http/80'])).toMatchObject({
      status: 2, stderr: expect.stringContaining("--port: 'http/80' does not name a protocol"),
    });
  });

  test('is answered no, with a note, if the answers for its pods or addresses differ', async () => {
    const half = policy('half', '{ podSelector: { matchLabels: { app: frontend } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/9 } }] }] }');
    const outcome = await netpol(['can-reach', 'a.yaml', '--from', 'app/frontend', '--to', '10.0.0.0/8', '-o', 'json'], { 'a.yaml': TIERS + half });
    expect(outcome.status).toBe(1);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ answer: 'no', mixed: true });
    expect(outcome.stderr).toBe('note: the answers differ: app/frontend[Deployment] does not reach 10.128.0.0/9, but other pairs connect\n');
  });

  test("about a pod's address is answered for the pod, with a note", async () => {
    const pod = `
apiVersion: v1
kind: Pod
metadata: { name: solo, namespace: app, labels: { app: db } }
spec: { containers: [{ name: c, image: i }] }
status: { podIP: 10.1.2.3 }
---`;
    const { status, stderr } = await netpol(['can-reach', 'a.yaml', '--from', 'app/frontend', '--to', '10.1.2.3'], { 'a.yaml': TIERS + POLICIES + pod });
    expect(status).toBe(1);
    expect(stderr).toBe('note: 10.1.2.3 is the address of pod app/solo, so netpol answers for that pod\n');
  });
});

describe('a batch', () => {
  function batch(probes: unknown, ...more: string[]) {
    const text = typeof probes === 'string' ? probes : JSON.stringify(probes);
    return netpol(['can-reach', 'shop.yaml', '--batch', 'probes.json', ...more], { ...SHOP, 'probes.json': text });
  }

  test('exits with 0 if every answer is yes, with 1 if one is no', async () => {
    expect(await batch([{ from: 'app/frontend', to: 'app/backend', port: 8080 }])).toEqual({
      status: 0, stdout: 'yes  app/frontend[Deployment] → app/backend[Deployment] (TCP 8080)\n', stderr: '',
    });
    expect(await batch([{ from: 'app/frontend', to: 'app/backend', port: 8080 }, { from: 'app/frontend', to: 'app/db' }])).toMatchObject({ status: 1 });
  });

  test('may come from standard input', async () => {
    expect((await netpol(['can-reach', 'shop.yaml', '--batch', '-', '-o', 'json'], SHOP, '[]')).stdout).toBe('[]\n');
  });

  test('is answered in the order of the probes, one answer on each line', async () => {
    const { stdout } = await batch([
      { from: 'app/frontend', to: 'app/db', port: 5432 },
      { from: 'app/backend', to: '8.8.8.8', protocol: 'TCP', port: 443 },
      { from: 'app/backend', to: 'app/db', port: 5432 },
    ], '-o', 'json');
    expect(stdout).toBe(`\
[{"allowed": false, "egress": true, "ingress": false},
 {"allowed": true, "egress": true, "ingress": true},
 {"allowed": false, "egress": false, "ingress": true}]
`);
  });

  test('means TCP without a protocol; a port may be a name, or be left out', async () => {
    const { stdout } = await batch([
      { from: 'app/frontend', to: 'app/backend', port: 8080 },
      { from: 'app/frontend', to: 'app/backend', port: 8080, protocol: 'UDP' },
      { from: 'app/frontend', to: 'app/backend', port: 'http' },
      { from: 'app/frontend', to: 'app/backend' },
      { from: 'app/frontend', to: 'app/backend', protocol: 'tcp' },
    ]);
    expect(stdout).toBe(`\
yes  app/frontend[Deployment] → app/backend[Deployment] (TCP 8080)
no   app/frontend[Deployment] → app/backend[Deployment] (UDP 8080)
yes  app/frontend[Deployment] → app/backend[Deployment] (TCP http)
yes  app/frontend[Deployment] → app/backend[Deployment]
no   app/frontend[Deployment] → app/backend[Deployment] (TCP 1-65535)
`);
  });

  test.each([
    [{ to: 'app/db' }, 'probe [0].from: is missing; write namespace/name'],
    [{ from: 'app/x', to: 'app/db' }, "probe [0].from: there is no workload 'app/x'"],
    [{ from: 1, to: 'app/db' }, 'probe [0].from: must be text, not the number 1'],
    [{ from: 'app/db', to: 'app/db', prot: 'TCP' }, 'probe [0].prot: there is no such field'],
    [{ from: 'app/db', to: 'app/db', protocol: 'ICMP' }, 'probe [0].protocol: "ICMP" is not a protocol; write one of SCTP, TCP, UDP'],
    [{ from: 'app/db', to: 'app/db', port: 0 }, 'probe [0].port: 0 is not a port; write a number from 1 to 65535, or a name'],
    [{ from: 'app/db', to: 'app/db', port: true }, 'probe [0].port: true is not a port'],
    [{ from: 'app/db', to: 'app/db', port: 'Web_' }, 'probe [0].port: "Web_" is not a port; a name must contain only'],
    ['app/db', 'probe [0]: must be an object, not the text "app/db"'],
    [null, 'probe [0]: is empty; write {"from": "app/a"'],
  ])('with a wrong probe is an error with its place: %j', async (probe, message) => {
    const { status, stdout, stderr } = await batch([probe]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^probes\.json:1:\d+: error NP040: /);
  });

  test('with several wrong probes prints an error for each, and no answer', async () => {
    const { status, stdout, stderr } = await batch([{ from: 'app/frontend', to: 'app/db' }, 1, { from: 'a', to: 'b' }]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.match(/probe \[1\]|probe \[2\]\.from|probe \[2\]\.to/g)).toHaveLength(3);
  });

  test('must be a JSON list', async () => {
    expect((await batch({})).stderr).toBe('probes.json:1:1: error NP040: must be a list of probes; write [{"from": "app/a", "to": "app/b", "port": 80}, …]\n');
    expect(await batch('[1,]')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^probes\.json:1:\d+: error NP005: not valid JSON/) });
    expect(await batch('')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^probes\.json:1:1: error NP005: /) });
  });
});
