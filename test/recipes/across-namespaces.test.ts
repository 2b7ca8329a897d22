import { recipe } from './recipe';
import { OUTSIDE } from './world';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

/* Ingress from other namespaces. As in incoming.test.ts, the tiers leave egress open. */

recipe('Deny all traffic from other namespaces', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['shop/batch', 'shop/db', Port.tcp(5432), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    ['ops/console', 'shop/db', Port.tcp(5432), 'no'],
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: from-this-namespace, namespace: shop }
    spec:
      podSelector: {}
      ingress:
        - from:
            - podSelector: {}   # every pod of this namespace`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    Tier.wholeNamespace(shop, 'everyone').allowInternally({ ports: [Port.all()] });
  },
});

recipe('Allow traffic from all namespaces', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['kube-system/coredns', 'shop/web', Port.tcp(8080), 'yes'],
    // All pods of all namespaces do not include addresses outside the cluster.
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-all-namespaces, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: {}`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }).allowFrom(Peer.allNamespaces());
  },
});

recipe('Allow all traffic from one namespace', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'yes'],
    ['ops/console', 'shop/web', Port.tcp(8080), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    // The namespace of the app is not included unless it is named.
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-ops, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } }   # every namespace has this label`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }).allowFrom(Peer.namespace('ops'));
  },
});

recipe('Allow traffic from some pods in another namespace', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'yes'],
    ['ops/console', 'shop/web', Port.tcp(8080), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-monitoring, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { team: ops } }
              podSelector: { matchLabels: { role: monitoring } }   # no dash: both must hold`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] })
      .allowFrom(Peer.pods({ labels: { role: 'monitoring' }, namespaceLabels: { team: 'ops' } }));
  },
});

recipe('Pitfall: one dash too many turns AND into OR', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'yes'],
    // Allowed by the first item, whatever its role is.
    ['ops/console', 'shop/web', Port.tcp(8080), 'yes'],
    // Allowed by the second item, which now selects pods of the policy's own namespace.
    ['shop/client', 'shop/web', Port.tcp(8080), 'yes'],
    ['shop/batch', 'shop/web', Port.tcp(8080), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-readers-in-ops, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { team: ops } }
            - podSelector: { matchLabels: { role: reader } }   # the dash makes it a second peer`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { egress: false });
    // With tiers, an OR is written as anyOf.
    new Tier(shop, 'web', { ports: [Port.tcp(8080)] }).allowFrom(Peer.anyOf([
      Peer.namespaces({ labels: { team: 'ops' } }),
      Peer.pods({ labels: { role: 'reader' } }),
    ]));
  },
});
