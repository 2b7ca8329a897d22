import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-34';
import { Port, Tier } from '../../../src';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

for (const name of ['frontend', 'backend']) {
  new Deployment(chart, `${name}-deployment`, {
    metadata: { name }, podMetadata: { labels: { app: name } }, containers: [{ image: name, portNumber: 8080 }],
  });
}

// A tier selects the pods with its name in the label app.
const frontend = new Tier(chart, 'frontend');
new Tier(chart, 'backend', { ports: [Port.tcp(8080)] }).allowFrom(frontend);

app.synth();
