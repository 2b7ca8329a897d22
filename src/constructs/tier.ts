import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { DefaultDeny } from './default-deny';
import { IPeer } from './endpoint';
import { CROSS_CLUSTER_FIX, crossesClusters, EdgeEnd, Network, unknownPorts } from './network';
import { PolicyLayout } from './policy-layout';
import { Port, Protocol } from './port';
import { namespaceByName, namespaceOf, readSelector, SelectorWords } from './private/selector-input';
import { LabelledPods, PodSource, WorkloadPods } from './private/tier-pods';
import { AllowOptions, NamespaceTierOptions, TierProps, WorkloadTierOptions } from './tier-props';
import { callError, withFix } from '../cdk8s/call-error';
import { clusterTitle, outsideOfClusters } from '../cdk8s/cluster-boundaries';
import { slug } from '../cdk8s/policy-names';
import { addSynthValidation } from '../cdk8s/synth-run';
import { nameOfWorkload, readWorkload } from '../cdk8s/workload';
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
export class Tier extends Construct implements IPeer {
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
   * declare const frontend: kplus.Deployment;
   * declare const backend: kplus.Deployment;
   * Tier.of(backend).allowFrom(Tier.of(frontend)); // writes allow-frontend-to-backend, and so on
   *
   * @param workload the construct of the workload, or its API object
   * @param options labels, ports, name and layout, for the call that makes the tier
   * @returns the tier
   */
  public static of(workload: IConstruct, options?: WorkloadTierOptions): Tier {
    const where = `Tier.of(${titleOf(workload)})`;
    const object = readWorkload(where, workload);
    const known = Network.of(object).tierOf(object);
    if (known === undefined) { return Tier._ofWorkload(workload as Construct, 'tier', where, object, options); }
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
   * Throws if the construct has no API object, or if its kind is not one of those above. `app.synth()` throws if the pods use the host's
   * network, or if there is no label to select them by.
   *
   * @param id unique in the scope
   * @param workload the construct of the workload
   * @param options labels, ports and a name that replace those of the workload, and the layout
   */
  public static fromWorkload(scope: Construct, id: string, workload: IConstruct, options?: WorkloadTierOptions): Tier {
    return Tier._ofWorkload(scope, id, pathOf(scope, id), workload, options);
  }

  /**
   * A tier of the pods of a workload's API object, for example from an `Include`, a Helm chart or `cdk8s import`. It is the same as
   * `fromWorkload`.
   *
   * Throws if the kind of the object is not one of those that `fromWorkload` takes. `app.synth()` throws if the pods use the host's network,
   * or if there is no label to select them by.
   *
   * @param id unique in the scope
   * @param apiObject the API object of the workload
   * @param options labels, ports and a name that replace those of the object, and the layout
   */
  public static fromApiObject(scope: Construct, id: string, apiObject: ApiObject, options?: WorkloadTierOptions): Tier {
    return Tier._ofWorkload(scope, id, pathOf(scope, id), apiObject, options);
  }

  /**
   * A tier of all pods of a namespace.
   *
   * @param id unique in the scope; the tier's name, unless `options` give another
   * @param options the namespace, the name, the ports and the layout
   */
  public static wholeNamespace(scope: Construct, id: string, options?: NamespaceTierOptions): Tier {
    return Tier._withPods(scope, id, { ...options, pods: new LabelledPods({}) });
  }

  /** @internal */
  private static _ofWorkload(scope: Construct, id: string, where: string, workload: IConstruct, options: WorkloadTierOptions | undefined): Tier {
    const object = readWorkload(where, workload);
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

  /** The tier's name in messages: its construct path. */
  public readonly endpointName: string;

  /** @internal */
  public readonly _namespace: string | undefined;
  /** @internal */
  public readonly _layout: PolicyLayout | undefined;
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
    super(scope, freeId(scope, id, props));
    const { pods, defaultName = id } = (props ?? {}) as InternalProps;
    const { path } = this.node;
    this.peerName = props?.name === undefined ? slug(defaultName) : checkedName(path, props.name);
    this.endpointName = path;
    const namespace = namespaceOf(this, props?.namespace);
    // The pods of a workload are in its namespace, whatever the chart around the tier says.
    this._namespace = pods?.workload === undefined ? namespace : pods.workload.metadata.namespace;
    this._pods = pods ?? new LabelledPods(readSelector(path, props ?? {}, WORDS) ?? { matchLabels: { app: labelValue(path, props?.name ?? id) } });
    this._ownPorts = Port._checkList(path, props?.ports);
    this._layout = props?.layout;
    this._edgeEnds = [{
      key: `tier:${path}`,
      name: this.peerName,
      title: this.endpointName,
      tier: this,
      ports: () => this._ports(),
      peers: policyNamespace => policyNamespace === this._namespace
        ? [{ podSelector: this._selector() }]
        : [{ namespaceSelector: namespaceByName(path, this._namespace!), podSelector: this._selector() }],
    }];
    Network.of(this).addTier(this, (chart, of) => DefaultDeny._automatic(chart, of));
    addSynthValidation(this, () => this._errors());
  }

  /**
   * Allows `source` to reach this tier's pods. If the source is a tier, this is the same as `source.allowTo(this)`: it allows both the
   * source's egress and this tier's ingress. If it is a peer, only this tier's ingress is allowed. To repeat a call changes nothing; another
   * call with other ports adds them.
   *
   * Throws if neither the call nor the tier has ports; if the list of ports is empty; if the other tier is in another app; and if only one of
   * the two tiers has a namespace.
   *
   * @param source a tier, a peer, or several by `Peer.anyOf`
   * @param options the ports, unless they are those of this tier, and a description
   * @returns this tier
   */
  public allowFrom(source: IPeer, options?: AllowOptions): Tier {
    Network.of(this).allow(`${this.node.path}: allowFrom(${titleOf(source)})`, source, this, options);
    return this;
  }

  /**
   * Allows this tier's pods to reach `destination`. If the destination is a tier, this is the same as `destination.allowFrom(this)`: it allows
   * both this tier's egress and the destination's ingress. If it is a peer, only this tier's egress is allowed. To repeat a call changes
   * nothing; another call with other ports adds them.
   *
   * Throws if neither the call nor the destination has ports; if the list of ports is empty; if the other tier is in another app; and if only
   * one of the two tiers has a namespace.
   *
   * @param destination a tier, a peer, or several by `Peer.anyOf`
   * @param options the ports, unless they are those of the destination, and a description
   * @returns this tier
   */
  public allowTo(destination: IPeer, options?: AllowOptions): Tier {
    Network.of(this).allow(`${this.node.path}: allowTo(${titleOf(destination)})`, this, destination, options);
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
    Network.of(this).allow(`${this.node.path}: allowInternally()`, this, this, options);
    return this;
  }

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
    if (this._ownPorts !== undefined) { return this._ownPorts; }
    const ports = this._containerPorts().map(({ protocol, port }) => Port._single('containerPort', Protocol[protocol], port));
    return ports.length > 0 ? ports : undefined;
  }

