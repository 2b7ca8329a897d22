import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import * as fc from 'fast-check';
import { explainPair } from '../../page/explain';
import { ClusterModel } from '../../page/model';
import { apiPort, includes, Ports } from '../../page/ports';
import { PageDocument } from '../../src/report/page-document';
import { netpol } from '../cli/command';
import { sharedFolder } from '../engines-verdicts/shared';
import { randomRuns, randomSeed } from '../support/random-runs';

/* What the page of a report says about pairs of real manifests is what netpol can-reach says, for both directions. */

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
const FOLDERS = [
  path.join(EXAMPLES, 'shop-by-hand', 'manifests'),
  ...inShared('corpus', 'kube-prometheus', 'microservices-demo', 'argo-cd', 'flux2', 'longhorn'),
  ...inShared('field-cases', 'manifests/a09.yaml', 'manifests/a10.yaml', 'manifests/b08.yaml', 'manifests/b17.yaml', 'manifests/b25.yaml', 'manifests/b36.yaml', 'manifests/every.json',
    'manifests/crash_external.yaml', 'manifests/only_two_ports.yaml'),
];

function inShared(name: string, ...parts: string[]): string[] {
  const folder = sharedFolder(name, 'that the page agrees with netpol can-reach');
  return folder === undefined ? [] : parts.map(part => path.join(folder, part));
}

/** The clusters of the page that `netpol report` writes. */
async function pageOf(input: string): Promise<PageDocument> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-page-'));
  try {
    const file = path.join(folder, 'report.html');
    await netpol(['report', input, '--out', file, '--keep-going']);
    return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8'))![1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Probe {
  readonly row: number;
  readonly column: number;
  readonly port: Ports;
}

/** The pairs that are tried: all of a small cluster, and random ones of a large one. Each has a port of the destination, or a random one. */
function probesOf(model: ClusterModel): Probe[] {
  const { rowCount, columnCount, data } = model;
  const all = rowCount * columnCount;
  const most = randomRuns(2000);
  const sample = fc.tuple(fc.nat(all - 1), fc.nat(), fc.integer({ min: 65_537, max: 131_071 }));
  const samples = fc.sample(sample, { numRuns: Math.min(all, most), seed: randomSeed() });
  return samples.flatMap(([random, which, other], i) => {
    const pair = all <= most ? i : random;
    const [row, column] = [Math.floor(pair / columnCount), pair % columnCount];
    // An address outside and another one are no pair of a cluster.
    if (model.isSelf(row, column) || (row >= data.ends.length && column >= data.ends.length)) { return []; }
    const own = data.ends[column]?.ports ?? [];
    const point = which % (own.length + 1) === own.length ? other : own[which % (own.length + 1)][0];
    return [{ row, column, port: [point, point] }];
  });
}

test.each(FOLDERS.map(folder => [path.relative(path.join(EXAMPLES, '..'), folder), folder]))('%s', async (_, input) => {
  const { clusters } = await pageOf(input);
  for (const cluster of clusters) {
    if (cluster.ends.length === 0) { continue; }
    const model = new ClusterModel(cluster);
    const probes = probesOf(model);
    const refOf = (number: number, outside: typeof cluster.sources) => cluster.ends[number]?.ref ?? outside[number - cluster.ends.length].ref;
    const asked = probes.map(({ row, column, port: [point] }) =>
      ({ from: refOf(row, cluster.sources), to: refOf(column, cluster.targets), ...apiPort(point) }));
    const options = [...cluster.name === undefined ? [] : ['--cluster', cluster.name], '--batch', 'probes.json', '-o', 'json'];
    const { stdout } = await netpol(['can-reach', input, ...options], { 'probes.json': JSON.stringify(asked) });
    const answers: { allowed: boolean | null; egress: boolean | null; ingress: boolean | null }[] = JSON.parse(stdout);
    expect(answers.length).toBe(probes.length);
    probes.forEach(({ row, column, port }, i) => {
      const what = JSON.stringify(asked[i]);
      const { allowed, egress, ingress } = answers[i];
      const cell = model.cell(row, column);
      const { verdict, sides, isComplete } = explainPair(model, row, column);
      // What is undecided on some port of a pair may be decided on this one. The page does not claim otherwise.
      const agrees = (page: boolean | null, own: boolean | null) => page === own || (page === null && own === false);
      const isOpen = cell.undecided.length > 0;
      expect([what, agrees(includes(cell.ports, port) ? true : isOpen ? null : false, allowed)]).toEqual([what, true]);
      expect([what, verdict]).toEqual([what, cell.verdict]);
      if (isOpen) { return; }
      expect([what, isComplete]).toEqual([what, true]);
      for (const [side, own] of [[sides[0], egress], [sides[1], ingress]] as const) {
        expect([what, side.direction, agrees(includes(side.ports, port) ? true : side.verdict === 'undecided' ? null : false, own)]).toEqual([what, side.direction, true]);
      }
    });
  }
}, 120_000);
