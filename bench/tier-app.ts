import { ApiObject, App, Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from '../src';

/** The size of an app of tiers. */
export interface TierAppSize {
  readonly charts: number;
  readonly tiersPerChart: number;
  readonly edgesPerTier: number;
  readonly intents: number;
  /** Whether each tier is made from a Deployment, as in most apps. */
  readonly workloads: boolean;
}

/**
 * An app of tiers, one namespace per chart. Each tier allows traffic from its neighbors, one of which is in another
 * namespace. Each intent has one claim about two tiers and one about everything that may reach a tier.
 */
export function tierApp({ charts, tiersPerChart, edgesPerTier, intents, workloads }: TierAppSize, outdir: string): App {
  const app = new App({ outdir });
  const tiers: Tier[][] = [];
  for (let c = 0; c < charts; c++) {
    const chart = new Chart(app, `team-${c}`, { namespace: `team-${c}` });
    tiers.push(Array.from({ length: tiersPerChart }, (_, t) => {
      if (!workloads) { return new Tier(chart, `tier-${t}`, { ports: [Port.tcp(8000 + t)] }); }
      return Tier.fromApiObject(chart, `tier-${t}`, deployment(chart, `app-${t}`, 8000 + t));
    }));
  }
  const sourcesOf = (c: number, t: number): Tier[] => Array.from({ length: edgesPerTier }, (_, e) =>
    e === 0 && charts > 1 ? tiers[(c + 1) % charts][t] : tiers[c][(t + 1 + e) % tiersPerChart]);
  for (let c = 0; c < charts; c++) {
    for (let t = 0; t < tiersPerChart; t++) { tiers[c][t].allowFrom(Peer.anyOf(sourcesOf(c, t))); }
  }
  for (let i = 0; i < intents; i++) {
    const [c, t] = [i % charts, Math.floor(i / charts) % tiersPerChart];
    const sources = sourcesOf(c, t);
    new ConnectivityIntent(Chart.of(tiers[c][t]), `intent-${i}`)
      .allowed(sources[0], tiers[c][t])
      .admitsOnly(tiers[c][t], sources);
  }
  return app;
}

/** An app of plain ApiObjects with the same charts and objects: it shows what cdk8s itself costs. */
export function plainApp(manifests: ReadonlyMap<string, readonly any[]>, outdir: string): App {
  const app = new App({ outdir });
  for (const [id, objects] of manifests) {
    const chart = new Chart(app, id);
    objects.forEach((object, i) => new ApiObject(chart, `object-${i}`, object));
  }
  return app;
}

function deployment(chart: Chart, name: string, port: number): ApiObject {
  const labels = { app: name };
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/app:1.0', ports: [{ containerPort: port }] }] } },
    },
  });
}
