import { IConstruct } from 'constructs';
import { ADD_NAMESPACE_OPTIONS, NAMESPACE_NAME, NETWORK_PLUGIN, POD_CIDRS } from './private/fact-shapes';
import { addOpenNamespace, addStatedNamespace, addStatedPodCidrs, checkedNamespace, checkedPlugin, checkedPodCidrs, setStatedPlugin } from './private/stated-facts';
import { checkArguments, optional, SCOPE } from '../cdk8s/call-arguments';

/** What is known about a namespace that is made elsewhere. */
export interface AddNamespaceOptions {
  /**
   * All labels of the namespace. Kubernetes adds `kubernetes.io/metadata.name`.
   *
   * @default - no other label
   */
  readonly labels?: { [key: string]: string };
}

/** A namespace that is made elsewhere. */
export interface AssumedNamespace extends AddNamespaceOptions {
  /** The name of the namespace, an RFC 1123 label. */
  readonly name: string;
}

/**
 * Facts about the cluster that the objects of an app do not show, such as namespaces that another team makes and the addresses of pods. The intents of the app and
 * `Connectivity.fromApp` use them. They synthesize no object.
 *
 * @example
 *
 * ClusterFacts.of(this).addNamespace('monitoring', { labels: { team: 'ops' } });
 */
export class ClusterFacts {
  /**
   * The facts of the cluster that a construct is in (`ClusterBoundary`), or if it is in none, of all clusters of the app.
   *
   * @param scope any construct of the app; error messages begin with its path
   */
  public static of(scope: IConstruct): ClusterFacts {
    checkArguments('ClusterFacts.of(...)', { scope: [scope, SCOPE] });
    return new ClusterFacts(scope);
  }

  private constructor(private readonly _scope: IConstruct) {}

  /**
   * States that the cluster has a namespace, and its labels. A Namespace object of the app takes precedence.
   *
   * Throws if the name or a label is not valid, or if the app states other labels for the same namespace of the same cluster.
   *
   * @param name the name of the namespace, an RFC 1123 label
   * @param options the labels
   */
  public addNamespace(name: string, options: AddNamespaceOptions = {}): void {
    checkArguments(`${this._path}: ClusterFacts.addNamespace(...)`, { name: [name, NAMESPACE_NAME], options: [options, optional(ADD_NAMESPACE_OPTIONS)] });
    const call = `${this._path}: ClusterFacts.addNamespace('${name}')`;
    addStatedNamespace(call, this._scope, checkedNamespace(call, name, options.labels ?? {}, { constructPath: this._path }));
  }

  /**
   * States that a namespace has workloads which the app does not declare, such as those of an operator or of another app. Without this, a tier of
   * the namespace that selects no workload of the app is the finding NP101: its labels may be wrong.
   *
   * Throws if the name is not valid.
   *
   * @param name the name of the namespace, an RFC 1123 label
   */
  public addOpenNamespace(name: string): void {
    checkArguments(`${this._path}: ClusterFacts.addOpenNamespace(...)`, { name: [name, NAMESPACE_NAME] });
    addOpenNamespace(`${this._path}: ClusterFacts.addOpenNamespace('${name}')`, this._scope, name);
  }

  /**
   * States the blocks that the addresses of pods come from. Without them, a pod of a manifest could have any address. Then it is
   * undecided whether an `ipBlock` matches the pod, unless the block is on the public internet.
   *
   * Throws if a block is not valid.
   *
   * @param podCidrs CIDR blocks, such as `10.0.0.0/8`; several calls add up
   */
  public addPodCidrs(podCidrs: string[]): void {
    checkArguments(`${this._path}: ClusterFacts.addPodCidrs(...)`, { podCidrs: [podCidrs, POD_CIDRS] });
    addStatedPodCidrs(this._scope, checkedPodCidrs(`${this._path}: ClusterFacts.addPodCidrs`, podCidrs));
  }

  /**
   * States the network plugin of the cluster. Then an `ipBlock` and the pods of the cluster are decided as the plugin decides, and the findings at synth
   * include what the plugin ignores (NP160) or does differently (NP161). docs/network-plugins.md has what is known about each plugin.
   *
   * Throws if the plugin is not known, or if the app states another one for the same cluster.
   *
   * @param plugin the name of the plugin, with or without its version: `cilium`, `cilium@1.16`
   */
  public useNetworkPlugin(plugin: string): void {
    checkArguments(`${this._path}: ClusterFacts.useNetworkPlugin(...)`, { plugin: [plugin, NETWORK_PLUGIN] });
    const call = `${this._path}: ClusterFacts.useNetworkPlugin('${plugin}')`;
    setStatedPlugin(call, this._scope, checkedPlugin(call, plugin));
  }

  /** The path of the app itself is empty. */
  private get _path(): string { return this._scope.node.path === '' ? 'the app' : this._scope.node.path; }
}
