import { IConstruct } from 'constructs';
import { CallOutcome, Intent, judgedApp } from './app-intents';
import { programPage, writePage } from './app-report';
import { JudgedCluster } from './judged-clusters';
import { manifestOf } from '../../cdk8s/app-objects';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { isInTree } from '../../cdk8s/construct-tree';
import { beforeReading, invalidate, isInRun, isSettling, memoizeInSynth, memoizeWhileRendering, onWatch } from '../../cdk8s/synth-run';
import { ClaimJudge } from '../../claims/judge';
import { Cluster } from '../../cluster/cluster';
import { EdgeTier, Network } from '../../constructs/network';
import { FindingCode, FINDING_CODES } from '../../findings/codes';
import { Finding, formatFinding, formatWithoutPlace, hasErrors, InputError } from '../../findings/finding';
import { DEFAULT_NAMESPACE } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { lint } from '../../lint/lint';
import { LintInput, NamedGroup, PortUse } from '../../lint/lint-input';

/* What lint finds in an app whenever it is synthesized. */

/** A setting for the findings below a scope. */
export interface FindingSetting {
  readonly scope: IConstruct;
  readonly is: 'strict' | 'detailed' | { readonly suppressed: FindingCode } | { readonly report: string };
}

const settings = new WeakMap<IConstruct, FindingSetting[]>();

/** Adds a setting. `strict` makes each finding below the scope an error of validation of its construct, whose path cdk8s puts in front of it. */
export function addFindingSetting(setting: FindingSetting): void {
  const { root } = setting.scope.node;
  settings.set(root, [...settings.get(root) ?? [], setting]);
  invalidate(root);
  if (setting.is !== 'strict') { return; }
  watchConstructs(root);
  beforeReading(root, STRICT, () => watchConstructs(root));
}

const STRICT = {};

const watched = new WeakSet<IConstruct>();

/** Reports the findings that are errors by a validation of each construct. */
function watchConstructs(root: IConstruct): void {
  for (const construct of root.node.findAll()) {
    if (watched.has(construct)) { continue; }
    watched.add(construct);
    construct.node.addValidation({ validate: () => isSettling(root) ? [] : strictErrors(root).get(construct.node.path) ?? [] });
  }
}

/** The findings that are errors because of `strict`, by the path of their construct. */
function strictErrors(root: IConstruct): ReadonlyMap<string, string[]> {
  return memoizeWhileRendering(root, STRICT, () => {
    const errors = new Map<string, string[]>();
    for (const one of shownFindings(root).filter(found => found.severity !== 'note' && isSet(root, found, is => is === 'strict'))) {
      const path = pathOf(one);
      errors.set(path, [...errors.get(path) ?? [], formatWithoutPlace({ ...one, severity: 'error' })]);
    }
    return errors;
  });
}

function pathOf({ place: { constructPath = '' } }: Finding): string { return constructPath; }

function isBelow(scope: IConstruct, one: Finding): boolean {
  const [path, below] = [scope.node.path, pathOf(one)];
  return path === '' || below === path || below.startsWith(`${path}/`);
}

/** True if a setting is made for a scope around the finding. A scope that was removed does not count, although another one may have its path. */
function isSet(root: IConstruct, one: Finding, isIt: (is: FindingSetting['is']) => boolean): boolean {
  return (settings.get(root) ?? []).some(({ scope, is }) => isIt(is) && isInTree(scope) && isBelow(scope, one));
}

/** The findings of an app that are not suppressed. Notes are only among the details. */
function shownFindings(root: IConstruct): Finding[] {
  return findingsOf(root).filter(one => !isSuppressed(root, one) && (one.severity !== 'note' || isSet(root, one, is => is === 'detailed')));
}

function isSuppressed(root: IConstruct, one: Finding): boolean {
  return isSet(root, one, is => typeof is === 'object' && 'suppressed' in is && is.suppressed === one.code);
}

/**
 * What lint finds about the objects of an app or a chart, and about the tiers in it, as `Connectivity` has read it. Claims that were made elsewhere do not
 * count. Findings that the app suppresses are not among them.
 */
export function findingsAbout(scope: IConstruct, clusters: readonly JudgedCluster[]): Finding[] {
  const { root } = scope.node;
  return lint(clusters.map(cluster => lintInputOf(scope, cluster, new Map()))).findings.filter(one => !isSuppressed(root, one));
}

const FINDINGS = {};

function findingsOf(root: IConstruct): readonly Finding[] {
  return memoizeInSynth(root, FINDINGS, () => {
    const judged = readApp(root);
    if ('errors' in judged) { return judged.errors; }
    const { clusters, outcomes } = judged;
    return lint(clusters.all.map(cluster => lintInputOf(root, cluster, outcomes))).findings;
  });
}

/** The app, or the errors of objects that the API server would refuse: nothing else can be said about such an app. */
function readApp(root: IConstruct): ReturnType<typeof judgedApp> | { readonly errors: readonly Finding[] } {
  try {
    return judgedApp(root);
  } catch (error) {
    // cdk8s reports an object that cannot be rendered.
    return { errors: error instanceof InputError ? error.findings.filter(one => hasErrors([one])) : [] };
  }
}

type Outcomes = ReturnType<typeof judgedApp>['outcomes'];

