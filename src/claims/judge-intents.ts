import { Claim } from './claim';
import { WrittenEndpoint, WrittenIntent } from './intent-file';
import { ClaimJudge, ClaimVerdict } from './judge';
import { namedParty, Party } from './party';
import { Cluster } from '../cluster/cluster';
import { NamedCluster, noSuchCluster } from '../cluster/clusters';
import { Finding, finding } from '../findings/finding';
import { withUnreadParties } from '../query/parties';

/** An intent and the verdict on it. */
export interface IntentVerdict extends Pick<WrittenIntent, 'place' | 'description'> {
  readonly verdict: ClaimVerdict;
  /** The cluster that it was judged in, if the input has several. */
  readonly cluster?: string;
}

/** The judge of a cluster, with the verdicts on the intents that are about it. */
export interface JudgedIn {
  /** The name of the cluster, if the input has several. */
  readonly cluster?: string;
  readonly judge: ClaimJudge;
  readonly verdicts: readonly ClaimVerdict[];
}

/** The verdicts on intents, and the findings about those that cannot be judged. */
export interface JudgedIntents {
  readonly verdicts: IntentVerdict[];
  readonly findings: Finding[];
  /** How many intents there were. One that is about several clusters counts in each. */
  readonly count: number;
  /** By cluster, in the order of their names. */
  readonly clusters: readonly JudgedIn[];
}

/**
 * Judges intents in each cluster that they are about, cluster by cluster.
 *
 * @param names the names of all clusters of the input, also of those that are not judged
 */
export function judgeIntentsByCluster(
  clusters: readonly Pick<NamedCluster, 'name' | 'cluster'>[], names: readonly string[], written: readonly WrittenIntent[], strict?: boolean,
): JudgedIntents {
  const unknown = written.filter(({ cluster }) => cluster !== undefined && !names.includes(cluster)).map(({ cluster, place }) =>
    finding('NP210', place, noSuchCluster(cluster!, names.map(name => ({ name })), name => `write 'cluster: ${name}'`)));
  const judged = clusters.map(({ name, cluster }): JudgedIntents => {
    const result = judgeIntents(cluster, written.filter(intent => intent.cluster === undefined || intent.cluster === name), strict);
    if (clusters.length === 1) { return result; }
    const { verdicts, findings, count, clusters: own } = result;
    return {
      count,
      clusters: own.map(one => ({ ...one, cluster: name })),
      verdicts: verdicts.map(verdict => ({ ...verdict, cluster: name })),
      findings: findings.map(one => ({ ...one, message: `in cluster ${name}: ${one.message}` })),
    };
  });
  return {
    verdicts: judged.flatMap(({ verdicts }) => verdicts),
    findings: [...unknown, ...judged.flatMap(({ findings }) => findings)],
    count: judged.reduce((sum, { count }) => sum + count, unknown.length),
    clusters: judged.flatMap(one => one.clusters),
  };
}

/**
 * Judges intents. An intent that cannot be judged has a finding and no verdict. It does not stop the others.
 *
 * @param strict judge every intent as if it were strict
 */
export function judgeIntents(
  cluster: Cluster, written: readonly WrittenIntent[], strict = false,
): JudgedIntents {
  const findings: Finding[] = [];
  const named = written.flatMap(({ sources, destinations }) => [...sources, ...destinations]).flatMap(endpoint => 'text' in endpoint ? [endpoint.text] : []);
  const judge = ClaimJudge.of(withUnreadParties(cluster, named));
  const verdicts = written.flatMap(intent => {
    const claim = claimOf(judge, strict ? { ...intent, strict } : intent, findings);
    if (claim === undefined) { return []; }
    const outcome = judge.judge(claim);
    if ('verdict' in outcome) { return [{ verdict: outcome.verdict, place: intent.place, description: intent.description }]; }
    findings.push(finding('NP212', intent.place, outcome.error));
    return [];
  });
  return { verdicts, findings, count: written.length, clusters: [{ judge, verdicts: verdicts.map(({ verdict }) => verdict) }] };
}

function claimOf(judge: ClaimJudge, intent: WrittenIntent, findings: Finding[]): Claim | undefined {
  const { kind, sources, destinations, ports, strict, onlyDeclared } = intent;
  const terms = { ports, strict, onlyDeclared };
  const party = (endpoint: WrittenEndpoint, fix?: string) => partyOf(judge, endpoint, findings, fix);
  if (kind === 'allowed' || kind === 'denied') {
    const [from, to] = [party(sources[0]), party(destinations[0])];
    return from && to && { kind, from, to, ...terms };
  }
  const [single, several] = kind === 'admitsOnly' ? [destinations[0], sources] : [sources[0], destinations];
  const target = party(single);
  const listed = several.map(endpoint => party(endpoint, 'for pods that are declared elsewhere, write { namespace: …, labels: { … } }'));
  return target && listed.every(member => member !== undefined) ? { kind, target, listed, ...terms } : undefined;
}

function partyOf(judge: ClaimJudge, endpoint: WrittenEndpoint, findings: Finding[], fix?: string): Party | undefined {
  if ('party' in endpoint) { return endpoint.party; }
  const found = namedParty(judge.reach, endpoint.text);
  if (typeof found !== 'string') { return found; }
  findings.push(finding('NP210', endpoint.place, found, { fix }));
  return undefined;
}
