import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App } from 'cdk8s';
import { plainApp, tierApp, TierAppSize } from './tier-app';
import { timed } from './timing';

/**
 * The milliseconds of the first `synth` of a process, for an app of tiers or for an app of plain ApiObjects with the same charts and objects.
 * The difference is what this package adds. `manifests` writes those objects to the file of that name; run it first.
 */
export function measureSynth(what: 'tiers' | 'plain' | 'manifests', size: TierAppSize, manifests: string): number {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  try {
    if (what === 'manifests') {
      const { charts } = tierApp({ ...size, intents: 0 }, outdir);
      fs.writeFileSync(manifests, JSON.stringify(charts.map(chart => [chart.node.id, chart.toJson()])));
      return 0;
    }
    const app: App = what === 'tiers' ? tierApp(size, outdir) : plainApp(new Map(JSON.parse(fs.readFileSync(manifests, 'utf8'))), outdir);
    return timed(() => app.synth()).ms;
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}
