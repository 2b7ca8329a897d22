import { ApiObject, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { endCall, peerCall, platformCall, podOptions, portCalls, text } from './call-text';
import { manifestOf } from '../../cdk8s/app-objects';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { slug } from '../../cdk8s/policy-names';
import { namedConstruct } from '../../cdk8s/workload';
import { ClosedSide, Opening, PodGroup, ProgramCalls } from '../../claims/claim';
import { ClaimJudge } from '../../claims/judge';
import { namedParty } from '../../claims/party';
import { Policy, Workload } from '../../cluster/cluster';
import { apiSelector, ownSelector } from '../../cluster/own-selector';
import { DefaultDeny } from '../../constructs/default-deny';
import { Direction, Edge, EdgeEnd, EdgeTier, NamespaceDeny, Network, WORKLOAD_TIER_ID } from '../../constructs/network';
import { Tier } from '../../constructs/tier';
import { blockOf } from '../../k8s/address';
import { DEFAULT_NAMESPACE, LabelSelector, NAMESPACE_NAME_LABEL, NetworkPolicyPeer } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Endpoint } from '../../query/endpoints';
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

/** The tier on which a call is made. */
interface Subject {
  readonly text: string;
  readonly namespace: string | undefined;
  /** True if its pods are only some of those that the claim means: the others are in other namespaces. */
  readonly isPart?: boolean;
  /** What else happens if the call makes the tier. */
  readonly note?: string;
}

