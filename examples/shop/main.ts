import { App, Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from 'cdk8s-netpol';
import { Construct } from 'constructs';
import { deploy } from './deployments';

export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'app' });

    const frontend = new Tier(this, 'frontend');                              // selects app=frontend
    const backend = new Tier(this, 'backend', { ports: [Port.tcp(8080)] });
    const db = new Tier(this, 'db', { ports: [Port.tcp(5432)] });

    backend.allowFrom(frontend);                                              // on the backend's own ports
    db.allowFrom(backend);
    backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });

    new ConnectivityIntent(this, 'intent')
      .allowed(frontend, backend)
      .allowed(backend, Peer.clusterDns())
      .denied(frontend, db)
      .admitsOnly(db, [backend]);      // nothing else reaches db, not even a pod that is deployed next year

    deploy(this, 'frontend', 'nginx', 80);
    deploy(this, 'backend', 'example.com/shop/backend', 8080);
    deploy(this, 'db', 'postgres', 5432);
  }
}

const app = new App();
new Shop(app, 'shop');
app.synth();                     // throws if a claim does not hold, with the deciding policy and the fix
