import { recipe } from './recipe';
import { OUTSIDE } from './world';
import { DefaultDeny, Peer, Port, Tier } from '../../src';

/* What the platform needs: nodes, the API server, DNS, monitoring, and what is behind a Service. docs/guides/platform.md shows the tiers of these recipes. */

/** Nodes of the cluster are in 172.18.0.0/16, those of the control plane have these addresses. */
const CONTROL_PLANE = '172.18.0.2';
const NODE = '172.18.0.7';

recipe('Probes of the kubelet need no rule, and connections from other nodes need one', {
  truths: [
    // A probe comes from the pod's own node, which can always reach it. So this is about the other nodes.
    [NODE, 'shop/web', Port.tcp(8080), 'yes'],
    [NODE, 'shop/web', Port.tcp(9090), 'no'],
    [NODE, 'shop/db', Port.tcp(5432), 'no'],
    ['172.19.0.1', 'shop/web', Port.tcp(8080), 'no'],
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    [OUTSIDE, 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny, namespace: shop }
    spec: { podSelector: {}, policyTypes: [Ingress] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-from-nodes, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - ipBlock: { cidr: 172.18.0.0/16 }
          ports: [{ port: 8080 }]`,
  tiers: shop => {
    // A load balancer reaches web on a node port, and kube-proxy forwards with the address of that node.
    const web = new Tier(shop, 'web', { ports: [Port.tcp(8080)] });
    web.allowFrom(Peer.nodes(['172.18.0.0/16']));
  },
});

recipe('Let the API server call an admission webhook', {
  truths: [
    [CONTROL_PLANE, 'shop/web', Port.tcp(8080), 'yes'],
    // The rule is for the port of the container. That of the Service, 443, does not count.
    [CONTROL_PLANE, 'shop/web', Port.tcp(443), 'no'],
    [NODE, 'shop/web', Port.tcp(8080), 'no'],
    ['shop/client', 'shop/web', Port.tcp(8080), 'no'],
    ['kube-system/konnectivity-agent', 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: webhook-from-api-server, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - ipBlock: { cidr: 172.18.0.2/32 }
          ports: [{ port: 8080 }]`,
  tiers: shop => {
    const webhook = new Tier(shop, 'webhook', { labels: { app: 'web' }, ports: [Port.tcp(8080)] });
    webhook.allowFrom(Peer.webhookCallers({ addresses: ['172.18.0.2'] }));
  },
});

recipe('Let the API server call an admission webhook through Konnectivity', {
  truths: [
    ['kube-system/konnectivity-agent', 'shop/web', Port.tcp(8080), 'yes'],
    ['kube-system/coredns', 'shop/web', Port.tcp(8080), 'no'],
    [CONTROL_PLANE, 'shop/web', Port.tcp(8080), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: webhook-from-konnectivity, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
              podSelector: { matchLabels: { k8s-app: konnectivity-agent } }
          ports: [{ port: 8080 }]`,
  tiers: shop => {
    const webhook = new Tier(shop, 'webhook', { labels: { app: 'web' }, ports: [Port.tcp(8080)] });
    webhook.allowFrom(Peer.webhookCallers({ konnectivity: true }));
  },
});

recipe('Allow NodeLocal DNSCache, as an option of DefaultDeny', {
  truths: [
    ['shop/web', '169.254.20.10', Port.udp(53), 'yes'],
    ['shop/web', '169.254.20.10', Port.tcp(53), 'yes'],
    ['shop/web', '169.254.20.10', Port.tcp(9253), 'no'],
    // The metadata service of many clouds is link-local too.
    ['shop/web', '169.254.169.254', Port.tcp(80), 'no'],
    ['shop/web', 'kube-system/coredns', Port.udp(53), 'yes'],
    ['shop/web', OUTSIDE, Port.udp(53), 'no'],
  ],
  yaml: `
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
            - ipBlock: { cidr: 169.254.20.10/32 }   # the cache runs on the network of the node, so no selector matches it
          ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { nodeLocalDns: true });
  },
});

recipe('Allow NodeLocal DNSCache if kube-proxy is in iptables mode: also at the address of the DNS Service', {
  truths: [
    // The cache answers at the address of the Service kube-dns, too, and pods use that one.
    ['shop/web', '172.20.0.10', Port.udp(53), 'yes'],
    ['shop/web', '169.254.20.10', Port.udp(53), 'yes'],
    ['shop/web', '172.20.0.11', Port.udp(53), 'no'],
    ['shop/web', 'kube-system/coredns', Port.tcp(53), 'yes'],
  ],
  yaml: `
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
            - ipBlock: { cidr: 169.254.20.10/32 }
            - ipBlock: { cidr: 172.20.0.10/32 }
          ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { dnsServers: [Peer.clusterDns(), Peer.nodeLocalDns(['169.254.20.10', '172.20.0.10'])] });
  },
});

recipe('Everybody may be scraped by monitoring, in one line', {
  truths: [
    ['ops/prometheus', 'shop/web', Port.named('metrics'), 'yes'],
    ['ops/prometheus', 'shop/web', Port.tcp(9090), 'yes'],
    ['ops/prometheus', 'shop/web', Port.tcp(8080), 'no'],
    // A pod without a port of this name is not reached at all.
    ['ops/prometheus', 'shop/db', Port.tcp(5432), 'no'],
    ['ops/prometheus', 'shop/db', Port.tcp(9090), 'no'],
    ['partner/client', 'shop/web', Port.tcp(9090), 'no'],
    ['shop/client', 'shop/web', Port.tcp(9090), 'no'],
  ],
  yaml: `
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: default-deny, namespace: shop }
    spec: { podSelector: {}, policyTypes: [Ingress] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: from-monitoring, namespace: shop }
    spec:
      podSelector: {}   # every pod of the namespace
      ingress:
        - from:
            - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } }
              podSelector: { matchLabels: { app: prometheus } }
          ports: [{ port: metrics }]   # whatever number the container gives it`,
  tiers: shop => {
    new DefaultDeny(shop, 'deny', { scrapedBy: [Peer.prometheus({ namespace: 'ops', labels: { app: 'prometheus' } })] });
  },
});

