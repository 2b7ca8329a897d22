import '@microsoft/jest-sarif';
import { diffOf, end, GONE, pair, pods, region, RULE, undecidedRegion, workload } from './diff-results';
import { Diff } from '../../src/changes/diff';
import { ConnectionSet } from '../../src/evaluator/connections';
import { LINT_CODES } from '../../src/findings/codes';
import { Finding, finding } from '../../src/findings/finding';
import { Cidr, parseAddress, parseCidr } from '../../src/k8s/address';
import { PUBLIC_INTERNET } from '../../src/k8s/public-internet';
import { diffText } from '../../src/report/diff';
import { diffFindings } from '../../src/report/diff-findings';
import { diffJson } from '../../src/report/diff-json';
import { diffMarkdown } from '../../src/report/diff-markdown';
import { DiffReport, diffVerdict } from '../../src/report/diff-verdict';
import { PLAIN } from '../../src/report/layout';
import { sarif } from '../../src/report/sarif';

const addition = region({ isBroadening: false, isAddition: true, ends: 'new' });
const loss = region({ kind: 'closed', isBroadening: false, causes: [GONE] });
const replaced = { ...pair, ends: 'new' as const };

const reportOf = (change: Partial<Diff>, lint?: DiffReport['lint']): DiffReport => ({ before: 'HEAD:k8s', after: 'k8s', clusters: [{ diff: diffOf(change) }], lint });
const text = (change: Partial<Diff>, lint?: DiffReport['lint']) => [...diffText(reportOf(change, lint), PLAIN)].join('');
const json = (report: DiffReport) => JSON.parse([...diffJson(report)].join(''));
const markdown = (report: DiffReport) => diffMarkdown(report, 'netpol diff HEAD:k8s k8s -o json');

const fresh = finding('NP112', { file: 'k8s/db.yaml', line: 20, column: 7 }, 'app/db names a port that nobody has', { fix: 'write postgres' });

describe('the verdict says what opens first, and for which pods', () => {
  test.each<[string, Partial<Diff>, string]>([
    ['nothing', {}, 'Nothing changes, for every possible pod.'],
    ['one gain', { gains: [region()] }, 'Opens 1 group of connections, for every possible pod.'],
    ['gains, additions and losses', { gains: [region(), region(), addition], losses: [loss] },
      'Opens 2 groups of connections, adds 1 for new workloads and closes 1, for every possible pod.'],
    ['additions only', { gains: [addition, addition] },
      'Opens nothing for workloads that exist and adds 2 groups of connections for new workloads, for every possible pod.'],
    ['losses only', { losses: [loss] }, 'Opens nothing and closes 1 group of connections, for every possible pod.'],
    ['a gain and undecided ones', { gains: [region()], undecided: [undecidedRegion] },
      'Opens 1 group of connections, for every possible pod; 1 more is undecided.'],
    ['undecided ones', { undecided: [undecidedRegion, undecidedRegion] }, 'Undecided: netpol cannot say whether this change opens or closes 2 groups of connections.'],
    ['workloads only', { pairs: [replaced] }, 'Opens and closes nothing, for every possible pod; only workloads are new or gone.'],
    ['declared pods only', { scope: { pods: 'declared pods', reason: 'the search ran out of steps' } },
      'Nothing changes, for declared pods only (the search ran out of steps).'],
  ])('%s', (_, change, verdict) => {
    expect(diffVerdict([{ diff: diffOf(change) }])).toBe(verdict);
    expect(text(change).split('\n')[0]).toBe(verdict);
    expect(markdown(reportOf(change)).split('\n')[0]).toBe(`**${verdict}**`);
    expect(json(reportOf(change)).verdict).toBe(verdict);
  });

  test('clusters are counted together', () => {
    expect(diffVerdict([{ cluster: 'eu', diff: diffOf({ gains: [region()] }) }, { cluster: 'us', diff: diffOf({ losses: [loss] }) }]))
      .toBe('Opens 1 group of connections and closes 1, for every possible pod.');
  });
});

