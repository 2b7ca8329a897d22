import { callError } from '../../cdk8s/call-error';
import { CallFix, ClaimKind, formatClaim } from '../../claims/claim';
import { ClaimOutcome, ClaimRequest, PartyRequest, PossiblePort, SelectedParty } from '../../claims/claim-evaluation';
import { ClaimVerdict, supportOf } from '../../claims/judge';
import { IEndpoint, IPeer } from '../../constructs/endpoint';
import { EdgeEnd, edgeEndsOf } from '../../constructs/network';
import { Port } from '../../constructs/port';
import { Reachability } from '../../evaluator/reachability';
import { Cidr, FAMILY_RANGE, parseCidr, subtractRanges } from '../../k8s/address';
import { DEFAULT_NAMESPACE, NetworkPolicyPeer, NetworkPolicyPort, Protocol, PROTOCOLS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ContainerPort } from '../../k8s/workloads';
import { EndpointSelector, namespaceNamed } from '../../query/parties';
import { formatPortQuery, PortQuery } from '../../query/ports';
import { renderExplanation } from '../../report/explanation';
import { fieldReference, formatReference } from '../../report/references';
import { renderClaimVerdict, verdictDetails } from '../../report/verdict-text';
import { Endpoint } from '../endpoint';
import { Verdict } from '../verdict';

/** A claim as a program writes it: `allowed(frontend, backend)`. */
export interface ClaimCall {
  readonly kind: ClaimKind;
  readonly first: IEndpoint;
  /** One endpoint for `allowed` and `denied`, any number for `admitsOnly` and `reachesOnly`. */
  readonly second: readonly IEndpoint[];
  readonly ports?: readonly Port[];
  readonly strict?: boolean;
}

/** Throws if the call is wrong for every cluster. */
export function checkCall(where: string, { kind, first, second, ports }: ClaimCall): void {
  const call = `${where}: ${kind}(...)`;
  for (const endpoint of [first, ...second]) { partiesOf(call, endpoint); }
  if (ports?.length === 0) {
    throw callError(call, 'ports is empty', kind === 'allowed'
      ? "write at least one port, or leave ports out to mean the destination's own ports"
      : 'write at least one port, or leave ports out to mean every port');
  }
}

/**
 * The claims that a call makes. A peer that stands for several peers makes several. Called when the app is complete, because the labels
 * and ports of a tier may change until then.
 */
export function requestsOf(where: string, { kind, first, second, ports, strict }: ClaimCall): ClaimRequest[] {
  const call = `${where}: ${kind}(...)`;
  const targets = partiesOf(call, first);
  const others = second.flatMap(endpoint => partiesOf(call, endpoint));
  const terms = { ports: portQueries(ports), strict };
  return kind === 'allowed' || kind === 'denied'
    ? targets.flatMap(from => others.map(to => ({ kind, from, to, ...terms, callFix: kind === 'allowed' ? callFixOf(from, to, terms.ports) : undefined })))
    : targets.map(target => ({ kind, target, listed: others, ...terms }));
}

/** The call as its author wrote it: `admitsOnly(shop/db, [shop/backend])`. */
function formatCall({ kind, first, second, ports }: ClaimCall): string {
  const names = second.map(endpoint => endpoint.endpointName);
  const others = kind === 'admitsOnly' || kind === 'reachesOnly' ? `[${names.join(', ')}]` : names[0];
  return `${kind}(${[first.endpointName, others, ...portQueries(ports)?.map(formatPortQuery) ?? []].join(', ')})`;
}

/** The verdict on a call: it holds if each of its claims does, and fails if one fails. Throws if a claim cannot be judged. */
export function verdictOf(call: ClaimCall, outcomes: readonly ClaimOutcome[]): Verdict {
  const judged = outcomes.map(outcome => {
    if ('error' in outcome) { throw new Error(`${formatCall(call)}: ${outcome.error}`); }
    return outcome;
  });
  const open = judged.filter(({ verdict }) => verdict.answer !== 'holds');
  const explain = () => open.length === 0
    ? judged.flatMap(({ verdict, reach }) => [whyItHolds(verdict, reach), ...verdictDetails(verdict)])
    : open.flatMap(({ verdict }) => [judged.length > 1 ? renderClaimVerdict(verdict).trimEnd() : verdictDetails(verdict).join('\n'), ...hintsFor(verdict)]);
  return Verdict._of({
    claim: formatCall(call),
    holds: open.length === 0,
    undecided: open.length > 0 && open.every(({ verdict }) => verdict.answer === 'undecided'),
    assumptions: judged.flatMap(({ verdict }) => verdict.assumptions),
    // Text takes longer than a verdict, and few verdicts are read.
    explain: () => explain().join('\n'),
  });
}

/** A hint for a common mistake with a first `reachesOnly`. */
function hintsFor({ claim, witness }: ClaimVerdict): string[] {
  const by = witness?.kind === 'unlisted' ? witness.connection.by : undefined;
  return claim.kind === 'reachesOnly' && by?.policy.name.startsWith('allow-dns')
    ? ['DNS lookups count. To allow them, list Peer.clusterDns() among the destinations.']
    : [];
}

