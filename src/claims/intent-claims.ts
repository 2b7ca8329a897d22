import { Claim } from './claim';
import { WrittenEndpoint, WrittenIntent } from './intent-file';
import { Reachability } from '../evaluator/reachability';
import { finding, Finding } from '../findings/finding';
import { Selector } from '../k8s/selector';
import { partyNamed, partySelected, Party } from '../query/endpoints';

/** Makes claims about a cluster of what intents say, collecting endpoints that are not there. */
export class IntentClaims {
  public readonly problems: Finding[] = [];

  constructor(private readonly reach: Reachability) {}

  /** The claim, or nothing where an endpoint is wrong. */
  public claimOf({ kind, sources, destinations, ports }: WrittenIntent): Claim | undefined {
    if (kind === 'allowed' || kind === 'denied') {
      const [from, to] = [this.party(sources[0]), this.party(destinations[0])];
      return from && to && { kind, from, to, ports };
    }
    const [single, several] = kind === 'only' ? [destinations[0], sources] : [sources[0], destinations];
    const subject = this.party(single);
    const others = several.map(endpoint => this.party(endpoint, true));
    if (subject !== undefined && subject.endpoints.some(m => m.kind === 'address')) {
      this.problems.push(finding('NP212', single.place, `'${kind}' is about a workload: no policy isolates ${subject.name}, which is outside the cluster`, {
        fix: "write 'allowed' or 'denied' for it",
      }));
      return undefined;
    }
    return subject && others.every(party => party !== undefined) ? { kind, subject, others, ports } : undefined;
  }

  /** `mayBeElsewhere`: one of those who may, of whom nothing more is asked than which pods they are. */
  private party(endpoint: WrittenEndpoint, mayBeElsewhere = false): Party | undefined {
    const found = 'text' in endpoint ? partyNamed(this.reach, endpoint.text) : this.selected(endpoint, mayBeElsewhere);
    if (typeof found !== 'string') { return found; }
    const fix = mayBeElsewhere ? 'for pods that are not in these manifests, write { namespace: …, podSelector: { matchLabels: … } }' : undefined;
    this.problems.push(finding('NP210', endpoint.place, found, { fix }));
    return undefined;
  }

  private selected({ name, namespaces, pods }: Exclude<WrittenEndpoint, { text: string }>, mayBeElsewhere: boolean): Party | string {
    const found = partySelected(this.reach, name, namespaces, pods);
    if (typeof found !== 'string' || !mayBeElsewhere) { return found; }
    // Prometheus may be in nobody's manifests, and is let in all the same.
    const pattern = { kind: 'pods', namespaces: Selector.from(namespaces), pods: Selector.from(pods) } as const;
    return { name, endpoints: [], worstCase: [], selectors: [pattern] };
  }
}
