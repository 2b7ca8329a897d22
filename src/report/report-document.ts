import { DiffReport, diffVerdict } from './diff-verdict';
import { PageClaim, PageCluster, PageDiff, PageDocument, PageEvidence, PageFinding } from './page-document';
import { CONTROLS } from './private/controls';
import { pageCluster } from './private/page-cluster';
import { pageCoverage, withCoverage } from './private/page-coverage';
import { pageClusterDiff } from './private/page-diff';
import { reasonText } from './private/passing';
import { scopeText, verdictDetails } from './verdict-text';
import { formatClaim } from '../claims/claim';
import { IntentVerdict } from '../claims/judge-intents';
import { withCommas } from '../findings/enumeration';
import { bySeverity, Finding, formatPlace, printable } from '../findings/finding';
import { Coverage } from '../intent-coverage/coverage';
import { ClusterResults } from '../query/cluster-results';

/** Everything that a report shows. */
export interface ReportResults {
  readonly version: string;
  /** The paths of the input, as its user wrote them. */
  readonly paths: readonly string[];
  /** The options with which a command reads the same input. */
  readonly options: readonly string[];
  readonly clusters: readonly ClusterResults[];
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  /** Absent if no intent was given. */
  readonly intents?: readonly IntentVerdict[];
  /** What the claims cover in each cluster. Absent if that was not asked for. */
  readonly coverage?: readonly Coverage[];
  /** What changed since an earlier version. Absent if none was given. */
  readonly change?: ReportedChange;
  /** What was read, and then what was left out, in lines. */
  readonly summary: readonly string[];
  readonly inputs: PageEvidence['inputs'];
  readonly facts: PageEvidence['facts'];
}

/** What changed since an earlier version. */
export interface ReportedChange {
  readonly diff: DiffReport;
  /** The hashes of the earlier version. */
  readonly inputs: PageEvidence['inputs'];
  /** The words of the command that gives the complete result. Absent if there is none, as in a program. */
  readonly command?: readonly string[];
}

/** The document of a report. The same results give the same document. */
export function reportDocument(results: ReportResults): PageDocument {
  const clusters = results.clusters.map(one => {
    const coverage = results.coverage?.find(({ cluster }) => cluster === one.name);
    return coverage === undefined ? pageCluster(one) : withCoverage(pageCluster(one), coverage, one.overview.policies);
  });
  const claims = results.intents?.map(claimOf);
  return {
    format: 1,
    tool: `cdk8s-netpol ${results.version}`,
    paths: results.paths.map(printable),
    options: results.options.map(printable),
    clusters,
    findings: bySeverity(results.findings).map(findingOf),
    suppressed: results.suppressed,
    ...claims === undefined ? {} : { claims },
    ...results.coverage === undefined ? {} : { coverage: results.coverage.map(pageCoverage) },
    ...results.change === undefined ? {} : { diff: diffOf(results.change, results.clusters) },
    summary: results.summary,
    evidence: evidenceOf(results, clusters, claims ?? []),
  };
}

/** The evidence of a report as JSON, for a file of its own. */
export function evidenceJson({ evidence }: PageDocument): string {
  return `${JSON.stringify(evidence, undefined, 2)}\n`;
}

function findingOf({ code, severity, message, place, related = [], fix }: Finding): PageFinding {
  return {
    code,
    severity,
    message: printable(message),
    place: formatPlace(place),
    related: related.map(one => ({ name: printable(one.message), place: formatPlace(one.place) })),
    ...fix === undefined ? {} : { fix: fix.text },
    ...fix?.edit === undefined ? {} : { insert: fix.edit.insert },
  };
}

function claimOf({ cluster, verdict, place, description }: IntentVerdict): PageClaim {
  return {
    ...cluster === undefined ? {} : { cluster },
    claim: formatClaim(verdict.claim),
    ...description === undefined ? {} : { description: printable(description) },
    place: formatPlace(place),
    answer: verdict.answer,
    scope: scopeText(verdict),
    details: verdictDetails(verdict),
  };
}

function diffOf({ diff: { before, after, clusters, lint }, command }: ReportedChange, results: ReportResults['clusters']): PageDiff {
  const workloadsOf = (cluster: string | undefined) => results.filter(({ name }) => cluster === undefined || name === cluster)
    .flatMap(({ overview: { ends } }) => ends.map(({ end }) => end));
  return {
    old: printable(before),
    new: printable(after),
    verdict: diffVerdict(clusters),
    clusters: clusters.map(one => pageClusterDiff(one, workloadsOf(one.cluster))),
    ...lint === undefined ? {} : { findings: { new: lint.fresh.map(findingOf), gone: lint.gone.map(findingOf) } },
    ...command === undefined ? {} : { command: command.map(printable) },
  };
}

