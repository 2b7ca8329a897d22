import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { manifestOf } from '../../cdk8s/app-objects';
import { checkArguments, FLAG, listOf, memberOf, optional, Shape, structOf } from '../../cdk8s/call-arguments';
import { callError } from '../../cdk8s/call-error';
import { Claim, ClaimKind, formatClaim, formatNames, PodGroup } from '../../claims/claim';
import { explainedWitness } from '../../claims/explained-witness';
import { ClaimJudge, ClaimOutcome, ClaimVerdict } from '../../claims/judge';
import { ANYTHING, namedParty, Party, PartyPart, PossiblePort } from '../../claims/party';
import { PORTS } from '../../constructs/argument-shapes';
import { endsOrWorkload, titleOf } from '../../constructs/edge-ends';
import { EdgeEnd, EdgeTier } from '../../constructs/network';
import { Port } from '../../constructs/port';
import { Cidr, formatAddress, looksLikeAddress, parseCidr, subtractRanges } from '../../k8s/address';
import { DEFAULT_NAMESPACE, NetworkPolicyPeer, NetworkPolicyPort, Protocol, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { Explanation } from '../../query/explanation';
import { namespaceNamed, serviceTextOf } from '../../query/parties';
import { formatPortQuery, PortQuery } from '../../query/ports';
import { renderExplanation } from '../../report/explanation';
import { clusterRuleReference, fieldReference, formatReference } from '../../report/references';
import { renderClaimVerdict, scopeText, verdictDetails, verdictSummary } from '../../report/verdict-text';
import { ClaimScope } from '../claim-scope';
import { CallParty, programCallsFor, tierGroups } from './program-calls';
import type { ClaimOptions } from '../connectivity';
import { Endpoint } from '../endpoint';
import { Verdict } from '../verdict';

/** A claim as a program writes it: `allowed(frontend, backend)`. */
export interface ClaimCall {
  /** Begins an error: `shop/intent: allowed(...)`, or `Connectivity.checkAllowed(...)`. */
  readonly where: string;
  readonly kind: ClaimKind;
  readonly first: IConstruct;
  /** One endpoint for `allowed` and `denied`, any number for `admitsOnly` and `reachesOnly`. */
  readonly second: readonly IConstruct[];
  readonly ports?: readonly Port[];
  readonly strict?: boolean;
  readonly scope?: ClaimScope;
}

/** Where a call is made. */
export interface CallSite {
  /** The construct of the call, if it has one. */
  readonly scope?: IConstruct;
  /** The app whose tiers a call may name; absent if it may name tiers of any app. */
  readonly root?: IConstruct;
  /** The namespace of the chart around the call: "this namespace" of a peer, if no tier and no workload is on the other side. */
  readonly namespace?: string;
  /** The cluster that is judged, if it has a name. */
  readonly cluster?: string;
}

/** A party of a claim, as a program writes it. */
const PARTY: Shape = {
  title: 'a Tier, a Peer, a workload or an Endpoint',
  fix: found => typeof found === 'string'
    ? `write Endpoint.workload('${found}') for a workload, or Endpoint.address('${found}') for an address`
    : "write a Tier, a Peer, a workload, Endpoint.workload('shop/backend') or Endpoint.address('10.0.0.1')",
  accepts: Construct.isConstruct,
};

const CLAIM_OPTIONS = structOf<ClaimOptions>('{ ports: [Port.tcp(8080)] }', {
  ports: optional(PORTS), strict: optional(FLAG), scope: optional(memberOf('ClaimScope', ClaimScope)),
});

/** The parameters of each claim, and the one that is a list. */
const PARAMETERS: Readonly<Record<ClaimKind, { readonly first: string; readonly second: string; readonly shape: Shape }>> = {
  allowed: { first: 'source', second: 'destination', shape: PARTY },
  denied: { first: 'source', second: 'destination', shape: PARTY },
  admitsOnly: { first: 'destination', second: 'sources', shape: listOf(PARTY) },
  reachesOnly: { first: 'source', second: 'destinations', shape: listOf(PARTY) },
};

/**
 * The claim that a call makes. Throws if it is wrong for every cluster.
 *
 * @param where begins an error: the path of a construct and the call
 * @param second one endpoint for `allowed` and `denied`, a list for `admitsOnly` and `reachesOnly`
 */
export function readCall(
  where: string, { root }: CallSite, kind: ClaimKind, first: IConstruct, second: IConstruct | readonly IConstruct[], options: ClaimOptions,
): ClaimCall {
  const parameters = PARAMETERS[kind];
  checkArguments(where, { [parameters.first]: [first, PARTY], [parameters.second]: [second, parameters.shape], options: [options, CLAIM_OPTIONS] });
  const list = Array.isArray(second) ? second as readonly IConstruct[] : [second as IConstruct];
  for (const endpoint of [first, ...list]) {
    for (const { tier, workload } of partiesOf(where, endpoint)) {
      const other = tier ?? workload;
      if (other === undefined || root === undefined || other.node.root === root) { continue; }
      throw callError(where, `${other.node.path} is a ${tier === undefined ? 'workload' : 'tier'} of another app, so nothing is known about its pods`,
        'claim something about this app, or name the pods of the other one by Peer.pods(...)');
    }
  }
  const { ports, strict, scope } = options;
  if (ports?.length === 0) {
    throw callError(where, 'ports is empty', kind === 'allowed'
      ? "write at least one port, or leave ports out to mean the destination's own ports"
      : 'write at least one port, or leave ports out to mean every port');
  }
  return { where, kind, first, second: list, ports, strict, scope };
}

/** The tiers and the workloads that a call names. */
export function podsOfCall({ where, first, second }: ClaimCall): readonly IConstruct[] {
  return [first, ...second].flatMap(endpoint => partiesOf(where, endpoint)).flatMap(({ tier, workload }) => tier ?? workload ?? []);
}

/**
 * The outcomes of a call: one for each claim that it makes. A peer that stands for several peers makes several. Call this when the app is
 * complete, because the labels and ports of a tier may change until then.
 */
export function outcomesOfCall(site: CallSite, judge: ClaimJudge, call: ClaimCall): ClaimOutcome[] {
  const targets = partiesOf(call.where, call.first);
  const others = call.second.flatMap(endpoint => partiesOf(call.where, endpoint));
  const isNamed = [...targets, ...others].some(({ tier }) => tier !== undefined);
  const terms = {
    ports: portQueries(call.ports),
    strict: call.strict,
    onlyDeclared: call.scope === ClaimScope.DECLARED,
    groups: groupsOf(judge, site),
    calls: programCallsFor(judge, site, [], isNamed),
  };
  const outcomeOf = (party: CallParty, opposite: readonly CallParty[], claim: (party: Party) => ClaimOutcome): ClaimOutcome => {
    const resolved = resolve(judge, site, party, opposite);
    return typeof resolved === 'string' ? { error: resolved } : claim(resolved);
  };
  if (call.kind === 'allowed' || call.kind === 'denied') {
    const { kind } = call;
    return targets.flatMap(first => others.map(second => outcomeOf(first, [second], from => outcomeOf(second, [first], to => judge.judge({
      kind, from, to, ...terms, calls: programCallsFor(judge, site, [first, second], isNamed),
    })))));
  }
  const { kind } = call;
  return targets.map(first => outcomeOf(first, others, target => {
    const listed = others.map(other => resolve(judge, site, other, [first]));
    const error = listed.find(party => typeof party === 'string');
    return error === undefined ? judge.judge({ kind, target, listed: listed as Party[], ...terms }) : { error };
  }));
}

/** The tiers of the apps that judges judge. They are looked for when a witness has a name. */
const groups = new WeakMap<ClaimJudge, PodGroup[]>();

function groupsOf(judge: ClaimJudge, site: CallSite): () => readonly PodGroup[] {
  return () => {
    let known = groups.get(judge);
    if (known === undefined) { groups.set(judge, known = tierGroups(site)); }
    return known;
  };
}

/** The call as its author wrote it: `admitsOnly(shop/db, [shop/backend])`. */
export function formatCall({ kind, first, second, ports, scope }: ClaimCall): string {
  const names = second.map(titleOf);
  const others = kind === 'admitsOnly' || kind === 'reachesOnly' ? `[${formatNames(names)}]` : names[0];
  const portNames = ports === undefined ? [] : [formatNames(portQueries(ports)!.map(formatPortQuery))];
  return `${kind}(${[titleOf(first), others, ...portNames, ...scope === undefined ? [] : [scope]].join(', ')})`;
}

/** Of more claims of one call than this, only the names are shown. */
const MAX_EXPLAINED = 1;
const MAX_NAMED = 8;

/** The verdict on a call: it holds if each of its claims does, and fails if one fails. Throws if a claim cannot be judged. */
export function verdictOf(call: ClaimCall, outcomes: readonly ClaimOutcome[], judge: ClaimJudge): Verdict {
  const judged = outcomes.map(outcome => {
    if ('error' in outcome) { throw new Error(`${formatCall(call)}: ${outcome.error}`); }
    return outcome.verdict;
  });
  const open = judged.filter(({ answer }) => answer !== 'holds');
  const explain = () => open.length === 0
    ? judged.flatMap(verdict => [whyItHolds(verdict.claim, judge), ...verdictDetails(verdict), `Judged for ${scopeText(verdict)}.`])
    : [
      ...open.slice(0, MAX_EXPLAINED).flatMap(verdict => [judged.length > 1 ? renderClaimVerdict(verdict).trimEnd() : verdictDetails(verdict).join('\n'), ...hintsFor(verdict)]),
      ...open.length > MAX_EXPLAINED ? [`${open.length - MAX_EXPLAINED} more of these ${judged.length} claims do not hold:`] : [],
      ...open.slice(MAX_EXPLAINED, MAX_NAMED).map(({ claim }) => formatClaim(claim)),
      ...open.length > MAX_NAMED ? ['…'] : [],
    ];
  return Verdict._of({
    claim: formatCall(call),
    holds: open.length === 0,
    undecided: open.length > 0 && open.every(({ answer }) => answer === 'undecided'),
    verdicts: judged,
    // Text takes longer than a verdict, and few verdicts are read.
    explain: () => explain().join('\n'),
    summary: () => open.slice(0, MAX_EXPLAINED).flatMap(verdictSummary).join('\n'),
  });
}

/** A hint for a common mistake with a first `reachesOnly`. The fix for a `DefaultDeny` of the program says it already. */
function hintsFor(verdict: ClaimVerdict): string[] {
  const { claim, witness } = verdict;
  const explained = witness && explainedWitness(verdict, witness);
  if (claim.kind !== 'reachesOnly' || explained?.kind !== 'unlisted' || explained.by === undefined) { return []; }
  const { policy } = explained.by;
  return policy.name.startsWith('allow-dns') && claim.calls?.withoutDns(policy) === undefined
    ? ['DNS lookups count. To allow them, list Peer.clusterDns() among the destinations.']
    : [];
}

function whyItHolds(claim: Claim, judge: ClaimJudge): string {
  const support = judge.supportOf(claim);
  if (support === undefined) { return `${formatClaim(claim)}: there is no such connection.`; }
  if (support.kind === 'pair') { return renderExplanation(claim.kind === 'denied' ? withoutFixes(support.explanation) : support.explanation).trimEnd(); }
  const tierRules = support.tierRules.map(({ policy, rule }) => `  ${formatReference(clusterRuleReference(policy, rule))}`);
  if (!support.isIsolated && tierRules.length === 0) { return `${formatClaim(claim)}: no policy isolates it for ${support.direction}, but the list has every pod and every address.`; }
  const rules = support.rules.map(({ policy, rule }) => `  ${formatReference(fieldReference(policy, rule.path))}`);
  return `${formatClaim(claim)}: no rule lets anything else through. Rules searched:\n`
    + ([...tierRules, ...rules].join('\n') || `  none: there is no ${support.direction} rule, so everything is denied`);
}

/** Who claims that a connection is denied does not ask how to allow it. */
function withoutFixes(explanation: Explanation): Explanation {
  return { ...explanation, egress: { ...explanation.egress, fix: undefined }, ingress: { ...explanation.ingress, fix: undefined } };
}

/** The parties that an endpoint stands for; several if it is a peer that stands for several. `where` begins an error. */
function partiesOf(where: string, endpoint: IConstruct): CallParty[] {
  if (endpoint instanceof Endpoint) { return [{ text: endpoint.endpointName }]; }
  const found = endsOrWorkload(where, endpoint);
  if (!ApiObject.isApiObject(found)) { return found.map(end => ({ end, tier: end.tier })); }
  return [{ text: `${found.metadata.namespace ?? DEFAULT_NAMESPACE}/${found.kind}/${found.name}`, workload: found }];
}

/** The party in the cluster of a judge, or why there is none. `opposite` is the other side of the claim. */
function resolve(judge: ClaimJudge, site: CallSite, { text, end, tier }: CallParty, opposite: readonly CallParty[]): Party | string {
  if (text !== undefined) { return namedParty(judge.reach, text); }
  if (tier !== undefined) { return partyOfTier(judge, end!, tier); }
  const peers = end!.peers('');
  const isNearby = peers?.some(({ ipBlock, namespaceSelector }) => ipBlock === undefined && namespaceSelector === undefined) === true;
  const namespace = isNearby ? thisNamespace(site, opposite) : '';
  if (namespace === undefined) {
    return `${end!.title} names no namespace, and no tier, no workload and no chart says which one is meant: give the peer a namespace`;
  }
  const parts = peers?.flatMap(peer => partsOf(judge, peer, namespace)) ?? ANYTHING;
  return { name: end!.title, parts, ownPorts: portQueries(end!.ports()) };
}

/** The namespace that a peer without one means. */
function thisNamespace(site: CallSite, opposite: readonly CallParty[]): string | undefined {
  const namespaces = opposite.flatMap(({ tier, text }) => tier !== undefined ? [tier._namespace ?? DEFAULT_NAMESPACE]
    : text === undefined || !text.includes('/') || looksLikeAddress(text) ? [] : [serviceTextOf(text)?.namespace ?? text.split('/')[0]]);
  return new Set(namespaces).size === 1 ? namespaces[0] : site.namespace;
}

/** The pods of a tier: those of its workload, or every possible pod that it selects. */
function partyOfTier(judge: ClaimJudge, end: EdgeEnd, tier: EdgeTier): Party {
  const namespace = tier._namespace ?? DEFAULT_NAMESPACE;
  const object = tier._workload();
  const metadata = object && manifestOf(object).metadata as { readonly name?: string } | undefined;
  const pods = Selector.from(tier._selector());
  const ownPorts = portQueries(end.ports());
  // The workload may be in a chart that is not judged.
  const named = object && judge.hasWorkload(namespace, object.kind, metadata?.name) && namedParty(judge.reach, `${namespace}/${object.kind}/${metadata!.name}`);
  if (typeof named === 'object') {
    const parts = named.parts.map(part => part.kind === 'declared' ? { ...part, permits: [...part.permits, pods] } : part);
    return { name: end.title, parts, ownPorts };
  }
  return { name: end.title, parts: [{ kind: 'selected', namespaces: namespaceNamed(namespace), pods, podName: end.title, ports: possiblePorts(ownPorts ?? [], tier) }], ownPorts };
}

function partsOf(judge: ClaimJudge, { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, namespace: string): readonly PartyPart[] {
  if (ipBlock !== undefined) {
    // The peer checked both when it was made.
    const block = parseCidr(ipBlock.cidr) as Cidr;
    const except = (ipBlock.except ?? []).map(one => parseCidr(one) as Cidr);
    // The known address of a declared pod means that pod.
    const named = block.first === block.last ? namedParty(judge.reach, formatAddress(block.first)) : undefined;
    return typeof named === 'object' ? named.parts : [{ kind: 'addresses', block: ipBlock, ranges: subtractRanges(block, except) }];
  }
  return [{
    kind: 'selected',
    namespaces: namespaceSelector === undefined ? namespaceNamed(namespace) : Selector.from(namespaceSelector),
    pods: Selector.from(podSelector ?? {}),
    ports: [],
  }];
}

/** Undefined if the call names no ports. */
function portQueries(ports: readonly Port[] | undefined): PortQuery[] | undefined {
  return ports?.flatMap(port => {
    const entry = port._toPolicyPort();
    return entry === undefined ? PROTOCOLS.map(everyPort) : [portQuery(entry)];
  });
}

function portQuery({ protocol = 'TCP', port, endPort }: NetworkPolicyPort): PortQuery {
  if (port === undefined) { return everyPort(protocol); }
  return typeof port === 'string' ? { protocol, name: port } : { protocol, first: port, last: endPort ?? port };
}

function everyPort(protocol: Protocol): PortQuery {
  return { protocol, first: 1, last: 65535 };
}

/** The named ports that every pod of a tier has. The containers of a workload give them numbers. */
function possiblePorts(ownPorts: readonly PortQuery[], tier: EdgeTier): PossiblePort[] {
  const containers = tier._containerPorts().flatMap(({ protocol, name, port }) => name === undefined ? [] : [{ protocol, name, port }]);
  const named = ownPorts.flatMap(port => 'name' in port ? [port] : [])
    .filter(({ protocol, name }) => !containers.some(p => p.protocol === protocol && p.name === name));
  return [...containers, ...named];
}
