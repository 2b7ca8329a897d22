import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { namespaceByName } from './selector-input';
import { PodSource } from './tier-pods';
import { withFix } from '../../cdk8s/call-error';
import { clusterOf, clusterTitle, outsideOfClusters } from '../../cdk8s/cluster-boundaries';
import { addSynthValidation } from '../../cdk8s/synth-run';
import { namedConstruct } from '../../cdk8s/workload';
import { LabelSelector } from '../../k8s/objects';
import { ContainerPort } from '../../k8s/workloads';
import { CROSS_CLUSTER_FIX, crossesClusters, EdgeEnd, EdgeTier, Network, unknownPorts } from '../network';
import type { PolicyLayout } from '../policy-layout';
import { Port, Protocol } from '../port';

/** What an implicit tier is made from. */
export interface ImplicitTierProps {
  /** Its part in the names of policies. */
  readonly name: string;
  /** Its name in messages. */
  readonly title: string;
  readonly namespace: string | undefined;
  readonly pods: PodSource;
}

/** A tier that the program has not made: of the pods of a workload that a call names, or of all pods of a namespace. It never isolates them. */
export class ImplicitTier extends Construct implements EdgeTier {
  public readonly peerName: string;
  public readonly _namespace: string | undefined;
  public readonly _isolates = false;
  public readonly _layout: PolicyLayout | undefined = undefined;
  public readonly _edgeEnds: readonly EdgeEnd[];
  private readonly pods: PodSource;

  constructor(scope: IConstruct, id: string, { name, title, namespace, pods }: ImplicitTierProps) {
    super(scope as Construct, id);
    this.peerName = name;
    this._namespace = namespace;
    this.pods = pods;
    this._edgeEnds = [podsEnd(this, title, () => portsOfContainers(this))];
    Network.of(this).addPods(this);
    addSynthValidation(this, () => errorsOf(this, this.pods));
  }

  public _selector(): LabelSelector { return this.pods.selector(); }

  public _containerPorts(): readonly ContainerPort[] { return this.pods.containerPorts(); }

  public _workload(): ApiObject | undefined { return this.pods.workload; }
}

/** The end of an edge that has policies for its pods. */
export function podsEnd(tier: EdgeTier, title: string, ports: () => readonly Port[] | undefined): EdgeEnd {
  const { path } = tier.node;
  return {
    key: `tier:${path}`,
    name: tier.peerName,
    title,
    tier,
    ports,
    peers: namespace => namespace === tier._namespace
      ? [{ podSelector: tier._selector() }]
      : [{ namespaceSelector: namespaceByName(path, tier._namespace!), podSelector: tier._selector() }],
  };
}

/** The ports that the pods' containers declare. Undefined if they declare none. */
export function portsOfContainers(tier: EdgeTier): readonly Port[] | undefined {
  const ports = tier._containerPorts().map(({ protocol, port }) => Port._single('containerPort', Protocol[protocol], port));
  return ports.length > 0 ? ports : undefined;
}

/**
 * What is wrong with the tier of a workload if the two are in two clusters, and the fix. A workload in no cluster is part of each cluster.
 *
 * @param scope the tier or its scope
 * @param title the scope in the message
 */
export function workloadElsewhere(workload: ApiObject, scope: IConstruct, title: string): [wrong: string, fix: string] | undefined {
  const [cluster, other] = [clusterOf(scope), clusterOf(workload)];
  if (cluster === other || cluster === undefined || other === undefined) { return undefined; }
  return [
    `${namedConstruct(workload).node.path} is in cluster ${other}, ${title} is in cluster ${cluster}, and no policy selects pods of another cluster`,
    'make both in one cluster: Tier.of(workload) makes the tier where its workload is',
  ];
}

/** Why no policies can be written for the pods: errors for validation at synth. */
export function errorsOf(tier: EdgeTier, pods: PodSource): string[] {
  const elsewhere = pods.workload && workloadElsewhere(pods.workload, tier, 'this tier');
  const errors = [...pods.errors(), ...outsideOfClusters(tier), ...elsewhere === undefined ? [] : [withFix(...elsewhere)]];
  if (errors.length > 0) { return errors; }
  const edges = Network.of(tier).edgesInto(tier);
  const crossing = edges.filter(crossesClusters).map(edge => withFix(
    `${edge.source.title} may reach this tier, but it is in ${clusterTitle(edge.source.tier!)} and this tier is in ${clusterTitle(tier)}; no policy selects pods of another cluster`,
    CROSS_CLUSTER_FIX,
  ));
  return crossing.length > 0 ? crossing : edges.filter(edge => edge.lacksPorts).map(edge => withFix(
    `${edge.source.title} may reach this tier, but ${unknownPorts(edge.destination)}, because no container of ${tier._workload()!.node.path} declares a port`,
    'declare the ports of the containers, or write ports: [Port.tcp(8080)] in the call or in the options of the tier; if you mean every port, write ports: [Port.all()]',
  ));
}
