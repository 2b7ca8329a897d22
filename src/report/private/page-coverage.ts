import { formatClaim } from '../../claims/claim';
import { policyName } from '../../cluster/cluster';
import { enumerate } from '../../findings/enumeration';
import { printable } from '../../findings/finding';
import { Coverage } from '../../intent-coverage/coverage';
import { Overview } from '../../query/overview';
import { connectionTexts, gapText } from '../intent-coverage';
import { PageCluster, PageCoverage, PageRuleCoverage } from '../page-document';

/** More connections than this are counted. `netpol check --coverage -o json` has all of them. */
const MAX_CONNECTIONS = 2000;

/** More claims than this are counted. */
const MAX_CLAIMS = 5;

/** What claims cover in one cluster, as data for the page. */
export function pageCoverage({ cluster, verdicts, namespaces, total, uncoveredConnections }: Coverage): PageCoverage {
  const texts = connectionTexts(uncoveredConnections).map(printable);
  return {
    ...cluster === undefined ? {} : { cluster },
    claims: verdicts.length,
    total,
    namespaces: [...namespaces].map(([name, counts]) => ({ name, ...counts })),
    uncovered: texts.slice(0, MAX_CONNECTIONS),
    uncoveredCount: texts.length,
  };
}

/** The cluster with what claims say about each rule and each NetworkPolicy. Coverage does not look at cluster-wide policies and those of other kinds. */
export function withCoverage(cluster: PageCluster, coverage: Coverage, policies: Overview['policies']): PageCluster {
  const known = new Map<string, PageRuleCoverage>();
  for (const one of coverage.uncoveredRules) { known.set(keyOf(policyName(one.policy), one.direction, one.rule), { state: 'uncovered', text: gapText(one) }); }
  for (const { policy, direction, rule, noticedBy } of coverage.coveredRules) {
    const claims = noticedBy.map(i => printable(formatClaim(coverage.verdicts[i].claim)));
    known.set(keyOf(policyName(policy), direction, rule), { state: 'covered', text: `covered by ${enumerate(claims, MAX_CLAIMS)}` });
  }
  const of = (name: string, direction?: string, rule?: number): PageRuleCoverage =>
    known.get(keyOf(name, direction, rule)) ?? { state: 'idle', text: 'its removal changes nothing, so no claim has to cover it' };
  return {
    ...cluster,
    policies: cluster.policies.map((policy, i) => 'tier' in policies[i] || policies[i].kind !== undefined ? policy : {
      ...policy,
      ingress: policy.ingress.map((rule, number) => ({ ...rule, coverage: of(policy.name, 'ingress', number) })),
      egress: policy.egress.map((rule, number) => ({ ...rule, coverage: of(policy.name, 'egress', number) })),
      coverage: of(policy.name),
    }),
  };
}

function keyOf(name: string, direction?: string, rule?: number): string { return JSON.stringify([printable(name), direction, rule]); }
