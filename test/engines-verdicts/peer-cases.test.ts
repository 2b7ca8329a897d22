import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { sharedFolder } from './shared';
import { AddressRange, formatRange, parseAddress } from '../../src/k8s/address';
import { netpol } from '../cli/command';

/*
 * Forty sets of manifests that another analyzer ships as its tests, with the output of its `list -o json`. The tests
 * compare rows about outside addresses as sets of addresses, because analyzers may cut ranges differently.
 */

const folder = sharedFolder('peer-cases', "the output of np-guard's analyzer for forty sets of manifests");

interface Row { src: string; dst: string; conn: string; undecided?: string[] }

/** Where the two programs differ: the reason, and a change to the manifests after which they must agree. */
const EXPLAINED: Record<string, { why: string; without: (manifest: string) => string }> = {
  'semanticDiff-same-topologies-old1': {
    why: 'All three pods are on the network of their node, where NetworkPolicies have no defined effect (kubernetes.io, Network Policies, '
      + '"Network policies and hostNetwork pods": most plugins ignore such pods). The other program treats them like any other pods.',
    without: manifest => manifest.replace(/"hostNetwork": true/g, '"hostNetwork": false'),
  },
};

const cases = folder === undefined ? [] : fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'connections.json')));

function comparable(rows: Row[]): string[] {
  const inside: string[] = [];
  const outside = new Map<string, AddressRange[]>();
  for (const row of rows) {
    const end = [row.src, row.dst].find(name => name.endsWith('[External]'));
    if (end === undefined) {
      inside.push(`${row.src} → ${row.dst}: ${row.conn}`);
      continue;
    }
    const [first, last] = end.replace('[External]', '').split('-').map(text => parseAddress(text)!);
    const key = `${row.src === end ? 'outside' : row.src} → ${row.dst === end ? 'outside' : row.dst}: ${row.conn}`;
    outside.set(key, [...outside.get(key) ?? [], { first, last }]);
  }
  return [...inside, ...[...outside].map(([key, ranges]) => `${key} ${joined(ranges).map(formatRange).join()}`)].sort();
}

function joined(ranges: AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  for (const range of ranges.sort((a, b) => a.first < b.first ? -1 : 1)) {
    const before = result[result.length - 1];
    if (before !== undefined && range.first <= before.last + 1n) {
      result[result.length - 1] = { first: before.first, last: range.last > before.last ? range.last : before.last };
    } else {
      result.push(range);
    }
  }
  return result;
}

(folder === undefined ? describe.skip : describe)('netpol list -o json and another analyzer', () => {
  test('compare all forty sets of manifests', () => {
    expect(cases).toHaveLength(40);
  });

  test.each(cases.filter(name => EXPLAINED[name] === undefined))('agree on %s', async name => {
    expect(await listed(path.join(folder!, name, 'manifests'))).toEqual(expected(name));
  });

  test.each(Object.keys(EXPLAINED))('differ on %s for one known reason', async name => {
    const manifests = path.join(folder!, name, 'manifests');
    expect(await listed(manifests)).not.toEqual(expected(name));
    const work = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-'));
    try {
      for (const file of fs.readdirSync(manifests)) {
        fs.writeFileSync(path.join(work, file), EXPLAINED[name].without(fs.readFileSync(path.join(manifests, file), 'utf8')));
      }
      expect(await listed(work)).toEqual(expected(name));
    } finally {
      fs.rmSync(work, { recursive: true });
    }
  });
});

function expected(name: string): string[] {
  return comparable(JSON.parse(fs.readFileSync(path.join(folder!, name, 'connections.json'), 'utf8')));
}

async function listed(manifests: string): Promise<string[]> {
  const { status, stdout, stderr } = await netpol(['list', manifests, '-o', 'json']);
  if (status !== 0) { throw new Error(stderr); }
  // The other program never matches a pod by ipBlock. These pods have no known addresses, so our answer is undecided.
  const onlyUndecided = ({ conn, undecided }: Row) => conn === 'No Connections' && undecided?.join() === 'pod-address';
  // It lists no connections between the replicas of a workload either.
  return comparable((JSON.parse(stdout) as Row[]).filter(row => !onlyUndecided(row) && row.src !== row.dst));
}
