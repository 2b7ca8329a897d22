import { Mistake } from './mistake';

/** Edges, peers and default denies. */
export const EDGE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'Only one side of a connection is allowed.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'frontend');                                        // denies all egress of the namespace
      policy('backend', { podSelector: { matchLabels: { app: 'backend' } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'frontend' } } }] }] });
      new ConnectivityIntent(chart, 'intent').allowed(Endpoint.workload('shop/frontend'), Endpoint.workload('shop/backend'));`,
    sees: '',
    todo: 'Allow it at both ends. `allowFrom` and `allowTo` do.',
  },
  {
    mistake: 'A tier may reach pods that do not let it in.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'frontend').allowTo(Peer.pods({ labels: { app: 'backend' } }), { ports: [Port.tcp(8080)] });`,
    sees: '',
    todo: 'Make the other end a tier, or allow it there, too.',
  },
  {
    mistake: 'DNS is forgotten: the default deny is turned off, and a tier has egress.',
    program: `
      deploy('backend', 8080);
      DefaultDeny.turnOff(chart, 'deny');
      new Tier(chart, 'backend').allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });`,
    sees: '',
    todo: 'Add `allowTo(Peer.clusterDns())`.',
  },
  {
    mistake: 'DNS is forgotten in a policy that was written by hand.',
    program: `
      deploy('backend', 8080);
      policy('backend', { podSelector: { matchLabels: { app: 'backend' } }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }] });
      new ConnectivityIntent(chart, 'intent').allowed(Endpoint.workload('shop/backend'), Peer.clusterDns());`,
    sees: '',
    todo: 'Allow egress to the DNS servers on UDP 53 and TCP 53.',
  },
  {
    mistake: 'A namespace gets a default deny, but has nothing in it.',
    program: `
      deploy('backend', 8080);
      new Tier(chart, 'backend');
      new DefaultDeny(chart, 'deny', { namespace: 'shpo' });`,
    sees: '',
    todo: 'Correct the namespace.',
  },
  {
    mistake: 'A namespace has two default denies.',
    program: `
      new DefaultDeny(chart, 'deny');
      new DefaultDeny(chart, 'deny-too', { egress: false });`,
    sees: '',
    todo: 'Remove one of them.',
  },
  {
    mistake: 'A default deny denies nothing.',
    program: `
      new DefaultDeny(chart, 'deny', { ingress: false, egress: false });`,
    sees: '',
    todo: 'Write `DefaultDeny.turnOff`.',
  },
  {
    mistake: 'A domain name is taken for an address.',
    program: `
      Peer.cidr('api.example.com');`,
    sees: '',
    todo: 'Name addresses, or use an egress proxy: NetworkPolicy has no domain names.',
  },
  {
    mistake: 'An address is taken for a block.',
    program: `
      Peer.cidr('203.0.113.7');`,
    sees: '',
    todo: 'Write `/32`, or `/128` for IPv6.',
  },
  {
    mistake: 'A block has host bits.',
    program: `
      Peer.cidr('10.0.0.5/8');`,
    sees: '',
    todo: 'Write the first address of the block.',
  },
  {
    mistake: 'An exception is outside its block.',
    program: `
      Peer.cidr('10.0.0.0/8', { excluding: ['192.168.0.0/16'] });`,
    sees: '',
    todo: 'Exclude blocks inside the block.',
  },
  {
    mistake: 'An empty selector is meant as "nothing".',
    program: `
      Peer.pods({ labels: {} });`,
    sees: '',
    todo: 'An empty selector selects everything. Name a label.',
  },
  {
    mistake: 'Pods of another namespace are named by their labels only.',
    program: `
      deploy('backend', 8080);
      const ops = new Chart(app, 'ops', { namespace: 'ops' });
      deploy('prometheus', 9090, ops);
      new Tier(chart, 'backend').allowFrom(Peer.pods({ labels: { app: 'prometheus' } }), { ports: [Port.tcp(8080)] });
      new ConnectivityIntent(chart, 'intent').allowed(Endpoint.workload('ops/prometheus'), Endpoint.workload('shop/backend'));`,
    sees: '',
    todo: 'Name the namespace, too: `Peer.pods({ labels: { ... }, namespace: \'ops\' })`.',
  },
];
