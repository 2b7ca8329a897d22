import { App, Chart } from 'cdk8s';
import { deployment } from './objects';
import { ClaimScope, ConnectivityIntent, Endpoint, Port, Tier } from '../../src';

const chart = new Chart(new App(), 'grant', { namespace: 'app' });
const frontend = new Tier(chart, 'frontend');
const clients = new Tier(chart, 'clients', { labels: { 'db-client': 'true' } });
const db = new Tier(chart, 'db', { ports: [Port.tcp(5432)] });
db.allowFrom(clients);
deployment(chart, 'web', { app: 'frontend' });
deployment(chart, 'postgres', { app: 'db' });

const intent = new ConnectivityIntent(chart, 'intent')
  .admitsOnly(db, [clients])                              // holds
  .denied(frontend, db)                                   // holds, assuming extra-label
  .denied(frontend, db, { strict: true })                 // untrue, assuming extra-label
  .denied(Endpoint.workload('app/web'), db)               // holds: its labels are known
  .denied(frontend, db, { scope: ClaimScope.DECLARED })   // holds: so are those of declared pods
  .admitsOnly(db, [frontend]);                            // untrue: any pod could carry the label

export const verdicts = intent.verdicts();
