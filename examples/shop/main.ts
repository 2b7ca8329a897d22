import { App, Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from 'cdk8s-netpol';
import { deploy } from './deployments';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'app' });

const frontend = new Tier(chart, 'frontend');                               // selects app=frontend
const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });

backend.allowFrom(frontend);                                                // on the backend's own ports
db.allowFrom(backend);
backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });

new ConnectivityIntent(chart, 'intent')
  .allowed(frontend, backend)
  .allowed(backend, Peer.clusterDns())
  .denied(frontend, db)
  .only(db, [backend]);        // nothing else reaches db: not now, not a pod deployed next year

deploy(chart, 'frontend', 'nginx', 80);
deploy(chart, 'backend', 'example.com/shop/backend', 8080);
deploy(chart, 'db', 'postgres', 5432);

app.synth();                   // throws, with the deciding policy and the mend, if any line is untrue
