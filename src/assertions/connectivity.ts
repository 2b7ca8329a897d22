import { App, Chart } from 'cdk8s';
import { ClaimScope } from './claim-scope';
import { AssumedNamespace } from './cluster-facts';
import { CallSite, checkCall, ClaimCall, outcomesOfCall, verdictOf } from './private/claim-call';
import { checkedNamespace, checkedPodCidrs, factsStatedIn } from './private/stated-facts';
import { Verdict } from './verdict';
import { resourcesOf } from '../cdk8s/app-objects';
import { settle } from '../cdk8s/synth-run';
import { ClaimJudge } from '../claims/judge';
import { ClusterFacts } from '../cluster/cluster';
import { LiveCluster } from '../cluster/live-cluster';
import { loadCluster } from '../cluster/read-cluster';
import { IEndpoint } from '../constructs/endpoint';
import { Port } from '../constructs/port';
import { Finding, formatFinding, hasErrors, InputError } from '../findings/finding';
import { readPaths } from '../manifests/files';
import { readText } from '../manifests/read-text';
import { Resource } from '../manifests/resources';
import { listConnections } from '../query/connectivity';
import { connectivityMatrix } from '../report/connectivity-matrix';

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
}

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
   * app run, because they may change it, but their errors do not count. Intents are not judged.
   *
   * Throws if an object cannot be synthesized, the API server would refuse it, or it would be lost because cdk8s writes another one to its file.
   *
   * @param app the app
   * @param options facts about the cluster
   */
  public static fromApp(app: App, options: ConnectivityOptions = {}): Connectivity {
    settle(app.node.root);
    const { resources, findings } = resourcesOf(app);
    return new Connectivity(resources, findings, factsOf('Connectivity.fromApp', options, app), { where: 'Connectivity', root: app });
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
    settle(chart.node.root);
    const { resources, findings } = resourcesOf(chart);
    return new Connectivity(resources, findings, factsOf('Connectivity.fromChart', options, chart), { where: 'Connectivity', root: chart.node.root, namespace: chart.namespace });
  }

  /**
   * Manifests as text.
   *
   * Throws, with line and column, if the text does not parse or the API server would refuse an object.
   *
   * @param manifests YAML (also several documents, and Lists) or JSON
   * @param options facts about the cluster
   */
  public static fromYaml(manifests: string, options: ConnectivityOptions = {}): Connectivity {
    const { resources, findings } = readText({ file: '(yaml)', content: manifests, format: 'guess', named: true });
    return new Connectivity(resources, findings, factsOf('Connectivity.fromYaml', options), { where: 'Connectivity' });
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
    const { resources, findings } = readPaths(paths, () => '');
    return new Connectivity(resources, findings, factsOf('Connectivity.fromFiles', options), { where: 'Connectivity' });
  }

  /** Warnings about the input, such as policies of kinds that are not evaluated and pods on their node's network. */
  public readonly warnings: string[];

  /** Made at the first change. */
  private _live: () => LiveCluster;

  /** Shared by all claims. */
  private _judgeOfClaims: ClaimJudge;

  private constructor(resources: readonly Resource[], findings: readonly Finding[], facts: ClusterFacts, private readonly _site: CallSite) {
    const read = loadCluster(resources, findings, facts);
    this.warnings = read.findings.map(formatFinding);
    this._judgeOfClaims = ClaimJudge.of(read.cluster);
    this._live = () => new LiveCluster(read, resources, facts);
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
    const resources = resourcesIn(manifests);
    loadCluster(resources);
    for (const resource of resources) {
      for (const one of this._change(live => live.apply(resource))) {
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
    return resourcesIn(manifests).map(resource => this._change(live => live.remove(resource))).some(gone => gone);
  }

  private _change<T>(change: (live: LiveCluster) => T): T {
    const live = this._live();
    this._live = () => live;
    const result = change(live);
    this._judgeOfClaims = this._judgeOfClaims.after(live.cluster);
    return result;
  }

  /**
   * The claim that every pod of `source` reaches every pod of `destination` on each port of the claim.
   *
   * Throws if an endpoint does not exist or `ports` is empty.
   *
   * @param source a tier, a peer or an `Endpoint`
   * @param destination a tier, a peer or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkAllowed(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'allowed', first: source, second: [destination], ...options });
  }

  /**
   * The claim that no pod of `source` reaches any pod of `destination` on any port of the claim.
   *
   * Throws if an endpoint does not exist or `ports` is empty.
   *
   * @param source a tier, a peer or an `Endpoint`
   * @param destination a tier, a peer or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkDenied(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'denied', first: source, second: [destination], ...options });
  }

  /**
   * The claim that the ingress side of `destination` admits nothing but `sources`, over all possible pods and all addresses. The egress
   * policies of other pods do not count, because their owners can change them.
   *
   * Throws if an endpoint does not exist, `destination` is an address or `ports` is empty.
   *
   * @param destination a tier, a peer that stands for pods, or an `Endpoint` of a workload
   * @param sources the peers that may connect; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkAdmitsOnly(destination: IEndpoint, sources: IEndpoint[], options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'admitsOnly', first: destination, second: sources, ...options });
  }

  /**
   * The claim that the egress side of `source` reaches nothing but `destinations`, over all possible pods and all addresses. Cluster DNS
   * counts: list `Peer.clusterDns()` if the source may use it.
   *
   * Throws if an endpoint does not exist, `source` is an address or `ports` is empty.
   *
   * @param source a tier, a peer that stands for pods, or an `Endpoint` of a workload
   * @param destinations the peers that it may reach; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns the verdict; a claim that does not hold does not throw
   */
  public checkReachesOnly(source: IEndpoint, destinations: IEndpoint[], options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'reachesOnly', first: source, second: destinations, ...options });
  }

  /**
   * Throws, with the deciding policies and the fix, if `allowed` does not hold or is undecided.
   *
   * @param source a tier, a peer or an `Endpoint`
   * @param destination a tier, a peer or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertAllowed(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): void {
    this.checkAllowed(source, destination, options)._assert();
  }

  /**
   * Throws, with the rules that let the connection pass, if `denied` does not hold or is undecided.
   *
   * @param source a tier, a peer or an `Endpoint`
   * @param destination a tier, a peer or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertDenied(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): void {
    this.checkDenied(source, destination, options)._assert();
  }

  /**
   * Throws, with a possible pod or address that gets in, if `admitsOnly` does not hold or is undecided.
   *
   * @param destination a tier, a peer that stands for pods, or an `Endpoint` of a workload
   * @param sources the peers that may connect; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertAdmitsOnly(destination: IEndpoint, sources: IEndpoint[], options: ClaimOptions = {}): void {
    this.checkAdmitsOnly(destination, sources, options)._assert();
  }

  /**
   * Throws, with a possible pod or address that is reached, if `reachesOnly` does not hold or is undecided.
   *
   * @param source a tier, a peer that stands for pods, or an `Endpoint` of a workload
   * @param destinations the peers that it may reach; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   */
  public assertReachesOnly(source: IEndpoint, destinations: IEndpoint[], options: ClaimOptions = {}): void {
    this.checkReachesOnly(source, destinations, options)._assert();
  }

  /** The matrix of who reaches whom, as `netpol list` prints it. */
  public toString(): string {
    return [...connectivityMatrix(listConnections(this._judgeOfClaims.reach))].join('');
  }

  /** @internal */
  public _judge(call: ClaimCall): Verdict {
    checkCall(this._site, call);
    return verdictOf(call, outcomesOfCall(this._site, this._judgeOfClaims, call), this._judgeOfClaims);
  }
}

function factsOf(call: string, { namespaces = [], podCidrs = [] }: ConnectivityOptions, scope?: App | Chart): ClusterFacts {
  const given = namespaces.map(({ name, labels = {} }, i) => checkedNamespace(`${call}: namespaces[${i}]`, name, labels, { file: `(${call})` }));
  const stated = scope === undefined ? undefined : factsStatedIn(scope.node.root);
  return {
    namespaces: [...stated?.namespaces ?? [], ...given],
    podCidrs: [...stated?.podCidrs ?? [], ...checkedPodCidrs(`${call}: podCidrs`, podCidrs)],
  };
}

function resourcesIn(manifests: string): Resource[] {
  const { resources, findings } = readText({ file: '(manifests)', content: manifests, format: 'guess', named: true });
  if (hasErrors(findings)) { throw new InputError(findings); }
  return resources;
}
