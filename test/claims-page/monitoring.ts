import { App, Chart } from 'cdk8s';
import { Connectivity, ConnectivityIntent, Peer, Port, Tier } from '../../src';

const app = new App();
const chart = new Chart(app, 'metrics', { namespace: 'app' });
const api = new Tier(chart, 'api', { ports: [Port.named('http'), Port.named('metrics')] });
const monitoring = Peer.namespace('monitoring');
const prometheus = Peer.pods({ labels: { app: 'prometheus' }, namespace: 'monitoring' });
const ops = Peer.namespaces({ labels: { team: 'ops' } });
api.allowFrom(monitoring, { ports: [Port.named('metrics')] });

const intent = new ConnectivityIntent(chart, 'intent')
  .admitsOnly(api, [monitoring])                              // holds
  .admitsOnly(api, [prometheus])                              // untrue: the rule lets in every pod of the namespace
  .denied(monitoring, api, { ports: [Port.named('http')] })   // holds, assuming port-name
  .denied(ops, api)                                           // holds, assuming namespace-label
  .denied(Peer.namespace('team-a'), api);                     // holds

const namespaces = [{ name: 'monitoring', labels: { team: 'ops' } }];
const stated = Connectivity.fromApp(app, { namespaces });
export const verdicts = [
  ...intent.verdicts(),
  stated.checkDenied(ops, api),                               // untrue: monitoring is one of these namespaces
];
