import { App, Chart } from 'cdk8s';
import { pod } from './objects';
import { ClaimScope, Connectivity, Endpoint, Peer, Port, Tier } from '../../src';

const app = new App();
const chart = new Chart(app, 'site', { namespace: 'app' });
const web = new Tier(chart, 'web', { ports: [Port.named('http')] });
const internet = Peer.publicInternet();
const contradiction = Peer.pods({ labels: { app: 'web' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'app', 'team': 'a' } });
pod(chart, 'debug', { app: 'debug' });

const debug = Endpoint.workload('app/debug');
const htpp = { ports: [Port.named('htpp')] };
const declared = { scope: ClaimScope.DECLARED };
const given = Connectivity.fromApp(app, { namespaces: [{ name: 'app' }] });

export const claims = [
  () => given.denied(Peer.anyIpv4(), internet),     // error: both addresses
  () => given.admitsOnly(Peer.anything(), [web]),   // error: has addresses
  () => given.denied(debug, debug),                 // error: the same pod
  () => given.denied(debug, web, htpp),             // error: the name 'htpp'
  () => given.denied(web, debug, declared),         // error: declares no pod
  () => given.denied(contradiction, debug),         // error: no pod
];
