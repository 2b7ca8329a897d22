import { LabelExpression } from './label-expression';
import { Port } from './port';

/** Options of `Peer.cidr`. */
export interface CidrOptions {
  /**
   * Blocks in CIDR notation to exclude (`except` in the API). Each must be inside the block and smaller.
   *
   * @default - none
   */
  readonly excluding?: string[];
}

/** The pods of `Peer.pods`. */
export interface PodsOptions {
  /**
   * Labels that a pod has, all of them.
   *
   * @default - none; give `matchExpressions` in that case
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of a pod, all of which must hold, as well as `labels`.
   *
   * @default - none; give `labels` in that case
   */
  readonly matchExpressions?: LabelExpression[];

  /**
   * The namespace of the pods, a DNS-1123 label (at most 63 characters of a-z, 0-9 and '-').
   *
   * @default - the namespace of the tier that uses the peer
   */
  readonly namespace?: string;

  /**
   * Labels that the namespace of a pod has, all of them.
   *
   * @default - none
   */
  readonly namespaceLabels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of a pod's namespace, all of which must hold, as well as `namespaceLabels`.
   *
   * @default - none
   */
  readonly namespaceExpressions?: LabelExpression[];

  /**
   * True for the pods of all namespaces.
   *
   * @default false
   */
  readonly allNamespaces?: boolean;
}

/** The namespaces of `Peer.namespaces`. */
export interface NamespacesOptions {
  /**
   * Labels that a namespace has, all of them.
   *
   * @default - none; give `matchExpressions` in that case
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of a namespace, all of which must hold, as well as `labels`.
   *
   * @default - none; give `labels` in that case
   */
  readonly matchExpressions?: LabelExpression[];
}

/** Where the cluster's DNS servers run. */
export interface ClusterDnsOptions {
  /**
   * The namespace of the DNS servers.
   *
   * @default 'kube-system'
   */
  readonly namespace?: string;

  /**
   * The labels of their pods.
   *
   * @default - k8s-app: kube-dns
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * The ports of their containers, because a policy does not see the ports of the Service. An empty list throws.
   *
   * @default - UDP 53 and TCP 53
   */
  readonly ports?: Port[];
}

/** Options of `Peer.apiServer`. */
export interface ApiServerOptions {
  /**
   * The ports of the API server. An empty list throws.
   *
   * @default - TCP 443 and TCP 6443
   */
  readonly ports?: Port[];
}

/** Where the calls of webhooks come from, as the pods of a webhook see them. */
export interface WebhookCallersOptions {
  /**
   * Addresses of the API server, or blocks in CIDR notation. An empty list throws.
   *
   * @default - none; give `konnectivity` in that case
   */
  readonly addresses?: string[];

  /**
   * Whether the API server calls through the agents of Konnectivity, the pods with `k8s-app: konnectivity-agent` in `kube-system`.
   *
   * @default false
   */
  readonly konnectivity?: boolean;
}

/** The pods of a part of the platform. */
export interface PlatformPodsOptions {
  /**
   * The namespace of the pods.
   *
   * @default - 'ingress-nginx' for the Ingress controller, 'monitoring' for Prometheus
   */
  readonly namespace?: string;

  /**
   * Labels that a pod has, all of them.
   *
   * @default - all pods of the namespace
   */
  readonly labels?: { readonly [key: string]: string };
}
