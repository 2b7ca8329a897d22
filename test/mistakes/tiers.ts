import { Mistake } from './mistake';

/** Tiers, their labels and their ports. */
export const TIER_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'The label of a tier has a typo.',
    program: `
      deploy('backend', 8080);
      new Tier(chart, 'backend', { labels: { app: 'backnd' } });`,
    sees: 'no workload of namespace shop has app=backnd; select app=backend',
    todo: 'Correct the label.',
  },
  {
    mistake: 'A tier is made twice.',
    program: `
      new Tier(chart, 'backend');
      new Tier(chart, 'backend');`,
    sees: "there already is a construct with the id 'backend' in shop",
    todo: 'Keep the tier in a variable, and use the variable.',
  },
  {
    mistake: 'Two tiers have the same pods.',
    program: `
      deploy('backend', 8080);
      new Tier(chart, 'backend');
      new Tier(chart, 'api', { labels: { app: 'backend' } });`,
    sees: 'the pods of shop/backend[Deployment] are also in another tier',
    todo: 'Make one tier, or select by labels that tell the pods apart.',
  },
  {
    mistake: 'Two workloads of cdk8s-plus have the same labels.',
    program: `
      const [web, worker] = ['web', 'worker'].map(name => new kplus.Deployment(chart, name, {
        podMetadata: { labels: { app: 'shop' } },
        containers: [{ image: name, portNumber: 8080 }],
      }));
      Tier.of(web).allowFrom(Tier.of(worker));`,
    sees: 'give the pods of each workload a label of their own',
    todo: 'Give the pods of each workload a label of their own.',
  },
  {
    mistake: 'The chart has no namespace, but the edge leads to another one.',
    program: `
      const other = new Chart(app, 'other');
      const backend = new Tier(chart, 'backend', { ports: [Port.tcp(8080)] });
      backend.allowFrom(new Tier(other, 'frontend'));`,
    sees: 'other/frontend has no namespace, and the other tier is in namespace shop',
    todo: 'Give each chart a namespace.',
  },
  {
    mistake: 'Labels are an empty map.',
    program: `
      new Tier(chart, 'backend', { labels: {} });`,
    sees: 'labels is empty, which Kubernetes reads as "everything"',
    todo: 'Name a label, or write `Tier.wholeNamespace`.',
  },
  {
    mistake: 'A Service is taken for a workload.',
    program: `
      const service = expose('backend', 80, 8080);
      Tier.of(service);`,
    sees: 'shop/backend-service is a Service of v1, which is not a kind of workload',
    todo: 'Name the workload behind the Service.',
  },
  {
    mistake: 'The edge names the port of the Service.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      expose('backend', 80, 8080);
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'), { ports: [Port.tcp(80)] });`,
    sees: 'names TCP 80, the port of Service shop/backend',
    todo: 'Name the port of the container.',
  },
  {
    mistake: 'The edge names a port that no container declares.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'), { ports: [Port.tcp(8081)] });`,
    sees: 'names TCP 8081, but no container of shop/backend[Deployment] declares it',
    todo: 'Correct the number, or declare the port in the container.',
  },
  {
    mistake: 'The edge names a port by a name that no pod has.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'), { ports: [Port.named('htpp')] });`,
    sees: 'no container of shop/backend[Deployment] has a TCP port of that name',
    todo: 'Correct the name.',
  },
  {
    mistake: 'The protocol is wrong.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'), { ports: [Port.udp(8080)] });`,
    sees: 'names UDP 8080, but no container of shop/backend[Deployment] declares it',
    todo: 'Use the protocol of the container port: TCP, unless it says otherwise.',
  },
  {
    mistake: 'The edge has no ports, and the destination declares none.',
    program: `
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'));`,
    sees: 'the call names no ports, and shop/backend has none of its own',
    todo: 'Give the destination its ports, or name them in the call.',
  },
  {
    mistake: 'A range of ports is the wrong way round.',
    program: `
      Port.tcpRange(9000, 8000);`,
    sees: 'the last port of the range is less than the first',
    todo: 'Write the lower port first.',
  },
  {
    mistake: 'An empty list of ports is meant as "every port".',
    program: `
      new Tier(chart, 'backend').allowFrom(new Tier(chart, 'frontend'), { ports: [] });`,
    sees: 'ports is empty, which Kubernetes reads as "all ports"',
    todo: 'Write `[Port.all()]`, or name the ports.',
  },
  {
    mistake: 'A selector matches pods on the network of their node.',
    program: `
      const agent = new ApiObject(chart, 'agent', {
        apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' },
        spec: { selector: { matchLabels: { app: 'agent' } }, template: {
          metadata: { labels: { app: 'agent' } }, spec: { hostNetwork: true, containers: [{ name: 'agent', image: 'agent' }] } } },
      });
      Tier.of(agent);`,
    sees: "the pods of shop/agent use the host's network, and no NetworkPolicy selects such pods",
    todo: 'Policies do not apply to such pods. Name their nodes: `Peer.nodes([...])`.',
  },
  {
    mistake: 'A finding is suppressed, but its code has a typo.',
    program: `
      SynthFindings.of(app).suppress('NP1O1', 'the pods come with the next release');`,
    sees: 'synth has no finding with this code',
    todo: 'Correct the code: see [findings](findings.md).',
  },
  {
    mistake: 'The name of a tier cannot be part of the names of objects.',
    program: `
      new Tier(chart, 'backend', { name: 'Back End' });`,
    sees: "the name 'Back End' cannot be part of the names of policies",
    todo: 'Use a-z, 0-9 and `-`.',
  },
  {
    mistake: 'A tier is removed, and policies of cdk8s-plus for its pods remain.',
    program: `
      const frontend = new kplus.Deployment(chart, 'frontend', { containers: [{ image: 'frontend' }] });
      frontend.connections.allowTo(new Tier(chart, 'backend', { ports: [Port.tcp(8080)] }));
      chart.node.tryRemoveChild('backend');`,
    sees: 'shop/backend was removed from the app, but policies of cdk8s-plus for its pods remain: shop/frontend/AllowEgress',
    todo: 'Remove these policies too, or leave out the call that makes them.',
  },
];
