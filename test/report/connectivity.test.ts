import { deployment, policy, shop, TIERS } from './shop';
import { Pod, Workload } from '../../src/cluster/cluster';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { addressesEnd, ConnectivityList, listConnections, WorkloadEnd } from '../../src/query/connectivity';
import { connectivityChanges } from '../../src/query/connectivity-changes';
import { connectivityChangesJson, connectivityChangesText } from '../../src/report/connectivity-changes';
import { connectivityDot, connectivityMermaid } from '../../src/report/connectivity-graph';
import { connectivityMatrix } from '../../src/report/connectivity-matrix';
import { connectivityCsv, connectivityJson, connectivityMarkdown } from '../../src/report/connectivity-table';
import { PLAIN } from '../../src/report/layout';
import { labelled, podOf, policy as policyObject, reachOf } from '../support/cluster-objects';
import { reachOfYaml } from '../support/manifests';

/* How the list of connections, and the changes between two lists, are written. */

const WRITERS = {
  text: (list: ConnectivityList) => connectivityMatrix(PLAIN, list),
  json: connectivityJson,
  csv: connectivityCsv,
  md: connectivityMarkdown,
  mermaid: connectivityMermaid,
  dot: connectivityDot,
};

function written(format: keyof typeof WRITERS, list: ConnectivityList): string {
  return [...WRITERS[format](list)].join('');
}

const listed = (yaml: string) => listConnections(reachOfYaml(yaml));
const text = (yaml: string) => written('text', listed(yaml));
const SOLO = '\napiVersion: v1\nkind: Pod\nmetadata: { name: solo, namespace: app }\nspec: { containers: [{ name: c, image: i }] }\n---';
const DENY_ALL = policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }');

/** A list of undecided connections from workloads to addresses: the name of the workload, the addresses, and why. */
function undecidedTo(...rows: [string, string, string][]): ConnectivityList {
  const ends = new Map(rows.map(([name]): [string, WorkloadEnd] => [name, { kind: 'workload', name, workload: { namespace: 'app', name, kind: 'Pod', pods: [{ name } as Pod] as readonly Pod[] } as Workload }]));
  const connections = rows.map(([name, cidr, what]) => ({
    source: ends.get(name)!, destination: addressesEnd(parseCidr(cidr) as Cidr), connections: ConnectionSet.NONE, undecided: [{ code: 'policy-kind' as const, what }],
  }));
  return { workloads: [...ends.values()], split: [], mayBeUndecided: true, mayHaveOthers: false, connections };
}

/** A list of one connection on TCP 80 and 443, from a workload with this name and kind. */
function listFrom(name: string, kind = 'Pod'): ConnectivityList {
  const end = (own: string, ownKind: string): WorkloadEnd =>
    ({ kind: 'workload', name: `app/${own}[${ownKind}]`, workload: { namespace: 'app', name: own, kind: ownKind } as Workload });
  const [source, destination] = [end(name, kind), end('to', 'Pod')];
  const connections = ConnectionSet.range('TCP', 80, 80).union(ConnectionSet.range('TCP', 443, 443));
  const row = { source, destination, connections, undecided: [] };
  return { workloads: [source, destination], split: [], mayBeUndecided: false, mayHaveOthers: false, connections: [row] };
}

describe('the JSON rows', () => {
  test('have src, dst and conn, one row on each line, sorted', () => {
    expect(written('json', listConnections(shop()))).toBe(`\
[ { "src": "app/backend[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "TCP 443" },
  { "src": "app/db[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "All Connections" },
  { "src": "app/frontend[Deployment]", "dst": "0.0.0.0-255.255.255.255[External]", "conn": "All Connections" },
  { "src": "app/frontend[Deployment]", "dst": "app/backend[Deployment]", "conn": "TCP 8080" } ]
`);
  });

  test('are an empty array if there is no connection', () => {
    expect(written('json', listed(TIERS + DENY_ALL))).toBe('[]\n');
  });
});

