import { Labels, policy } from '../support/cluster-objects';

/*
 * The scenarios of the Kubernetes end-to-end suite for NetworkPolicy (test/e2e/network/netpol, v1.36), by their
 * upstream names. Each namespace x, y and z has pods a, b and c, which serve ports 80 and 81 over TCP, UDP and SCTP.
 */

/** The objects of a test at one time, and which pods reach each other. */
export interface State {
  /** The port that is tried between all pods. */
  readonly on: string;
  readonly policies: readonly any[];
  /** Labels besides `pod`, which every pod has. */
  readonly podLabels?: Readonly<Record<string, Labels>>;
  readonly namespaceLabels?: Readonly<Record<string, Labels>>;
  /**
   * The pairs that differ from a table of 81 times yes. A later line overrides an earlier one. A line without a source
   * is about all sources, and one without a destination is about all destinations. A pod always reaches itself.
   */
  readonly truth: readonly string[];
}

/** A test of the suite with its states in order. */
export interface Scenario {
  readonly name: string;
  /** The part of the suite. The default is the largest part, `Netpol`. */
  readonly suite?: string;
  readonly states: readonly State[];
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "should support a 'default-deny-ingress' policy",
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-ingress', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: "should support a 'default-deny-all' policy",
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-all', {
            podSelector: {},
            policyTypes: ['Ingress', 'Egress'],
          }),
        ],
        truth: ['-> x/* no', 'x/* -> no'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic from pods within server namespace based on PodSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/x-a-allows-x-b', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow ingress traffic for a target',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-all-to-a', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }],
          }),
          policy('x/deny-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no', '-> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow ingress traffic from pods in all namespaces',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-from-another-ns', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: {} }] }],
          }),
        ],
        truth: [],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic only from a different namespace, based on NamespaceSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on PodSelector with MatchExpressions',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/x-a-allows-x-b', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'pod', operator: 'In', values: ['b'] }] } }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on NamespaceSelector with MatchExpressions',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-match-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['y'] }] } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on PodSelector or NamespaceSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-match-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['x'] }] } }, { podSelector: { matchLabels: { pod: 'b' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes', 'y/* -> x/a yes', 'z/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on PodSelector and NamespaceSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-podselector-and-nsselector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b' } }, namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['x'] }] } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/b -> x/a yes', 'z/b -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on Multiple PodSelectors and NamespaceSelectors',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-z-pod-b-c', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'pod', operator: 'In', values: ['b', 'c'] }] }, namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['x'] }] } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/b -> x/a yes', 'y/c -> x/a yes', 'z/b -> x/a yes', 'z/c -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on any PodSelectors',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-x-pod-b-c', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b' } } }, { podSelector: { matchLabels: { pod: 'c' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes', 'x/c -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic only from a pod in a different namespace based on PodSelector and NamespaceSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-pod-a-via-namespace-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/a -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on Ports',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce multiple, stacked policies with overlapping podSelectors',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
          policy('x/allow-client-a-via-ns-selector-80', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 80 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should support allow-all policy',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{}],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{}],
          }),
        ],
        truth: [],
      },
    ],
  },
  {
    name: 'should allow ingress access on one named port',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ port: 'serve-81-tcp' }] }],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ port: 'serve-81-tcp' }] }],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: 'should allow ingress access from namespace on one named port',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector-80', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 'serve-80-tcp' }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-client-a-via-ns-selector-80', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP', port: 'serve-80-tcp' }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: 'should allow egress access on one named port',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-egress', {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ ports: [{ port: 'serve-80-tcp' }] }],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-egress', {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ ports: [{ port: 'serve-80-tcp' }] }],
          }),
        ],
        truth: ['x/* -> no'],
      },
    ],
  },
  {
    name: 'should enforce updated policy',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-all-mutate-to-deny-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{}],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-all-mutate-to-deny-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: 'should allow ingress access from updated namespace',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { ns2: 'updated' } } }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
      {
        on: 'tcp/80',
        namespaceLabels: { y: { ns2: 'updated' } },
        policies: [
          policy('x/allow-client-a-via-ns-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { ns2: 'updated' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should allow ingress access from updated pod',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b', pod2: 'updated' } } }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
      {
        on: 'tcp/80',
        podLabels: { 'x/b': { pod2: 'updated' } },
        policies: [
          policy('x/allow-client-a-via-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b', pod2: 'updated' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes'],
      },
    ],
  },
  {
    name: 'should deny ingress from pods on other namespaces',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-empty-policy', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: {} }] }],
          }),
        ],
        truth: ['-> x/* no', 'x/* -> x/* yes'],
      },
    ],
  },
  {
    name: 'should deny ingress access to updated pod',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-ingress-via-label-selector', {
            podSelector: { matchLabels: { target: 'isolated' } },
            policyTypes: ['Ingress'],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/80',
        podLabels: { 'x/a': { target: 'isolated' } },
        policies: [
          policy('x/deny-ingress-via-label-selector', {
            podSelector: { matchLabels: { target: 'isolated' } },
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: 'should deny egress from pods based on PodSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-egress-pod-a', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
          }),
        ],
        truth: ['x/a -> no'],
      },
    ],
  },
  {
    name: 'should deny egress from all pods in a namespace',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-egress-ns-x', {
            podSelector: {},
            policyTypes: ['Egress'],
          }),
        ],
        truth: ['x/* -> no'],
      },
    ],
  },
  {
    name: 'should work with Ingress, Egress specified together',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress', 'Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b' } } }] }],
            egress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes'],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-client-a-via-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress', 'Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'b' } } }] }],
            egress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: ['-> x/a no', 'x/b -> x/a yes', 'x/a -> no'],
      },
    ],
  },
  {
    name: 'should support denying of egress traffic on the client side (even if the server explicitly allows this traffic)',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-to-ns-y-pod-a', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
          policy('y/allow-from-xa-on-ya-match-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }] }],
          }),
          policy('y/allow-from-xa-on-yb-match-selector', {
            podSelector: { matchLabels: { pod: 'b' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'x' } } }] }],
          }),
        ],
        truth: ['x/a -> no', '-> y/a no', '-> y/b no', 'x/a -> y/a yes'],
      },
    ],
  },
  {
    name: 'should enforce egress policy allowing traffic to a server in a different namespace based on PodSelector and NamespaceSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-to-ns-y-pod-a', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['x/a -> no', 'x/a -> y/a yes'],
      },
    ],
  },
  {
    name: 'should enforce ingress policy allowing any port traffic to a server on a specific protocol',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ingress-by-proto', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP' }] }],
          }),
        ],
        truth: [],
      },
      {
        on: 'udp/80',
        policies: [
          policy('x/allow-ingress-by-proto', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'TCP' }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: 'should enforce multiple ingress policies with ingress allow-all policy taking precedence',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-ingress-port-80', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: ['-> x/* no'],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-ingress', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{}],
          }),
          policy('x/allow-ingress-port-80', {
            podSelector: {},
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: [],
      },
    ],
  },
  {
    name: 'should enforce multiple egress policies with egress allow-all policy taking precedence',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-egress-port-80', {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: ['x/* -> no'],
      },
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-egress', {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{}],
          }),
          policy('x/allow-egress-port-80', {
            podSelector: {},
            policyTypes: ['Egress'],
            egress: [{ ports: [{ port: 80 }] }],
          }),
        ],
        truth: [],
      },
    ],
  },
  {
    name: 'should stop enforcing policies after they are deleted',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/deny-all', {
            podSelector: {},
            policyTypes: ['Ingress', 'Egress'],
          }),
        ],
        truth: ['-> x/* no', 'x/* -> no'],
      },
      {
        on: 'tcp/80',
        policies: [],
        truth: [],
      },
    ],
  },
  {
    name: 'should allow egress access to server in CIDR block',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-cidr-egress-rule', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ ipBlock: { cidr: '192.168.2.11/32' } }] }],
          }),
        ],
        truth: ['x/a -> no', 'x/a -> y/b yes'],
      },
    ],
  },
  {
    name: 'should enforce except clause while egress access to server in CIDR block',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-cidr-egress-rule', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ ipBlock: { cidr: '192.0.0.0/4', except: ['192.168.1.11/32'] } }] }],
          }),
        ],
        truth: ['x/a -> x/b no'],
      },
    ],
  },
  {
    name: 'should ensure an IP overlapping both IPBlock.CIDR and IPBlock.Except is allowed',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-cidr-egress-rule', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ ipBlock: { cidr: '192.0.0.0/4', except: ['192.168.1.11/32'] } }] }],
          }),
        ],
        truth: ['x/a -> x/b no'],
      },
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-cidr-egress-rule', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ ipBlock: { cidr: '192.168.1.11/32' } }] }],
          }),
        ],
        truth: ['x/a -> no', 'x/a -> x/b yes'],
      },
    ],
  },
  {
    name: 'should enforce policies to check ingress and egress policies can be controlled independently based on PodSelector',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-egress-for-target', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{}],
          }),
        ],
        truth: [],
      },
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-egress-for-target', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{}],
          }),
          policy('x/deny-ingress-via-label-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: "should not mistakenly treat 'protocol: SCTP' as 'protocol: TCP', even if the plugin doesn't support SCTP",
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-only-sctp-ingress-on-port-81', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'SCTP', port: 81 }] }],
          }),
          policy('x/deny-ingress', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: "should properly isolate pods that are selected by a policy allowing SCTP, even if the plugin doesn't support SCTP",
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-only-sctp-ingress-on-port-80', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: 'should not allow access by TCP when a policy specifies only UDP',
    states: [
      {
        on: 'tcp/81',
        policies: [
          policy('x/allow-only-udp-ingress-on-port-81', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'UDP', port: 81 }] }],
          }),
        ],
        truth: ['-> x/a no'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic based on NamespaceSelector with MatchLabels using default ns label',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-client-a-via-ns-selector-for-immutable-ns-label', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy based on NamespaceSelector with MatchExpressions using default ns label',
    states: [
      {
        on: 'tcp/80',
        policies: [
          policy('x/allow-ns-y-match-selector-for-immutable-ns-label', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Egress'],
            egress: [{ to: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['y'] }] } }] }],
          }),
        ],
        truth: ['x/a -> y/* no'],
      },
    ],
  },
  {
    name: "should support a 'default-deny-ingress' policy",
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'udp/80',
        policies: [
          policy('x/deny-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: 'should enforce policy based on Ports',
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'udp/81',
        policies: [
          policy('x/allow-ingress-on-port-81-ns-x', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'UDP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic only from a pod in a different namespace based on PodSelector and NamespaceSelector',
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'udp/80',
        policies: [
          policy('x/allow-ns-y-pod-a-via-namespace-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/a -> x/a yes'],
      },
    ],
  },
  {
    name: "should support a 'default-deny-ingress' policy",
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'sctp/80',
        policies: [
          policy('x/deny-all', {
            podSelector: {},
            policyTypes: ['Ingress'],
          }),
        ],
        truth: ['-> x/* no'],
      },
    ],
  },
  {
    name: 'should enforce policy based on Ports',
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'sctp/81',
        policies: [
          policy('x/allow-ingress-on-port-81-ns-x', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ ports: [{ protocol: 'SCTP', port: 81 }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/* -> x/a yes'],
      },
    ],
  },
  {
    name: 'should enforce policy to allow traffic only from a pod in a different namespace based on PodSelector and NamespaceSelector',
    suite: 'Netpol [LinuxOnly]',
    states: [
      {
        on: 'sctp/80',
        policies: [
          policy('x/allow-ns-y-pod-a-via-namespace-pod-selector', {
            podSelector: { matchLabels: { pod: 'a' } },
            policyTypes: ['Ingress'],
            ingress: [{ from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'y' } } }] }],
          }),
        ],
        truth: ['-> x/a no', 'y/a -> x/a yes'],
      },
    ],
  },
];
