import { App, Chart } from 'cdk8s';
import { resourcesOf } from '../cdk8s/synth-run';
import { checkCall, ClaimCall, draftsOf } from './private/app-verdicts';
import { Evaluation } from './private/evaluation';
import { verdictOf } from './private/verdict-text';
import { Verdict } from './verdict';
import { Cluster } from '../cluster/cluster';
import { LiveCluster } from '../cluster/live-cluster';
import { loadCluster } from '../cluster/read-cluster';
import { IEndpoint } from '../constructs/endpoint';
import { Port } from '../constructs/port';
import { Reachability } from '../evaluator/reachability';
import { formatFinding, InputError, Finding } from '../findings/finding';
import { readPaths } from '../manifests/files';
import { readText } from '../manifests/read-text';
import { Resource } from '../manifests/resources';
import { listConnections } from '../query/connectivity';
import { connectivityMatrix } from '../report/connectivity-matrix';

/** Which ports a claim is about. */
export interface ClaimOptions {
  /**
   * The ports: `allowed` holds where each of them is open, `denied` where none is. Left out, `allowed` means the
   * destination's own ports (that something passes at all, where none are known), and the other claims mean any port.
   * An empty list throws.
   *
   * @default - the destination's own for `allowed`, any port for the other claims
   */
  readonly ports?: Port[];
}

/**
 * Who reaches whom, in a cdk8s app, a chart, or manifests, over all NetworkPolicies that are in it,
 * whoever wrote them. Each claim comes twice: `allowed` returns a verdict, `assertAllowed` throws where it is untrue.
 *
 * @example
 *
 * const connectivity = Connectivity.fromYaml('kind: List\napiVersion: v1\nitems: []\n---\n' + manifests);
 * connectivity.assertAllowed(Endpoint.workload('app/frontend'), Endpoint.workload('app/backend'), { ports: [Port.tcp(8080)] });
 */
export class Connectivity {
  /**
   * Of all charts of an app, as they would be synthesized now. Intents are not judged by this.
   *
   * @param app throws where an object can not be synthesized or is one that the API server would refuse
   */
  public static fromApp(app: App): Connectivity {
    return new Connectivity(resourcesOf(app), []);
  }

  /**
   * Of one chart alone, and the charts inside it.
   *
   * @param chart throws where an object can not be synthesized or is one that the API server would refuse
   */
  public static fromChart(chart: Chart): Connectivity {
    return new Connectivity(resourcesOf(chart), []);
  }

  /**
   * Of manifests as text.
   *
   * @param manifests YAML (several documents, Lists) or JSON; throws with line and column where it does not
   *   parse, or holds a policy that the API server would refuse
   */
  public static fromYaml(manifests: string): Connectivity {
    const { resources, findings: problems } = readText({ file: '(yaml)', content: manifests, format: 'guess', named: true });
    return new Connectivity(resources, problems);
  }

  /**
   * Of files and folders.
   *
   * @param paths files, or folders that are searched for `.yaml`, `.yml` and `.json`; throws with file, line and
   *   column where one is missing or can not be judged
   */
  public static fromFiles(paths: string[]): Connectivity {
    const { resources, findings: problems } = readPaths(paths, () => '');
    return new Connectivity(resources, problems);
  }

  /** What was noticed on reading: policies of kinds that are not evaluated, pods on their node's network. */
  public readonly warnings: string[];

  private _cluster: Cluster;

  /** Made when the first change is asked for. */
  private _live: () => LiveCluster;

  /** Kept from claim to claim. */
  private _evaluation: Evaluation;

  private constructor(resources: readonly Resource[], problems: readonly Finding[]) {
    const read = loadCluster(resources, problems);
    this.warnings = read.problems.map(formatFinding);
    this._cluster = read.cluster;
    this._evaluation = new Evaluation(read.cluster);
    this._live = () => new LiveCluster(read, resources);
  }

  /**
   * Adds an object, or puts it in the place of the one of the same kind, namespace and name, as `kubectl apply` does. Only what
   * it touches is worked out again: the claims that are put after it are answered in milliseconds, however large the
   * cluster. No file and no app is changed.
   *
   * @param manifests YAML (several documents, Lists) or JSON; throws, and changes nothing, where it does not parse, or holds an
   *   object that the API server would refuse
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
      for (const problem of this._change(live => live.apply(resource))) {
        const warning = formatFinding(problem);
        if (!this.warnings.includes(warning)) { this.warnings.push(warning); }
      }
    }
  }

  /**
   * Takes objects away, as `kubectl delete` does.
   *
   * @param manifests YAML or JSON, of which `apiVersion`, `kind` and `metadata` count; throws where it holds something that is no API object
   * @returns true where there was such an object
   */
  public remove(manifests: string): boolean {
    return resourcesIn(manifests).map(resource => this._change(live => live.remove(resource))).some(gone => gone);
  }

