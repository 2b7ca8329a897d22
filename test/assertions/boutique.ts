import { ApiObject, App, Chart } from 'cdk8s';
import { Peer, Port, Tier } from '../../src';

/* An online shop of twelve services, as a program has it: a Deployment and a tier for each. */

const CALLS: Readonly<Record<string, readonly string[]>> = {
  loadgenerator: ['frontend'],
  frontend: ['ads', 'cart', 'catalog', 'checkout', 'currency', 'recommendation', 'shipping'],
  recommendation: ['catalog'],
  checkout: ['cart', 'catalog', 'currency', 'email', 'payment', 'shipping'],
  cart: ['redis'],
  ads: [],
  catalog: [],
  currency: [],
  email: [],
  payment: [],
  shipping: [],
  redis: [],
};

export const SERVICES = Object.keys(CALLS);

/** The shop as an app, with its tiers by name. Every service also has a Deployment, unless the tiers are all there is. */
export function boutique({ deployments = true } = {}): { app: App; chart: Chart; tiers: Record<string, Tier> } {
  const app = new App();
  return { app, ...boutiqueIn(new Chart(app, 'boutique', { namespace: 'shop' }), deployments) };
}

/** The shop in a chart for the namespace `shop`. */
export function boutiqueIn(chart: Chart, deployments = true): { chart: Chart; tiers: Record<string, Tier> } {
  const tiers = Object.fromEntries(SERVICES.map((name, i) => [name, new Tier(chart, name, { ports: [Port.tcp(8080 + i)] })]));
  for (const [name, destinations] of Object.entries(CALLS)) {
    for (const destination of destinations) { tiers[destination].allowFrom(tiers[name]); }
  }
  tiers.frontend.allowFrom(Peer.ingressController());
  for (const name of SERVICES) { tiers[name].allowFrom(Peer.prometheus(), { ports: [Port.tcp(9090)] }); }
  tiers.payment.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });
  if (deployments) {
    SERVICES.forEach((name, i) => new ApiObject(chart, `${name}-deployment`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 + i }] }] } },
      },
    }));
  }
  return { chart, tiers };
}

/** True if the shop has an edge. */
export function isEdge(from: string, to: string): boolean {
  return CALLS[from].includes(to);
}
