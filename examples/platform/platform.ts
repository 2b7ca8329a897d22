import { Chart } from 'cdk8s';
import { ClusterFacts, ConnectivityIntent, Guardrail, Peer, Port } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

/** What the platform team says about the connections of all teams. A team is the namespaces with the same label `team`. */
export class Platform extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'monitoring' });
    new kplus.Namespace(this, 'namespace', { metadata: { name: 'monitoring' } });
    const prometheus = new kplus.Deployment(this, 'prometheus', {
      metadata: { name: 'prometheus' },
      podMetadata: { labels: { app: 'prometheus' } },
      containers: [{ image: 'example.com/prometheus' }],
    });

    // Nobody gives these the label of a team. With this, the intents rest on no assumption.
    for (const name of ['kube-system', 'ingress-nginx']) { ClusterFacts.of(this).addNamespace(name); }

    // These decide before every NetworkPolicy, the first one first.
    Guardrail.allow(this, 'dns', Peer.allNamespaces(), Peer.clusterDns());
    Guardrail.deny(this, 'metadata', Peer.allNamespaces(), Peer.metadataService());
    Guardrail.allow(this, 'scraping', prometheus, Peer.allNamespaces(), { ports: [Port.tcp(9090)] });
    Guardrail.isolateTenants(this, 'teams', ['games', 'shop'], { label: 'team' });

    // This decides for pods without a NetworkPolicy.
    Guardrail.isolateNamespaces(this, 'baseline', ['games', 'sandbox', 'shop']);
  }

  /** Adds what must be true, whatever the teams write. */
  public addIntent(): void {
    const [games, shop] = ['games', 'shop'].map(team => Peer.namespaces({ labels: { team } }).named(`team ${team}`));
    new ConnectivityIntent(this, 'intent')
      .denied(Peer.allNamespaces(), Peer.metadataService())
      .allowed(Peer.allNamespaces(), Peer.clusterDns())
      .denied(games, shop)
      .denied(shop, games)
      .denied(Peer.namespace('games'), Peer.namespace('sandbox'));
  }
}