  private _change<T>(change: (live: LiveCluster) => T): T {
    const live = this._live();
    this._live = () => live;
    const result = change(live);
    this._cluster = live.cluster;
    this._evaluation = this._evaluation.after(live.cluster);
    return result;
  }

  /**
   * Does every pod of `source` reach every pod of `destination`, on each port that is meant?
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not those of the destination
   * @returns whether it is so, and what decides: nothing is thrown where it is untrue
   */
  public allowed(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'allowed', first: source, second: [destination], ports: options.ports });
  }

  /**
   * Does no pod of `source` reach any pod of `destination`, on any port or on any of those given?
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not any
   * @returns whether it is so, and what decides: nothing is thrown where it is untrue
   */
  public denied(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'denied', first: source, second: [destination], ports: options.ports });
  }

  /**
   * Do the ingress rules of `destination` let in nobody but `sources`, over all pods that could exist and all
   * addresses? What other pods' egress forbids does not count: it is theirs to change.
   *
   * @param destination a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param sources those who may; an empty list is nobody
   * @param options the ports, if not any
   * @returns whether it is so, and what decides: nothing is thrown where it is untrue
   */
  public only(destination: IEndpoint, sources: IEndpoint[], options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'only', first: destination, second: sources, ports: options.ports });
  }

  /**
   * Do the egress rules of `source` let it reach nobody but `destinations`, over all pods that could exist and all
   * addresses? Cluster DNS counts: name `Peer.clusterDns()` where it may be reached.
   *
   * @param source a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param destinations those that it may reach; an empty list is nobody
   * @param options the ports, if not any
   * @returns whether it is so, and what decides: nothing is thrown where it is untrue
   */
  public onlyTo(source: IEndpoint, destinations: IEndpoint[], options: ClaimOptions = {}): Verdict {
    return this._judge({ kind: 'onlyTo', first: source, second: destinations, ports: options.ports });
  }

  /**
   * Throws, with what decides and what would mend it, where `allowed` does not hold.
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not those of the destination
   */
  public assertAllowed(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): void {
    demand(this.allowed(source, destination, options));
  }

  /**
   * Throws, with the policy and rule that let it pass, where `denied` does not hold.
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not any
   */
  public assertDenied(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): void {
    demand(this.denied(source, destination, options));
  }

  /**
   * Throws, with a pod or address that gets in though it should not, where `only` does not hold.
   *
   * @param destination a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param sources those who may; an empty list is nobody
   * @param options the ports, if not any
   */
  public assertOnly(destination: IEndpoint, sources: IEndpoint[], options: ClaimOptions = {}): void {
    demand(this.only(destination, sources, options));
  }

  /**
   * Throws, with a pod or address that is reached though it should not, where `onlyTo` does not hold.
   *
   * @param source a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param destinations those that it may reach; an empty list is nobody
   * @param options the ports, if not any
   */
  public assertOnlyTo(source: IEndpoint, destinations: IEndpoint[], options: ClaimOptions = {}): void {
    demand(this.onlyTo(source, destinations, options));
  }

  /** The matrix of who reaches whom, as `netpol list` prints it: for a person to read. */
  public toString(): string {
    return [...connectivityMatrix(listConnections(new Reachability(this._cluster)))].join('');
  }

  /** @internal */
  public _judge(call: ClaimCall): Verdict {
    checkCall('Connectivity', call);
    return verdictOf(call, this._evaluation.judge(draftsOf('Connectivity', call)));
  }
}

function demand(verdict: Verdict): void {
  if (!verdict.holds) { throw new Error(`untrue: ${verdict.claim}\n${verdict.explanation}`); }
}

/** What manifests hold; a List holds several objects. */
function resourcesIn(manifests: string): Resource[] {
  const { resources, findings: problems } = readText({ file: '(manifests)', content: manifests, format: 'guess', named: true });
  if (problems.some(({ severity }) => severity === 'error')) { throw new InputError(problems); }
  return resources;
}
