import { recipe } from './recipe';
import { OUTSIDE } from './world';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

/*
 * Egress. The tiers leave ingress open. A policy that denies egress also denies DNS: by hand, a rule must allow it; with tiers, it is allowed
 * unless `dns: false`.
 */

recipe('Deny egress from an app', {
  truths: [
    ['shop/web', 'shop/db', Port.tcp(5432), 'no'],
    ['shop/web', 'partner/client', Port.tcp(8080), 'no'],
    ['shop/web', OUTSIDE, Port.tcp(443), 'no'],
    ['shop/web', 'kube-system/coredns', Port.udp(53), 'yes'],
    ['shop/web', 'kube-system/coredns', Port.tcp(53), 'yes'],
    ['shop/web', 'kube-system/coredns', Port.tcp(9153), 'no'],
    // Ingress is not affected, and replies need no rule.
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-deny-egress, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
              podSelector: { matchLabels: { k8s-app: kube-dns } }
          ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false });
    new Tier(shop, 'web'); // may reach only DNS
  },
});

recipe('Pitfall: egress without DNS', {
  pitfalls: ['NP121'],
  truths: [
    ['shop/web', 'shop/db', Port.tcp(5432), 'yes'],
    ['shop/web', OUTSIDE, Port.tcp(443), 'no'],
    // The app may reach the database, but cannot look up its name.
    ['shop/web', 'kube-system/coredns', Port.udp(53), 'no'],
    ['shop/web', 'kube-system/coredns', Port.tcp(53), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-to-db, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - podSelector: { matchLabels: { app: db } }`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false, dns: false }); // with tiers, one has to ask for it
    new Tier(shop, 'web').allowTo(new Tier(shop, 'db', { ports: [Port.tcp(5432)] }));
  },
});

recipe('Pitfall: egress without policyTypes', {
  truths: [
    // With an empty list of egress rules and no policyTypes, the policy does not isolate for egress.
    ['shop/web', OUTSIDE, Port.tcp(443), 'yes'],
    ['shop/web', 'shop/db', Port.tcp(5432), 'yes'],
    // It isolates for ingress, which was not intended.
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-deny-egress, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      egress: []   # policyTypes: [Egress] is missing`,
  tiers: shop => {
    // With tiers, each direction has a property of its own.
    new DefaultDeny(shop, 'deny', { ingress: true, egress: false });
    new Tier(shop, 'web');
    new Tier(shop, 'db', { ports: [Port.tcp(5432)] }).allowFrom(Peer.thisNamespace());
  },
});

recipe('Deny all egress of a namespace', {
  truths: [
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['shop/batch', 'partner/client', Port.tcp(8080), 'no'],
    ['shop/db', OUTSIDE, Port.tcp(443), 'no'],
    ['shop/batch', 'kube-system/coredns', Port.udp(53), 'yes'],
    // Only the DNS servers of the cluster are allowed, not those outside.
    ['shop/batch', OUTSIDE, Port.udp(53), 'no'],
    ['partner/client', OUTSIDE, Port.tcp(443), 'yes'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny-egress, namespace: shop }
    spec: { podSelector: {}, policyTypes: [Egress] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: allow-dns, namespace: shop }
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
        - to:
            - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
              podSelector: { matchLabels: { k8s-app: kube-dns } }
          ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false });
  },
});

recipe('Deny all egress of a namespace, including DNS', {
  truths: [
    ['shop/batch', 'kube-system/coredns', Port.udp(53), 'no'],
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['shop/db', OUTSIDE, Port.tcp(443), 'no'],
    ['partner/client', 'shop/web', Port.tcp(8080), 'yes'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny-egress, namespace: shop }
    spec: { podSelector: {}, policyTypes: [Egress] }`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false, dns: false });
  },
});

recipe('Deny external egress', {
  truths: [
    ['shop/web', 'shop/db', Port.tcp(5432), 'yes'],
    ['shop/web', 'partner/client', Port.tcp(8080), 'yes'],
    // The DNS servers are pods of the cluster.
    ['shop/web', 'kube-system/coredns', Port.udp(53), 'yes'],
    // A node-local cache is not a pod. It needs a rule for its address.
    ['shop/web', '169.254.20.10', Port.udp(53), 'no'],
    ['shop/web', OUTSIDE, Port.tcp(443), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-no-external-egress, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - namespaceSelector: {}   # every pod, but no address outside the cluster`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false });
    new Tier(shop, 'web').allowTo(Peer.allNamespaces(), { ports: [Port.all()] });
  },
});

recipe('Deny external egress in a cluster with a node-local DNS cache', {
  truths: [
    ['shop/web', '169.254.20.10', Port.udp(53), 'yes'],
    ['shop/web', '169.254.20.10', Port.tcp(80), 'no'],
    ['shop/web', 'kube-system/coredns', Port.udp(53), 'yes'],
    ['shop/web', OUTSIDE, Port.udp(53), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-no-external-egress, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - namespaceSelector: {}
        - to:
            - ipBlock: { cidr: 169.254.20.10/32 }
          ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { ingress: false, nodeLocalDns: true });
    new Tier(shop, 'web').allowTo(Peer.allNamespaces(), { ports: [Port.all()] });
  },
});
