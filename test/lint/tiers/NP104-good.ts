import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-34';
import { Tier } from '../../../src';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

const [web, worker] = ['web', 'worker'].map(name => new Deployment(chart, name, {
  metadata: { name }, podMetadata: { labels: { app: name } }, containers: [{ image: name, portNumber: 8080 }],
}));

Tier.of(web).allowFrom(Tier.of(worker));

app.synth();
