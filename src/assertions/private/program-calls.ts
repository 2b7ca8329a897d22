import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { endCall, peerCall, platformCall, podOptions, portCalls, text } from './call-text';
import { manifestOf } from '../../cdk8s/app-objects';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { slug } from '../../cdk8s/policy-names';
import { namedConstruct } from '../../cdk8s/workload';
import { PodGroup, ProgramCalls } from '../../claims/claim';
import { ClaimJudge } from '../../claims/judge';
import { namedParty } from '../../claims/party';
import { Policy, Workload } from '../../cluster/cluster';
import { apiSelector, ownSelector } from '../../cluster/own-selector';
import { DefaultDeny } from '../../constructs/default-deny';
import { Edge, EdgeEnd, EdgeTier, Network, WORKLOAD_TIER_ID } from '../../constructs/network';
import { Tier } from '../../constructs/tier';
import { blockOf } from '../../k8s/address';
import { DEFAULT_NAMESPACE, LabelSelector, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { PortQuery } from '../../query/ports';

/*
 * The calls of a program, for fixes. A program writes its policies by calls, so a fix is a call, and never a change of what synth has written.
 */

/** A party as a call names it: a tier, a peer, or a workload or an address by its name. */
export interface CallParty {
  readonly text?: string;
  /** The API object of a workload without a tier. */
  readonly workload?: ApiObject;
  readonly end?: EdgeEnd;
  readonly tier?: EdgeTier;
}

/** The tiers of the cluster that is judged, as groups of pods with names. */
export function tierGroups(site: Site): PodGroup[] {
  return tiersOf(site).flatMap(tier => {
    const { matchLabels, matchExpressions } = tier._selector();
    return matchExpressions === undefined && matchLabels !== undefined && tier._workload() === undefined
      ? [{ name: tier.endpointName, namespace: tier._namespace ?? DEFAULT_NAMESPACE, labels: matchLabels }] : [];
  });
}

function tiersOf({ root, cluster }: Site): Tier[] {
  if (root === undefined) { return []; }
  const tiers = root.node.findAll().filter(construct => construct instanceof Tier);
  return cluster === undefined ? tiers : tiers.filter(tier => clusterOf(tier) === cluster);
}

/** Where the calls of a claim are made. */
interface Site {
  readonly root?: IConstruct;
  readonly namespace?: string;
  /** The cluster that is judged, if it has a name. */
  readonly cluster?: string;
}

/**
 * The calls that change the policies of a program. Undefined if no program wrote them: the claim is about manifests, and names no tier.
 *
 * @param pair the two parties of a claim `allowed` or `denied`; empty for the other claims
 */
export function programCallsFor(judge: ClaimJudge, site: Site, pair: readonly CallParty[], named: boolean): ProgramCalls | undefined {
  if (site.root === undefined && !named) { return undefined; }
  return new Calls(judge, site, pair);
}

class Calls implements ProgramCalls {
  constructor(private readonly judge: ClaimJudge, private readonly site: Site, private readonly pair: readonly CallParty[]) {}

  public opening(ports: readonly PortQuery[] | undefined, named: boolean): { readonly egress?: string; readonly ingress?: string } {
    const [from, to] = this.pair.map(party => this.tierFor(party));
    // The call for a tier, or for a part of the platform, has the ports of the destination already.
    const own = !named && to.end?.ports() !== undefined && (to.tier !== undefined || platformCall(to.end) !== undefined);
    const options = own ? '' : `, { ports: [${portCalls(ports).join(', ')}] }`;
    const call = (subject: CallParty, method: 'allowFrom' | 'allowTo', peer: CallParty) => {
      const [self, other] = [this.subject(subject, peer), this.peer(peer)];
      return self === undefined || other === undefined ? undefined : `${self}.${method}(${other}${options})`;
    };
    // One call opens both sides between two tiers, and between a tier and a workload that the app's default deny isolates.
    if (from.tier !== undefined && this.isDenied(to.workload)) {
      const both = call(from, 'allowTo', to);
      return { egress: both, ingress: both };
    }
    const ingress = call(to, 'allowFrom', from);
    return { egress: to.tier !== undefined && (from.tier !== undefined || this.isDenied(from.workload)) ? ingress : call(from, 'allowTo', to), ingress };
  }

  public making(policy: Policy): readonly string[] {
    const { constructPath } = policy.origin.at();
    const construct = constructPath === undefined ? undefined : constructAt(this.site.root, constructPath);
    if (construct?.node.scope instanceof DefaultDeny) { return [`the DNS servers of the DefaultDeny ${construct.node.scope.node.path}`]; }
    return construct === undefined ? [] : [...new Set(Network.of(construct).edgesIn(construct).flatMap(edge => this.callOf(edge)))];
  }

  public isolating(namespace: string): string | undefined {
    const { root, cluster } = this.site;
    // Pods of a namespace that this app does not make belong to someone else.
    const isOwn = namespace === this.site.namespace;
    if (root === undefined || Network.of(root).deny(cluster, namespace) !== undefined || !isOwn && this.isImplied(namespace)) { return undefined; }
    const option = isOwn ? '' : `, { namespace: ${text(namespace)} }`;
    return `new DefaultDeny(this, ${text(`deny-${namespace}`)}${option})`;
  }

  /** True if a call in the chart means this namespace without naming it. An app may have charts without a namespace, whose objects are in `default`. */
  private isImplied(namespace: string): boolean {
    const { root, cluster, namespace: own } = this.site;
    return namespace === own || namespace === DEFAULT_NAMESPACE && root !== undefined && Network.of(root).deny(cluster, undefined) !== undefined;
  }

  private callOf({ source, destination }: Edge): string[] {
    if (destination.tier instanceof Tier) { return [`${variableOf(destination.tier)}.allowFrom(${this.peer({ end: source, tier: source.tier })})`]; }
    const deny = destination.tier?.node.scope;
    if (deny instanceof DefaultDeny) { return [`scrapedBy of the DefaultDeny ${deny.node.path}`]; }
    return [`${variableOf(source.tier!)}.allowTo(${this.peer({ end: destination, tier: destination.tier })})`];
  }

  /** True if the app has a default deny for the namespace of a workload. */
  private isDenied(workload: ApiObject | undefined): boolean {
    return workload !== undefined && Network.of(workload).deny(clusterOf(workload), workload.metadata.namespace) !== undefined;
  }

  /** The tier of a workload that is named, if the app has one. */
  private tierFor(party: CallParty): CallParty {
    const workload = this.workloadOf(party);
    if (workload === undefined) { return party; }
    const tier = tiersOf(this.site).find(one => (one._namespace ?? DEFAULT_NAMESPACE) === workload.namespace && isTierOf(one, workload));
    return tier === undefined ? party : { tier, end: tier._edgeEnds[0] };
  }

  private workloadOf({ text: name }: CallParty): Workload | undefined {
    const party = name === undefined ? undefined : namedParty(this.judge.reach, name);
    const [part] = typeof party === 'object' ? party.parts : [];
    return part?.kind === 'declared' ? part.workload : undefined;
  }

  /** The tier of the pods whose policies a call changes: one of the program, or a new one. */
  private subject(party: CallParty, other: CallParty): string | undefined {
    if (party.tier !== undefined) { return variableOf(party.tier); }
    if (party.workload !== undefined) { return `Tier.of(${variableOf(party.workload)})`; }
    const workload = this.workloadOf(party);
    if (workload !== undefined) {
      const own = ownSelector(workload, workload.pods[0]);
      return own && this.newTier(workload.name, workload.namespace, apiSelector(own));
    }
    const [peer, ...others] = party.end?.peers('') ?? [];
    if (peer === undefined || others.length > 0 || peer.ipBlock !== undefined || isEmpty(peer.podSelector)) { return undefined; }
    const namespace = peer.namespaceSelector === undefined ? other.tier?._namespace ?? this.site.namespace : nameOf(peer.namespaceSelector);
    return namespace === undefined ? undefined : this.newTier(party.end!.name, namespace, peer.podSelector!);
  }

  private newTier(name: string, namespace: string, selector: LabelSelector): string {
    const options = [...podOptions(selector), ...this.isImplied(namespace) ? [] : [`namespace: ${text(namespace)}`]];
    return `new Tier(this, ${text(`${slug(name)}-tier`)}, { ${options.join(', ')} })`;
  }

  /** The other end of a call. */
  private peer(party: CallParty): string | undefined {
    const construct = party.tier ?? party.workload;
    if (construct !== undefined) { return variableOf(construct); }
    const workload = this.workloadOf(party);
    if (workload !== undefined) {
      const own = ownSelector(workload, workload.pods[0]);
      const namespaceSelector = { matchLabels: { [NAMESPACE_NAME_LABEL]: workload.namespace } };
      return own && peerCall([{ namespaceSelector, podSelector: apiSelector(own) }]);
    }
    return party.text === undefined ? endCall(party.end!) : peerCall([{ ipBlock: { cidr: blockOf(party.text) } }]);
  }
}

function isTierOf(tier: Tier, { kind, name, pods }: Workload): boolean {
  const object = tier._workload();
  if (object !== undefined) { return object.kind === kind && (manifestOf(object).metadata as { readonly name?: string } | undefined)?.name === name; }
  const selector = Selector.from(tier._selector());
  return pods.every(({ labels }) => selector.matches(labels));
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): boolean {
  return Object.keys(matchLabels).length + matchExpressions.length === 0;
}

/** The namespace that a selector names; undefined if it selects by other labels. */
function nameOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  return Object.keys(matchLabels).length === 1 && matchExpressions.length === 0 ? matchLabels[NAMESPACE_NAME_LABEL] : undefined;
}

