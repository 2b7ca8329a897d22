import * as fs from 'fs';
import * as path from 'path';

/* The data file about which implementation enforces which cluster-wide policy, and the table of the guide that is made from it. */

interface Support {
  readonly implementation: string;
  readonly since: string | null;
  readonly kinds: readonly string[];
  readonly apiVersion: string | null;
  readonly note: string | null;
  readonly source: string;
  readonly date: string;
}

const DOCS = path.join(__dirname, '../docs');
const { read, support } = JSON.parse(fs.readFileSync(path.join(DOCS, 'cluster-policy-support.json'), 'utf8')) as { readonly read: string; readonly support: readonly Support[] };

/** The versions of each kind that the texts of the APIs define. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  ClusterNetworkPolicy: ['policy.networking.k8s.io/v1beta1', 'policy.networking.k8s.io/v1alpha2', 'networking.k8s.aws/v1alpha1'],
  ApplicationNetworkPolicy: ['networking.k8s.aws/v1alpha1'],
  AdminNetworkPolicy: ['policy.networking.k8s.io/v1alpha1'],
  BaselineAdminNetworkPolicy: ['policy.networking.k8s.io/v1alpha1'],
};

const DAY = /^20\d\d-[01]\d-[0-3]\d$/;

test('each entry names an implementation, kinds in a version that there is, a source, and the date of the source or of its reading', () => {
  expect(read).toMatch(DAY);
  for (const entry of support) {
    expect(Object.keys(entry)).toEqual(['implementation', 'since', 'kinds', 'apiVersion', 'note', 'source', 'date']);
    expect(entry.implementation).toMatch(/\S/);
    expect(entry.kinds.length).toBeGreaterThan(0);
    for (const kind of entry.kinds) {
      expect(Object.keys(VERSIONS)).toContain(kind);
      if (entry.apiVersion !== null) { expect(VERSIONS[kind]).toContain(entry.apiVersion); }
    }
    expect(new URL(entry.source).protocol).toBe('https:');
    // Of the source, or of the day on which it was read.
    expect(entry.date).toMatch(DAY);
    expect(entry.date <= read).toBe(true);
  }
});

test('no implementation has two entries for a kind in one version', () => {
  const keys = support.flatMap(({ implementation, kinds, apiVersion }) => kinds.map(kind => `${implementation} ${kind} ${apiVersion}`));
  expect(keys).toEqual([...new Set(keys)]);
});

test('the table of the guide has each entry, with its source and date', () => {
  const rows = support.map(({ implementation, since, kinds, apiVersion, note, source, date }) => [
    since === null ? implementation : `${implementation}, since ${since}`,
    kinds.map(kind => `\`${kind}\``).join(', '),
    apiVersion === null ? 'not stated' : `\`${apiVersion}\``,
    note ?? '',
    `[source](${source}), ${date}`,
  ]).map(cells => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'));
  const guide = fs.readFileSync(path.join(DOCS, 'guides/cluster-wide.md'), 'utf8');
  const [, table] = /^\| implementation \|.*\n\|[-|]+\n([^]*?)\n\n/m.exec(guide)!;
  expect(table.split('\n')).toEqual(rows);
  expect(guide).toContain(`on ${read}`);
});
