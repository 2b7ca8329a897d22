import { IConstruct } from 'constructs';
import { checkedNamespace, addStatedNamespace } from './private/stated-namespaces';

/** What is known about a namespace that is made elsewhere. */
export interface NamespaceFacts {
  /**
   * All labels of the namespace. Kubernetes adds `kubernetes.io/metadata.name`.
   *
   * @default - no other label
   */
  readonly labels?: { [key: string]: string };
}

/** A namespace that is made elsewhere. */
export interface AssumedNamespace extends NamespaceFacts {
  /** The name of the namespace, an RFC 1123 label. */
  readonly name: string;
}

/**
 * Facts about the cluster that the objects of an app do not show, such as namespaces that another team makes. The intents of the app and
 * `Connectivity.fromApp` use them. They synthesize no object.
 *
 * @example
 *
 * ClusterFacts.of(this).addNamespace('monitoring', { labels: { team: 'ops' } });
 */
export class ClusterFacts {
  /**
   * The facts of the app that a construct belongs to.
   *
   * @param scope any construct of the app; error messages begin with its path
   */
  public static of(scope: IConstruct): ClusterFacts {
    return new ClusterFacts(scope);
  }

  private constructor(private readonly _scope: IConstruct) {}

  /**
   * States that the cluster has a namespace, and its labels. A Namespace object of the app takes precedence.
   *
   * Throws if the name or a label is not valid, or if the app states other labels for the same namespace.
   *
   * @param name the name of the namespace, an RFC 1123 label
   * @param options the labels
   */
  public addNamespace(name: string, options: NamespaceFacts = {}): void {
    const { root, path: own } = this._scope.node;
    // The path of the app is empty.
    const path = own === '' ? 'the app' : own;
    const call = `${path}: ClusterFacts.addNamespace('${name}')`;
    addStatedNamespace(call, root, checkedNamespace(call, name, options.labels ?? {}, { constructPath: path }));
  }
}
