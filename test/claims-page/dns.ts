import { App, Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from '../../src';

const chart = new Chart(new App(), 'lookups', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const dns = Peer.clusterDns();
const kubeSystem = Peer.namespace('kube-system');
const nodeLocalCache = Peer.cidr('169.254.20.10/32');
const dashboard = Peer.pods({ labels: { app: 'dashboard' }, namespace: 'kube-system' });

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(frontend, dns)                                          // holds: on UDP 53 and TCP 53
  .reachesOnly(frontend, [])                                       // untrue: lookups count
  .reachesOnly(frontend, [dns])                                    // holds
  .denied(frontend, kubeSystem)                                    // untrue: DNS is there
  .denied(frontend, kubeSystem, { ports: [Port.tcp(443)] })        // holds
  .denied(frontend, dashboard)                                     // holds, assuming extra-label
  .allowed(frontend, nodeLocalCache, { ports: [Port.udp(53)] });   // untrue: the cache has an address of its own

export const verdicts = intent.verdicts();
