import { Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Tier } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

/** The namespaces of team games. */
export class Games extends Chart {
  public readonly lobby: Tier;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'games' });
    for (const name of ['games', 'sandbox']) {
      new kplus.Namespace(this, `namespace-${name}`, { metadata: { name, labels: { team: 'games' } } });
    }
    const lobby = new kplus.Deployment(this, 'lobby', {
      metadata: { name: 'lobby' },
      podMetadata: { labels: { app: 'lobby' } },
      containers: [{ image: 'example.com/lobby', portNumber: 8080 }],
    });
    // The sandbox has no NetworkPolicy: there is no tier in it.
    new kplus.Deployment(this, 'prototype', {
      metadata: { name: 'prototype', namespace: 'sandbox' },
      podMetadata: { labels: { app: 'prototype' } },
      containers: [{ image: 'example.com/prototype', portNumber: 8080 }],
    });

    this.lobby = Tier.of(lobby);
    this.lobby.allowFrom(Peer.ingressController());
    new ConnectivityIntent(this, 'intent').allowed(Peer.ingressController(), this.lobby);
  }
}
