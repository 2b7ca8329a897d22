import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Peer, Port, Tier } from '../../src';

const app = new App();
const chart = new Chart(app, 'billing', { namespace: 'app' });
const billing = new Tier(chart, 'billing');
const portal = new Tier(chart, 'portal', { ports: [Port.tcp(1521)] });
const datacenter = Peer.cidr('10.20.0.0/16').named('datacenter');
billing.allowTo(datacenter, { ports: [Port.tcp(1521)] });
portal.allowFrom(Peer.anything());

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(billing, Peer.cidr('10.20.7.0/24'), { ports: [Port.tcp(1521)] })   // holds
  .reachesOnly(billing, [datacenter, Peer.clusterDns()])                      // holds
  .denied(billing, Peer.cidr('10.21.0.0/16'))                                 // holds
  .denied(billing, portal);                                                   // untrue: a portal pod could have the address 10.20.0.0

const stated = Connectivity.fromApp(app, { podCidrs: ['10.244.0.0/16'] });
export const verdicts = [
  ...intent.verdicts(),
  stated.checkDenied(billing, portal),                                        // holds
];
