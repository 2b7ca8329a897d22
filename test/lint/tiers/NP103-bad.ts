import { ApiObject, App, Chart } from 'cdk8s';
import { Peer, Tier } from '../../../src';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

const [web] = ['web', 'worker'].map(name => new ApiObject(chart, name, {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: 'shop' } },
    template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }] } },
  },
}));

Tier.of(web).allowFrom(Peer.namespace('ingress'));

app.synth();
