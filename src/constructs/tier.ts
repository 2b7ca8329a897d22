import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ALLOW_OPTIONS, NAMESPACE_TIER_OPTIONS, TIER_PROPS, WORKLOAD_TIER_OPTIONS } from './argument-shapes';
import { DefaultDeny } from './default-deny';
import { edgeEndsOf, END, titleOf } from './edge-ends';
import { EdgeEnd, Network, WORKLOAD_TIER_ID } from './network';
import { PolicyLayout } from './policy-layout';
import { Port } from './port';
import { errorsOf, podsEnd, portsOfContainers, workloadElsewhere } from './private/implicit-tier';
import { checkPlusPolicies, selectorForPlus } from './private/plus-policies';
import { offerPorts } from './private/plus-ports';
import { namespaceOf, readSelector, SelectorWords } from './private/selector-input';
import { LabelledPods, PodSource, WorkloadPods } from './private/tier-pods';
import { addTierOf, tierOfWorkload } from './private/workload-end';
import { AllowOptions, NamespaceTierOptions, TierProps, WorkloadTierOptions } from './tier-props';
import { checkArguments, checkedPath, checkedScope, optional } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { isInTree } from '../cdk8s/construct-tree';
import { plusPods, plusPodSelector, PlusPods } from '../cdk8s/plus-peers';
import { slug } from '../cdk8s/policy-names';
import { addSynthValidation } from '../cdk8s/synth-run';
import { nameOfWorkload, readWorkload, WORKLOAD } from '../cdk8s/workload';
import { dnsLabelErrors, labelValueErrors } from '../k8s/names';
import { Labels, LabelSelector } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/** The props of the constructor, and what the factories add to them. */
interface InternalProps extends TierProps {
  readonly pods?: PodSource;
  /** The name if the program gives none. */
  readonly defaultName?: string;
}

const WORDS: SelectorWords = { labels: 'labels', expressions: 'matchExpressions', everything: 'write Tier.wholeNamespace(...)' };

/**
 * A group of pods with one role in the network, such as a frontend or a database. Pods of the namespaces of tiers may talk only as the edges
 * between tiers and peers allow.
 *
 * The first tier of a namespace adds the policies `default-deny-all` and `allow-dns` to it: see `DefaultDeny`. An edge between two tiers
 * becomes two NetworkPolicies: one that allows egress from the pods of the source, and one that allows ingress to the pods of the
 * destination, each in the namespace of its pods.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 *
 * @example
 *
 * const frontend = new Tier(this, 'frontend'); // selects app=frontend
 * const backend = new Tier(this, 'backend', { ports: [Port.tcp(8080)] });
 * backend.allowFrom(frontend); // on TCP 8080
 */
export class Tier extends Construct {
  /**
   * The tier of a workload, which needs no id: the first call makes it, as a child of the workload, and later calls return it. If a tier was made
   * from this workload by `fromWorkload` or `fromApiObject`, returns that one.
   *
   * It selects pods, and has a name, a namespace and ports, as described for `fromWorkload`.
   *
   * Throws if the construct has no API object, or if its kind is not one of those that `fromWorkload` takes; and if options are given, but the
   * workload has a tier already.
   *
   * @example
   *
   * const workloads = new Include(this, 'manifests', { url: 'shop.yaml' }).apiObjects;
   * Tier.of(workloads[1]).allowFrom(Tier.of(workloads[0])); // writes allow-frontend-to-backend, and so on
   *
   * @param workload the construct of the workload, or its API object
   * @param options labels, ports, name and layout, for the call that makes the tier
   * @returns the tier
   */
  public static of(workload: IConstruct, options?: WorkloadTierOptions): Tier {
    const where = `Tier.of(${titleOf(workload)})`;
    checkArguments(where, { workload: [workload, WORKLOAD], options: [options, optional(WORKLOAD_TIER_OPTIONS)] });
    const object = readWorkload(where, workload);
    const known = tierOfWorkload(object);
    if (known === undefined) { return Tier._ofWorkload(workload as Construct, WORKLOAD_TIER_ID, where, object, options); }
    if (options !== undefined) {
      throw callError(where, `the workload has a tier already, ${known.node.path}, so the options of this call would have no effect`,
        'give the options in the call that makes the tier, or leave them out');
    }
    return known as Tier;
  }

