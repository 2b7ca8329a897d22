import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { DefaultDeny } from './default-deny';
import { IPeer } from './endpoint';
import { edgeEndsOf, EdgeEnd } from './party';
import { PolicyLayout } from './policy-layout';
import { Port, Protocol } from './port';
import { readPorts, unknownPorts } from './private/edge';
import { LabelledPods, plusLabels, PodSource, readWorkload, WorkloadPods } from './private/pod-source';
import { Registry } from './private/registry';
import { namespaceByName, namespaceOf, readSelector, SelectorWords } from './private/selector-input';
import { TierPolicies } from './private/tier-policies';
import { AllowOptions, NamespaceTierProps, TierProps, WorkloadTierProps } from './tier-props';
import { callError } from '../cdk8s/call-error';
import { slug } from '../cdk8s/policy-object';
import { memoizeInSynth } from '../cdk8s/synth-run';
import { labelValueErrors } from '../k8s/names';
import { Labels, LabelSelector } from '../k8s/objects';
import { ContainerPort } from '../k8s/workloads';

/** What a factory adds to the props. */
interface Form extends TierProps {
  readonly pods?: PodSource;
}

/** How errors call the two ways to select pods. */
const WORDS: SelectorWords = { labels: 'labels', expressions: 'matchExpressions', everything: 'write Tier.wholeNamespace(...)' };

