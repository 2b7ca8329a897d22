import { Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Tier } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

/** The namespace of team shop. */
export class Shop extends Chart {
  public readonly catalogue: Tier;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    new kplus.Namespace(this, 'namespace', { metadata: { name: 'shop', labels: { team: 'shop' } } });
    const workload = (name: string, portNumber: number) => Tier.of(new kplus.Deployment(this, name, {
      metadata: { name },
      podMetadata: { labels: { app: name } },
      containers: [{ image: `example.com/${name}`, portNumber }],
    }));

    const frontend = workload('frontend', 8080);
    this.catalogue = workload('catalogue', 8080);
    this.catalogue.allowFrom(frontend);
    this.catalogue.allowFrom(Peer.allNamespaces());      // too much, but the guardrail keeps the other teams out

    new ConnectivityIntent(this, 'intent')
      .allowed(frontend, this.catalogue)
      .denied(Peer.namespace('games'), this.catalogue);  // the guardrail makes this true
  }
}