  /**
   * A tier of the pods of a workload: any version of cdk8s-plus, or any construct whose default child is the API object of a Pod,
   * Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob or ReplicationController. `Tier.of` does the same and needs no id.
   *
   * The tier selects the pods by the workload's `spec.selector`. If that is only the label `cdk8s.io/metadata.addr`, which cdk8s-plus adds, or if
   * there is no selector, as for a Job, a CronJob and a Pod, the tier selects by those labels of the pods that last: not by that label, whose value
   * changes when a construct is renamed, and not by a version, such as `app.kubernetes.io/version` or `helm.sh/chart`, because a release would cut
   * off the old pods. If the result would select the pods of another workload of the namespace too, or if there is no such label, the tier
   * selects by `cdk8s.io/metadata.addr`. The tier adds no label to the pods. All of this is read at synth.
   *
   * The namespace is that of the workload. The ports are those of its containers at synth.
   *
   * Throws if the construct has no API object, if its kind is not one of those above, or if it is in another cluster than the scope
   * (`ClusterBoundary`). `app.synth()` throws if the pods use the host's network, or if there is no label to select them by.
   *
   * @param id unique in the scope
   * @param workload the construct of the workload
   * @param options labels, ports and a name that replace those of the workload, and the layout
   */
  public static fromWorkload(scope: Construct, id: string, workload: IConstruct, options?: WorkloadTierOptions): Tier {
    const path = checkedPath('Tier.fromWorkload(...)', scope, id);
    checkArguments(`${path}: Tier.fromWorkload(...)`, { workload: [workload, WORKLOAD], options: [options, optional(WORKLOAD_TIER_OPTIONS)] });
    return Tier._ofWorkload(scope, id, path, workload, options);
  }

  /**
   * A tier of the pods of a workload's API object, for example from an `Include`, a Helm chart or `cdk8s import`. It is the same as
   * `fromWorkload`.
   *
   * Throws if the kind of the object is not one of those that `fromWorkload` takes, or if it is in another cluster than the scope
   * (`ClusterBoundary`). `app.synth()` throws if the pods use the host's network, or if there is no label to select them by.
   *
   * @param id unique in the scope
   * @param apiObject the API object of the workload
   * @param options labels, ports and a name that replace those of the object, and the layout
   */
  public static fromApiObject(scope: Construct, id: string, apiObject: ApiObject, options?: WorkloadTierOptions): Tier {
    const path = checkedPath('Tier.fromApiObject(...)', scope, id);
    checkArguments(`${path}: Tier.fromApiObject(...)`, { apiObject: [apiObject, WORKLOAD], options: [options, optional(WORKLOAD_TIER_OPTIONS)] });
    return Tier._ofWorkload(scope, id, path, apiObject, options);
  }

  /**
   * A tier of all pods of a namespace.
   *
   * @param id unique in the scope; the tier's name, unless `options` give another
   * @param options the namespace, the name, the ports and the layout
   */
  public static wholeNamespace(scope: Construct, id: string, options?: NamespaceTierOptions): Tier {
    const path = checkedPath('Tier.wholeNamespace(...)', scope, id);
    checkArguments(`${path}: Tier.wholeNamespace(...)`, { options: [options, optional(NAMESPACE_TIER_OPTIONS)] });
    return Tier._withPods(scope, id, { ...options, pods: new LabelledPods({}) });
  }

  /** @internal */
  private static _ofWorkload(scope: Construct, id: string, where: string, workload: IConstruct, options: WorkloadTierOptions | undefined): Tier {
    const object = readWorkload(where, workload);
    const wrong = workloadElsewhere(object, scope, `the scope of the tier, ${scope.node.path},`);
    if (wrong !== undefined) { throw callError(where, ...wrong); }
    const pods = new WorkloadPods(object, readLabels(where, options));
    return Tier._withPods(scope, id, { ...options, defaultName: nameOfWorkload(workload, object), namespace: object.metadata.namespace, pods });
  }

  /** @internal */
  private static _withPods(scope: Construct, id: string, props: InternalProps): Tier { return new Tier(scope, id, props); }

  /**
   * The tier's part in the names of policies: `backend` in `allow-frontend-to-backend`. Several tiers of a namespace may have the same. Then each of
   * their policies gets a hash of the tier's construct path in its name.
   */
  public readonly peerName: string;

  /** The tier's name in messages: its construct path, or that of its workload if `Tier.of(workload)` made it. */
  public readonly endpointName: string;

  /** @internal */
  public readonly _namespace: string | undefined;
  /** @internal */
  public readonly _layout: PolicyLayout | undefined;
  /** @internal */
  public readonly _isolates = true;
  /** @internal */
  public readonly _edgeEnds: readonly EdgeEnd[];
  /** @internal */
  private readonly _pods: PodSource;
  /** @internal */
  private readonly _ownPorts: readonly Port[] | undefined;

