import { Construct } from 'constructs';
import { ClaimOptions } from './connectivity';
import { enterClaimant, judgedOnce, verdictsFor, checkCall, ClaimCall } from './private/app-verdicts';
import { Verdict } from './verdict';
import { invalidate, watchSynth } from '../cdk8s/synth-run';
import { IEndpoint } from '../constructs/endpoint';
import { formatFinding, Finding } from '../findings/finding';

/**
 * What the connectivity of an app is meant to be. Judged whenever the app is synthesized, over every object in it,
 * those that were written by hand or came from a Helm chart included: `app.synth()` throws where a line is untrue, with the
 * policy that decides and what would mend it.
 *
 * A tier is judged by its workloads in the app, with their real labels, and always by a pod with just the tier's labels too.
 *
 * @example
 *
 * const frontend = new Tier(this, 'frontend');
 * const db = new Tier(this, 'db', { ports: [Port.tcp(5432)] });
 * new ConnectivityIntent(this, 'intent')
 *   .denied(frontend, db)
 *   .only(db, []);
 */
export class ConnectivityIntent extends Construct {
  /** @internal */
  public readonly _calls: ClaimCall[] = [];

  /**
   * An intent that says nothing yet. One that still says nothing at synth throws there: nothing would be proven.
   *
   * @param scope the chart, or any construct of the app
   * @param id unique in the scope, and the end of the path that error messages begin with
   */
  constructor(scope: Construct, id: string) {
    super(scope, id);
    watchSynth(this.node.root);
    enterClaimant(this);
    this.node.addValidation({ validate: () => judgedOnce(this, () => this._validate()) });
  }

  /**
   * Every pod of `source` reaches every pod of `destination`, on each port that is meant. Towards addresses: every one.
   * Throws where `ports` is empty.
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not those of the destination
   * @returns this intent, for the next line
   */
  public allowed(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): ConnectivityIntent {
    return this._add({ kind: 'allowed', first: source, second: [destination], ports: options.ports });
  }

  /**
   * No pod of `source` reaches any pod of `destination`, on any port or on any of those given. Throws where `ports` is empty.
   *
   * @param source a tier, a peer, or an `Endpoint`
   * @param destination a tier, a peer, or an `Endpoint`
   * @param options the ports, if not any
   * @returns this intent, for the next line
   */
  public denied(source: IEndpoint, destination: IEndpoint, options: ClaimOptions = {}): ConnectivityIntent {
    return this._add({ kind: 'denied', first: source, second: [destination], ports: options.ports });
  }

  /**
   * Nothing but `sources` gets into `destination`, over all pods that could ever exist and all addresses: no ingress rule
   * lets in anyone else. What other pods' egress forbids does not count: it is theirs to change.
   *
   * @param destination a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param sources those who may; an empty list is nobody
   * @param options the ports, if not any
   * @returns this intent, for the next line
   */
  public only(destination: IEndpoint, sources: IEndpoint[], options: ClaimOptions = {}): ConnectivityIntent {
    return this._add({ kind: 'only', first: destination, second: sources, ports: options.ports });
  }

  /**
   * `source` gets to nothing but `destinations`, over all pods that could ever exist and all addresses: no egress rule lets it
   * reach anyone else. Cluster DNS counts: name `Peer.clusterDns()` where it may be reached.
   *
   * @param source a tier, a peer that stands for pods, or an `Endpoint` for a workload
   * @param destinations those that it may reach; an empty list is nobody
   * @param options the ports, if not any
   * @returns this intent, for the next line
   */
  public onlyTo(source: IEndpoint, destinations: IEndpoint[], options: ClaimOptions = {}): ConnectivityIntent {
    return this._add({ kind: 'onlyTo', first: source, second: destinations, ports: options.ports });
  }

  /**
   * The verdict on each line, in order, without throwing where one is untrue: what `synth` would say now. Throws where a
   * line can not be judged at all.
   *
   * @returns one verdict for each call of `allowed`, `denied`, `only` and `onlyTo`
   */
  public verdicts(): Verdict[] {
    return this._judge().map(verdict => {
      if (verdict instanceof Error) { throw new Error(`[${this.node.path}] ${verdict.message}`); }
      return verdict;
    });
  }

  private _add(call: ClaimCall): ConnectivityIntent {
    checkCall(this.node.path, call);
    invalidate(this.node.root);
    this._calls.push(call);
    return this;
  }

  /** What cdk8s adds to the errors of `synth`: a text for each line that is untrue. */
  private _validate(): string[] {
    if (this._calls.length === 0) {
      return ['this intent says nothing, so that nothing is proven: write .allowed(...), .denied(...), .only(...) or .onlyTo(...), or take it out'];
    }
    let verdicts: readonly (Verdict | Error)[];
    try {
      verdicts = this._judge();
    } catch (error) {
      return [(error as Error).message];
    }
    return verdicts.flatMap(verdict => {
      if (verdict instanceof Error) { return [verdict.message]; }
      return verdict.holds ? [] : [`${verdict.claim} is untrue.\n${indent(verdict.explanation)}`];
    });
  }

  /** A verdict for each line, or why it has none. Throws where the app can not be judged. */
  private _judge(): readonly (Verdict | Error)[] {
    const { verdicts, problems } = verdictsFor(this);
    warn(problems);
    return verdicts;
  }
}

/** Said once, however often the app is validated. */
const told = new Set<string>();

function warn(problems: readonly Finding[]): void {
  for (const text of problems.map(formatFinding)) {
    if (told.has(text)) { continue; }
    told.add(text);
    process.emitWarning(text, 'NetpolWarning');
  }
}

function indent(text: string): string {
  return text.split('\n').map(line => line === '' ? line : `    ${line}`).join('\n');
}
