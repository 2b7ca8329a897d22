import { Mistake } from './mistake';

/** Charts, clusters and files. */
export const CLUSTER_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'The app has a chart for each of two clusters, and does not say so.',
    program: `
      for (const region of ['eu', 'us']) {
        const shop = new Chart(app, 'shop-' + region, { namespace: 'shop' });
        new Tier(shop, 'frontend');
      }`,
    sees: '',
    todo: 'State the clusters: `ClusterBoundary.of(chart).add(\'eu\')`.',
  },
  {
    mistake: 'Two charts declare one object with different content.',
    program: `
      const copy = new Chart(app, 'copy', { namespace: 'shop' });
      deploy('backend', 8080);
      deploy('backend', 9090, copy);
      new Tier(chart, 'backend');`,
    sees: '',
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
    sees: '',
    todo: 'Name the addresses of the other cluster: `Peer.cidr(...)`.',
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
    sees: '',
    todo: 'Make claims about each cluster.',
  },
  {
    mistake: 'One chart of an app with clusters is in none of them.',
    program: `
      ClusterBoundary.of(new Chart(app, 'shop-eu', { namespace: 'shop' })).add('eu');
      new Tier(chart, 'backend');`,
    sees: '',
    todo: 'Say which cluster the chart is for.',
  },
  {
    mistake: 'The output files overwrite each other, because their names have no namespace.',
    program: `
      app.yamlOutputType = YamlOutputType.FILE_PER_RESOURCE;`,
    sees: '',
    todo: 'Use `YamlOutputType.FILE_PER_CHART`.',
  },
  {
    mistake: 'Two policies of the chart have one name.',
    program: `
      new Tier(chart, 'backend', { ports: [Port.tcp(8080)] }).allowFrom(new Tier(chart, 'frontend'));
      policy('allow-frontend-to-backend', { podSelector: {} });`,
    sees: '',
    todo: 'Rename the policy that was written by hand.',
  },
];
