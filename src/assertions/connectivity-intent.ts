import { Construct, IConstruct } from 'constructs';
import { ClaimOptions } from './connectivity';
import { CallOutcome, intentsIn, outcomesOf, registerIntent, siteOf } from './private/app-intents';
import { ClaimCall, readCall } from './private/claim-call';
import { Verdict } from './verdict';
import { checkedScope, freeId } from '../cdk8s/call-arguments';
import { addSynthValidation, invalidate, settle } from '../cdk8s/synth-run';
import { ClaimKind } from '../claims/claim';
import { assumptionText, ownNodeText } from '../claims/claim-findings';
import { REASON_FINDINGS } from '../findings/answer';
import { enumerate } from '../findings/enumeration';
import { Finding, finding, formatFinding, formatPlace, hasErrors, InputError } from '../findings/finding';
import { ToldReasons } from '../report/equal-reasons';

/**
 * Claims about the connectivity of an app, judged whenever the app is synthesized. They count every object that `synth` writes, also objects
 * that were written by hand or come from a Helm chart. If a claim does not hold or is undecided, `app.synth()` throws, with the deciding policy
 * and the fix.
 *
 * A claim is decided over every pod that could exist, and not only over those of the app: a tier by labels, or a peer by selectors, means every
 * possible pod that it selects. A workload, or its tier, means the pods of that workload. What a claim has to assume is a warning, and an error with
 * `strict`.
 *
 * @example
 *
 * const frontend = new Tier(this, 'frontend');
 * const db = new Tier(this, 'db', { ports: [Port.tcp(5432)] });
 * new ConnectivityIntent(this, 'intent')
 *   .denied(frontend, db)
 *   .admitsOnly(db, []);
 */
export class ConnectivityIntent extends Construct {
  /** @internal */
  public readonly _calls: ClaimCall[] = [];

  /**
   * An intent without claims. `synth` throws if it still has none, because it would prove nothing.
   *
   * @param scope the chart, or any construct of the app
   * @param id unique in the scope; error messages begin with the path
   */
  constructor(scope: Construct, id: string) {
    super(checkedScope('new ConnectivityIntent(...)', scope, id), freeId(scope, id, 'give this one another id', 'new ConnectivityIntent(...)'));
    registerIntent(this);
    addSynthValidation(this, () => this._errors());
  }

  /**
   * Claims that every pod of `source` reaches every pod of `destination` on each port of the claim. A block of addresses
   * means every address in it that belongs to no pod.
   *
   * Throws if `ports` is empty.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns this intent, for the next claim
   */
  public allowed(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): ConnectivityIntent {
    return this._add('allowed', source, destination, options);
  }

  /**
   * Claims that no pod of `source` reaches any pod of `destination` on any port of the claim.
   *
   * Throws if `ports` is empty.
   *
   * @param source a tier, a peer, a workload or an `Endpoint`
   * @param destination a tier, a peer, a workload or an `Endpoint`
   * @param options the ports, whether to assume nothing, and the scope
   * @returns this intent, for the next claim
   */
  public denied(source: IConstruct, destination: IConstruct, options: ClaimOptions = {}): ConnectivityIntent {
    return this._add('denied', source, destination, options);
  }

  /**
   * Claims that the ingress side of `destination` admits nothing but `sources`, over all possible pods and all addresses. The egress
   * policies of other pods do not count, because their owners can change them.
   *
   * Throws if `ports` is empty.
   *
   * @param destination a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param sources the peers that may connect; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns this intent, for the next claim
   */
  public admitsOnly(destination: IConstruct, sources: IConstruct[], options: ClaimOptions = {}): ConnectivityIntent {
    return this._add('admitsOnly', destination, sources, options);
  }

  /**
   * Claims that the egress side of `source` reaches nothing but `destinations`, over all possible pods and all addresses. Cluster DNS
   * counts: list `Peer.clusterDns()` if the source may use it.
   *
   * Throws if `ports` is empty.
   *
   * @param source a tier, a workload, a peer that stands for pods, or an `Endpoint` of a workload
   * @param destinations the peers that it may reach; an empty list means none
   * @param options the ports, whether to assume nothing, and the scope
   * @returns this intent, for the next claim
   */
  public reachesOnly(source: IConstruct, destinations: IConstruct[], options: ClaimOptions = {}): ConnectivityIntent {
    return this._add('reachesOnly', source, destinations, options);
  }

