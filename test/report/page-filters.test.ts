import * as fc from 'fast-check';
import { cellText } from '../../page/cell-text';
import { Grid } from '../../page/grid';
import { ClusterModel, Filter, Item } from '../../page/model';
import { Reachability } from '../../src/evaluator/reachability';
import { overviewOf } from '../../src/query/overview';
import { PageCluster } from '../../src/report/page-document';
import { reportDocument } from '../../src/report/report-document';
import { arbitraryCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { arbitraryTieredCluster } from '../spec/arbitrary-cluster-policies';
import { clusterOfObjects } from '../support/manifests';
import { randomRuns, randomSeed } from '../support/random-runs';

/* The page filters and counts by runs of columns. What it leaves and counts must be what a look at each pair says. */

function pageOf(reach: Reachability): PageCluster {
  const [cluster] = reportDocument({
    version: '1',
    paths: ['k8s'],
    options: [],
    findings: [],
    suppressed: 0,
    summary: ['1 file read'],
    inputs: [],
    facts: { podCidrs: [], namespaces: [], strict: false },
    clusters: [{ overview: overviewOf(reach), exposed: [], mayExposeMore: false, exposures: [], assumptions: [], leftOut: [] }],
  }).clusters;
  return cluster;
}

const tcp = (first: number, last = first) => [65_536 + first, 65_536 + last];

const filters: fc.Arbitrary<Filter> = fc.record({
  namespace: fc.constantFrom('', '', 'x', 'y', 'none'),
  from: fc.constantFrom('', '', 'a', 'x/', 'pod app', '0.0'),
  to: fc.constantFrom('', '', 'b', 'Y/', 'app=a'),
  ports: fc.constantFrom(undefined, tcp(80), tcp(80, 81), tcp(1, 65_535), [131_072 + 53, 131_072 + 53]),
  verdict: fc.constantFrom<Filter['verdict']>('', 'yes', 'all', 'undecided', 'no'),
});

/** The same filter, by looking at each pair. */
function plainly(model: ClusterModel, filter: Filter) {
  const { ends, sources, targets, namespaces } = model.data;
  const textOf = (i: number, outside: typeof sources) => ends[i] === undefined ? outside[i - ends.length].label : `${ends[i].ref} ${ends[i].kind} ${ends[i].labels}`;
  const has = (text: string, wanted: string) => wanted.toLowerCase().split(' ').every(word => text.toLowerCase().includes(word));
  const isNamespace = namespaces.some(({ name }) => name === filter.namespace);
  const isIn = (i: number) => ends[i] !== undefined && namespaces[ends[i].namespace].name === filter.namespace;
  const [allRows, allColumns] = [Array.from({ length: model.rowCount }, (_, i) => i), Array.from({ length: model.columnCount }, (_, i) => i)];
  const connects = (row: number, column: number) => model.cell(row, column).verdict !== 'no';
  const rows = allRows.filter(row => has(textOf(row, sources), filter.from)
    && (!isNamespace || isIn(row) || allColumns.some(column => isIn(column) && connects(row, column))));
  const columns = allColumns.filter(column => has(textOf(column, targets), filter.to)
    && (!isNamespace || isIn(column) || allRows.some(row => isIn(row) && connects(row, column))));
  if (filter.ports === undefined && filter.verdict === '') { return { rows, columns }; }
  const matches = (row: number, column: number) => !model.isSelf(row, column) && model.matches(filter, model.cell(row, column));
  return {
    rows: rows.filter(row => columns.some(column => matches(row, column))),
    columns: columns.filter(column => rows.some(row => matches(row, column))),
  };
}

const reaches = fc.oneof(arbitraryCluster, arbitraryTieredCluster).map(cluster => new Reachability(clusterOfObjects(manifestsOf(cluster))));

test('a filter leaves the rows and columns that a look at each pair leaves', () => {
  fc.assert(fc.property(reaches, fc.array(filters, { minLength: 1, maxLength: 12 }), (reach, all) => {
    const model = new ClusterModel(pageOf(reach));
    for (const filter of all) {
      const { rows, columns } = model.filtered(filter);
      const set = (flags: Uint8Array) => [...flags.keys()].filter(i => flags[i] === 1);
      expect({ rows: set(rows), columns: set(columns) }).toEqual(plainly(model, filter));
    }
  }), { numRuns: randomRuns(600), seed: randomSeed() });
});

test('a folded namespace counts the pairs that the filter leaves', () => {
  fc.assert(fc.property(reaches, fc.array(filters, { minLength: 1, maxLength: 6 }), (reach, all) => {
    const model = new ClusterModel(pageOf(reach));
    for (const filter of all) {
      const grid = new Grid(model, filter, namespace => namespace % 2 === 0);
      const left = plainly(model, filter);
      const membersOf = (item: Item, kept: readonly number[]) => kept.filter(i => item.kind === 'end' ? i === item.at
        : item.kind === 'namespace' && model.data.ends[i]?.namespace === item.namespace);
      for (const row of grid.rows) {
        for (const column of grid.columns) {
          if (row.kind !== 'namespace' && column.kind !== 'namespace') { continue; }
          const pairs = membersOf(row, left.rows)
            .flatMap(r => membersOf(column, left.columns).filter(c => !model.isSelf(r, c)).map(c => model.cell(r, c)));
          const count = (verdict: Filter['verdict']) => pairs.filter(cell => model.matches({ ...filter, verdict }, cell)).length;
          const isPlain = filter.ports === undefined && filter.verdict === '';
          const [yes, undecided] = [
            filter.verdict === '' || filter.verdict === 'yes' ? count('yes') : filter.verdict === 'all' ? count('all') : 0,
            isPlain ? pairs.filter(cell => cell.undecided.length > 0).length
              : filter.verdict === '' || filter.verdict === 'undecided' ? count('undecided') : 0,
          ];
          const text = filter.verdict === 'no' ? `${count('no')} of ${pairs.length} pairs are denied`
            : `${yes} of ${pairs.length} pairs have a connection${undecided > 0 ? `, ${undecided} are undecided` : ''}`;
          expect(grid.text(row, column).text.endsWith(text)).toBe(true);
        }
      }
    }
  }), { numRuns: randomRuns(400), seed: randomSeed() });
});

test('some pairs are never 0 %, and fewer than all are never 100 %', () => {
  const brief = (yes: number, of: number) => cellText({ verdict: 'yes', ports: [], undecided: [], count: { yes, undecided: 0, of } }).brief;
  expect([brief(7, 20), brief(1, 900_000), brief(450_000, 900_000), brief(899_999, 900_000), brief(900_000, 900_000)]).toEqual(['7/20', '<1 %', '50 %', '>99 %', '100 %']);
});
