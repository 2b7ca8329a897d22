import { Mistake } from './mistake';

/** Intents: claims, in an app and in a file. */
export const CLAIM_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'A rule of another team lets more in than the intent says.',
    program: `
      deploy('backend', 8080);
      deploy('db', 5432);
      const db = new Tier(chart, 'db');
      const backend = new Tier(chart, 'backend');
      db.allowFrom(backend, { ports: [Port.tcp(5432)] });
      policy('reports', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [{ podSelector: {} }] }] });
      new ConnectivityIntent(chart, 'intent').admitsOnly(db, [backend]);`,
    sees: 'A pod without labels in namespace shop can connect to shop/db[Deployment] too',
    todo: 'Narrow the rule, or list the other end in the claim.',
  },
  {
    mistake: 'AND is written as OR: two dashes make two peers.',
    program: `
      deploy('db', 5432);
      policy('db', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ops' } } },
        { podSelector: { matchLabels: { app: 'backup' } } },
      ] }] });
      new ConnectivityIntent(chart, 'intent').admitsOnly(Endpoint.workload('shop/db'), [Peer.pods({ labels: { app: 'backup' }, namespace: 'ops' })]);`,
    sees: 'A pod without labels in namespace ops can connect to shop/db[Deployment] too',
    todo: 'Write both selectors in one peer, without the second dash.',
  },
  {
    mistake: 'A policy is in the wrong namespace.',
    program: `
      deploy('db', 5432);
      const ops = new Chart(app, 'ops', { namespace: 'ops' });
      new ApiObject(ops, 'policy', {
        apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'db' }, spec: { podSelector: { matchLabels: { app: 'db' } } },
      });
      new ConnectivityIntent(chart, 'intent').denied(Peer.namespace('ops'), Endpoint.workload('shop/db'));`,
    sees: 'No policy isolates it for ingress, so anything may connect to it',
    todo: 'Write the policy into the namespace of the pods.',
  },
  {
    mistake: 'A policy has no policyTypes, and is meant to restrict egress.',
    program: `
      deploy('db', 5432);
      policy('db', { podSelector: { matchLabels: { app: 'db' } }, egress: [] });
      new ConnectivityIntent(chart, 'intent').reachesOnly(Endpoint.workload('shop/db'), []);`,
    sees: 'no policy isolates it for egress',
    todo: 'Write `policyTypes: [Egress]`: `egress: []` alone adds nothing.',
  },
  {
    mistake: 'DNS is not listed in a first reachesOnly.',
    program: `
      deploy('backend', 8080);
      deploy('db', 5432);
      const [backend, db] = [new Tier(chart, 'backend'), new Tier(chart, 'db', { ports: [Port.tcp(5432)] })];
      db.allowFrom(backend);
      new ConnectivityIntent(chart, 'intent').reachesOnly(backend, [db]);`,
    sees: 'list Peer.clusterDns() in the claim, because DNS lookups count',
    todo: 'List `Peer.clusterDns()`.',
  },
  {
    mistake: 'An intent is about a workload that does not exist.',
    program: `
      deploy('db', 5432);
      new ConnectivityIntent(chart, 'intent').denied(Endpoint.workload('shop/frontent'), Endpoint.workload('shop/db'));`,
    sees: "there is no workload 'shop/frontent'; namespace 'shop' has db",
    todo: 'Correct the name.',
  },
  {
    mistake: 'A claim is about a port name that nobody has.',
    program: `
      deploy('backend', 8080);
      deploy('db', 5432);
      new ConnectivityIntent(chart, 'intent').denied(Endpoint.workload('shop/backend'), Endpoint.workload('shop/db'), { ports: [Port.named('sql')] });`,
    sees: "no pod of shop/db[Deployment] has a TCP port with the name 'sql'",
    todo: 'Correct the name, or give the container port this name.',
  },
  {
    mistake: 'A claim names the port of the Service, which no pod listens on.',
    program: `
      deploy('frontend', 3000);
      deploy('backend', 8080);
      expose('backend', 80, 8080);
      new ConnectivityIntent(chart, 'intent').allowed(Endpoint.workload('shop/frontend'), Endpoint.workload('shop/backend'), { ports: [Port.tcp(80)] });`,
    sees: 'names TCP 80, the port of Service shop/backend',
    todo: 'Name the port of the container.',
  },
  {
    mistake: 'A claim is about two addresses.',
    program: `
      new ConnectivityIntent(chart, 'intent').denied(Endpoint.address('203.0.113.7'), Endpoint.address('198.51.100.7'));`,
    sees: 'are both addresses, and no policy decides about traffic between them',
    todo: 'Name pods on one of the sides: NetworkPolicy is about pods.',
  },
  {
    mistake: 'An intent has no claims.',
    program: `
      new ConnectivityIntent(chart, 'intent');`,
    sees: 'this intent has no claim, so it proves nothing',
    todo: 'Write a claim, or remove the intent.',
  },
  {
    mistake: 'A selector of a claim has a typo, so it means nobody who exists.',
    program: `
      deploy('frontend', 3000);
      deploy('db', 5432);
      const [frontend, db] = [new Tier(chart, 'frontend'), new Tier(chart, 'db')];
      new ConnectivityIntent(chart, 'intent').denied(Peer.pods({ labels: { app: 'fronted' } }), db);`,
    sees: 'no declared pod matches pods with app=fronted',
    todo: 'Correct the labels.',
  },
  {
    mistake: 'An intent file uses a word of an early version.',
    files: {
      'db.yaml': '{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: shop }, spec: { containers: [{ name: db, image: db }] } }\n',
      'intents.yaml': 'only:\n  - { to: shop/db, from: [shop/web] }\n',
    },
    command: 'check db.yaml --intent intents.yaml',
    sees: "only: there is no such field; write 'admitsOnly'",
    todo: 'Use the words `allowed`, `denied`, `admitsOnly` and `reachesOnly`.',
  },
];
