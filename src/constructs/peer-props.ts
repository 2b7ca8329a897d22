import { LabelExpression } from './label-expression';
import { Port } from './port';

/** Options of `Peer.cidr`. */
export interface CidrProps {
  /**
   * Blocks to leave out (`except` in the API). Each must lie inside the block and be smaller than it.
   *
   * @default - none
   */
  readonly excluding?: string[];
}

/** Which pods `Peer.pods` stands for. */
export interface PodsProps {
  /**
   * Labels that the pods have, all of them.
   *
   * @default - none; `matchExpressions` must then be given
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the pods' labels; all must hold, beside `labels`.
   *
   * @default - none; `labels` must then be given
   */
  readonly matchExpressions?: LabelExpression[];

  /**
   * The one namespace that the pods are in.
   *
   * @default - the namespace of the tier that uses the peer
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces that the pods are in, all of them.
   *
   * @default - none
   */
  readonly namespaceLabels?: { readonly [key: string]: string };

  /**
   * Requirements on the labels of the namespaces that the pods are in; all must hold, beside `namespaceLabels`.
   *
   * @default - none
   */
  readonly namespaceExpressions?: LabelExpression[];

  /**
   * Pods of all namespaces.
   *
   * @default false
   */
  readonly allNamespaces?: boolean;
}

/** Which namespaces `Peer.namespaces` stands for. */
export interface NamespacesProps {
  /**
   * Labels that the namespaces have, all of them.
   *
   * @default - none; `matchExpressions` must then be given
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Requirements on the namespaces' labels; all must hold, beside `labels`.
   *
   * @default - none; `labels` must then be given
   */
  readonly matchExpressions?: LabelExpression[];
}

/** Where the cluster's DNS servers run. */
export interface ClusterDnsProps {
  /**
   * Their namespace.
   *
   * @default 'kube-system'
   */
  readonly namespace?: string;

  /**
   * Their pods' labels.
   *
   * @default - k8s-app: kube-dns
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * The ports of their *containers*, which a policy sees, not of the Service. An empty list throws.
   *
   * @default - UDP 53 and TCP 53
   */
  readonly ports?: Port[];
}

/** How the API server is reached. */
export interface ApiServerProps {
  /**
   * Its ports. An empty list throws.
   *
   * @default - TCP 443 and TCP 6443
   */
  readonly ports?: Port[];
}

/** Where a part of the platform runs. */
export interface PlatformPodsProps {
  /**
   * Its namespace.
   *
   * @default - 'ingress-nginx' for the Ingress controller, 'monitoring' for Prometheus
   */
  readonly namespace?: string;

  /**
   * Its pods' labels.
   *
   * @default - all pods of the namespace
   */
  readonly labels?: { readonly [key: string]: string };
}
