import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-34';
import { Port, Tier } from '../../../src';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

const labels = {
  frontend: { app: 'frontend', role: 'client' },
  reports: { app: 'reports', role: 'client' },
  backend: { app: 'backend', role: 'server' },
};
for (const [name, own] of Object.entries(labels)) {
  new Deployment(chart, `${name}-deployment`, { metadata: { name }, podMetadata: { labels: own }, containers: [{ image: name, portNumber: 8080 }] });
}

const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
backend.allowFrom(new Tier(chart, 'frontend'));
backend.allowFrom(new Tier(chart, 'reports', { labels: { role: 'client' } }));

app.synth();
