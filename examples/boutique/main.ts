import { App } from 'cdk8s';
import { addCluster } from './cluster';

const app = new App();
addCluster(app, 'eu', { apiServer: '10.10.0.1', objectStore: '198.51.100.16/28' });
addCluster(app, 'us', { apiServer: '10.20.0.1', objectStore: '203.0.113.32/28' });
app.synth();                     // throws if a claim does not hold in one of the clusters