function whyItHolds({ claim }: ClaimVerdict, reach: Reachability): string {
  const support = supportOf(reach, claim);
  if (support.kind === 'pair') { return renderExplanation(support.explanation).trimEnd(); }
  const rules = support.rules.map(({ policy, rule }) => `  ${formatReference(fieldReference(policy, rule.path))}`);
  return `${formatClaim(claim)}: no rule lets anything else through. Rules searched:\n`
    + (rules.join('\n') || `  none: there is no ${support.direction} rule, so everything is denied`);
}

/** Every possible pod and every address. */
const ANYTHING: readonly EndpointSelector[] = [
  { kind: 'pods', namespaces: Selector.everything, pods: Selector.everything },
  { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6] },
];

/** A tier keeps its id, which its variable is probably called. */
type CallParty = PartyRequest & { readonly tierId?: string };

/** The parties that an endpoint stands for; several if it is a peer that stands for several. `where` begins an error. */
function partiesOf(where: string, endpoint: IEndpoint): CallParty[] {
  if (endpoint instanceof Endpoint) { return [{ kind: 'named', text: endpoint.endpointName }]; }
  return edgeEndsOf(where, endpoint as IPeer).map(partyOf);
}

function partyOf(end: EdgeEnd): SelectedParty & { readonly tierId?: string } {
  const { tier } = end;
  const selectors = tier === undefined
    ? (thisNamespace: string) => end.peers(thisNamespace)?.flatMap(clause => selectorsOf(clause, thisNamespace)) ?? ANYTHING
    : (): EndpointSelector[] => [{ kind: 'pods', namespaces: namespaceNamed(tier._namespace ?? DEFAULT_NAMESPACE), pods: Selector.from(tier._selector()) }];
  const ownPorts = portQueries(end.ports());
  return {
    kind: 'selected',
    name: end.title,
    podName: tier === undefined ? end.title : `${end.title}[Tier]`,
    selectors,
    ownPorts,
    ports: possiblePorts(ownPorts ?? [], tier?._containerPorts() ?? []),
    tierId: tier?.node.id,
  };
}

function selectorsOf({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, thisNamespace: string): EndpointSelector[] {
  if (ipBlock !== undefined) {
    // The peer checked both when it was made.
    const except = (ipBlock.except ?? []).map(block => parseCidr(block) as Cidr);
    return [{ kind: 'addresses', ranges: subtractRanges(parseCidr(ipBlock.cidr) as Cidr, except) }];
  }
  return [{
    kind: 'pods',
    namespaces: namespaceSelector === undefined ? namespaceNamed(thisNamespace) : Selector.from(namespaceSelector),
    pods: Selector.from(podSelector ?? {}),
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

/** The ports of a tier's representative pod: those of the tier's containers, and those that the tier knows by name. */
function possiblePorts(ownPorts: readonly PortQuery[], containers: readonly ContainerPort[]): PossiblePort[] {
  const named = ownPorts.filter(port => 'name' in port)
    .filter(({ protocol, name }) => !containers.some(p => p.protocol === protocol && p.name === name));
  return [...containers, ...named];
}

/**
 * The calls that make `allowed` hold, for the sides that are tiers. A program writes their policies, so the fix is a call and not YAML. Between two tiers,
 * one call opens both sides.
 */
function callFixOf(from: CallParty, to: CallParty, ports: readonly PortQuery[] | undefined): CallFix | undefined {
  const options = ports === undefined ? '' : `, { ports: [${ports.map(portCall).join(', ')}] }`;
  if (to.tierId !== undefined) {
    const call = `${variableOf(to)}.allowFrom(${variableOf(from)}${options})`;
    return from.tierId === undefined ? { ingress: call } : { egress: call, ingress: call };
  }
  return from.tierId === undefined ? undefined : { egress: `${variableOf(from)}.allowTo(${variableOf(to)}${options})` };
}

/** What the program probably calls a tier; a peer as a comment, because it does not know how it was made. */
function variableOf(party: CallParty): string {
  if (party.tierId === undefined) { return `/* ${party.kind === 'named' ? party.text : party.name} */`; }
  return party.tierId
    .replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '')
    .replace(/^[^A-Za-z]*(.)/, (_, first: string) => first.toLowerCase());
}

function portCall(port: PortQuery): string {
  const { protocol } = port;
  const factory = `Port.${protocol.toLowerCase()}`;
  if ('name' in port) { return `Port.named('${port.name}'${protocol === 'TCP' ? '' : `, Protocol.${protocol}`})`; }
  if (port.first === 1 && port.last === 65535) { return `Port.all${protocol[0]}${protocol.slice(1).toLowerCase()}()`; }
  return port.first === port.last ? `${factory}(${port.first})` : `${factory}Range(${port.first}, ${port.last})`;
}