/**
 * A group of pods with the same part in the network: a frontend, a database. Say which tiers and peers
 * may talk to each other; everything else is denied.
 *
 * With the first tier of a namespace comes a `default-deny-all` for it, and an `allow-dns` beside it: see
 * `DefaultDeny`. Each edge between two tiers gives two NetworkPolicies, one for each end, in the
 * namespace of that end.
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
   * A tier of the pods of a workload: of any line of cdk8s-plus, or of any construct whose default child
   * is the API object of a workload (Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob,
   * ReplicationController).
   *
   * Pods of cdk8s-plus are selected by the labels that they carry when the tier is made, without the address
   * label of cdk8s, which changes when a construct is renamed. Where they carry none, the tier adds the
   * label `cdk8s-netpol/tier` with its id. Other workloads are selected as `fromApiObject` says. The namespace is the
   * workload's own. Its containers' ports are read at synth, so that one that is added later counts.
   *
   * Throws where the construct has no API object, or that is no workload. `app.synth()` throws where the
   * pods use the host's network, or do not carry the labels.
   *
   * @param scope the scope
   * @param id the id
   * @param workload the workload
   * @param props labels, ports and layout, where they are not to be taken from the workload
   */
  public static fromWorkload(scope: Construct, id: string, workload: IConstruct, props?: WorkloadTierProps): Tier {
    const path = pathOf(scope, id);
    const object = readWorkload(path, workload);
    const pods = new WorkloadPods(object, readLabels(path, props) ?? plusLabels(workload, object, path, id));
    return Tier._withPods(scope, id, { ...props, namespace: object.metadata.namespace, pods });
  }

  /**
   * A tier of the pods of a workload's API object: from an `Include`, a Helm chart, `cdk8s import`.
   *
   * The pods are selected by the object's `spec.selector`, or by the labels of its pod template where it has
   * none, read at synth; without the address label of cdk8s where others remain. The namespace is the object's
   * own. Its containers' ports are read at synth.
   *
   * Throws where the object is no workload. `app.synth()` throws where the pods use the host's network,
   * or carry no label to select them by.
   *
   * @param scope the scope
   * @param id the id
   * @param apiObject the object
   * @param props labels, ports and layout, where they are not to be taken from the object
   */
  public static fromApiObject(scope: Construct, id: string, apiObject: ApiObject, props?: WorkloadTierProps): Tier {
    const path = pathOf(scope, id);
    const pods = new WorkloadPods(readWorkload(path, apiObject), readLabels(path, props));
    return Tier._withPods(scope, id, { ...props, namespace: apiObject.metadata.namespace, pods });
  }

  /**
   * A tier of all pods of a namespace, on purpose.
   *
   * @param scope the scope
   * @param id the id
   * @param props the namespace, ports and layout
   */
  public static wholeNamespace(scope: Construct, id: string, props?: NamespaceTierProps): Tier {
    return Tier._withPods(scope, id, { ...props, pods: new LabelledPods({}) });
  }

  /**
   * Sets the layout of policies for all tiers below a scope that do not say otherwise, made before or later.
   *
   * @param scope an app, a chart, or any construct
   * @param layout the layout
   */
  public static useLayout(scope: IConstruct, layout: PolicyLayout): void {
    Registry.of(scope).setLayout(scope, layout);
  }

  /** @internal */
  private static _withPods(scope: Construct, id: string, form: Form): Tier { return new Tier(scope, id, form); }

  /** Its part in the names of policies: its id, as far as a name can have it. */
  public readonly peerName: string;

  /** How messages call it: its construct path. */
  public readonly endpointName: string;

  /** @internal */
  public readonly _namespace: string | undefined;

  /** @internal */
  private readonly _pods: PodSource;
  /** @internal */
  private readonly _ownPorts: readonly Port[] | undefined;
  /** @internal */
  public readonly _policies: TierPolicies;


  /**
   * A tier of the pods with these labels.
   *
   * Throws where the labels, the expressions or the ports are empty, which Kubernetes would read as
   * "all"; where a label is one that the API server would refuse; and where there is no chart around.
   *
   * @param scope the scope
   * @param id the id, and the value of the label `app` where `props` say nothing of labels
   * @param props which pods, and how they are reached
   */
  constructor(scope: Construct, id: string, props?: TierProps) {
    super(scope, id);
    const { pods } = (props ?? {}) as Form;
    const { path } = this.node;
    this.peerName = slug(id);
    this.endpointName = path;
    const namespace = namespaceOf(this, props?.namespace);
    // A workload's pods are where the workload is, whatever the chart around the tier says.
    this._namespace = pods?.workload === undefined ? namespace : pods.workload.metadata.namespace;
    this._pods = pods ?? new LabelledPods(readSelector(path, props ?? {}, WORDS) ?? { matchLabels: { app: labelValue(path, id) } });
    this._ownPorts = readPorts(path, props?.ports);
    this._policies = new TierPolicies(this, this.peerName, props?.layout);
    DefaultDeny._ensure(this, this._namespace);
    this.node.addValidation({ validate: () => memoizeInSynth(this.node.root, this, () => this._problems()) });
  }

  /**
   * Lets `source` reach this tier's pods. Where the source is a tier, its own half is written as well:
   * the same as `source.allowTo(this)`. Calling again changes nothing; other ports are added.
   *
   * Throws where ports are neither named nor known for the tier, where the list of them is empty, where the
   * other tier is in another app, and where one of both tiers has a namespace and the other has none.
   *
   * @param source a tier, a peer, or several by `Peer.anyOf`
   * @param options ports, where not the tier's own, and a description
   * @returns this tier
   */
  public allowFrom(source: IPeer, options?: AllowOptions): Tier {
    const where = `${this.node.path}: allowFrom(${titleOf(source)})`;
    return this._allow(where, edgeEndsOf(where, source).map(party => [party, this._party()]), options);
  }

  /**
   * Lets this tier's pods reach `destination`. Where the destination is a tier, its own half is written
   * as well: the same as `destination.allowFrom(this)`. Calling again changes nothing; other ports are
   * added.
   *
   * Throws where ports are neither named nor known for the destination, where the list of them is empty, where
   * the other tier is in another app, and where one of both tiers has a namespace and the other has none.
   *
   * @param destination a tier, a peer, or several by `Peer.anyOf`
   * @param options ports, where not the destination's own, and a description
   * @returns this tier
   */
  public allowTo(destination: IPeer, options?: AllowOptions): Tier {
    const where = `${this.node.path}: allowTo(${titleOf(destination)})`;
    return this._allow(where, edgeEndsOf(where, destination).map(party => [this._party(), party]), options);
  }

  /**
   * Lets this tier's pods reach each other, as members of a replicated database have to. (A pod
   * always reaches itself.) Throws as `allowFrom` does.
   *
   * @param options ports, where not the tier's own, and a description
   * @returns this tier
   */
  public allowInternally(options?: AllowOptions): Tier {
    return this._allow(`${this.node.path}: allowInternally()`, [[this._party(), this._party()]], options);
  }

  /** @internal */
  public _selector(): LabelSelector { return this._pods.selector(); }

  /**
   * The ports on which the tier is reached where nobody names any: its own, else its containers'.
   * @internal
   */
  public _ports(): readonly Port[] | undefined {
    if (this._ownPorts !== undefined) { return this._ownPorts; }
    const ports = this._containerPorts().map(({ protocol, port }) => Port._single('containerPort', Protocol[protocol], port));
    return ports.length > 0 ? ports : undefined;
  }

  /** @internal */
  public _workload(): ApiObject | undefined { return this._pods.workload; }

  /** @internal */
  public _containerPorts(): readonly ContainerPort[] { return this._pods.containerPorts(); }

  /** @internal */
  public _parties(): readonly EdgeEnd[] { return [this._party()]; }

  /** @internal */
  private _party(): EdgeEnd {
    return {
      key: `tier:${this.node.path}`,
      name: this.peerName,
      title: this.endpointName,
      tier: this,
      ports: () => this._ports(),
      clauses: namespace => namespace === this._namespace
        ? [{ podSelector: this._selector() }]
        : [{ namespaceSelector: namespaceByName(this.node.path, this._namespace!), podSelector: this._selector() }],
    };
  }

  /**
   * Makes the edges, all or none, and tells the tiers at their ends.
   * @internal
   */
  private _allow(where: string, pairs: readonly (readonly [EdgeEnd, EdgeEnd])[], options: AllowOptions | undefined): Tier {
    const ports = readPorts(where, options?.ports);
    for (const [source, destination] of pairs) {
      this._checkEnds(where, source.tier, destination.tier);
      // The containers of a workload may be added until synth: that is when its ports are asked for.
      const late = destination.tier?._workload() !== undefined;
      if (ports === undefined && !late && destination.ports() === undefined) {
        throw callError(where, unknownPorts(destination), 'write ports: [Port.tcp(8080)] in this call'
          + (destination.tier === undefined ? '' : `, or among the props of ${destination.title}`) + '; for all ports on purpose write ports: [Port.all()]');
      }
    }
    for (const [source, destination] of pairs) {
      const edge = Registry.of(this).edge(source, destination);
      // A tier's own ports are read at synth; a peer's are those of the very peer that the call names.
      edge.add(ports ?? (destination.tier === undefined ? destination.ports() : undefined), options?.description);
      destination.tier?._policies.add('ingress', edge);
      source.tier?._policies.add('egress', edge);
    }
    return this;
  }

  /** @internal */
  private _checkEnds(where: string, source: EdgeEnd['tier'], destination: EdgeEnd['tier']): void {
    if (source === undefined || destination === undefined) { return; }
    if (source.node.root !== destination.node.root) {
      throw callError(where, 'the two tiers are in two apps, and neither could write the half of the other',
        'make both tiers in one app, or name the other one by Peer.pods(...)');
    }
    const nameless = [source, destination].find(t => t._namespace === undefined);
    if (source._namespace !== destination._namespace && nameless !== undefined) {
      throw callError(where, `${nameless.node.path} has no namespace, and the other tier is in namespace ${source._namespace ?? destination._namespace}`,
        `give its chart a namespace, new Chart(app, '...', { namespace: '...' }), or the tier, new Tier(chart, '${nameless.node.id}', { namespace: '...' })`);
    }
  }

  /** @internal */
  private _problems(): string[] {
    const problems = this._pods.problems();
    if (problems.length > 0) { return [...problems]; }
    return this._policies.incoming.filter(edge => edge.lacksPorts).map(edge =>
      `${unknownPorts(edge.destination)}: no container of ${this._workload()!.node.path} declares one, and ${edge.source.title} is let in. `
      + 'Instead, declare the containers\' ports, or write ports: [Port.tcp(8080)] among the props of the tier or in the call; '
      + 'for all ports on purpose write ports: [Port.all()].');
  }
}

/** How errors call what a call was given, whatever it is. */
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
    throw callError(path, `the id '${id}' can not be the value of the label 'app': ${errors.join(', and ')}`,
      "say by which labels the tier's pods are known: { labels: { app: '...' } }");
  }
  return id;
}