describe('the CSV rows', () => {
  test('follow a header line', () => {
    const lines = written('csv', listConnections(shop())).split('\n');
    expect(lines[0]).toBe('src,dst,conn,undecided');
    expect(lines).toContain('app/frontend[Deployment],app/backend[Deployment],TCP 8080,');
    expect(lines).toHaveLength(1 + 4 + 1);
  });

  test('have quotes around a field with a comma or a quote', () => {
    expect(written('csv', listFrom('a"b')).split('\n')[1]).toBe('"app/a""b[Pod]",app/to[Pod],"TCP 80,443"');
  });
});

describe('the Markdown table', () => {
  test('has a row for each connection', () => {
    const lines = written('md', listConnections(shop())).split('\n');
    expect(lines.slice(0, 2)).toEqual(['| src | dst | conn |', '| --- | --- | --- |']);
    expect(lines).toContain('| app/frontend\\[Deployment\\] | app/backend\\[Deployment\\] | TCP 8080 |');
  });

  test('escapes markup, and a cell cannot end its row', () => {
    expect(written('md', listFrom('a|b\r\nc', '*_<b>_`x`*')).split('\n')[2])
      .toBe('| app/a\\|b c\\[\\*\\_\\<b\\>\\_\\`x\\`\\*\\] | app/to\\[Pod\\] | TCP 80,443 |');
  });
});

