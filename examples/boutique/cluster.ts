import { App } from 'cdk8s';
import { ClusterBoundary, ConnectivityIntent, Peer, Port } from 'cdk8s-netpol';
import { Data } from './data';
import { Platform } from './platform';
import { Shop } from './shop';

/** What differs from cluster to cluster. */
export interface ClusterOptions {
  /** The address of the API server. */
  readonly apiServer: string;
  /** The addresses of the object store, which is outside the cluster, as a block in CIDR notation. */
  readonly objectStore: string;
}

/** Adds everything that runs in one cluster: three charts, and what must be true of their network. */
export function addCluster(app: App, cluster: string, options: ClusterOptions): void {
  const platform = new Platform(app, `${cluster}-platform`);
  const data = new Data(app, `${cluster}-data`, { ...options, prometheus: platform.prometheus });
  const shop = new Shop(app, `${cluster}-shop`, { ingress: platform.ingress, postgres: data.postgres, prometheus: platform.prometheus });
  for (const chart of [platform, data, shop]) { ClusterBoundary.of(chart).add(cluster); }

  const { ingress, prometheus } = platform;
  const { postgres, operator, backup, apiServer, objectStore } = data;
  const { frontend, catalogue, cart, checkout, payment, email, redis } = shop;
  const dns = Peer.clusterDns();
  const internet = Peer.publicInternet();

  new ConnectivityIntent(shop, 'intent')
    // Customers can buy, and we can see how it goes.
    .allowed(ingress, frontend)
    .allowed(frontend, checkout)
    .allowed(checkout, payment)
    .allowed(cart, redis)
    .allowed(payment, internet, { ports: [Port.tcp(443)] })
    .allowed(prometheus, payment, { ports: [Port.named('metrics')] })
    // Nothing else reaches money and data, not even a pod that is deployed next year.
    .admitsOnly(payment, [checkout, prometheus])
    .admitsOnly(redis, [cart, prometheus])
    .admitsOnly(postgres, [catalogue, checkout, backup, operator, prometheus])
    // Who holds secrets cannot send them anywhere else.
    .reachesOnly(redis, [dns])
    .reachesOnly(backup, [postgres, objectStore, dns])
    .reachesOnly(email, [internet, dns])
    // Only the operator needs the API server.
    .allowed(operator, apiServer)
    .denied(Peer.namespace('shop'), apiServer);
}
