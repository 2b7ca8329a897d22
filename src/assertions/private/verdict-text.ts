import { ClaimCall } from './app-verdicts';
import { Judged, Outcome } from './evaluation';
import { questionsOf, Subject } from './subjects';
import { formatClaim, ClaimVerdict, CallFix } from '../../claims/claim';
import { explain } from '../../query/explanation';
import { flow } from '../../query/flow';
import { formatPortQuery, PortQuery } from '../../query/ports';
import { renderExplanation } from '../../report/explanation';
import { formatReference, ruleReference } from '../../report/references';
import { verdictDetails, renderClaimVerdict } from '../../report/verdict-text';
import { Verdict } from '../verdict';

/** The verdict on a call: it holds where each of its claims does. Throws where one can not be judged. */
export function verdictOf(call: ClaimCall, outcomes: readonly Outcome[]): Verdict {
  const judged = outcomes.map(outcome => {
    if ('error' in outcome) { throw new Error(`${formatCall(call)}: ${outcome.error}`); }
    return outcome;
  });
  const untrue = judged.filter(({ judgement }) => !judgement.holds);
  const texts = (): string[] => untrue.length === 0
    ? judged.map(holding)
    : untrue.flatMap(one => [failing(one, judged.length > 1), ...hintsFor(one.judgement)]);
  // An explanation takes longer than a verdict, and few are read.
  return Verdict._of(untrue.length === 0, formatCall(call), () => texts().join('\n'));
}

/** A call in the words of its author: `only(shop/db, [shop/backend])`. */
export function formatCall({ kind, first, second, ports }: ClaimCall): string {
  const names = second.map(endpoint => endpoint.endpointName);
  const questions = questionsOf(ports)?.map(formatPortQuery);
  const several = kind === 'only' || kind === 'onlyTo';
  return `${kind}(${[first.endpointName, several ? `[${names.join(', ')}]` : names[0], ...(questions === undefined ? [] : [questions.join(', ')])].join(', ')})`;
}

/** Why a claim does not hold. Where a call makes several claims, which of them it is. */
function failing({ judgement, reach }: Judged, isOneOfMany: boolean): string {
  return isOneOfMany ? renderClaimVerdict(reach, judgement).trimEnd() : verdictDetails(reach, judgement).join('\n');
}

/** What those stumble over who write this claim for the first time. */
function hintsFor({ claim, witness: counterexample }: ClaimVerdict): string[] {
  const by = counterexample?.kind === 'intrusion' ? counterexample.intrusion.by : undefined;
  return claim.kind === 'onlyTo' && by?.policy.name.startsWith('allow-dns')
    ? ['Name look-ups count. Where they are meant to be allowed, name Peer.clusterDns() among the destinations.']
    : [];
}

/** Why a claim holds: the policies on both sides of one passage, or the rules that were searched. */
function holding({ judgement: { claim }, reach }: Judged): string {
  if ('from' in claim) {
    const example = flow(reach, claim.from.endpoints[0], claim.to.endpoints[0]);
    return renderExplanation(explain(reach, example, claim.ports?.[0])).trimEnd();
  }
  const direction = claim.kind === 'only' ? 'ingress' : 'egress';
  const rules = claim.subject.endpoints.flatMap(member => reach.policies(member.index, direction))
    .flatMap(policy => policy[direction]!.map(rule => `  ${formatReference(ruleReference(policy, rule))}`));
  return `${formatClaim(claim)}: no rule lets anyone else through. Searched:\n${[...new Set(rules)].join('\n') || `  no ${direction} rule at all: everything is denied`}`;
}

/**
 * The call that makes a claim true, for the sides that are tiers: one does not mend YAML that a program
 * has written. Between two tiers the one call mends both sides.
 */
export function remedyFor(from: Subject, to: Subject, ports: readonly PortQuery[] | undefined): CallFix | undefined {
  const options = ports === undefined ? '' : `, { ports: [${ports.map(portCall).join(', ')}] }`;
  const source = nameOf(from);
  const destination = nameOf(to);
  if (isTier(to)) {
    const call = `${destination}.allowFrom(${source}${options})`;
    return isTier(from) ? { egress: call, ingress: call } : { ingress: call };
  }
  return isTier(from) ? { egress: `${source}.allowTo(${destination}${options})` } : undefined;
}

function isTier(subject: Subject): boolean {
  return subject.kind === 'patterns' && subject.tier !== undefined;
}

/** A tier as its variable is likely to be called; a peer in words, since it does not know how it was made. */
function nameOf(subject: Subject): string {
  if (subject.kind === 'named') { return `/* ${subject.text} */`; }
  return subject.tier === undefined
    ? `/* ${subject.name} */`
    : subject.tier.replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '').replace(/^[^A-Za-z]*(.)/, (_, first: string) => first.toLowerCase());
}

function portCall(port: PortQuery): string {
  const { protocol } = port;
  const factory = `Port.${protocol.toLowerCase()}`;
  if ('name' in port) { return `Port.named('${port.name}'${protocol === 'TCP' ? '' : `, Protocol.${protocol}`})`; }
  if (port.first === 1 && port.last === 65535) { return `Port.all${protocol[0]}${protocol.slice(1).toLowerCase()}()`; }
  return port.first === port.last ? `${factory}(${port.first})` : `${factory}Range(${port.first}, ${port.last})`;
}