describe('as text', () => {
  test('a region has its ends, its cause with the place, and an example', () => {
    expect(text({ gains: [region()], losses: [loss], undecided: [undecidedRegion] }, { fresh: [fresh], gone: [fresh] })).toBe(`\
Opens 1 group of connections and closes 1, for every possible pod; 1 more is undecided.

Opens
  pods app=web of namespace app → pods app=db of namespace app: TCP 5432
      opened, for workloads that both versions have
      because ingress rule 1 of app/db is new (k8s/db.yaml:12:5)
      for example app/web → app/db: TCP 5432

Closes
  pods app=web of namespace app → pods app=db of namespace app: TCP 5432
      closed, for workloads that both versions have
      because app/deny no longer isolates pods for egress (HEAD:k8s/deny.yaml:1:1)
      for example app/web → app/db: TCP 5432

Undecided
  pods app=web of namespace app → pods app=db of namespace app: every port
      may open
      undecided, because CiliumNetworkPolicy app/lock is of a kind that netpol does not evaluate (k8s/lock.yaml:1:1; policy-kind)

New findings of lint
  k8s/db.yaml:20:7: error NP112: app/db names a port that nobody has; write postgres

Findings of lint that are gone: 1
`);
  });

  test.each([
    ['widened', 'both', 'widened: other ports passed before between some of these ends, for workloads that both versions have'],
    ['narrowed', 'gone', 'narrowed: other ports still pass between some of these ends, for a workload that is gone'],
    ['opened', 'new', 'opened, for a workload that is new'],
    ['opened', 'possible', 'opened, for pods that could exist; no declared workload certainly has one of these connections'],
  ] as const)('%s, %s', (kind, ends, line) => {
    expect(text({ gains: [region({ kind, ends })] })).toContain(`\n      ${line}\n`);
  });

  test('a few of many pairs, causes and regions are shown, and the others counted', () => {
    const pairs = Array.from({ length: 9 }, (_, i) => ({ source: end('db'), destination: end('web'), ends: 'both' as const, connections: ConnectionSet.range('TCP', i + 1, i + 1) }));
    const causes = Array.from({ length: 8 }, () => RULE);
    const shown = text({ gains: Array.from({ length: 1_060 }, () => region({ pairs, causes })) });
    expect(shown).toContain('\n      for example app/db → app/web: TCP 1\n      and app/db → app/web: TCP 2\n');
    expect(shown).toContain('\n      and app/db → app/web: TCP 4\n      and 6 more\n');
    expect(shown).toContain('\n      and 3 more causes\n');
    expect(shown).toContain('\n  … and 1,010 more; -o json has all of them\n');
  });

  test('addresses have the shortest exact form', () => {
    const block = (cidr: string, ...except: readonly string[]) =>
      ({ text: cidr, parts: [{ kind: 'addresses' as const, path: [], block: parseCidr(cidr) as Cidr, except: except.map(one => parseCidr(one) as Cidr) }] });
    expect(text({ gains: [region({ from: block('0.0.0.0/0'), to: block('10.0.0.0/8', '10.0.0.0/9') })] })).toContain('\n  any IPv4 address → 10.128.0.0/9: TCP 5432\n');
    const { ipBlock } = PUBLIC_INTERNET.find(one => one.ipBlock!.cidr === '0.0.0.0/0')!;
    expect(text({ gains: [region({ to: block(ipBlock!.cidr, ...ipBlock!.except!) })] })).toContain(' → the public IPv4 internet: TCP 5432\n');
  });

  test('what new workloads have by old rules is listed by itself', () => {
    expect(text({ pairs: [replaced] })).toContain('\nNew and removed workloads, by rules that did not change\n  gained   app/web → app/db: TCP 5432\n');
    expect(text({ gains: [region()], pairs: [pair] })).not.toContain('rules that did not change');
  });

  test('no name of a cluster reaches the terminal with a control character', () => {
    const cluster = 'e\u001bu';
    const printed = [...diffText({ before: 'a', after: 'b', clusters: [{ cluster, onlyIn: 'new', diff: diffOf({ gains: [region()] }) }] }, PLAIN)].join('');
    expect(printed).toMatch(/^Clusters\n.* is new\n[^]*^Opens in cluster e/m);
    expect(printed).not.toContain('\u001b');
  });

  test('assumptions are listed, and clusters are named', () => {
    const diff = diffOf({ gains: [region()], assumptions: ['nothing sets the label team of namespace app'] });
    expect([...diffText({ before: 'a', after: 'b', clusters: [{ cluster: 'eu', diff }, { cluster: 'us', diff: diffOf() }] }, PLAIN)].join(''))
      .toMatch(/\nOpens in cluster eu\n[^]*\nAssumptions in cluster eu\n {2}nothing sets the label team of namespace app\n$/);
  });

  test('Namespaces that are new or gone are listed, although nothing changes for them', () => {
    expect(text({ namespaces: { fresh: ['ops'], gone: ['jobs'] } })).toMatch(/^Nothing changes, [^]*\nNamespaces\n {2}ops is new\n {2}jobs is gone\n$/);
  });

  test('names cannot pretend to be other lines', () => {
    expect(text({ gains: [region({ from: { ...pods('web'), text: 'a\nOpens nothing' }, causes: [{ ...RULE, text: 'x\u001b[2J' }] })] })).toMatch(/a\\u000aOpens nothing → [^]*x\\u001b\[2J/);
  });
});

describe('as JSON', () => {
  test('everything is there', () => {
    const named = region({
      kind: 'widened',
      from: { text: 'anything', parts: [{ kind: 'anything' }] },
      ports: { text: 'TCP http', connections: ConnectionSet.range('TCP', 80, 80), names: [{ protocol: 'TCP', name: 'http' }] },
      witness: { ...region().witness, source: { kind: 'address', name: '192.0.2.1', address: parseAddress('192.0.2.1')! } },
    });
    const result = json(reportOf({ gains: [named], losses: [loss], undecided: [undecidedRegion], pairs: [pair], assumptions: ['a'], namespaces: { fresh: ['ops'], gone: [] } }, { fresh: [fresh], gone: [] }));
    expect(result).toMatchObject({
      old: 'HEAD:k8s',
      new: 'k8s',
      differences: { broadened: true, added: false, narrowed: true, any: true, undecided: true },
      clusters: [{
        scope: { pods: 'every possible pod' },
        assumptions: ['a'],
        namespaces: { new: ['ops'], gone: [] },
        gains: [{
          kind: 'widened',
          ends: 'both',
          broadened: true,
          from: { text: 'anything', parts: [{ kind: 'anything' }] },
          to: { text: 'pods app=db of namespace app', parts: [{ kind: 'pods', namespaceSelector: 'kubernetes.io/metadata.name=app', podSelector: 'app=db' }] },
          ports: { text: 'TCP http', conn: 'TCP 80', names: ['TCP http'] },
          causes: [{ kind: 'rule', change: 'added', text: 'ingress rule 1 of app/db is new', new: { file: 'k8s/db.yaml', line: 12, column: 5 } }],
          witness: { source: { address: '192.0.2.1' }, destination: { name: 'app/db[Deployment]', namespace: 'app', labels: { app: 'db' } }, protocol: 'TCP', port: 5432 },
          pairs: [{ src: 'app/web[Deployment]', dst: 'app/db[Deployment]', ends: 'both', conn: 'TCP 5432' }],
        }],
        losses: [{ kind: 'closed', causes: [{ old: { file: 'HEAD:k8s/deny.yaml', line: 1, column: 1 } }] }],
        undecided: [{ may: 'open', reasons: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/lock', file: 'k8s/lock.yaml', line: 1 }] }],
        pairs: [{ src: 'app/web[Deployment]', dst: 'app/db[Deployment]', ends: 'both', old: { conn: 'No Connections' }, new: { conn: 'TCP 5432' } }],
      }],
      lint: { new: [{ code: 'NP112', fix: { text: 'write postgres' } }], gone: [] },
    });
    expect(result.clusters[0].gains[0].witness.destination).not.toHaveProperty('old');
  });

  test('every kind of a part is data', () => {
    const parts = [
      { kind: 'workload' as const, workload: workload('db') },
      { kind: 'namespace' as const, name: 'app' },
    ];
    expect(json(reportOf({ gains: [region({ to: { text: 'a', parts } })] })).clusters[0].gains[0].to.parts)
      .toEqual([{ kind: 'workload', namespace: 'app', workloadKind: 'Deployment', name: 'db' }, { kind: 'namespace', name: 'app' }]);
  });

  test('a witness says what was different about it before', () => {
    const { witness } = region();
    const source = witness.source.kind === 'pod' ? witness.source : undefined!;
    const before = { ...source.before, pod: { ...source.before.pod, labels: { app: 'old' } } };
    const possible = { ...source, before, workload: undefined, isNewNamespace: true };
    expect(json(reportOf({ gains: [region({ witness: { ...witness, source: possible } })] })).clusters[0].gains[0].witness.source)
      .toMatchObject({ possible: true, newNamespace: true, labels: { app: 'web' }, old: { labels: { app: 'old' } } });
  });

  test('without lint there is no field for it, and clusters have names', () => {
    const result = json({ before: 'a', after: 'b', clusters: [{ cluster: 'eu', diff: diffOf() }, { cluster: 'us', diff: diffOf({ gains: [addition] }) }] });
    expect(result).not.toHaveProperty('lint');
    expect(result.differences).toEqual({ broadened: false, added: true, narrowed: false, any: true, undecided: false });
    expect(result.clusters.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['eu', 'us']);
  });
});

describe('as Markdown', () => {
  test('what opens comes first, details are folded, and the last line says where the rest is', () => {
    expect(markdown(reportOf({ gains: [region()], losses: [loss], undecided: [undecidedRegion], pairs: [pair] }, { fresh: [fresh], gone: [fresh] }))).toBe(`\
**Opens 1 group of connections and closes 1, for every possible pod; 1 more is undecided.**

### Opens

| from | to | ports | why | for example |
| --- | --- | --- | --- | --- |
| \`pods app=web of namespace app\` | \`pods app=db of namespace app\` | \`TCP 5432\` | ingress rule 1 of app/db is new (\`k8s/db.yaml:12:5\`) | \`app/web → app/db: TCP 5432\` |

### Closes

| from | to | ports | why | for example |
| --- | --- | --- | --- | --- |
| \`pods app=web of namespace app\` | \`pods app=db of namespace app\` | \`TCP 5432\` | app/deny no longer isolates pods for egress (\`HEAD:k8s/deny.yaml:1:1\`) | \`app/web → app/db: TCP 5432\` |

### Undecided

| from | to | ports | may | why |
| --- | --- | --- | --- | --- |
| \`pods app=web of namespace app\` | \`pods app=db of namespace app\` | \`every port\` | open | CiliumNetworkPolicy app/lock is of a kind that netpol does not evaluate (k8s/lock.yaml:1:1; policy-kind) |

### New findings of lint

|  | code | where | what | fix |
| --- | --- | --- | --- | --- |
| error | NP112 | \`k8s/db.yaml:20:7\` | app/db names a port that nobody has | write postgres |

<details><summary>Workloads whose connections change (1)</summary>

| from | to | old | new |
| --- | --- | --- | --- |
| \`app/web\` | \`app/db\` | - | \`TCP 5432\` |

</details>

<details><summary>Findings of lint that are gone (1)</summary>

|  | code | where | what | fix |
| --- | --- | --- | --- | --- |
| error | NP112 | \`k8s/db.yaml:20:7\` | app/db names a port that nobody has | write postgres |

</details>

The complete result from \`HEAD:k8s\` to \`k8s\`: \`netpol diff HEAD:k8s k8s -o json\`
`);
  });

  test('more than twenty rows are folded', () => {
    const result = markdown(reportOf({ gains: Array.from({ length: 25 }, () => region()) }));
    expect(result.split('<details>')[0].match(/^\| `pods/gm)).toHaveLength(20);
    expect(result).toContain('<details><summary>5 more</summary>');
  });

  /** No cell of a table and no line of a list can be made by the input. */
  const HOSTILE = '@octocat #1 | `code` ``x`` <img src=x> <!-- https://evil.example www.evil.example [a](b) **b** ~~c~~ &lt; $x$ \\| \n### Opens nothing \u202e\u200b';

  test.each<[string, Partial<Diff>, Finding[]]>([
    ['an end', { gains: [region({ from: { ...pods('web'), text: HOSTILE }, to: { ...pods('db'), text: HOSTILE } })] }, []],
    ['ports', { losses: [region({ ports: { ...region().ports, text: HOSTILE } })] }, []],
    ['a cause', { gains: [region({ causes: [{ ...RULE, text: HOSTILE, after: { file: HOSTILE, line: 1 } }] })] }, []],
    ['a reason', { undecided: [{ ...undecidedRegion, reasons: [{ code: 'not-read', what: HOSTILE, place: { file: HOSTILE } }] }] }, []],
    ['a name', { pairs: [{ ...pair, source: { ...pair.source, name: HOSTILE } }] }, []],
    ['an assumption', { assumptions: [HOSTILE] }, []],
    ['a namespace', { namespaces: { fresh: [HOSTILE], gone: [HOSTILE] } }, []],
    ['the scope', { scope: { pods: 'declared pods', reason: HOSTILE } }, []],
    ['a finding', {}, [finding('NP112', { file: HOSTILE }, HOSTILE, { fix: HOSTILE })]],
  ])('nothing from the input is Markdown: %s', (_, change, findings) => {
    const result = markdown({ ...reportOf(change, { fresh: findings, gone: findings }), before: HOSTILE });
    expect(result).not.toMatch(/^#+ Opens nothing/m);
    // Outside of code, these would mention a person, refer to an issue, make a link, or begin a tag.
    const prose = result.replace(/(`+)(?:(?!\1)[^]|(?<=`)`)*?[^`]\1(?!`)/g, '');
    expect(prose).not.toMatch(/@octocat|#1\b|https:\/\/|www\.evil|(?<!\\)<(?!!-- -->|\/?details>|\/?summary>)|(?<!\\)\*\*b|(?<!\\)~~|(?<!\\)\[a/);
    // Each row has as many cells as its header.
    const cells = (line: string) => line.replace(/\\[^]/g, '').split('|').length;
    let header = 0;
    for (const line of result.split('\n')) {
      header = line.startsWith('|') ? header || cells(line) : 0;
      expect({ line, cells: header === 0 ? 0 : cells(line) }).toEqual({ line, cells: header });
    }
  });

  test.each([
    ['many regions', { gains: Array.from({ length: 2_000 }, (_, i) => region({ from: { ...pods('web'), text: `pods app=web-${i} of namespace app` } })) }],
    ['many pairs', { pairs: Array.from({ length: 5_000 }, () => pair) }],
    ['texts of many bytes', { gains: Array.from({ length: 60 }, () => region({ from: { ...pods('web'), text: '\u{1f600}'.repeat(5_000) }, to: { ...pods('db'), text: '\u202e'.repeat(5_000) } })) }],
    ['a long verdict', { scope: { pods: 'declared pods', reason: '`'.repeat(100_000) } as const }],
  ])('is shorter than 60,000 bytes, and says that it is shortened: %s', (name, change) => {
    const result = markdown(reportOf(change, { fresh: Array.from({ length: 300 }, () => fresh), gone: [] }));
    expect(Buffer.byteLength(result)).toBeLessThan(60_000);
    expect(result.length).toBeLessThan(60_000);
    if (name !== 'a long verdict') { expect(result).toMatch(/\nThis comment is shortened\. The complete result from [^\n]*\n$/); }
    // What is opened is closed.
    expect(result.match(/<details>/g)?.length ?? 0).toBe(result.match(/<\/details>/g)?.length ?? 0);
  });

  test('many clusters are in one comment too', () => {
    const clusters = Array.from({ length: 500 }, (_, i) => ({ cluster: `c${i}`, diff: diffOf({ gains: [region()] }) }));
    const result = markdown({ before: 'a', after: 'b', clusters });
    expect(Buffer.byteLength(result)).toBeLessThan(60_000);
    expect(result).toContain('### Opens in cluster c0\n');
    expect(result).toContain('This comment is shortened.');
  });

  test('what there is no room for is counted', () => {
    const result = markdown(reportOf({ pairs: Array.from({ length: 5_000 }, () => pair) }));
    const shown = result.match(/^\| `app\/web/gm)!.length;
    expect(result).toContain(`… and ${(5_000 - shown).toLocaleString('en')} more that this comment has no room for`);
    const second = markdown(reportOf({ gains: Array.from({ length: 2_000 }, () => region()), losses: [loss] }));
    expect(second).toContain('\n### Closes\n\n1, and this comment has no room for them\n');
  });
});

describe('as SARIF', () => {
  const findings = (change: Partial<Diff>, lint?: DiffReport['lint']) =>
    diffFindings(reportOf(change, lint), { file: 'k8s' }, { before: file => file.replace(/^HEAD:/, ''), after: file => file.replace(/^NEW:/, '') });

  test('a gain is at the line of the new version that causes it', () => {
    expect(findings({ gains: [region({ causes: [GONE, RULE] }), addition] })).toMatchObject([
      {
        code: 'NP401',
        place: { file: 'k8s/db.yaml', line: 12 },
        message: 'this opens pods app=web of namespace app → pods app=db of namespace app: TCP 5432, because app/deny no longer isolates pods for egress '
          + 'and ingress rule 1 of app/db is new; for example app/web → app/db: TCP 5432',
        related: [{ message: expect.stringMatching(/^before the change: app\/deny no longer isolates pods for egress \(HEAD:k8s\/deny\.yaml/), place: { file: 'k8s/deny.yaml' } }, { place: { file: 'k8s/db.yaml' } }],
      },
      { code: 'NP401', message: expect.stringMatching(/: TCP 5432 for new workloads, because /) },
    ]);
  });

  test('a gain without such a line is at a workload of it, or else at the new version', () => {
    const declared = { text: 'app/db', parts: [{ kind: 'workload' as const, workload: workload('db') }] };
    const OWN = workload('db').origin.at();
    const address = { kind: 'address' as const, name: '192.0.2.1', address: 1n };
    const witness = { ...region().witness, source: address, destination: address };
    const gains = [{ to: declared }, { from: declared, witness }, {}, { witness }].map(change => region({ causes: [GONE], ...change }));
    expect(findings({ gains }).map(({ place }) => place)).toEqual([OWN, OWN, OWN, { file: 'k8s' }]);
  });

  test('losses are none, what may open is one, and new findings of lint are', () => {
    const undecided = [undecidedRegion, { ...undecidedRegion, may: 'close' as const }];
    expect(findings({ losses: [loss], undecided }, { fresh: [fresh], gone: [fresh] })).toMatchObject([
      { code: 'NP402', message: expect.stringMatching(/ may open, because CiliumNetworkPolicy app\/lock is of a kind that netpol does not evaluate$/) },
      { code: 'NP112' },
    ]);
  });

  test('files have the path that the code host knows', () => {
    const cause = { ...RULE, after: { file: 'NEW:k8s/db.yaml', line: 1 } };
    expect(findings({ gains: [region({ causes: [cause] })] })[0]).toMatchObject({ place: { file: 'k8s/db.yaml' }, related: [{ place: { file: 'k8s/db.yaml' } }] });
  });

  test('a place of a revision is the file in the repository, without a line, which the message has', () => {
    const cause = { ...RULE, before: { file: 'HEAD:k8s/db.yaml', line: 7, column: 3 }, after: { file: 'k8s/db.yaml', line: 9 } };
    expect(findings({ gains: [region({ causes: [cause] })] })[0].related).toEqual([
      { message: RULE.text, place: { file: 'k8s/db.yaml', line: 9 } },
      { message: `before the change: ${RULE.text} (HEAD:k8s/db.yaml:7:3)`, place: { file: 'k8s/db.yaml' } },
    ]);
    const folder = { ...cause, before: { file: 'old/db.yaml', line: 7 } };
    expect(findings({ gains: [region({ causes: [folder] })] })[0].related?.[1]).toEqual({ message: `before the change: ${RULE.text}`, place: folder.before });
  });

  test('a workload that only a revision has is in its file', () => {
    const gone = { ...workload('db'), origin: { at: () => ({ file: 'HEAD:k8s/gone.yaml', line: 3 }) } };
    const to = { text: 'app/db', parts: [{ kind: 'workload' as const, workload: gone }] };
    expect(findings({ gains: [region({ causes: [GONE], to })] })[0].place).toEqual({ file: 'k8s/gone.yaml' });
  });

  test('it is valid, and names the cluster', () => {
    const diff = diffOf({ gains: [region()], undecided: [undecidedRegion] });
    const found = diffFindings({ before: 'a', after: 'b', clusters: [{ cluster: 'eu', diff }] }, { file: 'b' }, { before: file => file, after: file => file });
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/^cluster eu: this opens /), expect.stringMatching(/^cluster eu: pods /)]);
    expect(JSON.parse([...sarif(found, LINT_CODES)].join(''))).toBeValidSarifLog();
  });
});
