import { recipe } from './recipe';
import { OUTSIDE } from './world';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

/* Ingress. Tiers deny both directions by default. These recipes are about ingress, so their tiers have a DefaultDeny that leaves egress open. */

recipe('Deny all traffic to an app', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
    // Only ingress is denied. The app can still call others.
    ['shop/web', 'partner/client', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-deny-all, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress: []   # isolated, without a rule that allows anything`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }); // selects app=web; no edge allows anything to reach it
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

recipe('Allow all traffic to an app although another policy denies it', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
    [OUTSIDE, 'shop/web', Port.tcp(9090), 'yes'],
    // Policies are additive: what one of them allows is allowed, but only for the pods that it selects.
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
      ingress: [{}]   # one rule without peers and ports: every peer on every port`,
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
    // Other namespaces are not affected.
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
    // The first tier of a namespace makes a default deny. Without a tier, the program makes it.
    new DefaultDeny(shop, 'deny', { egress: false });
  },
});

recipe('Allow traffic from outside the cluster', {
  truths: [
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'yes'],
    // An empty "from" means every peer, not only addresses outside.
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

recipe('Allow traffic from outside the cluster, but not from pods', {
  truths: [
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'yes'],
    // The addresses of the pods are in 10.0.0.0/8, which the block leaves out.
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
    // A port without a protocol is TCP.
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

recipe('Pitfall: one dash too many makes a rule of its own for the port', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(9090), 'yes'],
    // The first rule has no ports, so the monitoring reaches every port.
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'yes'],
    // The second rule has no peers, so every peer reaches this port.
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
    // With tiers, one would have to ask for both explicitly.
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
        - from:   # items of a list: one of them must match
            - podSelector: { matchLabels: { app: web } }
            - podSelector: { matchLabels: { app: batch, role: writer } }   # labels of one item: all of them must match
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