  /**
   * A tier of the pods with these labels.
   *
   * Throws if the labels, the expressions or the ports are empty, because Kubernetes would read that as "all"; if the API server would refuse
   * a label; if no labels are given and the id cannot be the value of a label; if the scope already has a construct with the id; and if there is
   * no chart around the tier.
   *
   * @param id unique in the scope; without a `name` also the tier's name, and the value of the label `app` unless `props` give labels or expressions
   * @param props which pods the tier has, their ports, and the tier's name
   */
  constructor(scope: Construct, id: string, props?: TierProps) {
    super(checkedScope('new Tier(...)', scope, id), freeId(scope, id, props));
    const { path } = this.node;
    checkArguments(`${path}: new Tier(...)`, { props: [props, optional(TIER_PROPS)] });
    const { pods, defaultName = id } = (props ?? {}) as InternalProps;
    this.peerName = props?.name === undefined ? slug(defaultName) : checkedName(path, props.name);
    this.endpointName = pods?.workload !== undefined && id === WORKLOAD_TIER_ID && !Chart.isChart(scope) ? scope.node.path : path;
    const namespace = namespaceOf(this, props?.namespace);
    // The pods of a workload are in its namespace, whatever the chart around the tier says.
    this._namespace = pods?.workload === undefined ? namespace : pods.workload.metadata.namespace;
    this._pods = pods ?? new LabelledPods(readSelector(path, props ?? {}, WORDS) ?? { matchLabels: { app: labelValue(path, props?.name ?? id) } });
    this._ownPorts = Port._checkList(path, props?.ports);
    this._layout = props?.layout;
    this._edgeEnds = [podsEnd(this, path, () => this._ports())];
    if (pods?.workload !== undefined) { addTierOf(pods.workload, this); }
    offerPorts(this, path, () => this._ports(), this._ownPorts === undefined && pods?.workload !== undefined);
    Network.of(this).addTier(this, (chart, of) => DefaultDeny._automatic(chart, of));
    addSynthValidation(this, () => errorsOf(this, this._pods));
  }

  /**
   * Allows `source` to reach this tier's pods.
   *
   * - A tier: the same as `source.allowTo(this)`, which allows both the source's egress and this tier's ingress.
   * - A workload, such as a Deployment of cdk8s-plus: its tier, if it has one. Otherwise its egress is allowed too where the app has a
   *   `DefaultDeny` for its namespace.
   * - A `Peer`, or a peer of cdk8s-plus (`Pods`, `Namespaces`, `Namespace`, `NetworkPolicyIpBlock`): only this tier's ingress is allowed.
   * - Another construct: what its default child is. A library may thus hand out its own construct.
   *
   * To repeat a call changes nothing; another call with other ports adds them.
   *
   * Throws if `source` is none of these; if neither the call nor the tier has ports; if the list of ports is empty; if the other tier is in
   * another app or another cluster (`ClusterBoundary`), or was removed from the app; and if only one of the two tiers has a namespace.
   *
   * @param source a tier, a peer, a workload, a peer of cdk8s-plus, or several by `Peer.anyOf`
   * @param options the ports, unless they are those of this tier, and a description
   * @returns this tier
   */
  public allowFrom(source: IConstruct, options?: AllowOptions): Tier {
    const where = `${this.node.path}: allowFrom(${titleOf(source)})`;
    checkArguments(where, { source: [source, END], options: [options, optional(ALLOW_OPTIONS)] });
    Network.of(this).allow(where, edgeEndsOf(where, source), this._edgeEnds, options);
    return this;
  }

  /**
   * Allows this tier's pods to reach `destination`.
   *
   * - A tier: the same as `destination.allowFrom(this)`, which allows both this tier's egress and the destination's ingress.
   * - A workload, such as a Deployment of cdk8s-plus: its tier, if it has one. Otherwise its ingress is allowed too where the app has a
   *   `DefaultDeny` for its namespace. Its ports are those of its containers at synth.
   * - A `Peer`, or a peer of cdk8s-plus (`Pods`, `Namespaces`, `Namespace`, `NetworkPolicyIpBlock`): only this tier's egress is allowed.
   * - Another construct: what its default child is. A library may thus hand out its own construct.
   *
   * To repeat a call changes nothing; another call with other ports adds them.
   *
   * Throws if `destination` is none of these; if neither the call nor the destination has ports; if the list of ports is empty; if the other
   * tier is in another app or another cluster (`ClusterBoundary`), or was removed from the app; and if only one of the two tiers has a namespace.
   *
   * @param destination a tier, a peer, a workload, a peer of cdk8s-plus, or several by `Peer.anyOf`
   * @param options the ports, unless they are those of the destination, and a description
   * @returns this tier
   */
  public allowTo(destination: IConstruct, options?: AllowOptions): Tier {
    const where = `${this.node.path}: allowTo(${titleOf(destination)})`;
    checkArguments(where, { destination: [destination, END], options: [options, optional(ALLOW_OPTIONS)] });
    Network.of(this).allow(where, this._edgeEnds, edgeEndsOf(where, destination), options);
    return this;
  }

