import { Chart } from 'cdk8s';
import { Peer, Tier } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

/** The ingress controller, which takes requests from everywhere, and Prometheus. */
export class Platform extends Chart {
  public readonly ingress: Tier;
  public readonly prometheus: Tier;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'platform' });
    new kplus.Namespace(this, 'namespace', { metadata: { name: 'platform' } });

    const ingress = new kplus.Deployment(this, 'ingress', {
      metadata: { name: 'ingress' },
      podMetadata: { labels: { app: 'ingress' } },
      containers: [{ image: 'example.com/ingress-controller', portNumber: 8443 }],
    });
    const prometheus = new kplus.Deployment(this, 'prometheus', {
      metadata: { name: 'prometheus' },
      podMetadata: { labels: { app: 'prometheus' } },
      containers: [{ image: 'example.com/prometheus', portNumber: 9090 }],
    });

    this.ingress = Tier.of(ingress);
    this.prometheus = Tier.of(prometheus);
    this.ingress.allowFrom(Peer.anyAddress());
  }
}