/** True if one call between two tiers is enough. A tier with a namespace and one without cannot name each other. */
function canMeet(a: Subject, b: Subject): boolean {
  return a.isPart !== true && b.isPart !== true && (a.namespace === undefined) === (b.namespace === undefined);
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

  public opening(sides: readonly ClosedSide[], ports: readonly PortQuery[] | undefined, named: boolean): Opening {
    const [from, to] = this.pair.map(party => this.partyFor(party));
    // The call for a tier, or for a part of the platform, has the ports of the destination already.
    const own = !named && to.end?.ports() !== undefined && (to.tier !== undefined || platformCall(to.end) !== undefined);
    const given = own ? '' : `{ ports: [${portCalls(ports).join(', ')}] }`;
    const call = (subject: string, method: string, other: string) => `${subject}.${method}(${[other, given].filter(argument => argument !== '').join(', ')})`;
    // One call opens both sides between two tiers, and between a tier and a workload that the app's default deny isolates.
    if (to.tier !== undefined && (from.tier !== undefined || this.isDenied(from.workload))) {
      const both = call(variableOf(to.tier), 'allowFrom', variableOf(from.tier ?? from.workload!));
      return { egress: both, ingress: both };
    }
    if (from.tier !== undefined && this.isDenied(to.workload)) {
      const both = call(variableOf(from.tier), 'allowTo', variableOf(to.workload!));
      return { egress: both, ingress: both };
    }
    const subjectOf = (direction: Direction, party: CallParty) => {
      const side = sides.find(one => one.direction === direction);
      return side && this.subject(party, side.subject);
    };
    const [source, destination] = [subjectOf('egress', from), subjectOf('ingress', to)];
    const notes = [...new Set([source, destination].flatMap(subject => subject?.note ?? []))];
    if (source !== undefined && destination !== undefined && canMeet(source, destination)) {
      const both = source.text === destination.text ? call(source.text, 'allowInternally', '')
        : call(destination.text, 'allowFrom', this.isDenied(from.workload) ? variableOf(from.workload!) : source.text);
      return { egress: both, ingress: both, notes };
    }
    const oneSide = (subject: Subject | undefined, method: string, peer: CallParty) => {
      const other = this.peer(peer);
      return subject === undefined || other === undefined ? undefined : call(subject.text, method, other);
    };
    return { egress: oneSide(source, 'allowTo', to), ingress: oneSide(destination, 'allowFrom', from), notes };
  }

  public making(policy: Policy): readonly string[] {
    const construct = this.constructOf(policy);
    if (construct === undefined) { return []; }
    const deny = this.dnsOf(construct);
    if (deny !== undefined) {
      return [deny.automatic ? `the DNS servers, by ${this.denyCall(policy.namespace, 'dnsServers: [...]')}`
        : `the DNS servers of the DefaultDeny ${deny.construct.node.path}`];
    }
    return [...new Set([...Network.of(construct).edgesIn(construct).flatMap(edge => this.callOf(edge)), ...plusConnection(construct)])];
  }

  public isolating(namespace: string, direction: Direction): string | undefined {
    const { root } = this.site;
    if (root === undefined) { return undefined; }
    const deny = this.denyOf(namespace);
    if (deny === undefined) { return `write ${this.denyCall(namespace)}`; }
    const { path, id } = deny.construct.node;
    // Without a tier in the namespace, no default deny would take its place.
    if (deny.isOff) { return `replace DefaultDeny.turnOff(this, ${text(id)}), which made ${path}, by ${this.denyCall(namespace)}`; }
    return deny.restricts[direction] ? undefined : `remove ${direction}: false from the DefaultDeny ${path}`;
  }

  public withoutDns(policy: Policy): string | undefined {
    const construct = this.constructOf(policy);
    const deny = construct && this.dnsOf(construct);
    if (deny === undefined) { return undefined; }
    const { egress } = manifestOf(construct as ApiObject).spec as { readonly egress: readonly { readonly to?: readonly NetworkPolicyPeer[] }[] };
    const servers = [...new Set(egress.map(({ to }) => peerCall(to)))].join(', ');
    const off = deny.automatic ? `write ${this.denyCall(policy.namespace, 'dns: false')}`
      : `write dns: false and no DNS servers in the DefaultDeny ${deny.construct.node.path}`;
    return `list ${servers} in the claim, because DNS lookups count, or ${off}`;
  }

  private constructOf(policy: Policy): Construct | undefined {
    const { constructPath } = policy.origin.at();
    return constructPath === undefined ? undefined : constructAt(this.site.root, constructPath);
  }

  /** The default deny whose DNS servers a policy lets the pods reach. */
  private dnsOf({ node: { scope } }: Construct): NamespaceDeny | undefined {
    return scope instanceof DefaultDeny ? Network.of(scope).currentDenies.find(({ construct }) => construct === scope) : undefined;
  }

  /** The app's default deny for a namespace. A claim about manifests may name a tier of their app. Charts without a namespace put their objects in `default`. */
  private denyOf(namespace: string): NamespaceDeny | undefined {
    const { root = this.pair.find(({ tier }) => tier !== undefined)?.tier, cluster } = this.site;
    const network = root && Network.of(root);
    return network?.deny(cluster, namespace) ?? (namespace === DEFAULT_NAMESPACE ? network?.deny(cluster, undefined) : undefined);
  }

  private denyCall(namespace: string, option?: string): string {
    const options = [...this.isImplied(namespace) ? [] : [`namespace: ${text(namespace)}`], ...option === undefined ? [] : [option]];
    return `new DefaultDeny(this, ${text(`deny-${namespace}`)}${options.length === 0 ? '' : `, { ${options.join(', ')} }`})`;
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

  /** A party as the program knows it: a workload by its tier if it has one, or by its construct if no selector for its pods would last. */
  private partyFor(party: CallParty): CallParty {
    const workload = this.workloadOf(party);
    if (workload === undefined) { return party; }
    const tier = tiersOf(this.site).find(one => (one._namespace ?? DEFAULT_NAMESPACE) === workload.namespace && isTierOf(one, workload));
    if (tier !== undefined) { return { tier, end: tier._edgeEnds[0] }; }
    const isNamed = party.workload !== undefined || ownSelector(workload, workload.pods[0]) !== undefined;
    return isNamed ? party : { ...party, workload: this.objectOf(workload) };
  }

  /** The API object that the program makes for a workload. */
  private objectOf({ kind, origin }: Workload): ApiObject | undefined {
    const { constructPath } = origin.at();
    const construct = constructPath === undefined ? undefined : constructAt(this.site.root, constructPath);
    return ApiObject.isApiObject(construct) && (construct as ApiObject).kind === kind ? construct as ApiObject : undefined;
  }

  private workloadOf({ text: name }: CallParty): Workload | undefined {
    const party = name === undefined ? undefined : namedParty(this.judge.reach, name);
    const [part] = typeof party === 'object' ? party.parts : [];
    return part?.kind === 'declared' ? part.workload : undefined;
  }

  /** The tier of the pods whose policies a call changes: one of the program, or a new one in the namespace of the witness. */
  private subject(party: CallParty, end: Endpoint): Subject | undefined {
    if (party.tier !== undefined) { return { text: variableOf(party.tier), namespace: party.tier._namespace }; }
    if (end.kind === 'address') { return undefined; }
    const { namespace } = end.workload;
    const object = party.workload;
    if (object !== undefined) { return this.newSubject(`Tier.of(${variableOf(object)})`, namespace, object.metadata.namespace); }
    const workload = this.workloadOf(party);
    if (workload !== undefined) {
      const own = ownSelector(workload, workload.pods[0]);
      return own && this.tierOf(workload.name, namespace, apiSelector(own));
    }
    const peers = party.end!.peers('') ?? [{ namespaceSelector: {} }];
    const peer = peers.find(({ ipBlock, podSelector = {} }) => ipBlock === undefined && Selector.from(podSelector).matches(end.pod.labels));
    if (peer === undefined) { return undefined; }
    const isPart = peers.length > 1 || peer.namespaceSelector !== undefined && nameOf(peer.namespaceSelector) !== namespace;
    return { ...this.tierOf(party.end!.name, namespace, peer.podSelector ?? {}), isPart };
  }

  /** The tier of these pods: one of the program, or a new one. */
  private tierOf(name: string, namespace: string, selector: LabelSelector): Subject {
    const { id } = Selector.from(selector);
    const known = tiersOf(this.site).find(tier => (tier._namespace ?? DEFAULT_NAMESPACE) === namespace && Selector.from(tier._selector()).id === id);
    if (known !== undefined) { return { text: variableOf(known), namespace: known._namespace }; }
    const isImplied = this.isImplied(namespace);
    const options = [...podOptions(selector), ...isImplied ? [] : [`namespace: ${text(namespace)}`]];
    const [factory, as] = isEmpty(selector) ? ['Tier.wholeNamespace', `all-of-${namespace}`] : ['new Tier', `${slug(name)}-tier`];
    const call = `${factory}(this, ${text(as)}${options.length === 0 ? '' : `, { ${options.join(', ')} }`})`;
    return this.newSubject(call, namespace, isImplied ? this.site.namespace : namespace);
  }

  /** A tier that the call makes. The first tier of a namespace isolates all of its pods. */
  private newSubject(call: string, namespace: string, ofTier: string | undefined): Subject {
    if (this.denyOf(namespace) !== undefined) { return { text: call, namespace: ofTier }; }
    const option = this.isImplied(namespace) ? '' : `, { namespace: ${text(namespace)} }`;
    return {
      text: call,
      namespace: ofTier,
      note: `This is the first tier of namespace ${namespace}, so it denies all of its pods what no policy allows. `
        + `To leave the other pods alone, write DefaultDeny.turnOff(this, ${text(`open-${namespace}`)}${option}) too`,
    };
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

/**
 * The call of cdk8s-plus that made a policy: `a.connections.allowTo(b)`. It makes the policies of both sides as children of the workload, and names
 * them after the direction, for the side of the peer its namespace, and the address of the peer (cdk8s-plus-33 2.5.57, lib/pod.js, `PodConnections.allow`).
 */
function plusConnection(policy: Construct): string[] {
  const { scope: workload, id, root } = namedConstruct(policy).node;
  const [, direction, rest] = /^Allow(Egress|Ingress)(.*)$/.exec(id) ?? [];
  if (direction === undefined || (workload as { readonly connections?: unknown } | undefined)?.connections === undefined) { return []; }
  const address = rest.slice(-ADDRESS_LENGTH);
  const isOwnSide = rest === address;
  const peer = root.node.findAll().find(construct => construct.node.addr === address);
  const other = peer === undefined ? '...' : peer instanceof Tier ? variableOf(peer) : variableFor(peer.node.id);
  return [`${variableFor(workload!.node.id)}.connections.${isOwnSide === (direction === 'Egress') ? 'allowTo' : 'allowFrom'}(${other})`];
}

/** The length of the address of a construct: `Node.addr` of constructs 10. */
const ADDRESS_LENGTH = 42;

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