describe('the graph', () => {
  test('in DOT has a cluster for each namespace and an edge for each connection', () => {
    expect(written('dot', listConnections(shop()))).toBe(`\
digraph {
  rankdir=LR
  node [shape=box]
  subgraph cluster_0 {
    label="app"
    n0 [label="backend"]
    n1 [label="db"]
    n2 [label="frontend"]
  }
  n3 [label="any IPv4 address" shape=ellipse]
  n0 -> n3 [label="TCP 443"]
  n1 -> n3 [label="all"]
  n2 -> n3 [label="all"]
  n2 -> n0 [label="TCP 8080"]
}
`);
  });

  test('in Mermaid has a box for each namespace and an arrow for each connection', () => {
    expect(written('mermaid', listConnections(shop()))).toBe(`\
flowchart LR
  subgraph ns0["app"]
    n0["backend"]
    n1["db"]
    n2["frontend"]
  end
  n3(["any IPv4 address"])
  n0 -->|"TCP 443"| n3
  n1 -->|"all"| n3
  n2 -->|"all"| n3
  n2 -->|"TCP 8080"| n0
`);
  });

  test('has a node for a workload without a connection', () => {
    const dot = written('dot', listed(deployment('a') + deployment('b', '', 'other') + DENY_ALL));
    expect(dot).toMatch(/cluster_0 \{\n {4}label="app"\n {4}n0 \[label="a"\]\n {2}\}\n {2}subgraph cluster_1 \{\n {4}label="other"\n {4}n1 \[label="b"\]/);
    expect(dot).not.toMatch(/n0 ->|-> n0/);
  });

  test('escapes quotes, backslashes and the notation of Mermaid', () => {
    expect(written('dot', listFrom('x"\\'))).toContain('label="x\\"\\\\"');
    expect(written('mermaid', listFrom('a"#<b>'))).toContain('n0["a#34;#35;#60;b#62;"]');
  });

  test('has an escape for the end of a line', () => {
    expect(written('dot', listFrom('a\r\nb'))).toContain('label="a\\\\u000d\\\\u000ab"');
    expect(written('mermaid', listFrom('a\r\nb'))).toContain('n0["a\\u000d\\u000ab"]');
  });
});

describe('the table for a person', () => {
  test('has the connections of each row with each column', () => {
    expect(written('text', listConnections(shop()))).toBe(`\
from \\ to      app/backend   app/db   app/frontend   any IPv4 address
------------   -----------   ------   ------------   ----------------
app/backend    -             -        -              TCP 443
app/db         -             -        -              all
app/frontend   TCP 8080      -        -              all

A row connects to a column on the ports shown (all: every port of every protocol; -: none).
In its own column, a workload has the connections between its replicas.
Addresses are those outside the cluster.
`);
  });

  test('has a row and a column for a workload without a connection', () => {
    const table = text(TIERS + DENY_ALL);
    expect(table).toContain('from \\ to      app/backend   app/db   app/frontend\n');
    expect(table).toMatch(/^app\/db {9}- +- +-$/m);
    expect(table).toMatch(/\nA row connects to a column .*\nIn its own column, a workload has the connections between its replicas\.\n$/);
  });

  test('has an empty cell for a pod with itself, and no line about replicas if there are none', () => {
    const table = text(SOLO + SOLO.replace('solo', 'other') + DENY_ALL);
    expect(table).toMatch(/^app\/other +-\napp\/solo +-\n\nA row connects to a column .*\n$/m);
  });

  test('has a row for addresses that reach a workload, without a cell for addresses to addresses', () => {
    const row = text(deployment('a')).split('\n').find(line => line.startsWith('any IPv4'))!;
    expect(row.trimEnd()).toMatch(/^any IPv4 address {3}all$/);
  });

  test('cuts addresses so that no column is wrong for a workload', () => {
    const table = text(deployment('a') + deployment('b')
      + policy('b', '{ podSelector: { matchLabels: { app: b } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'));
    expect(table).toMatch(/^from \\ to .* outside 1 +10\.0\.0\.0\/8$/m);
    expect(table).toContain('outside 1: any IPv4 address but 10.0.0.0/8\n');
    expect(table).toMatch(/^app\/a .* all +all$/m);
    expect(table).toMatch(/^app\/b .* - +all$/m);
  });

  test('names two kinds that share a name by their kinds', () => {
    const table = text(deployment('web') + deployment('web').replace('kind: Deployment', 'kind: ReplicaSet') + deployment('web', '', 'other'));
    expect(table).toMatch(/^from \\ to +app\/Deployment\/web +app\/ReplicaSet\/web +other\/web /m);
  });

  test('names a pod that a policy tells apart, by its kind if a workload has the same name', () => {
    const table = (...others: object[]) => [...connectivityMatrix(PLAIN, listConnections(reachOf(
      podOf('web', 'app/web-0', { n: '0' }), podOf('web', 'app/web-1', { n: '1' }), ...others, policyObject('app/deny', { podSelector: labelled({ n: '0' }), policyTypes: ['Ingress', 'Egress'] }),
    )))].join('');
    expect(table()).toMatch(/^from \\ to +app\/web-0 +app\/web-1 /);
    expect(table(podOf('web-0', 'app/x', {}))).toMatch(/^from \\ to +app\/Pod\/web-0 +app\/StatefulSet\/web-0 +app\/web-1 /);
  });

  test('has a column for each set of addresses that differs for a workload', () => {
    const egress = (name: string, ...cidrs: string[]) => deployment(name) + policy(name, `{ podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Ingress, Egress],
      egress: [{ to: [${cidrs.map(cidr => `{ ipBlock: { cidr: ${cidr} } }`).join(', ')}] }] }`);
    expect(text(egress('a', '10.0.0.0/8', '21.0.0.0/8') + egress('b', '10.0.0.0/8', '20.0.0.0/7') + egress('c', '30.0.0.0/8'))).toBe(`\
from \\ to   app/a   app/b   app/c   10.0.0.0/8, 21.0.0.0/8   20.0.0.0/8   30.0.0.0/8
---------   -----   -----   -----   ----------------------   ----------   ----------
app/a       -       -       -       all                      -            -
app/b       -       -       -       all                      all          -
app/c       -       -       -       -                        -            all

A row connects to a column on the ports shown (all: every port of every protocol; -: none).
In its own column, a workload has the connections between its replicas.
Addresses are those outside the cluster.
`);
  });

  test('has one column for adjacent addresses that are undecided for the same reason', () => {
    const heading = (list: ConnectivityList) => written('text', list).split('\n')[0];
    expect(heading(undecidedTo(['a', '10.0.0.0/8', 'x'], ['a', '11.0.0.0/8', 'x']))).toBe('from \\ to   app/a   10.0.0.0/7');
    expect(heading(undecidedTo(['a', '10.0.0.0/8', 'x'], ['a', '11.0.0.0/8', 'y']))).toBe('from \\ to   app/a   10.0.0.0/8   11.0.0.0/8');
  });

  test('has labels of up to 24 characters as headings', () => {
    expect(written('text', undecidedTo(['a', '10.0.0.0/8', 'x'], ['a', '100.0.0.0/10', 'x']))).toMatch(/^from .* 10\.0\.0\.0\/8, 100\.0\.0\.0\/10\n/);
  });

  test('has at most 12 columns and 160 characters in a line', () => {
    expect(text(many(12) + DENY_ALL)).toMatch(/^from /);
    expect(text(many(12))).toMatch(/^Each name /);
    const long = (length: number) => text(['a', 'b', 'c'].map(c => deployment(c.repeat(length))).join('') + DENY_ALL);
    expect(long(33)).toMatch(/^from /);
    expect(long(34)).toMatch(/^Each name /);
  });

  test('says so if there are no workloads', () => {
    expect(text(policy('deny', '{ podSelector: {} }'))).toBe('There are no workloads, so nothing can connect.\n');
  });
});

/** Namespace `app` with workloads w0, w1, …: too many for a table. */
function many(count: number): string {
  return Array.from({ length: count }, (_, i) => deployment(`w${i}`)).join('');
}

describe('the blocks for a person, if there are too many workloads for a table', () => {
  test('list what each source reaches, and `nothing` for a source without a connection', () => {
    const blocks = text(many(13) + DENY_ALL
      + policy('w1', `{ podSelector: { matchLabels: { app: w1 } }, egress: [{ to: [{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [w2, w3] }] } }] }],
        policyTypes: [Egress] }`)
      + policy('w2', '{ podSelector: { matchLabels: { app: w2 } }, ingress: [{ ports: [{ port: 80 }] }] }')
      + policy('w3', '{ podSelector: { matchLabels: { app: w3 } }, ingress: [{ from: [{ podSelector: {} }] }] }'));
    expect(blocks).toBe(`Each name connects to those below it on the ports shown (all: every port of every protocol).

${['w0', 'w10', 'w11', 'w12', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7', 'w8', 'w9'].map(name => `app/${name}\n`).join('')}    nothing

app/w1
    TCP 80   app/w2
    all      app/w3

any IPv4 address
    TCP 80   app/w2
`);
    expect(text(many(13) + DENY_ALL)).toContain('\nevery workload (13)\n    nothing\n');
  });

  test('end with the reasons why connections are undecided', () => {
    const list = undecidedTo(...Array.from({ length: 13 }, (_, i): [string, string, string] => [`w${i}`, '10.0.0.0/8', i < 12 ? 'x' : 'y']));
    expect(written('text', list)).toMatch(new RegExp([
      '', 'every workload \\(13\\)', '    \\?   10\\.0\\.0\\.0/8', '', '\\?: undecided whether more can connect, because', '   x is of a kind .* \\(policy-kind\\)', '   y is .*', '$',
    ].join('\n')));
  });

  test('have one line for a source that reaches every workload, its own replicas among them', () => {
    expect(text(many(13))).toBe(`\
Each name connects to those below it on the ports shown (all: every port of every protocol).

every workload (13)
    all   every workload (13)
    all   any IPv4 address

any IPv4 address
    all   every workload (13)
`);
  });

  test('say "every other workload" of a source without replicas, and tell replicas apart that reach each other on other ports', () => {
    expect(text(many(13) + SOLO)).toContain('\napp/solo\n    all   every other workload (13)\n    all   any IPv4 address\n');
    expect(text(many(13) + policy('w0', '{ podSelector: { matchLabels: { app: w0 } }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [w0] }] } }] }] }')))
      .toContain('\napp/w0\n    all   every other workload (12)\n    all   any IPv4 address\n');
    expect(text(many(13) + policy('w0', '{ podSelector: { matchLabels: { app: w0 } }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [w0] }] } }] }, { from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }')))
      .toContain('\napp/w0\n    TCP 80   its own replicas\n    all      every other workload (12)\n    all      any IPv4 address\n');
  });

  test('have one title for the workloads of a namespace that reach the same, and one line for those of a namespace that are reached alike', () => {
    const jobs = Array.from({ length: 9 }, (_, i) => deployment(`j${i}`, '', 'jobs')).join('');
    const others = Array.from({ length: 4 }, (_, i) => deployment(`w${i}`)).join('');
    const toJobs = '{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: jobs } } }], ports: [{ port: 80 }] }] }';
    const blocks = text(jobs + others + policy('out', toJobs));
    expect(blocks).toBe(`\
Each name connects to those below it on the ports shown (all: every port of every protocol).

every workload of app (4)
    TCP 80   every workload of jobs (9)

every workload of jobs (9)
    all   every workload (13)
    all   any IPv4 address

any IPv4 address
    all   every workload (13)
`);
  });

  test('have the names of all sources of a block, if they are not a whole namespace', () => {
    const blocks = text(many(13) + policy('w1', '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [w1, w3] }] }, policyTypes: [Egress] }'));
    expect(blocks).toContain('\napp/w1\napp/w3\n    nothing\n');
    expect(blocks).toContain('\napp/w0\napp/w10\napp/w11\napp/w12\napp/w2\napp/w4\n');
  });

  test('name three workloads one by one', () => {
    const names = ['a', 'b', 'c'].map(c => c.repeat(60));
    const blocks = text(names.map(name => deployment(name)).join(''));
    expect(blocks).toContain(`\nany IPv4 address\n${names.map(name => `    all   app/${name}\n`).join('')}`);
    expect(blocks).not.toContain('every workload');
  });

  test.each([
    ['a workload is not reached', '{ podSelector: { matchLabels: { app: w12 } }, policyTypes: [Ingress] }'],
    ['a workload is reached on other ports', '{ podSelector: { matchLabels: { app: w12 } }, ingress: [{ ports: [{ port: 80 }] }] }'],
  ])('never say "every workload" of those that are reached if %s', (_, spec) => {
    const blocks = text(many(13) + policy('one', spec));
    expect(blocks).not.toMatch(/^ +\S+ +every workload/m);
    expect(blocks.slice(blocks.indexOf('\nany IPv4 address\n'))).not.toContain('every');
  });

  test('list the pods of a workload beside the other workloads, if a policy tells them apart', () => {
    const pods = [podOf('db', 'app/db-0', { n: '0' }), podOf('db', 'app/db-1', { n: '1' })];
    const list = listConnections(reachOf(...pods, ...Array.from({ length: 12 }, (_, i) => podOf(`w${i}`, `app/w${i}`, {})), policyObject('app/deny', { podSelector: labelled({ n: '1' }), policyTypes: ['Egress'] })));
    const blocks = written('text', list);
    expect(blocks).toContain('\napp/db-0\n    all   app/db-1\n    all   every other workload (12)\n');
    expect(blocks).toContain('\nany IPv4 address\n    all   every workload (13)\n');
  });

  test('cut addresses only where the connections of their source differ', () => {
    const blocks = text(many(13)
      + policy('w0', '{ podSelector: { matchLabels: { app: w0 } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 11.0.0.0/8 } }] }] }'));
    expect(blocks).toContain('\napp/w0\n    all   11.0.0.0/8\n');
    expect(blocks).toContain('\napp/w9\n    all   every workload (13)\n    all   any IPv4 address\n');
  });

  test('are used for a few workloads with long names too', () => {
    const blocks = text(['a', 'b', 'c'].map(c => deployment(c.repeat(60))).join(''));
    expect(blocks).not.toContain('from \\ to');
    expect(blocks).toContain(`\napp/${'a'.repeat(60)}\n`);
  });
});

describe('addresses are labelled', () => {
  /** The labels of the addresses that a workload may connect to. */
  function labels(...peers: string[]): string[] {
    const rules = peers.map(peer => `{ to: [{ ipBlock: ${peer} }] }`).join(', ');
    const dot = written('dot', listed(deployment('a') + policy('p', `{ podSelector: {}, policyTypes: [Ingress, Egress], egress: [${rules}] }`)));
    return [...dot.matchAll(/label="([^"]*)" shape=ellipse/g)].map(([, label]) => label);
  }

  /** The column of the addresses, which may be several ranges. */
  function column(...peers: string[]): string {
    const rules = peers.map(peer => `{ to: [{ ipBlock: ${peer} }] }`).join(', ');
    const table = text(deployment('a') + policy('p', `{ podSelector: {}, policyTypes: [Ingress, Egress], egress: [${rules}] }`));
    return /^outside 1: (.*)$/m.exec(table)?.[1] ?? /^from \\ to +app\/a +(.*)$/m.exec(table)![1];
  }

  test.each([
    ['{ cidr: 10.1.2.3/32 }', '10.1.2.3/32'],
    ['{ cidr: 0.0.0.0/0 }', 'any IPv4 address'],
    ['{ cidr: "::/0" }', 'any IPv6 address'],
    ['{ cidr: 0.0.0.0/0, except: [10.0.0.0/8, 192.168.0.0/16] }', 'any IPv4 address but 10.0.0.0/8, 192.168.0.0/16'],
  ])('in the shortest exact form: %s is %s', (peer, label) => {
    expect(column(peer)).toBe(label);
  });

  test('by first and last address if that is shorter than the blocks', () => {
    expect(labels('{ cidr: 10.0.0.0/28, except: [10.0.0.0/32, 10.0.0.15/32] }')).toEqual(['10.0.0.1-10.0.0.14']);
    expect(column('{ cidr: 10.0.0.0/27, except: [10.0.0.0/32, 10.0.0.15/32, 10.0.0.16/32, 10.0.0.31/32] }')).toBe('10.0.0.1-10.0.0.14, 10.0.0.17-10.0.0.30');
    expect(labels('{ cidr: 99.192.0.0/10 }', '{ cidr: 100.0.0.0/9 }')).toEqual(['99.192.0.0/10, 100.0.0.0/9']);
  });

  test('together if they are apart and have the same connections', () => {
    expect(column('{ cidr: 10.0.0.0/8 }', '{ cidr: 192.168.0.0/16 }')).toBe('10.0.0.0/8, 192.168.0.0/16');
    expect(column('{ cidr: 10.0.0.0/9 }', '{ cidr: 10.128.0.0/9 }')).toBe('10.0.0.0/8');
  });

  test('without merging IPv4 and IPv6', () => {
    expect(column('{ cidr: 0.0.0.0/0 }', '{ cidr: "::/0" }')).toBe('any address');
    expect(column('{ cidr: 255.0.0.0/8 }', '{ cidr: "::/8" }')).toBe('255.0.0.0/8, ::/8');
  });

  test('the public internet, if they are exactly the addresses of Peer.publicInternet()', () => {
    const four = '{ cidr: 0.0.0.0/0, except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 168.63.129.16/32, 169.254.0.0/16, 172.16.0.0/12,'
      + ' 192.0.0.0/24, 192.0.2.0/24, 192.168.0.0/16, 192.88.99.0/24, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4] }';
    const six = '{ cidr: "2000::/3", except: ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"] }';
    expect(column(four, six)).toBe('the public internet');
    expect(column(four)).toBe('the public IPv4 internet');
    expect(column(four.replace('0.0.0.0/8, ', ''))).not.toContain('public');
    expect(column(four.replace('168.63.129.16/32', '168.63.129.15/32, 168.63.129.16/32'))).not.toContain('public');
  });
});

describe('the changes between two lists', () => {
  const before = listed(TIERS + policy('p', `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }], ports: [{ port: 5432 }] }],
    egress: [{ to: [{ ipBlock: { cidr: 11.0.0.0/8 } }, { ipBlock: { cidr: 9.1.0.0/16 } }] }, { to: [{ ipBlock: { cidr: 20.0.0.0/8 } }], ports: [{ port: 443 }] }] }`));
  const after = listed(TIERS + policy('p', `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: backend } } }], ports: [{ port: 5433 }] }, { from: [{ podSelector: { matchLabels: { app: frontend } } }] }] }`));
  const changes = connectivityChanges(before.connections, after.connections);
  const workloads = [...before.workloads, ...after.workloads];

  test('are counted and listed as text; addresses with the same change share a line', () => {
    expect(connectivityChangesText(['a.yaml', 'b.yaml'], changes, workloads)).toBe(`\
a.yaml, b.yaml: 1 gained, 2 lost, 1 changed
  changed  app/backend → app/db: TCP 5433 (was TCP 5432)
  lost     app/db → 9.1.0.0/16, 11.0.0.0/8: all
  lost     app/db → 20.0.0.0/8: TCP 443
  gained   app/frontend → app/db: all
`);
  });

  test('have the addresses that reach a workload before the workload, and sort addresses by number', () => {
    const closed = listed(deployment('a') + DENY_ALL);
    const opened = listed(deployment('a') + policy('p', `{ podSelector: {}, policyTypes: [Ingress, Egress],
      ingress: [{ from: [{ ipBlock: { cidr: 9.0.0.0/8 } }, { ipBlock: { cidr: 12.0.0.0/8 } }, { ipBlock: { cidr: 20.0.0.0/8 } }] }] }`));
    expect(connectivityChangesText(['a'], connectivityChanges(closed.connections, opened.connections), opened.workloads))
      .toBe('a: 1 gained\n  gained   9.0.0.0/8, 12.0.0.0/8, 20.0.0.0/8 → app/a: all\n');
  });

  test('name at most three files', () => {
    expect(connectivityChangesText(['a', 'b', 'c', 'd', 'e'], [], workloads)).toBe('a, b, c and 2 more: no connection gained, lost or changed\n');
  });

  test('are rows as list prints them, in one line of JSON', () => {
    expect(connectivityChangesJson(['a.yaml'], changes)).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(connectivityChangesJson(['a.yaml'], changes))).toEqual({
      files: ['a.yaml'],
      gained: [{ src: 'app/frontend[Deployment]', dst: 'app/db[Deployment]', conn: 'All Connections' }],
      lost: [
        { src: 'app/db[Deployment]', dst: '11.0.0.0-11.255.255.255[External]', conn: 'All Connections' },
        { src: 'app/db[Deployment]', dst: '20.0.0.0-20.255.255.255[External]', conn: 'TCP 443' },
        { src: 'app/db[Deployment]', dst: '9.1.0.0-9.1.255.255[External]', conn: 'All Connections' },
      ],
      changed: [{ src: 'app/backend[Deployment]', dst: 'app/db[Deployment]', conn: 'TCP 5433', was: 'TCP 5432' }],
    });
    expect(connectivityChangesJson([], [])).toBe('{"files":[],"gained":[],"lost":[],"changed":[]}\n');
  });
});

