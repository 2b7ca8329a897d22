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
    sees: 'lets shop/frontend[Deployment] in, but the policies of shop/frontend[Deployment] do not let it out',
    todo: 'Allow it at both ends. `allowFrom` and `allowTo` do.',
  },
  {
    mistake: 'A tier may reach pods that do not let it in.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      new Tier(chart, 'frontend').allowTo(Peer.pods({ labels: { app: 'backend' } }), { ports: [Port.tcp(8080)] });`,
    sees: 'lets shop/frontend[Deployment] out to shop/backend[Deployment], but the policies of shop/backend[Deployment] do not let it in',
    todo: 'Make the other end a tier, or allow it there, too.',
  },
  {
    mistake: 'DNS is forgotten: the default deny is turned off, and a tier has egress.',
    program: `
      deploy('backend', 8080);
      DefaultDeny.turnOff(chart, 'deny');
      new Tier(chart, 'backend').allowTo(Peer.publicInternet(), { ports: [Port.tcp(443)] });`,
    sees: 'lets the pods app=backend open connections, but no policy lets them ask DNS',
    todo: 'Add `allowTo(Peer.clusterDns())`.',
  },
  {
    mistake: 'DNS is forgotten in a policy that was written by hand.',
    program: `
      deploy('backend', 8080);
      policy('backend', { podSelector: { matchLabels: { app: 'backend' } }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }] });
      new ConnectivityIntent(chart, 'intent').allowed(Endpoint.workload('shop/backend'), Peer.clusterDns());`,
    sees: 'shop/backend[Deployment] does not reach a pod with label k8s-app=kube-dns in namespace kube-system on TCP 53',
    todo: 'Allow egress to the DNS servers on UDP 53 and TCP 53.',
  },
  {
    mistake: 'A namespace gets a default deny, but has nothing in it.',
    program: `
      deploy('backend', 8080);
      new Tier(chart, 'backend');
      new DefaultDeny(chart, 'deny', { namespace: 'shpo' });`,
    sees: 'shpo/default-deny-all denies the connections of namespace shpo, which has nothing else here',
    todo: 'Correct the namespace.',
  },
  {
    mistake: 'A namespace has two default denies.',
    program: `
      new DefaultDeny(chart, 'deny');
      new DefaultDeny(chart, 'deny-too', { egress: false });`,
    sees: 'namespace shop already has a DefaultDeny, at shop/deny',
    todo: 'Remove one of them.',
  },
  {
    mistake: 'A default deny denies nothing.',
    program: `
      new DefaultDeny(chart, 'deny', { ingress: false, egress: false });`,
    sees: 'ingress: false and egress: false deny nothing',
    todo: 'Write `DefaultDeny.turnOff`.',
  },
  {
    mistake: 'A domain name is taken for an address.',
    program: `
      Peer.cidr('api.example.com');`,
    sees: "'api.example.com' is a domain name, and a NetworkPolicy has no domain names",
    todo: 'Name addresses, or use an egress proxy: NetworkPolicy has no domain names.',
  },
  {
    mistake: 'The API server is named by its Service.',
    program: `
      Peer.apiServer('kubernetes.default.svc');`,
    sees: "'kubernetes.default.svc' is a domain name",
    todo: 'Name its address: `kubectl get endpointslices -n default`.',
  },
  {
    mistake: 'A Service is the other end of an edge.',
    program: `
      deploy('backend', 8080);
      const service = expose('backend', 80, 8080);
      new Tier(chart, 'frontend').allowTo(service, { ports: [Port.tcp(80)] });`,
    sees: 'shop/backend-service is a Service, and policies select pods and addresses',
    todo: 'Name the pods behind it, and the port of their container.',
  },
  {
    mistake: 'An address is taken for a block.',
    program: `
      Peer.cidr('203.0.113.7');`,
    sees: 'Write 203.0.113.7/32 for this one address',
    todo: 'Write `/32`, or `/128` for IPv6.',
  },
  {
    mistake: 'A block has host bits.',
    program: `
      Peer.cidr('10.0.0.5/8');`,
    sees: "'10.0.0.5/8' must not have bits set beyond the prefix length",
    todo: 'Write the first address of the block.',
  },
  {
    mistake: 'An exception is outside its block.',
    program: `
      Peer.cidr('10.0.0.0/8', { excluding: ['192.168.0.0/16'] });`,
    sees: "the excluded block '192.168.0.0/16' is not a smaller block inside 10.0.0.0/8",
    todo: 'Exclude blocks inside the block.',
  },
  {
    mistake: 'An empty selector is meant as "nothing".',
    program: `
      Peer.pods({ labels: {} });`,
    sees: 'labels is empty, which Kubernetes reads as "everything"',
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
    sees: "without a namespaceSelector it selects pods of its own namespace 'shop' only",
    todo: 'Name the namespace, too: `Peer.pods({ labels: { ... }, namespace: \'ops\' })`.',
  },
  {
    mistake: 'cdk8s-plus gets a tier without ports.',
    program: `
      const web = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 8080 }] });
      web.connections.allowTo(new Tier(chart, 'db'));`,
    sees: 'a call of cdk8s-plus names no ports, and this peer has none of its own',
    todo: 'Give the tier its ports, or the call. cdk8s-plus would allow every port.',
  },
  {
    mistake: 'cdk8s-plus gets a peer that is several blocks.',
    program: `
      const web = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 8080 }] });
      web.connections.allowTo(Peer.publicInternet(), { ports: [kplus.NetworkPolicyPort.tcp(443)] });`,
    sees: 'cdk8s-plus can write only one block, or pods of one selector, in a rule',
    todo: 'Call the tier of the workload: `Tier.of(web).allowTo(...)`.',
  },
];
