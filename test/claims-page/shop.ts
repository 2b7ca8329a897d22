import { App, Chart } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from '../../src';

const chart = new Chart(new App(), 'shop', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
backend.allowFrom(frontend);
db.allowFrom(backend);
backend.allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });

const intent = new ConnectivityIntent(chart, 'intent')
  .allowed(frontend, backend)                                             // holds: on TCP 8080, the backend's own port
  .denied(frontend, db)                                                   // holds
  .admitsOnly(db, [backend])                                              // holds
  .reachesOnly(frontend, [backend, Peer.clusterDns()])                    // holds
  .denied(Peer.thisNamespace(), db)                                       // untrue: the backend is in this namespace
  .denied(Peer.anything(), db)                                            // untrue: the backend is part of anything
  .reachesOnly(Tier.wholeNamespace(chart, 'all'), [Peer.clusterDns()]);   // untrue: the backend reaches more

export const verdicts = intent.verdicts();
