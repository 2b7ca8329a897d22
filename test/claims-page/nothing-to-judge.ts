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
  () => given.checkDenied(Peer.anyIpv4(), internet),     // error: both addresses
  () => given.checkAdmitsOnly(Peer.anything(), [web]),   // error: has addresses
  () => given.checkDenied(debug, debug),                 // error: the same pod
  () => given.checkDenied(debug, web, htpp),             // error: the name 'htpp'
  () => given.checkDenied(web, debug, declared),         // error: declares no pod
  () => given.checkDenied(contradiction, debug),         // error: no pod
];