describe('a set of thousands of port ranges', () => {
  const odd = (count: number) => Array.from({ length: count }, (_, i) => 2 * i + 1);
  const open = (count: number) => listed(TIERS + policy('odd', `{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [${odd(count).map(p => `{ port: ${p} }`).join(', ')}] }] }`));

  test('is written in the first row that has it, and the other rows refer to this row', () => {
    const rows = JSON.parse(written('json', open(30_000))) as { src: string; dst: string; conn: string }[];
    const between = rows.filter(({ dst }) => dst.startsWith('app/'));
    expect(between[0]).toEqual({ src: 'app/backend[Deployment]', dst: 'app/backend[Deployment]', conn: `TCP ${odd(30_000).join(',')}` });
    expect(new Set(between.slice(1).map(({ conn }) => conn))).toEqual(new Set(['as app/backend[Deployment] → app/backend[Deployment]']));
    for (const format of ['csv', 'md'] as const) { expect(written(format, open(30_000)).match(/as app\/backend(\\)?\[Deployment(\\)?\] → app\/backend/g)).toHaveLength(8); }
  });

  test('has a count for a person', () => {
    expect(written('text', open(30_000))).toContain('TCP 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,33,35,37,39,… (30,000 ranges)');
    expect(written('mermaid', open(30_000))).toContain('39,… (30,000 ranges)');
    expect(written('text', open(20))).toContain(`TCP ${odd(20).join(',')} `);
  });

  test('of 256 ranges is written in every row', () => {
    expect(written('csv', open(256)).split(odd(256).join(','))).toHaveLength(10);
  });

  test('is told apart from another one in the table of addresses', () => {
    const ports = (count: number) => odd(count).map(p => `{ port: ${p} }`).join(', ');
    const matrix = text(TIERS + ['db', 'backend'].map((name, i) => policy(name, `{ podSelector: { matchLabels: { app: ${name} } }, ingress: [{ from: [{ ipBlock: { cidr: 10.${i}.0.0/16 } }], ports: [${ports(300 + i)}] }] }`)).join(''));
    expect(matrix).toMatch(/300 ranges[^]*301 ranges|301 ranges[^]*300 ranges/);
  });
});
