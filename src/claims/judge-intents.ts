import { Claim } from './claim';
import { WrittenEndpoint, WrittenIntent } from './intent-file';
import { ClaimVerdict, judge } from './judge';
import { Reachability } from '../evaluator/reachability';
import { Finding, finding } from '../findings/finding';
import { Selector } from '../k8s/selector';
import { Party, partyNamed, partySelected } from '../query/parties';

/** An intent and the verdict on it. */
export interface IntentVerdict extends Pick<WrittenIntent, 'place' | 'description'> {
  readonly verdict: ClaimVerdict;
}

/**
 * Judges intents. An intent that names an endpoint wrongly has a finding and no verdict.
 *
 * @param strict judge every intent as if it were strict
 */
export function judgeIntents(
  reach: Reachability, written: readonly WrittenIntent[], strict = false,
): { verdicts: IntentVerdict[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const verdicts = written.flatMap(intent => {
    const claim = claimOf(reach, strict ? { ...intent, strict } : intent, findings);
    return claim === undefined ? [] : [{ verdict: judge(reach, claim), place: intent.place, description: intent.description }];
  });
  return { verdicts, findings };
}

function claimOf(reach: Reachability, intent: WrittenIntent, findings: Finding[]): Claim | undefined {
  const { kind, sources, destinations, ports, strict } = intent;
  if (kind === 'allowed' || kind === 'denied') {
    const [from, to] = [partyOf(reach, sources[0], findings), partyOf(reach, destinations[0], findings)];
    return from && to && { kind, from, to, ports, strict };
  }
  const [single, several] = kind === 'admitsOnly' ? [destinations[0], sources] : [sources[0], destinations];
  const target = partyOf(reach, single, findings);
  const listed = several.map(endpoint => listedPartyOf(reach, endpoint, findings));
  if (target?.endpoints.some(endpoint => endpoint.kind === 'address')) {
    findings.push(finding('NP212', single.place, `'${kind}' is about a workload, and no policy isolates the address ${target.name}`, {
      fix: "write 'allowed' or 'denied' for it",
    }));
    return undefined;
  }
  return target && listed.every(party => party !== undefined) ? { kind, target, listed, ports, strict } : undefined;
}

function partyOf(reach: Reachability, endpoint: WrittenEndpoint, findings: Finding[], fix?: string): Party | undefined {
  const found = 'text' in endpoint ? partyNamed(reach, endpoint.text) : partySelected(reach, endpoint.name, endpoint.namespaces, endpoint.pods);
  if (typeof found !== 'string') { return found; }
  findings.push(finding('NP210', endpoint.place, found, { fix }));
  return undefined;
}

/** A member of a list. A selector may match only pods that are declared elsewhere, such as those of Prometheus. */
function listedPartyOf(reach: Reachability, endpoint: WrittenEndpoint, findings: Finding[]): Party | undefined {
  if ('text' in endpoint) {
    return partyOf(reach, endpoint, findings, 'for pods that are declared elsewhere, write { namespace: …, podSelector: { matchLabels: … } }');
  }
  const selector = { kind: 'pods', namespaces: Selector.from(endpoint.namespaces), pods: Selector.from(endpoint.pods) } as const;
  return { name: endpoint.name, endpoints: [], worstCase: [], selectors: [selector] };
}
