import { App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ClaimScope } from './claim-scope';
import { AssumedNamespace } from './cluster-facts';
import { ConnectivityDiff } from './connectivity-diff';
import { CoverageOptions, IntentCoverage, UnnoticedChange } from './intent-coverage';
import { LintFinding } from './lint-finding';
import { findingsAbout } from './private/app-findings';
import { intentsIn, siteOf } from './private/app-intents';
import { ProgramInput, programPage, writePage } from './private/app-report';
import { CallSite, ClaimCall, readCall } from './private/claim-call';
import { CountedClaims } from './private/coverage-answers';
import { CONNECTIVITY_OPTIONS, COVERAGE_OPTIONS, INTENTS } from './private/fact-shapes';
import { JudgedClusters } from './private/judged-clusters';
import { checkedNamespace, checkedPlugin, checkedPodCidrs, factsStatedIn } from './private/stated-facts';
import { Verdict } from './verdict';
import { resourcesOf } from '../cdk8s/app-objects';
import { checkArguments, constructThat, FLAG, instanceOf, listOf, optional, structOf, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { repetitionsIn } from '../cdk8s/chart-conflicts';
import { settle } from '../cdk8s/synth-run';
import { ClaimKind } from '../claims/claim';
import { ClusterFacts } from '../cluster/cluster';
import { loadCluster } from '../cluster/read-cluster';
import { Port } from '../constructs/port';
import { bySeverity, Finding, formatFinding, formatPlace, hasErrors, InputError, printable } from '../findings/finding';
import { lint } from '../lint/lint';
import { readPaths } from '../manifests/files';
import { readText } from '../manifests/read-text';
import { ReadResult, Resource } from '../manifests/resources';

/** Options of a claim. */
export interface ClaimOptions {
  /**
   * The ports that the claim is about. `allowed` holds if every one of them is open, `denied` if none is. `admitsOnly` and `reachesOnly` look at
   * connections on these ports only. A named port means the pods that have it; a name that no pod has is an error. The list must not be empty.
   *
   * @default - for `allowed`, the ports of the destination tier or peer, or else those that its containers declare, or else every port; for the other claims, every port
   */
  readonly ports?: Port[];

  /**
   * Assume nothing: a claim that holds only under an assumption does not hold. Nor does a claim that names a party without any declared pod, although its
   * namespace has workloads.
   *
   * @default false
   */
  readonly strict?: boolean;

  /**
   * Which pods the parties that the claim names mean: every possible pod, or those of declared workloads. It never narrows who is outside a list.
   *
   * @default ClaimScope.POSSIBLE
   */
  readonly scope?: ClaimScope;
}

/** Options of `Connectivity.fromApp`, `fromChart`, `fromYaml` and `fromFiles`. */
export interface ConnectivityOptions {
  /**
   * Namespaces that are made elsewhere, with their labels. A Namespace object of the input takes precedence.
   *
   * @default - a namespace that is not in the input has no label besides its name
   */
  readonly namespaces?: AssumedNamespace[];

  /**
   * The CIDR blocks that the addresses of pods come from.
   *
   * @default - a pod whose address is not known may have any, but none of the public internet
   */
  readonly podCidrs?: string[];

  /**
   * The network plugin, with or without its version: `cilium@1.16`. docs/network-plugins.md has what is known about each plugin.
   *
   * @default - nothing is assumed about the plugin
   */
  readonly networkPlugin?: string;

  /**
   * The name of the cluster to judge, if the input has several (`ClusterBoundary`). Throws if there is none of this name.
   *
   * @default - all of them: a claim about tiers is judged in the cluster of the tiers, and any other claim must hold in each cluster
   */
  readonly cluster?: string;
}

/** Options of `Connectivity.report`. */
export interface ReportOptions extends CoverageOptions {
  /**
   * Also show which connections and rules no claim covers (docs/coverage.md).
   *
   * @default false
   */
  readonly coverage?: boolean;

  /**
   * An earlier version: also show what has opened and closed since then, as `Connectivity.diff` does.
   *
   * @default - the page is about one version
   */
  readonly before?: Connectivity;
}

const APP = constructThat('an App', 'write the App of the program; for a single chart, write Connectivity.fromChart(...)', app => 'synthYaml' in app);

const CHART = constructThat('a Chart', 'write a chart of the app; for the whole app, write Connectivity.fromApp(...)', chart => Chart.isChart(chart));

const MANIFESTS = text("'apiVersion: v1 ...'; for files, Connectivity.fromFiles([...])");

/**
 * Who reaches whom in a cdk8s app, a chart or manifests, under all of their NetworkPolicies. Each claim has two methods: `checkAllowed`
 * returns a verdict, and `assertAllowed` throws if the claim does not hold.
 *
 * @example
 *
 * const connectivity = Connectivity.fromYaml('kind: List\napiVersion: v1\nitems: []\n---\n' + manifests);
 * connectivity.assertAllowed(Endpoint.workload('app/frontend'), Endpoint.workload('app/backend'), { ports: [Port.tcp(8080)] });
 */
export class Connectivity {
  /**
   * All charts of an app, as `synth` would write them now, with the facts of `ClusterFacts`. A list counts as its items. The validations of the
   * app run, because they may change it, but their errors do not count. Intents are not judged. An app of several clusters (`ClusterBoundary`) is
   * judged cluster by cluster.
   *
   * Throws if an object cannot be synthesized, the API server would refuse it, or it would be lost because cdk8s writes another one to its file;
   * and if two charts make the same workload, the same tier, or objects of one name with different content for one cluster.
   *
   * @param app the app
   * @param options facts about the cluster
   */
  public static fromApp(app: App, options: ConnectivityOptions = {}): Connectivity {
    checkArguments('Connectivity.fromApp(...)', { app: [app, APP], options: [options, optional(CONNECTIVITY_OPTIONS)] });
    settle(app.node.root);
    const connectivity = new Connectivity('Connectivity.fromApp', resourcesOf(app), options, app, { root: app });
    const [error] = repetitionsIn(app);
    if (error !== undefined) { throw new Error(error); }
    return connectivity;
  }

  /**
   * One chart and the charts inside it, read as `fromApp` reads an app. Other charts of the app do not count.
   *
   * Throws if an object cannot be synthesized, the API server would refuse it, or it would be lost because cdk8s writes another one to its file.
   *
   * @param chart the chart
   * @param options facts about the cluster
   */
  public static fromChart(chart: Chart, options: ConnectivityOptions = {}): Connectivity {
    checkArguments('Connectivity.fromChart(...)', { chart: [chart, CHART], options: [options, optional(CONNECTIVITY_OPTIONS)] });
    settle(chart.node.root);
    return new Connectivity('Connectivity.fromChart', resourcesOf(chart), options, chart, { root: chart.node.root, namespace: chart.namespace });
  }

  /**
   * Manifests as text.
   *
   * Throws, with line and column, if the text does not parse or the API server would refuse an object, and if the text has no object.
   *
   * @param manifests YAML (also several documents, and Lists) or JSON
   * @param options facts about the cluster
   */
  public static fromYaml(manifests: string, options: ConnectivityOptions = {}): Connectivity {
    checkArguments('Connectivity.fromYaml(...)', { manifests: [manifests, MANIFESTS], options: [options, optional(CONNECTIVITY_OPTIONS)] });
    return namingCall('Connectivity.fromYaml(...)', call => {
      checkNotBlank(call, manifests);
      const read = readText({ file: '(yaml)', content: manifests, named: true });
      return new Connectivity('Connectivity.fromYaml', read, options, undefined, {});
    });
  }

  /**
   * Manifests in files and folders.
   *
   * Throws, with file, line and column, if a path does not exist, a file does not parse, or the API server would refuse an object.
   *
   * @param paths files, and folders, in which every `.yaml`, `.yml` and `.json` file is read
   * @param options facts about the cluster
   */
  public static fromFiles(paths: string[], options: ConnectivityOptions = {}): Connectivity {
    checkArguments('Connectivity.fromFiles(...)', { paths: [paths, listOf(text("'k8s'"))], options: [options, optional(CONNECTIVITY_OPTIONS)] });
    if (paths.length === 0) { throw callError('Connectivity.fromFiles([])', 'the list is empty', "name a file or a folder of manifests: ['k8s']"); }
    return namingCall('Connectivity.fromFiles(...)', () => new Connectivity('Connectivity.fromFiles', readPaths(paths, () => ''), options, undefined, {}));
  }

  /** Warnings about the input, such as policies of kinds that are not evaluated and pods on their node's network. */
  public readonly warnings: string[];

  private readonly _clusters: JudgedClusters;

  /** The claims that were made by calls on this object, those that do not hold among them. */
  private readonly _calls: ClaimCall[] = [];

  private constructor(
    call: string, read: ReadResult, options: ConnectivityOptions, private readonly _scope: App | Chart | undefined, private readonly _site: CallSite,
  ) {
    this._clusters = JudgedClusters.load(call, read, factsOf(call, options, _scope), options.cluster);
    this.warnings = this._clusters.findings.map(formatFinding);
  }

  /**
   * Adds an object, or replaces the one with the same kind, namespace and name, as `kubectl apply` does. Files and apps do not change.
   * Only what the object affects is evaluated again, so the next claims take milliseconds even in a large cluster.
   *
   * Throws, and changes nothing, if the text does not parse or the API server would refuse an object.
   *
   * @param manifests YAML (also several documents, and Lists) or JSON
   *
   * @example
   *
   * const connectivity = Connectivity.fromYaml(manifests);
   * connectivity.apply('{ apiVersion: v1, kind: Namespace, metadata: { name: app, labels: { team: shop } } }');
   */
  public apply(manifests: string): void {
    checkArguments('Connectivity.apply(...)', { manifests: [manifests, MANIFESTS] });
    const resources = namingCall('Connectivity.apply(...)', call => {
      const read = resourcesIn(call, manifests);
      loadCluster(read);
      return read;
    });
    for (const resource of resources) {
      for (const one of this._clusters.apply(resource)) {
        const warning = formatFinding(one);
        if (!this.warnings.includes(warning)) { this.warnings.push(warning); }
      }
    }
  }

  /**
   * Removes objects, as `kubectl delete` does.
   *
   * Throws if the text holds something that is not an API object.
   *
   * @param manifests YAML or JSON; only `apiVersion`, `kind` and `metadata` count
   * @returns true if one of the objects was there
   */
  public remove(manifests: string): boolean {
    checkArguments('Connectivity.remove(...)', { manifests: [manifests, MANIFESTS] });
    return namingCall('Connectivity.remove(...)', call => resourcesIn(call, manifests)).map(resource => this._clusters.remove(resource)).some(gone => gone);
  }

  /**
   * The claim that every pod of `source` reaches every pod of `destination` on each port of the claim.
   *
   * Throws if an endpoint does not exist or `ports` is empty.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkAllowed(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): Verdict {
    return this._judge('Connectivity.checkAllowed(...)', 'allowed', source, destination, options);
  }

  /**
   * The claim that no pod of `source` reaches any pod of `destination` on any port of the claim.
   *
   * Throws if an endpoint does not exist or `ports` is empty.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkDenied(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): Verdict {
    return this._judge('Connectivity.checkDenied(...)', 'denied', source, destination, options);
  }

  /**
   * The claim that the ingress side of `destination` admits nothing but `sources`, over all possible pods and all addresses. The egress
   * policies of other pods do not count, because their owners can change them.
   *
   * Throws if an endpoint does not exist, `destination` is an address or `ports` is empty.
   *
   * @param destination a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param sources the peers that may connect; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkAdmitsOnly(destination: IConstruct, sources: IConstruct[], options: ClaimOptions = {}): Verdict {
    return this._judge('Connectivity.checkAdmitsOnly(...)', 'admitsOnly', destination, sources, options);
  }

  /**
   * The claim that the egress side of `source` reaches nothing but `destinations`, over all possible pods and all addresses. Cluster DNS
   * counts: list `Peer.clusterDns()` if the source may use it.
   *
   * Throws if an endpoint does not exist, `source` is an address or `ports` is empty.
   *
   * @param source a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param destinations the peers that it may reach; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkReachesOnly(source: IConstruct, destinations: IConstruct[], options: ClaimOptions = {}): Verdict {
    return this._judge('Connectivity.checkReachesOnly(...)', 'reachesOnly', source, destinations, options);
  }

  /**
   * Throws, with the deciding policies and the fix, if `allowed` does not hold or is undecided.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertAllowed(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): void {
    this._judge('Connectivity.assertAllowed(...)', 'allowed', source, destination, options)._assert();
  }

  /**
   * Throws, with the rules that let the connection pass, if `denied` does not hold or is undecided.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertDenied(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): void {
    this._judge('Connectivity.assertDenied(...)', 'denied', source, destination, options)._assert();
  }

  /**
   * Throws, with a possible pod or address that gets in, if `admitsOnly` does not hold or is undecided.
   *
   * @param destination a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param sources the peers that may connect; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertAdmitsOnly(destination: IConstruct, sources: IConstruct[], options: ClaimOptions = {}): void {
    this._judge('Connectivity.assertAdmitsOnly(...)', 'admitsOnly', destination, sources, options)._assert();
  }

  /**
   * Throws, with a possible pod or address that is reached, if `reachesOnly` does not hold or is undecided.
   *
   * @param source a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param destinations the peers that it may reach; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertReachesOnly(source: IConstruct, destinations: IConstruct[], options: ClaimOptions = {}): void {
    this._judge('Connectivity.assertReachesOnly(...)', 'reachesOnly', source, destinations, options)._assert();
  }

  /**
   * What is valid, but is probably not meant: rules that do nothing, ends that do not meet, names that nobody has. It is what `netpol lint` finds in the
   * objects, and for an app or a chart also what it finds about the tiers. Annotations of the objects and `SynthFindings.of(scope).suppress(...)` hide findings.
   *
   * @returns the findings, errors first; empty if there is nothing to report
   *
   * @example
   *
   * for (const finding of Connectivity.fromYaml(manifests).findings()) { console.log(finding.text); }
   */
  public findings(): LintFinding[] {
    return bySeverity(this._findings()).map(one => ({
      code: one.code,
      severity: one.severity,
      place: formatPlace(one.place),
      message: printable(one.message),
      fix: one.fix?.text,
      text: formatFinding(one),
    }));
  }

  /**
   * What has changed since an earlier version: which connections open, and which close, for every pod that could exist. It is what `netpol diff` prints.
   *
   * @param before the earlier version: another app, other manifests, or these before a change
   * @returns what the change opens and closes
   *
   * @example
   *
   * const diff = Connectivity.fromYaml(manifests).diff(Connectivity.fromFiles(['k8s-of-main']));
   * console.log(diff.verdict);
   */
  public diff(before: Connectivity): ConnectivityDiff {
    checkArguments('Connectivity.diff(...)', { before: [before, EARLIER] });
    return ConnectivityDiff._of(this._clusters.changesSince(before._clusters));
  }

  /**
   * Which allowed connections and which rules of NetworkPolicies claims cover, by namespace and in total. The claims are those that were made by calls on
   * this object so far, for an app or a chart those of its intents, and those of `options`. Claims that do not hold cover nothing. docs/coverage.md says
   * what "covers" means.
   *
   * Throws if a claim cannot be judged, or the intent file has an error.
   *
   * @param options more claims
   * @returns counts and what is not covered
   *
   * @example
   *
   * const coverage = Connectivity.fromYaml(manifests).coverage({ intents: 'admitsOnly: [{ to: app/backend, from: [app/frontend] }]' });
   * console.log(`${coverage.rules.covered} of ${coverage.rules.total} rules`);
   */
  public coverage(options: CoverageOptions = {}): IntentCoverage {
    return this._counted('Connectivity.coverage(...)', options).coverage();
  }

  /**
   * Every single change of a NetworkPolicy that no claim would notice, each with a claim that would: a rule, a peer, a port, a label or an exception that is
   * removed or widened, a policy type or a policy that is removed. Changes that open and close no connection of any pod that could exist are left out. The
   * claims are those of `coverage`.
   *
   * Throws as `coverage` does.
   *
   * @param options more claims
   * @returns the changes, in the order of the policies
   */
  public unnoticedChanges(options: CoverageOptions = {}): UnnoticedChange[] {
    return this._counted('Connectivity.unnoticedChanges(...)', options).unnoticedChanges();
  }

  /**
   * An intent file with claims that are missing, beside those of `coverage`, so that each single change of a NetworkPolicy is noticed. Each of them holds
   * today, and none can be left out.
   *
   * Throws as `coverage` does.
   *
   * @param options more claims
   * @returns an intent file for `netpol check --intent`
   */
  public suggestedIntents(options: CoverageOptions = {}): string {
    return this._counted('Connectivity.suggestedIntents(...)', options).suggestedIntents();
  }

  /**
   * Writes a page about the objects, as `netpol report` does: who reaches whom and why, the map, what is exposed, findings, and the verdicts on the claims that
   * `coverage` counts. It is one HTML file that opens no connection. The same objects and claims give the same bytes. Folders that do not exist are made.
   *
   * Throws if the file cannot be written, a claim cannot be judged, or the intent file has an error. A claim that does not hold does not throw.
   *
   * @param path the HTML file, from the working directory on
   * @param options more claims, and what else the page shows
   *
   * @example
   *
   * Connectivity.fromYaml(manifests).report('report.html', { before: Connectivity.fromFiles(['k8s-of-main']) });
   */
  public report(path: string, options: ReportOptions = {}): void {
    const where = 'Connectivity.report(...)';
    checkArguments(where, { path: [path, text("'report.html'")], options: [options, optional(REPORT_OPTIONS)] });
    const { intents, coverage = false, before } = options;
    const claims = this._counted(where, { intents });
    const verdicts = claims.verdicts();
    writePage(where, path, programPage({
      ...this._read(this._title()),
      intents: verdicts.length === 0 ? undefined : verdicts,
      coverage: coverage ? claims.coverageByCluster() : undefined,
      change: before === undefined ? undefined : { before: before._read('the earlier version'), clusters: this._clusters.changesSince(before._clusters) },
    }));
  }

  /** The matrix of who reaches whom, as `netpol list` prints it. */
  public toString(): string {
    return this._clusters.matrix();
  }

  /** @internal */
  public _read(title: string): ProgramInput {
    return { title, clusters: this._clusters.all, findings: [...this._clusters.findings, ...this._findings()] };
  }

  private _findings(): readonly Finding[] {
    const { all } = this._clusters;
    return this._scope === undefined
      ? lint(all.map(({ judge, resources }) => ({ cluster: judge.cluster, resources, reach: () => judge.reach }))).findings
      : findingsAbout(this._scope, all);
  }

  private _title(): string {
    return this._scope === undefined ? 'manifests' : this._scope.node.path || 'the app';
  }

  /**
   * @param where the call, for errors
   * @internal
   */
  public _judge(where: string, kind: ClaimKind, first: IConstruct, second: IConstruct | readonly IConstruct[], options: ClaimOptions): Verdict {
    const call = readCall(where, this._site, kind, first, second, options);
    const verdict = this._clusters.verdictOn(this._site, call);
    this._calls.push(call);
    return verdict;
  }

  /**
   * @param where the call, for errors
   * @internal
   */
  private _counted(where: string, options: CoverageOptions): CountedClaims {
    checkArguments(where, { options: [options, optional(COVERAGE_OPTIONS)] });
    const scope = this._scope;
    const intents = scope === undefined ? [] : intentsIn(scope.node.root).filter(({ node }) => node.scopes.includes(scope));
    const made = [
      ...intents.flatMap(intent => intent._calls.map(call => ({ site: siteOf(intent), call }))),
      ...this._calls.map(call => ({ site: this._site, call })),
    ];
    return new CountedClaims(where, this._clusters, made, options.intents);
  }
}

const EARLIER = instanceOf(Connectivity, () => "write the Connectivity of the earlier version, such as Connectivity.fromFiles(['k8s-of-main'])");

const REPORT_OPTIONS = structOf<ReportOptions>('{ coverage: true }', { intents: INTENTS, coverage: optional(FLAG), before: optional(EARLIER) });

/** The facts of each cluster: those of the options, and those that an app states. */
function factsOf(
  call: string, { namespaces = [], podCidrs = [], networkPlugin }: ConnectivityOptions, scope?: App | Chart,
): (cluster: string | undefined) => ClusterFacts {
  const given = namespaces.map(({ name, labels = {} }, i) => checkedNamespace(`${call}: namespaces[${i}]`, name, labels, { file: `(${call})` }));
  const blocks = checkedPodCidrs(`${call}: podCidrs`, podCidrs);
  const plugin = networkPlugin === undefined ? undefined : checkedPlugin(`${call}: networkPlugin`, networkPlugin);
  return cluster => {
    const stated = scope === undefined ? undefined : factsStatedIn(scope.node.root, cluster);
    return {
      namespaces: [...stated?.namespaces ?? [], ...given],
      podCidrs: [...stated?.podCidrs ?? [], ...blocks],
      openNamespaces: stated?.openNamespaces,
      plugin: plugin ?? stated?.plugin,
    };
  };
}

function resourcesIn(call: string, manifests: string): Resource[] {
  checkNotBlank(call, manifests);
  const { resources, findings } = readText({ file: '(manifests)', content: manifests, named: true });
  if (hasErrors(findings)) { throw new InputError(findings); }
  return resources;
}

/** Throws if a text has no document at all: a template or a variable is probably not set. An empty List is a statement. */
function checkNotBlank(call: string, manifests: string): void {
  if (manifests.split('\n').every(line => /^\s*(#.*|---\s*)?$/.test(line))) {
    throw callError(call, 'manifests has no Kubernetes object', "write at least one; for files, Connectivity.fromFiles([...]); to state that there is none, '{ apiVersion: v1, kind: List, items: [] }'");
  }
}

/** Has errors of the input begin with the call. */
function namingCall<T>(call: string, work: (call: string) => T): T {
  try {
    return work(call);
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.findings, call) : error;
  }
}
