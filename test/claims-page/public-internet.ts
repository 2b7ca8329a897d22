import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Peer, Port, Tier } from '../../src';

const app = new App();
const chart = new Chart(app, 'payment', { namespace: 'app' });
const backend = new Tier(chart, 'backend');
const web = new Tier(chart, 'web', { ports: [Port.tcp(443)] });
const internet = Peer.publicInternet();
backend.allowTo(internet, { ports: [Port.tcp(443)] });
web.allowFrom(Peer.anything());

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(backend, internet, { ports: [Port.tcp(443)] })      // holds
  .reachesOnly(backend, [internet, Peer.clusterDns()])         // holds
  .reachesOnly(backend, [Peer.anyIpv4(), Peer.clusterDns()])   // untrue: the internet has IPv6 addresses too
  .denied(backend, web);                                       // holds, assuming pod-address

const stated = Connectivity.fromApp(app, { podCidrs: ['10.0.0.0/8'] });
export const verdicts = [
  ...intent.verdicts(),
  stated.checkDenied(backend, web),                            // holds
];