function evidenceOf(results: ReportResults, clusters: readonly PageCluster[], claims: readonly PageClaim[]): PageEvidence {
  const { version, inputs, facts, findings, suppressed, summary } = results;
  const count = (severity: Finding['severity']) => findings.filter(one => one.severity === severity).length;
  const undecided = clusters.flatMap(({ name, reasons }) => reasons.map(({ text }) => inCluster(name, text)));
  const all = {
    policies: clusters.flatMap((cluster, i) => policyFacts(cluster, results.clusters[i].leftOut.length > 0)),
    isolation: clusters.flatMap(isolationFacts),
    outside: clusters.flatMap(outsideFacts),
    claims: claimFacts(claims),
    undecided: undecidedFacts(undecided),
    change: changeFacts(results.change),
  };
  return {
    netpol: `cdk8s-netpol ${version}`,
    inputs,
    facts,
    clusters: clusters.map(({ name, ends, policies, namespaces, assumptions }) => ({
      ...name === undefined ? {} : { name }, workloads: ends.length, policies: policies.length, namespaces: namespaces.length, assumptions,
    })),
    findings: { error: count('error'), warning: count('warning'), note: count('note'), suppressed },
    claims: claims.map(({ description, ...claim }) => claim),
    ...results.coverage === undefined ? {} : {
      coverage: results.coverage.map(pageCoverage).map(({ uncovered, uncoveredCount, ...counts }) => counts),
    },
    ...results.change === undefined ? {} : { change: changeOf(results.change) },
    undecided,
    leftOut: [
      ...results.clusters.flatMap(({ name, leftOut }) => leftOut.map(reason => inCluster(name, reasonText(reason)))),
      ...summary.filter(isAboutFiles).map(line => line.trim()),
    ],
    controls: CONTROLS.map(({ facts: kinds, ...control }) => ({
      ...control,
      facts: kinds.flatMap(kind => all[kind]),
    })),
  };
}

/** More names than this are counted. */
const MAX_NAMES = 20;

function names(all: readonly string[]): string {
  return all.length <= MAX_NAMES ? all.join(', ') : `${all.slice(0, MAX_NAMES).join(', ')} and ${withCommas(all.length - MAX_NAMES)} more`;
}

function inCluster(name: string | undefined, text: string): string { return name === undefined ? text : `cluster ${name}: ${text}`; }

/** The line of the summary that no cluster explains. */
function isAboutFiles(line: string): boolean { return line.startsWith('  without a Kubernetes object: '); }

function policyFacts({ name, namespaces, policies }: PageCluster, isIncomplete: boolean): string[] {
  const having = new Set(policies.filter(({ tier }) => tier === undefined).map(policy => policy.name.replace(/^.* /, '').split('/')[0]));
  const without = namespaces.filter(one => !having.has(one.name)).map(one => one.name);
  const hedge = isIncomplete ? ' Something was not read or is not evaluated, and may hold policies: the report lists it.' : '';
  if (without.length === 0) { return [inCluster(name, `Every namespace with workloads has a NetworkPolicy (${namespaces.length}).`)]; }
  return [inCluster(name, `Of ${namespaces.length} namespaces with workloads, ${without.length} ${without.length === 1 ? 'has' : 'have'} no NetworkPolicy: ${names(without)}.${hedge}`)];
}

function isolationFacts({ name, ends, sides, classes }: PageCluster): string[] {
  return ([['ingress', 0], ['egress', 1]] as const).map(([direction, at]) => {
    const having = (wanted: 'isolated' | 'open' | 'undecided') => ends.filter(({ of }) => isolationOf(sides[classes[of][at]]) === wanted).map(({ ref }) => ref);
    const [open, undecided] = [having('open'), having('undecided')];
    return inCluster(name, [
      ...open.length + undecided.length === 0 ? [`Policies isolate each workload for ${direction}.`] : [],
      ...open.length === 0 ? [] : [`No NetworkPolicy isolates ${open.length} of ${workloadCount(ends.length)} for ${direction}: ${names(open)}.`],
      ...undecided.length === 0 ? [] : [`It is undecided whether a policy isolates ${undecided.length} of ${workloadCount(ends.length)} for ${direction}: ${names(undecided)}.`],
    ].join(' '));
  });
}

function isolationOf({ isolatedBy, mayBeOpen, reasons }: PageCluster['sides'][number]): 'isolated' | 'open' | 'undecided' {
  if (isolatedBy.length > 0 && mayBeOpen !== true) { return 'isolated'; }
  return isolatedBy.length === 0 && reasons === undefined ? 'open' : 'undecided';
}

function workloadCount(count: number): string { return `${withCommas(count)} ${count === 1 ? 'workload' : 'workloads'}`; }

function outsideFacts({ name, exposed }: PageCluster): string[] {
  const open = [...new Set(exposed.filter(({ answer }) => answer !== 'no').map(({ via, to }) => `${via} to ${to}`))];
  return [inCluster(name, open.length === 0 ? 'No way in from outside leads to a workload.' : `The outside world reaches, or may reach: ${names(open)}.`)];
}

function claimFacts(claims: readonly PageClaim[]): string[] {
  if (claims.length === 0) { return ['No claim was judged: write --intent FILE.']; }
  const having = (wanted: PageClaim['answer']) => claims.filter(({ answer }) => answer === wanted).map(({ claim }) => claim);
  const [holding, failing, undecided] = [having('holds'), having('fails'), having('undecided')];
  const count = (some: readonly string[]) => `${some.length} of ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}`;
  return [
    `${count(holding)} ${holding.length === 1 ? 'holds' : 'hold'}.`,
    ...failing.length === 0 ? [] : [`${count(failing)} ${failing.length === 1 ? 'does' : 'do'} not hold: ${failing.join('; ')}.`],
    ...undecided.length === 0 ? [] : [`${count(undecided)} ${undecided.length === 1 ? 'is' : 'are'} undecided: ${undecided.join('; ')}.`],
  ];
}

function changeOf({ diff: { before, after, clusters }, inputs }: ReportedChange): PageEvidence['change'] {
  return { old: printable(before), new: printable(after), verdict: diffVerdict(clusters), inputs };
}

function changeFacts(change: ReportedChange | undefined): string[] {
  return change === undefined ? [] : [`Since ${printable(change.diff.before)}: ${diffVerdict(change.diff.clusters)}`];
}

function undecidedFacts(undecided: readonly string[]): string[] {
  return undecided.length === 0 ? [] : [`${undecided.length === 1 ? 'One reason leaves' : `${undecided.length} reasons leave`} answers undecided: see the report.`];
}