function lintInputOf(scope: IConstruct, { name, judge, resources }: JudgedCluster, outcomes: Outcomes): LintInput {
  const { cluster } = judge;
  const { root } = scope.node;
  const network = Network.of(root);
  const isBelowScope = (construct: IConstruct) => scope === root || construct.node.scopes.includes(scope);
  const isHere = (construct: IConstruct) => isBelowScope(construct) && (name === undefined || clusterOf(construct) === name);
  const denies = network.currentDenies.filter(({ construct, isOff }) => !isOff && isHere(construct));
  return {
    resources,
    cluster,
    reach: () => judge.reach,
    groups: network.currentTiers.filter(isHere).map(tier => groupOf(tier, judge)),
    claimedPorts: [...outcomes].filter(([intent]) => isInTree(intent)).flatMap(([intent, verdicts]) => portsOf(intent, verdicts, judge)),
    dnsDecided: new Set(denies.map(({ namespace = DEFAULT_NAMESPACE }) => namespace)),
  };
}

function groupOf(tier: EdgeTier, { cluster }: ClaimJudge): NamedGroup {
  const namespace = tier._namespace ?? DEFAULT_NAMESPACE;
  const object = tier._workload();
  const metadata = object && manifestOf(object).metadata as { readonly name?: string };
  return {
    place: { constructPath: tier.node.path },
    namespace,
    selector: Selector.from(tier._selector()),
    workload: object && cluster.workloads.find(one => one.namespace === namespace && one.kind === object.kind && one.name === metadata?.name),
  };
}

/** The ports of the claims that are about this cluster. A claim without a verdict is an error already. */
function portsOf({ node }: Intent, outcomes: readonly CallOutcome[], judge: ClaimJudge): PortUse[] {
  const verdicts = outcomes.flatMap(outcome => outcome instanceof Error ? [] : outcome._verdicts.map(verdict => ({ verdict, name: outcome.claim })));
  return verdicts.filter(({ verdict }) => verdict.cluster === judge.cluster).flatMap(({ verdict, name }) => {
    const named = judge.portsOfClaim(verdict.claim);
    return named === undefined ? [] : [{ place: { constructPath: node.path }, name, ...named }];
  });
}

/** True for an object that the API server would refuse. cdk8s or the validation of an intent reports it. */
function isRefusal(one: Finding): boolean { return !one.code.startsWith('NP1'); }

/** What an app has shown last, so that the passes of a synth show it once. */
const shown = new WeakMap<IConstruct, string>();

/** Writes the findings to stderr, except for those that `strict` makes errors: a line for each code, or for each finding. */
function show(root: IConstruct): void {
  const found = shownFindings(root).filter(one => !isRefusal(one) && !isSet(root, one, is => is === 'strict'));
  const detailed = found.filter(one => isSet(root, one, is => is === 'detailed'));
  const codes = new Map<FindingCode, Finding[]>();
  for (const one of found) {
    if (!detailed.includes(one)) { codes.set(one.code, [...codes.get(one.code) ?? [], one]); }
  }
  const text = [...detailed.map(formatFinding), ...[...codes.values()].map(lineOf)].map(line => `netpol: ${line}\n`).join('');
  if (text === (shown.get(root) ?? '')) { return; }
  shown.set(root, text);
  process.stderr.write(text);
}

/** The findings of one code on a line. */
function lineOf([first, ...others]: readonly Finding[]): string {
  if (others.length === 0) { return formatFinding(first); }
  const { code, severity } = first;
  const text = formatFinding(first).replace(`: ${severity} ${code}:`, ':');
  return `${severity} ${code}, ${others.length + 1} times: ${FINDING_CODES[code].title} The first: ${text}. SynthFindings.of(app).showDetails() shows all`;
}

/** The reports that the settings of an app ask for, each of which is written when it changes. */
const written = new WeakMap<IConstruct, string>();

function writeReports(root: IConstruct): void {
  const files = (settings.get(root) ?? []).flatMap(({ scope, is }) => typeof is === 'object' && 'report' in is && isInTree(scope) ? [is.report] : []);
  if (files.length === 0) { return; }
  const judged = readApp(root);
  // Without valid objects there is nothing to report but the errors, which synth reports.
  if ('errors' in judged) { return; }
  const { clusters, outcomes } = judged;
  const intents = [...outcomes].filter(([intent]) => isInTree(intent)).flatMap(([{ node }, own]) => own
    .flatMap(outcome => outcome instanceof Error ? [] : outcome._verdicts)
    .map(verdict => ({ verdict, place: { constructPath: node.path }, cluster: clusterNamed(clusters.all, verdict.cluster) })));
  const page = programPage({ title: 'the app', clusters: clusters.all, findings: [...clusters.findings, ...shownFindings(root)], intents });
  if (written.get(root) === page) { return; }
  written.set(root, page);
  for (const file of new Set(files)) { writePage('SynthFindings.report(...)', file, page); }
}

/** The name of the cluster that a claim was judged in, if the app has several. */
function clusterNamed(clusters: readonly JudgedCluster[], cluster: Cluster): string | undefined {
  return clusters.length === 1 ? undefined : clusters.find(({ judge }) => judge.cluster === cluster)?.name;
}

onWatch(root => {
  root.node.addValidation({
    validate: () => {
      if (!isSettling(root) && isInRun(root)) {
        show(root);
        writeReports(root);
      }
      return [];
    },
  });
});
