import { App, Chart } from 'cdk8s';
import { deployment } from './objects';
import { ConnectivityIntent, Endpoint, Peer, Port, Tier } from '../../src';

const chart = new Chart(new App(), 'site', { namespace: 'app' });
deployment(chart, 'frontend', { app: 'frontend' });
const ports = [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }];
const frontend = new Tier(chart, 'frontend');
const web = Tier.fromApiObject(chart, 'web', deployment(chart, 'web', { app: 'web' }, ports));
const old = Peer.pods({ labels: { app: 'frontend', version: 'old' } });
web.allowFrom(frontend, { ports: [Port.tcp(8080)] });

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(frontend, web, { ports: [Port.named('http')] })     // holds: http is TCP 8080
  .allowed(frontend, web)                                      // untrue: TCP 9090 is a port of web too
  .denied(frontend, web, { ports: [Port.named('metrics')] })   // holds
  .denied(frontend, web)                                       // untrue: every port counts
  .admitsOnly(web, [], { ports: [Port.tcp(9090)] })            // holds
  .admitsOnly(web, [Endpoint.workload('app/frontend')])        // holds: the Deployment's selector is app=frontend
  .admitsOnly(web, [old]);                                     // untrue: the other pods of the frontend get in

export const verdicts = intent.verdicts();