  /**
   * Allows this tier's pods to reach each other, for example the members of a replicated database. (A pod can always reach itself.) Throws
   * if neither the call nor the tier has ports, and if the list of ports is empty.
   *
   * @param options the ports, unless they are those of this tier, and a description
   * @returns this tier
   */
  public allowInternally(options?: AllowOptions): Tier {
    const where = `${this.node.path}: allowInternally()`;
    checkArguments(where, { options: [options, optional(ALLOW_OPTIONS)] });
    Network.of(this).allow(where, this._edgeEnds, this._edgeEnds, options);
    return this;
  }

  /**
   * For cdk8s-plus, which takes a tier as a peer: `deployment.connections.allowTo(tier)`. Do not call it.
   *
   * @returns a `NetworkPolicyPeerConfig` of cdk8s-plus
   */
  public toNetworkPolicyPeerConfig(): any { return plusPods(this._plusPods()); }

  /**
   * For cdk8s-plus, which writes the policies of both ends. Do not call it.
   *
   * @returns this tier
   */
  public toPodSelector(): Tier { return this; }

  /**
   * For cdk8s-plus, which takes a tier wherever it selects pods: `new NetworkPolicy(chart, 'policy', { selector: tier })`. Do not call it.
   *
   * @returns a `PodSelectorConfig` of cdk8s-plus
   */
  public toPodSelectorConfig(): any { return plusPodSelector(this._plusPods()); }

  /** @internal */
  public _selector(): LabelSelector { return this._pods.selector(); }

  /** @internal */
  public _workload(): ApiObject | undefined { return this._pods.workload; }

  /** @internal */
  public _containerPorts(): readonly ContainerPort[] { return this._pods.containerPorts(); }

  /**
   * The ports for calls that name none: the tier's own, or those of its containers. Undefined if there are none.
   * @internal
   */
  private _ports(): readonly Port[] | undefined {
    return this._ownPorts ?? portsOfContainers(this);
  }

  /** @internal */
  private _plusPods(): PlusPods {
    if (!isInTree(this)) {
      throw callError(this.node.path, 'a call of cdk8s-plus names this tier, but it was removed from the app', 'use a tier that is in the app');
    }
    checkPlusPolicies(this.node.root);
    return { selector: () => selectorForPlus(this), namespaceNames: this._namespace === undefined ? undefined : [this._namespace] };
  }
}

function readLabels(path: string, options: WorkloadTierOptions | undefined): Labels | undefined {
  readSelector(path, { labels: options?.labels }, WORDS);
  return options?.labels;
}

/** The id, if it is free in the scope. constructs throws an error that has no fix. */
function freeId(scope: Construct, id: string, props: InternalProps | undefined): string {
  const other = scope.node.tryFindChild(id);
  if (other === undefined) { return id; }
  const workload = props?.pods?.workload;
  throw callError(checkedPath('new Tier(...)', scope, id), `there already is a construct with the id '${id}' in ${scope.node.path === '' ? 'the app' : scope.node.path}`,
    workload === undefined
      ? `give the tier another id, and the name that it should have in policies: { name: '${slug(id)}' }`
      : "write Tier.of(...) with the workload alone, or give the tier another id: its name in policies is the workload's anyway");
}

function checkedName(path: string, name: string): string {
  const errors = dnsLabelErrors(name);
  if (errors.length > 0) { throw callError(path, `the name '${name}' cannot be part of the names of policies: ${errors.join(', and ')}`, "write a name such as 'backend'"); }
  return name;
}

function labelValue(path: string, id: string): string {
  const errors = labelValueErrors(id);
  if (errors.length > 0) {
    throw callError(path, `the id '${id}' cannot be the value of the label 'app': ${errors.join(', and ')}`,
      "name the labels of the tier's pods: { labels: { app: '...' } }");
  }
  return id;
}
