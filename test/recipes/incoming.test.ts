import { recipe } from './recipe';
import { OUTSIDE } from './world';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

/*
 * Who may come in. Tiers deny both directions by default; these recipes speak of one, so that the
 * tiers begin with a DefaultDeny that leaves the other open.
 */

recipe('Deny all traffic to an app', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
    // What is denied is what comes in; the app itself may still call others.
    ['shop/web', 'partner/client', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-deny-all, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress: []   # isolated, and no rule that lets anyone in`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }); // selects app=web; nobody is allowed to it
  },
});

recipe('Limit traffic to an app by labels', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['shop/batch', 'shop/web', Port.tcp(8080), 'no'],
    // A podSelector without a namespaceSelector stays in the policy's namespace.
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-client, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - podSelector: { matchLabels: { app: client } }`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    const web = new Tier(shop, 'web', { ports: [Port.tcp(8080)] });
    web.allowFrom(new Tier(shop, 'client'));
  },
});

recipe('Allow all traffic to an app, though another policy denies it', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
    [OUTSIDE, 'shop/web', Port.tcp(9090), 'yes'],
    // Policies add up: one that allows outweighs one that does not, for its own pods only.
    ['shop/client', 'shop/db', Port.tcp(5432), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny, namespace: shop }
    spec: { podSelector: {}, policyTypes: [Ingress] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-allow-all, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress: [{}]   # one rule, without peers and ports: everyone, on every port`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web').allowFrom(Peer.anything(), { ports: [Port.all()] });
  },
});

recipe('Deny all traffic into a namespace', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['ops/prometheus', 'shop/db', Port.tcp(5432), 'no'],
    [OUTSIDE, 'shop/batch', Port.udp(53), 'no'],
    // The other namespaces are left alone.
    ['shop/client', 'partner/client', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny, namespace: shop }
    spec:
      podSelector: {}   # every pod of the namespace
      policyTypes: [Ingress]`,
  tiers: shop => {
    // Comes by itself with a namespace's first tier; written out, it needs none.
    new DefaultDeny(shop, 'deny', { egress: false });
  },
});

recipe('Allow traffic from outside of the cluster', {
  truths: [
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'yes'],
    // An empty "from" is everyone, not only those outside.
    ['shop/batch', 'shop/web', Port.tcp(8080), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
    [OUTSIDE, 'shop/web', Port.tcp(9090), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-everyone, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from: []
          ports: [{ port: 8080 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }).allowFrom(Peer.anything());
  },
});

recipe('Allow traffic from outside of the cluster, and from no pod', {
  truths: [
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'yes'],
    // A block is for addresses outside. A pod is let in by it only where its address is known to be in it.
    ['shop/batch', 'shop/web', Port.tcp(8080), 'no'],
    ['10.1.2.3', 'shop/web', Port.tcp(8080), 'no'],
    ['169.254.169.254', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-outside, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16] }
          ports: [{ port: 8080 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }).allowFrom(Peer.publicInternet());
  },
});

recipe('Allow traffic to one port of an app', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(9090), 'yes'],
    ['ops/prometheus', 'shop/web', Port.named('metrics'), 'yes'],
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'no'],
    ['ops/console', 'shop/web', Port.tcp(9090), 'no'],
    // A port that names no protocol is TCP.
    ['ops/prometheus', 'shop/web', Port.udp(9090), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-metrics, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { team: ops } }
              podSelector: { matchLabels: { role: monitoring } }
          ports: [{ port: metrics }]   # the container's name for 9090`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    const monitoring = Peer.pods({ labels: { role: 'monitoring' }, namespaceLabels: { team: 'ops' } });
    new Tier(shop, 'web').allowFrom(monitoring, { ports: [Port.named('metrics')] });
  },
});

recipe('The trap of a dash too many: a rule of its own for the port', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(9090), 'yes'],
    // The first rule has no ports, so that the monitoring gets to all of them,
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'yes'],
    // and the second has no peers, so that everyone gets to this one.
    [OUTSIDE, 'shop/web', Port.tcp(9090), 'yes'],
    ['ops/console', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-metrics, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { team: ops } }
              podSelector: { matchLabels: { role: monitoring } }
        - ports: [{ port: 9090 }]   # the dash makes it a second rule`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    // With tiers the same has to be said, word by word, to come about.
    new Tier(shop, 'web')
      .allowFrom(Peer.pods({ labels: { role: 'monitoring' }, namespaceLabels: { team: 'ops' } }), { ports: [Port.all()] })
      .allowFrom(Peer.anything(), { ports: [Port.tcp(9090)] });
  },
});

recipe('Allow traffic from apps of several selectors', {
  truths: [
    ['shop/web', 'shop/db', Port.tcp(5432), 'yes'],
    ['shop/batch', 'shop/db', Port.tcp(5432), 'yes'],
    ['shop/client', 'shop/db', Port.tcp(5432), 'no'],
    ['partner/client', 'shop/db', Port.tcp(5432), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: db-from-web-and-batch, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: db } }
      ingress:
        - from:   # items of the list: either of them will do
            - podSelector: { matchLabels: { app: web } }
            - podSelector: { matchLabels: { app: batch, role: writer } }   # labels of one item: all of them
            - podSelector: { matchLabels: { app: client, role: writer } }`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    const db = new Tier(shop, 'db', { ports: [Port.tcp(5432)] });
    db.allowFrom(new Tier(shop, 'web'));
    db.allowFrom(Peer.anyOf([
      Peer.pods({ labels: { app: 'batch', role: 'writer' } }),
      Peer.pods({ labels: { app: 'client', role: 'writer' } }),
    ]));
  },
});