  /**
   * The verdicts that `synth` would find now. A claim that does not hold does not throw.
   *
   * Throws if a claim cannot be judged, for example because its workload does not exist. The error names every such claim.
   *
   * @returns one verdict for each claim, in order
   */
  public verdicts(): Verdict[] {
    settle(this.node.root);
    const outcomes = this._judge();
    const errors = outcomes.filter(outcome => outcome instanceof Error);
    if (errors.length > 0) { throw new Error(errors.map(({ message }) => `[${this.node.path}] ${message}`).join('\n')); }
    return outcomes as Verdict[];
  }

  private _add(kind: ClaimKind, first: IConstruct, second: IConstruct | IConstruct[], options: ClaimOptions): ConnectivityIntent {
    const call = readCall(`${this.node.path}: ${kind}(...)`, siteOf(this), kind, first, second, options);
    invalidate(this.node.root);
    this._calls.push(call);
    return this;
  }

  /**
   * The errors that cdk8s adds to those of `synth`: one for each claim that does not hold.
   *
   * @internal
   */
  public _errors(): string[] {
    if (this._calls.length === 0) {
      return ['this intent has no claim, so it proves nothing: write .allowed(...), .denied(...), .admitsOnly(...) or .reachesOnly(...), or remove it'];
    }
    let outcomes: readonly CallOutcome[];
    try {
      outcomes = this._judge();
    } catch (error) {
      return [error instanceof InputError ? this._unjudged(error) : (error as Error).message];
    }
    const told = new ToldReasons();
    return outcomes.flatMap(outcome => {
      if (outcome instanceof Error) { return [outcome.message]; }
      this._warnOfAssumptions(outcome);
      return outcome.holds ? [] : [[`${outcome._headline()}.`, ...told.tell(outcome.explanation.split('\n'), outcome.claim)].join('\n    ')];
    });
  }

  /**
   * Why the objects of the app cannot be judged. The first intent has the errors, except for those that the charts of the app have.
   *
   * @internal
   */
  private _unjudged({ findings }: InputError): string {
    const errors = findings.filter(one => hasErrors([one]));
    const [own, ofCharts] = [errors.filter(({ code }) => code !== 'NP034'), errors.filter(({ code }) => code === 'NP034')];
    const first = intentsIn(this.node.root)[0];
    if (own.length > 0 && first === this) { return own.map(formatFinding).join('\n'); }
    const because = own.length > 0 ? `see the errors of ${first.node.path}` : `cdk8s would lose ${enumerate(ofCharts.map(({ place }) => formatPlace(place)), 3)} (NP034)`;
    return `its claims were not judged: ${because}`;
  }

  private _judge(): readonly CallOutcome[] {
    const { outcomes, findings } = outcomesOf(this);
    // Charts often write an equal Namespace, which needs nobody's attention during a synth.
    warn(this.node.root, findings.filter(({ code }) => code !== 'NP036'));
    return outcomes;
  }

  private _warnOfAssumptions({ claim, holds, _verdicts }: Verdict): void {
    if (!holds) { return; }
    const place = { constructPath: this.node.path };
    warn(this.node.root, _verdicts.flatMap(verdict => [
      ...verdict.assumptions.map(assumption => finding(
        REASON_FINDINGS[assumption.code], place, `${claim} holds under an assumption (${assumption.code}): ${assumptionText(verdict, assumption)}`, { severity: 'warning' },
      )),
      ...ownNodeText(verdict) === undefined ? [] : [finding('NP215', place, `${claim}: ${ownNodeText(verdict)}`, { severity: 'warning', fix: 'name the workload in a claim of its own to count it' })],
      ...verdict.unmatched.map(({ name }) => finding('NP214', place, `no declared pod matches ${name}, although the app has workloads in its namespace`, { fix: 'correct the labels' })),
    ]));
  }
}

/** The warnings that each app has shown. cdk8s validates an app several times, and each warning is shown once. */
const shown = new WeakMap<IConstruct, Set<string>>();

function warn(root: IConstruct, findings: readonly Finding[]): void {
  const known = shown.get(root) ?? new Set<string>();
  shown.set(root, known);
  for (const text of findings.map(formatFinding)) {
    if (known.has(text)) { continue; }
    known.add(text);
    process.emitWarning(text, 'NetpolWarning');
  }
}