function constructAt(root: IConstruct | undefined, path: string): Construct | undefined {
  return path.split('/').reduce<IConstruct | undefined>((construct, id) => construct?.node.tryFindChild(id), root) as Construct | undefined;
}

/** Words that JavaScript does not accept as the name of a variable. */
const RESERVED = new Set(['arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum',
  'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null',
  'package', 'private', 'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while',
  'with', 'yield']);

/** What the program probably calls a tier or a workload. A tier that `Tier.of` has made, as a child of its workload, is named by that call. */
function variableOf(construct: EdgeTier | ApiObject): string {
  // A workload that an edge names has an implicit tier that the program does not know.
  if (!(construct instanceof Tier)) { return variableFor(namedConstruct((construct as EdgeTier)._workload?.() ?? construct).node.id); }
  const { id, scope } = construct.node;
  const isOfWorkload = construct._workload()?.node.scopes.some(one => one === scope) === true;
  return isOfWorkload && !Chart.isChart(scope) && id === WORKLOAD_TIER_ID ? `Tier.of(${variableFor(namedConstruct(scope!).node.id)})` : variableFor(id);
}

/** An id as the name of a variable. */
function variableFor(id: string): string {
  const name = id.replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '').replace(/^[0-9]+/, '').replace(/^./, first => first.toLowerCase());
  return name === '' ? 'tier' : RESERVED.has(name) ? `${name}Tier` : name;
}
