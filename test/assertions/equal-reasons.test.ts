import { App, Chart } from 'cdk8s';
import { boutique, boutiqueIn } from './boutique';
import { ClusterBoundary, Connectivity, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';
import '../../src/assertions/jest';

/* A reason that several claims or several clusters share is told once. */

/** The shop of twelve services in each of these clusters. */
function shopIn(...clusters: string[]): { readonly app: App; readonly tiers: Record<string, Record<string, Tier>> } {
  const app = new App();
  const tiers = Object.fromEntries(clusters.map(cluster => {
    const chart = new Chart(app, `shop-${cluster}`, { namespace: 'shop' });
    ClusterBoundary.of(chart).add(cluster);
    return [cluster, boutiqueIn(chart).tiers];
  }));
  return { app, tiers };
}

function messageOf(call: () => unknown): string {
  try { call(); } catch (error) { return (error as Error).message; }
  throw new Error('the call did not fail');
}

const linesOf = (text: string) => text.split('\n').length;
const count = (text: string, part: string) => text.split(part).length - 1;

/** A claim that does not hold anywhere: the cart does not call the frontend. */
const [CART, FRONTEND] = [Endpoint.workload('shop/cart'), Endpoint.workload('shop/frontend')];

describe('a failed matcher on a shop of twelve services in several clusters', () => {
  test.each([[['eu', 'us']], [['ap', 'eu', 'sa', 'us']]])('fits on a screen of 40 lines in %p, and says equal reasons once', clusters => {
    const { app } = shopIn(...clusters);
    const message = messageOf(() => Connectivity.fromApp(app).assertAllowed(CART, FRONTEND));
    expect(linesOf(message)).toBeLessThanOrEqual(40);
    const names = `${clusters.slice(0, -1).join(', ')} and ${clusters.at(-1)}`;
    expect(message).toMatch(new RegExp(`^allowed\\(shop/cart, shop/frontend\\) does not hold\nIn clusters ${names}, with the places of ${clusters[0]}:\nshop/cart.* does not reach .*\nFix: `));
    expect(count(message, 'Ingress of shop/frontend[Deployment]: blocked')).toBe(1);
    expect(messageOf(() => expect(app).toAllow('shop/cart', 'shop/frontend'))).toBe(message);
  });

  test('shows the reasons of the manifests once, although their lines differ', () => {
    const { app } = shopIn('eu', 'us');
    const message = messageOf(() => Connectivity.fromYaml(app.synthYaml()).assertAllowed(CART, FRONTEND));
    expect(message).toContain('In clusters eu and us, with the places of eu:\n');
    expect(count(message, 'Ingress of shop/frontend[Deployment]: blocked')).toBe(1);
  });

  test('fits on a screen if each cluster has its own reason: the first one is in full, and the others are a sentence and a fix', () => {
    const { app, tiers } = shopIn('a', 'b', 'c', 'd', 'e');
    ['b', 'c', 'd', 'e'].forEach((cluster, i) => tiers[cluster].cart.allowTo(tiers[cluster].email, { ports: [Port.tcp(7000 + i)] }));
    tiers.c.frontend.allowFrom(tiers.c.cart, { ports: [Port.tcp(1)] });
    const message = messageOf(() => expect(app).toAllow('shop/cart', 'shop/frontend'));
    expect(linesOf(message)).toBeLessThanOrEqual(45);
    expect(message).toContain('In cluster b, for other reasons:\nshop/cart[Deployment] does not reach shop/frontend[Deployment] on TCP 8081.\nThe fix is the same.\n');
    expect(message).toContain('In clusters d and e: for other reasons, too.\n');
    expect(message).toMatch(/\nTo see the reasons of one cluster, give Connectivity the option \{ cluster: 'b' \}\.$/);
    expect(messageOf(() => Connectivity.fromApp(app, { cluster: 'b' }).assertAllowed(CART, FRONTEND))).toContain('TCP 7000');
  });

  test('has the fix of each cluster if they differ', () => {
    const { app, tiers } = shopIn('eu', 'us');
    tiers.eu.frontend.allowFrom(tiers.eu.cart);
    tiers.us.cart.allowTo(Peer.thisNamespace(), { ports: [Port.tcp(8081)] });
    tiers.us.frontend.allowFrom(Peer.thisNamespace());
    const denied = messageOf(() => expect(app).toDeny('shop/cart', 'shop/frontend'));
    expect(denied).toMatch(/^denied.*\nIn cluster eu:\n.*\nFix: [^]*\nIn cluster us, for other reasons:\n.*\nFix: /);
  });

  test('says nothing about places if the reason has none', () => {
    const pods = ['eu', 'us'].flatMap(cluster => ['cart', 'frontend'].map(name => JSON.stringify({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', annotations: { 'cdk8s-netpol/cluster': cluster } }, spec: { containers: [] },
    })));
    expect(Connectivity.fromYaml(pods.join('\n---\n')).checkAllowed(CART, FRONTEND).explanation).toMatch(/^In clusters eu and us:\n/);
  });
});

describe('the error of synth for eleven claims about one tier', () => {
  const { app, chart, tiers: { frontend, ...others } } = boutique();
  const intent = new ConnectivityIntent(chart, 'intent');
  const wrong = Object.values(others).filter(tier => tier !== others.loadgenerator);
  for (const tier of wrong) { intent.allowed(tier, frontend); }
  const message = messageOf(() => app.synth());

  test('says the reason of the first claim in full, and the later ones refer to it', () => {
    expect(count(message, 'which has no egress rule: it allows nothing')).toBe(1);
    expect(count(message, 'which has no ingress rule: it allows nothing')).toBe(1);
    expect(count(message, '    Ingress of shop/frontend[Deployment]: blocked, as for allowed(boutique/recommendation, boutique/frontend)\n')).toBe(wrong.length - 1);
    expect(message).toContain('        shop/default-deny-all and shop/allow-dns, as for allowed(boutique/recommendation, boutique/frontend)\n');
    expect(linesOf(message)).toBeLessThanOrEqual(wrong.length * 11);
  });

  test('has the verdict and the fix of each claim in its first lines', () => {
    for (const tier of wrong) {
      const [, name] = tier.node.path.split('/');
      expect(message).toContain(`  [boutique/intent] allowed(boutique/${name}, boutique/frontend) does not hold.\n`
        + `    shop/${name}[Deployment] does not reach shop/frontend[Deployment] on TCP 8081.\n    Fix: write frontend.allowFrom(${name})\n`);
    }
  });

  test('keeps what is true of one claim only', () => {
    expect(message).toContain('shop/allow-cart-to-redis-egress (');
    expect(message).toContain('shop/allow-payment-to-internet-egress (');
  });

  test('leaves nothing out of a verdict that is read by itself', () => {
    const [, second] = intent.verdicts();
    expect(second.explanation).not.toContain(', as for ');
    expect(second.explanation).toContain('which has no ingress rule: it allows nothing');
  });
});
