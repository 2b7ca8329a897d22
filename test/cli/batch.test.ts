import { netpol } from './command';
import { POLICIES, TIERS } from '../report/shop';

const SHOP = { 'shop.yaml': TIERS + POLICIES };

function batch(probes: unknown, ...more: string[]) {
  const text = typeof probes === 'string' ? probes : JSON.stringify(probes);
  return netpol(['can-reach', 'shop.yaml', '--batch', 'probes.json', ...more], { ...SHOP, 'probes.json': text });
}

test('answers come in the order of the probes, one a line', async () => {
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

test('the protocol is TCP where it is left out; a port may be a name, or be left out', async () => {
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
  [{ from: 'app/db', to: 'app/db', protocol: 'ICMP' }, 'probe [0].protocol: "ICMP" is no protocol; write one of SCTP, TCP, UDP'],
  [{ from: 'app/db', to: 'app/db', port: 0 }, 'probe [0].port: 0 is not a port; write a number from 1 to 65535, or a name'],
  [{ from: 'app/db', to: 'app/db', port: true }, 'probe [0].port: true is not a port'],
  [{ from: 'app/db', to: 'app/db', port: 'Web_' }, 'probe [0].port: "Web_" is not a port; as a name it must contain only'],
  ['app/db', 'probe [0]: must be an object, not the text "app/db"'],
  [null, 'probe [0]: is empty; write {"from": "app/a"'],
])('%j is refused, by its number and place', async (probe, message) => {
  const { status, stdout, stderr } = await batch([probe]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^probes\.json:1:\d+: error NP040: /);
});

test('one bad probe refuses them all, and each is told', async () => {
  const { status, stdout, stderr } = await batch([{ from: 'app/frontend', to: 'app/db' }, 1, { from: 'a', to: 'b' }]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.match(/probe \[1\]|probe \[2\]\.from|probe \[2\]\.to/g)).toHaveLength(3);
});

test('probes that are no list, or no JSON, are refused', async () => {
  expect((await batch({})).stderr).toBe('probes.json:1:1: error NP040: the probes are a list; write [{"from": "app/a", "to": "app/b", "port": 80}, …]\n');
  expect(await batch('[1,]')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^probes\.json:1:\d+: error NP005: not valid JSON/) });
  expect(await batch('')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^probes\.json:1:1: error NP005: /) });
});
