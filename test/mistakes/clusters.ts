import { Mistake } from './mistake';

const pod = (cluster: string, name: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, annotations: { cdk8s-netpol/cluster: ${cluster} } }
spec: { containers: [{ name: ${name}, image: ${name} }] }
`;

/** Charts, clusters and files. */
export const CLUSTER_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'The app has a chart for each of two clusters, and does not say so.',
    program: `
      for (const region of ['eu', 'us']) {
        const shop = new Chart(app, 'shop-' + region, { namespace: 'shop' });
        new Tier(shop, 'frontend');
      }`,
    sees: 'this chart and chart shop-eu make the same things for one cluster',
    todo: 'State the clusters: `ClusterBoundary.of(chart).add(\'eu\')`.',
  },
  {
    mistake: 'Two charts declare one object with different content.',
    program: `
      const copy = new Chart(app, 'copy', { namespace: 'shop' });
      deploy('backend', 8080);
      deploy('backend', 9090, copy);
      new Tier(chart, 'backend');`,
    sees: 'Deployment shop/backend: shop/backend-deployment and copy/backend-deployment',
    todo: 'Keep one of them, give it another name, or state the clusters.',
  },
  {
    mistake: 'An edge leads to another cluster.',
    program: `
      const [eu, us] = ['eu', 'us'].map(region => {
        const shop = new Chart(app, 'shop-' + region, { namespace: 'shop' });
        ClusterBoundary.of(shop).add(region);
        return new Tier(shop, 'backend', { ports: [Port.tcp(8080)] });
      });
      us.allowFrom(eu);`,
    sees: 'shop-eu/backend is in cluster eu, shop-us/backend is in cluster us, and no policy selects pods of another cluster',
    todo: 'Name the addresses of the other cluster: `Peer.cidr(...)`.',
  },
  {
    mistake: 'A call of cdk8s-plus names a tier of another cluster.',
    program: `
      const [eu, us] = ['eu', 'us'].map(region => new Chart(app, 'shop-' + region, { namespace: 'shop' }));
      ClusterBoundary.of(eu).add('eu');
      ClusterBoundary.of(us).add('us');
      const frontend = new kplus.Deployment(eu, 'frontend', { containers: [{ image: 'frontend' }] });
      frontend.connections.allowTo(new Tier(us, 'backend', { ports: [Port.tcp(8080)] }));`,
    sees: 'shop-us/backend is in cluster us, but policies in cluster eu name its pods: shop-eu/frontend/AllowEgress',
    todo: 'Name the addresses of the other cluster: `Peer.cidr(...)`.',
  },
  {
    mistake: 'A tier is made in one cluster from a workload of another one.',
    program: `
      const [eu, us] = ['eu', 'us'].map(region => new Chart(app, 'shop-' + region, { namespace: 'shop' }));
      ClusterBoundary.of(eu).add('eu');
      ClusterBoundary.of(us).add('us');
      Tier.fromApiObject(us, 'backend', deploy('backend', 8080, eu));`,
    sees: 'shop-eu/backend-deployment is in cluster eu, the scope of the tier, shop-us, is in cluster us',
    todo: 'Make the tier of each workload in its own cluster: `Tier.of(workload)`.',
  },
  {
    mistake: 'A claim compares two clusters.',
    program: `
      const [eu, us] = ['eu', 'us'].map(region => {
        const shop = new Chart(app, 'shop-' + region, { namespace: 'shop' });
        ClusterBoundary.of(shop).add(region);
        deploy('backend', 8080, shop);
        return new Tier(shop, 'backend', { ports: [Port.tcp(8080)] });
      });
      new ConnectivityIntent(app, 'intent').denied(eu, us);`,
    sees: 'no claim is about two clusters',
    todo: 'Make claims about each cluster.',
  },
  {
    mistake: 'One chart of an app with clusters is in none of them.',
    program: `
      ClusterBoundary.of(new Chart(app, 'shop-eu', { namespace: 'shop' })).add('eu');
      new Tier(chart, 'backend');`,
    sees: 'this is in no cluster, but the app states clusters: eu (shop-eu)',
    todo: 'Say which cluster the chart is for.',
  },
  {
    mistake: 'A chart is said to be for two clusters.',
    program: `
      ClusterBoundary.of(chart).add('eu');
      ClusterBoundary.of(chart).add('us');`,
    sees: "this is cluster 'eu' already",
    todo: 'Make a chart for each cluster.',
  },
  {
    mistake: 'The output files overwrite each other, because their names have no namespace.',
    program: `
      const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
      for (const name of ['shop', 'ops']) {
        const chart = new Chart(app, name, { namespace: name });
        deploy('backend', 8080, chart);
        new Tier(chart, 'backend');
      }
      app.synth();`,
    sees: 'cdk8s writes this object to the file of another object, Deployment.backend, so one of the two is lost',
    todo: 'Write a file for each chart: `YamlOutputType.FILE_PER_CHART`, which is the default.',
  },
  {
    mistake: 'A question about the output of an app of two clusters does not say which one it is about.',
    files: { 'dist/eu.yaml': pod('eu', 'web') + pod('eu', 'db'), 'dist/us.yaml': pod('us', 'web') },
    command: 'can-reach dist --from shop/web --to shop/db',
    sees: 'a question is about one cluster, and the input has several (eu, us)',
    todo: 'Write `--cluster`.',
  },
];
