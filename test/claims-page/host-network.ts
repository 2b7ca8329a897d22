import { App, Chart } from 'cdk8s';
import { deployment, hostNetworkDaemonSet } from './objects';
import { ClaimScope, ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';

const chart = new Chart(new App(), 'site', { namespace: 'app' });
hostNetworkDaemonSet(chart, 'controller', 'ingress-nginx', { app: 'controller' });
deployment(chart, 'admin', { app: 'admin' });
const controller = Endpoint.workload('ingress-nginx/controller');
const nodes = Peer.cidr('10.0.0.0/24').named('nodes');
const web = new Tier(chart, 'web', { ports: [Port.tcp(80)] });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
const admin = new Tier(chart, 'admin', { ports: [Port.tcp(80)] });
web.allowFrom(nodes);
admin.allowFrom(Peer.ingressController());

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(controller, admin)                                                 // untrue: a selector does not match pods on their node's network
  .allowed(nodes, web)                                                        // holds
  .admitsOnly(web, [nodes])                                                   // holds
  .admitsOnly(db, [])                                                         // holds
  .denied(controller, db)                                                     // untrue: both may be on one node, which always reaches its pods
  .admitsOnly(controller, [])                                                 // untrue: no policy isolates it
  .denied(Peer.ingressController(), admin, { scope: ClaimScope.DECLARED });   // holds, assuming host-network

export const verdicts = intent.verdicts();
