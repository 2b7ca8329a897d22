import { Chart, Include } from 'cdk8s';
import { DefaultDeny, Peer, Port, Tier } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

export interface ShopProps {
  readonly ingress: Tier;
  readonly postgres: Tier;
  readonly prometheus: Tier;
}

/** The eleven services of the shop. */
export class Shop extends Chart {
  public readonly frontend = this.service('frontend');
  public readonly catalogue = this.service('catalogue');
  public readonly recommendation = this.service('recommendation');
  public readonly ad = this.service('ad');
  public readonly cart = this.service('cart');
  public readonly currency = this.service('currency');
  public readonly shipping = this.service('shipping');
  public readonly checkout = this.service('checkout');
  public readonly payment = this.service('payment');
  public readonly email = this.service('email');
  public readonly redis = this.helmChart('redis');

  constructor(scope: Construct, id: string, { ingress, postgres, prometheus }: ShopProps) {
    super(scope, id, { namespace: 'shop' });
    new kplus.Namespace(this, 'namespace', { metadata: { name: 'shop' } });
    new DefaultDeny(this, 'default-deny', { scrapedBy: [prometheus] });   // every pod, on its port `metrics`

    const { frontend, catalogue, recommendation, ad, cart, currency, shipping, checkout, payment, email, redis } = this;
    frontend.allowFrom(ingress);
    frontend.allowTo(Peer.anyOf([catalogue, recommendation, ad, cart, currency, shipping, checkout]));
    recommendation.allowTo(catalogue);
    checkout.allowTo(Peer.anyOf([catalogue, cart, currency, shipping, payment, email]));
    cart.allowTo(redis);
    postgres.allowFrom(Peer.anyOf([catalogue, checkout]));
    payment.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)], description: 'the payment provider' });
    email.allowTo(Peer.publicInternet(), { ports: [Port.tcp(587)], description: 'the mail relay' });
  }

  /** A Deployment of cdk8s-plus and its Service. The other services call the port `api`, and Prometheus scrapes the port `metrics`. */
  private service(name: string): Tier {
    const deployment = new kplus.Deployment(this, name, {
      metadata: { name },
      podMetadata: { labels: { app: name } },
      containers: [{ image: `example.com/boutique/${name}`, ports: [{ name: 'api', number: 8080 }, { name: 'metrics', number: 9090 }] }],
    });
    deployment.exposeViaService({ name, ports: [{ port: 80, targetPort: 8080 }] });
    return Tier.of(deployment, { ports: [Port.named('api')] });
  }

  /** A Helm chart that was rendered to a file. */
  private helmChart(name: string): Tier {
    const { apiObjects } = new Include(this, name, { url: `${__dirname}/charts/${name}.yaml` });
    return Tier.of(apiObjects.find(({ kind }) => kind === 'StatefulSet')!, { ports: [Port.named(name)] });
  }
}
