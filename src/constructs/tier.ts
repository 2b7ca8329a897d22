import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { DefaultDeny } from './default-deny';
import { IPeer } from './endpoint';
import { EdgeEnd, Network, unknownPorts } from './network';
import { PolicyLayout } from './policy-layout';
import { Port, Protocol } from './port';
import { namespaceByName, namespaceOf, readSelector, SelectorWords } from './private/selector-input';
import { LabelledPods, PodSource, WorkloadPods } from './private/tier-pods';
import { AllowOptions, NamespaceTierProps, TierProps, WorkloadTierProps } from './tier-props';
import { callError, withFix } from '../cdk8s/call-error';
import { slug } from '../cdk8s/policy-names';
import { addSynthValidation } from '../cdk8s/synth-run';
import { readWorkload } from '../cdk8s/workload';
import { labelValueErrors } from '../k8s/names';
import { Labels, LabelSelector } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/** The props of the constructor, and what the factories add to them. */
interface InternalProps extends TierProps {
  readonly pods?: PodSource;
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
   * A tier of the pods of a workload: any version of cdk8s-plus, or any construct whose default child is the API object of a Pod,
   * Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob or ReplicationController.
   *
   * The tier selects the pods of a cdk8s-plus workload by the labels that they have now, except for `cdk8s.io/metadata.addr`, whose value
   * changes when a construct is renamed. If they have no other label, the tier adds `cdk8s-netpol/tier` to them, with its id as the value.
   * Other workloads are selected as described for `fromApiObject`. The namespace is that of the workload. The ports of the tier are those of
   * the workload's containers at synth.
   *
   * Throws if the construct has no API object, or if its kind is not one of those above. `app.synth()` throws if the pods use the host's
   * network, or do not have the labels.
   *
   * @param id unique in the scope; it becomes part of the names of policies
   * @param workload the construct of the workload
   * @param props labels and ports that replace those of the workload, and the layout
   */
  public static fromWorkload(scope: Construct, id: string, workload: IConstruct, props?: WorkloadTierProps): Tier {
    const path = pathOf(scope, id);
    const object = readWorkload(path, workload);
    const pods = new WorkloadPods(object, readLabels(path, props));
    return Tier._withPods(scope, id, { ...props, namespace: object.metadata.namespace, pods });
  }

  /**
   * A tier of the pods of a workload's API object, for example from an `Include`, a Helm chart or `cdk8s import`.
   *
   * The tier selects the pods by the object's `spec.selector`, or if it has none, by the labels of its pod template, both as they are at
   * synth. It ignores the label `cdk8s.io/metadata.addr` unless it is the only one. The namespace is that of the object. The ports of the
   * tier are those of the object's containers at synth.
   *
   * Throws if the kind of the object is not one of those that `fromWorkload` takes. `app.synth()` throws if the pods use the host's network,
   * or have no label.
   *
   * @param id unique in the scope; it becomes part of the names of policies
   * @param apiObject the API object of the workload
   * @param props labels and ports that replace those of the object, and the layout
   */
  public static fromApiObject(scope: Construct, id: string, apiObject: ApiObject, props?: WorkloadTierProps): Tier {
    const path = pathOf(scope, id);
    const pods = new WorkloadPods(readWorkload(path, apiObject), readLabels(path, props));
    return Tier._withPods(scope, id, { ...props, namespace: apiObject.metadata.namespace, pods });
  }

  /**
   * A tier of all pods of a namespace.
   *
   * @param id unique in the scope; it becomes part of the names of policies
   * @param props the namespace, the ports and the layout
   */
  public static wholeNamespace(scope: Construct, id: string, props?: NamespaceTierProps): Tier {
    return Tier._withPods(scope, id, { ...props, pods: new LabelledPods({}) });
  }

  /**
   * Sets the layout of policies for the tiers below a scope that have no layout of their own, whether they exist already or are made later.
   * If several scopes around a tier have a layout, the nearest one counts.
   *
   * @param scope an app, a chart, or any other construct
   * @param layout how edges become policies
   */
  public static useLayout(scope: IConstruct, layout: PolicyLayout): void {
    Network.of(scope).setLayout(scope, layout);
  }

  /** @internal */
  private static _withPods(scope: Construct, id: string, props: InternalProps): Tier { return new Tier(scope, id, props); }

  /** The tier's part in the names of policies: its id in lower case, with a dash for anything but a-z and 0-9. */
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
   * a label; if no labels are given and the id cannot be the value of a label; and if there is no chart around the tier.
   *
   * @param id unique in the scope; the value of the label `app` unless `props` give labels or expressions
   * @param props which pods the tier has, and their ports
   */
  constructor(scope: Construct, id: string, props?: TierProps) {
    super(scope, id);
    const { pods } = (props ?? {}) as InternalProps;
    const { path } = this.node;
    this.peerName = slug(id);
    this.endpointName = path;
    const namespace = namespaceOf(this, props?.namespace);
    // The pods of a workload are in its namespace, whatever the chart around the tier says.
    this._namespace = pods?.workload === undefined ? namespace : pods.workload.metadata.namespace;
    this._pods = pods ?? new LabelledPods(readSelector(path, props ?? {}, WORDS) ?? { matchLabels: { app: labelValue(path, id) } });
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
    DefaultDeny._ensure(this, this._namespace);
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
    const errors = this._pods.errors();
    if (errors.length > 0) { return [...errors]; }
    return Network.of(this).edgesInto(this).filter(edge => edge.lacksPorts).map(edge => withFix(
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

function readLabels(path: string, props: WorkloadTierProps | undefined): Labels | undefined {
  readSelector(path, { labels: props?.labels }, WORDS);
  return props?.labels;
}

function labelValue(path: string, id: string): string {
  const errors = labelValueErrors(id);
  if (errors.length > 0) {
    throw callError(path, `the id '${id}' cannot be the value of the label 'app': ${errors.join(', and ')}`,
      "name the labels of the tier's pods: { labels: { app: '...' } }");
  }
  return id;
}