  /** @internal */
  private _errors(): string[] {
    const errors = [...this._pods.errors(), ...outsideOfClusters(this)];
    if (errors.length > 0) { return errors; }
    const edges = Network.of(this).edgesInto(this);
    const crossing = edges.filter(crossesClusters).map(edge => withFix(
      `${edge.source.title} may reach this tier, but it is in ${clusterTitle(edge.source.tier!)} and this tier is in ${clusterTitle(this)}; no policy selects pods of another cluster`,
      CROSS_CLUSTER_FIX,
    ));
    return crossing.length > 0 ? crossing : edges.filter(edge => edge.lacksPorts).map(edge => withFix(
      `${edge.source.title} may reach this tier, but ${unknownPorts(edge.destination)}, because no container of ${this._workload()!.node.path} declares a port`,
      'declare the ports of the containers, or write ports: [Port.tcp(8080)] in the call or in the props of the tier; if you mean every port, write ports: [Port.all()]',
    ));
  }
}

/** The name of an argument in messages, whatever it is. */
function titleOf(given: Partial<IPeer & IConstruct> | undefined): string {
  return given?.endpointName ?? given?.node?.path ?? String(given);
}

function pathOf(scope: Construct, id: string): string {
  return [...scope.node.scopes.map(s => s.node.id), id].filter(x => x).join('/');
}

function readLabels(path: string, options: WorkloadTierOptions | undefined): Labels | undefined {
  readSelector(path, { labels: options?.labels }, WORDS);
  return options?.labels;
}

/** The id, if it is free in the scope. constructs throws an error that has no fix. */
function freeId(scope: Construct, id: string, props: InternalProps | undefined): string {
  const other = scope?.node?.tryFindChild(id);
  if (other === undefined) { return id; }
  const workload = props?.pods?.workload;
  throw callError(pathOf(scope, id), `there already is a construct with the id '${id}' in ${scope.node.path === '' ? 'the app' : scope.node.path}`,
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