recipe('Reach a headless Service: its pods, by its selector', {
  pitfalls: ['NP121'],
  truths: [
    ['shop/web', 'shop/db', Port.tcp(5432), 'yes'],
    ['shop/web', 'partner/client', Port.tcp(8080), 'no'],
    ['shop/web', OUTSIDE, Port.tcp(5432), 'no'],
  ],
  yaml: `
    # The Service is \`{ clusterIP: None, selector: { app: db } }\`. Its name leads to the addresses of its pods, and a policy selects the pods.
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-to-db, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - podSelector: { matchLabels: { app: db } }
          ports: [{ port: 5432 }]`,
  tiers: shop => {
    const db = new Tier(shop, 'db', { ports: [Port.tcp(5432)] }); // the selector of the Service, and the port of its pods
    new Tier(shop, 'web').allowTo(db);
  },
});

recipe('Reach an external Service (ExternalName): its addresses', {
  pitfalls: ['NP121'],
  truths: [
    ['shop/web', '52.94.0.10', Port.tcp(5432), 'yes'],
    ['shop/web', '52.94.1.10', Port.tcp(5432), 'no'],
    ['shop/web', '52.94.0.10', Port.tcp(443), 'no'],
    ['shop/web', 'shop/db', Port.tcp(5432), 'no'],
  ],
  yaml: `
    # The Service is \`{ type: ExternalName, externalName: db.example.com }\`: a DNS alias. A policy has no domain names, only addresses.
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web-to-managed-db, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: web } }
      policyTypes: [Egress]
      egress:
        - to:
            - ipBlock: { cidr: 52.94.0.0/24 }
          ports: [{ port: 5432 }]`,
  tiers: shop => {
    const managedDb = Peer.cidr('52.94.0.0/24').named('managed-db');
    new Tier(shop, 'web').allowTo(managedDb, { ports: [Port.tcp(5432)] });
  },
});
