/*
 * Matchers for jest, at `cdk8s-netpol/jest`. Importing this file adds them to the global `expect`:
 *
 *   import 'cdk8s-netpol/jest';
 *   expect(app).toAllow(frontend, backend);
 *   expect(Connectivity.fromFiles(['k8s'])).toDeny('app/frontend', 'app/db');
 */
import { App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ClaimOptions, Connectivity } from './connectivity';
import { Endpoint } from './endpoint';
import { Verdict } from './verdict';
import { checkArguments, FLAG, optional, Shape } from '../cdk8s/call-arguments';
import { ClaimKind } from '../claims/claim';
import { SEVERITIES } from '../findings/codes';
import { enumerate } from '../findings/enumeration';
import { looksLikeAddress } from '../k8s/address';
import { serviceTextOf } from '../query/parties';

/** What `expect` takes: an app, a chart, manifests as YAML, or a `Connectivity`. */
export type Judgeable = App | Chart | Connectivity | string;

/** A tier, a peer, a workload, an `Endpoint`, the text that `Endpoint.workload` and `Endpoint.address` take, or `svc/NAMESPACE/NAME`. */
export type EndpointLike = IConstruct | string;

/** What jest calls a matcher with. */
interface MatcherContext {
  readonly isNot?: boolean;
}

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers, for an `expect` that is not global: `expect.extend(netpolMatchers)`. An undecided claim fails with and without `.not`. */
export const netpolMatchers = {
  /** Every pod of `source` reaches every pod of `destination`, on each port of the claim. */
  toAllow(this: MatcherContext, received: Judgeable, source: EndpointLike, destination: EndpointLike, options: ClaimOptions = {}): Result {
    return resultOf(this, judgeOf(received, 'toAllow', endpointOf(source), endpointOf(destination), options), 'allowed');
  },

  /** No pod of `source` reaches any pod of `destination`, on any port of the claim. */
  toDeny(this: MatcherContext, received: Judgeable, source: EndpointLike, destination: EndpointLike, options: ClaimOptions = {}): Result {
    return resultOf(this, judgeOf(received, 'toDeny', endpointOf(source), endpointOf(destination), options), 'denied');
  },

  /** The ingress side of `destination` admits nothing but `sources`, over all possible pods and all addresses. */
  toAdmitOnly(this: MatcherContext, received: Judgeable, destination: EndpointLike, sources: EndpointLike[], options: ClaimOptions = {}): Result {
    return resultOf(this, judgeOf(received, 'toAdmitOnly', endpointOf(destination), endpointsOf(sources), options), 'admitsOnly');
  },

  /** The egress side of `source` reaches nothing but `destinations`, over all possible pods and all addresses. */
  toReachOnly(this: MatcherContext, received: Judgeable, source: EndpointLike, destinations: EndpointLike[], options: ClaimOptions = {}): Result {
    return resultOf(this, judgeOf(received, 'toReachOnly', endpointOf(source), endpointsOf(destinations), options), 'reachesOnly');
  },

  /** `netpol lint` finds no error and no warning. With `from`, nothing of this severity or a worse one. */
  toHaveNoFindings(received: Judgeable, { from = 'warning' }: FindingsOptions = {}): Result {
    checkArguments('expect(...).toHaveNoFindings(...)', { received: [received, JUDGEABLE], from: [from, SEVERITY] });
    const counted = SEVERITY_NAMES.slice(0, SEVERITY_NAMES.indexOf(from) + 1);
    const found = connectivityOf(received).findings().filter(({ severity }) => counted.includes(severity));
    return {
      pass: found.length === 0,
      message: () => found.length === 0
        ? `netpol lint finds no ${enumerate(counted, Infinity, 'or')} here, and the test says that it finds one.`
        : found.map(({ text }) => text).join('\n'),
    };
  },

  /** Nothing opens since an earlier version, for every pod that could exist. If it is undecided whether something opens, this fails with and without `.not`. */
  toOpenNothing(this: MatcherContext, received: Judgeable, options: OpenNothingOptions): Result {
    const { since, exceptNewWorkloads } = options ?? {};
    checkArguments('expect(...).toOpenNothing(...)', { received: [received, JUDGEABLE], since: [since, JUDGEABLE], exceptNewWorkloads: [exceptNewWorkloads, optional(FLAG)] });
    const diff = connectivityOf(received).diff(connectivityOf(since));
    const opens = diff.opened.length > 0 || (exceptNewWorkloads !== true && diff.added.length > 0);
    const isNot = this.isNot ?? false;
    return {
      pass: !opens && (!diff._mayOpen || isNot),
      message: () => isNot && !opens && !diff._mayOpen ? `${diff.verdict}\nThe test says that it opens something.` : diff.toString(),
    };
  },
};

/** Options of `toOpenNothing`. */
export interface OpenNothingOptions {
  /** The earlier version: an app, a chart, manifests as YAML, or a `Connectivity`. */
  readonly since: Judgeable;

  /**
   * What only new workloads gain does not count.
   *
   * @default false
   */
  readonly exceptNewWorkloads?: boolean;
}

/** The worst one first. */
const SEVERITY_NAMES: readonly string[] = SEVERITIES;

const SEVERITY: Shape = {
  title: enumerate(SEVERITY_NAMES.map(severity => `'${severity}'`), Infinity, 'or'),
  fix: () => "write { from: 'error' }, { from: 'warning' } or { from: 'note' }",
  accepts: value => typeof value === 'string' && SEVERITY_NAMES.includes(value),
};

/** Options of `toHaveNoFindings`. */
export interface FindingsOptions {
  /**
   * The severity of the least important findings that count.
   *
   * @default 'warning'
   */
  readonly from?: 'error' | 'warning' | 'note';
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      toAllow(source: EndpointLike, destination: EndpointLike, options?: ClaimOptions): R;
      toDeny(source: EndpointLike, destination: EndpointLike, options?: ClaimOptions): R;
      toAdmitOnly(destination: EndpointLike, sources: EndpointLike[], options?: ClaimOptions): R;
      toReachOnly(source: EndpointLike, destinations: EndpointLike[], options?: ClaimOptions): R;
      toHaveNoFindings(options?: FindingsOptions): R;
      toOpenNothing(options: OpenNothingOptions): R;
    }
  }
}

const globalExpect = (globalThis as { expect?: { extend?: (matchers: object) => void } }).expect;
globalExpect?.extend?.(netpolMatchers);

/** What `expect` must get. Jest calls it "received". */
const JUDGEABLE: Shape = {
  title: 'an App, a Chart, a Connectivity or manifests as YAML',
  fix: () => "write expect(app), expect(chart) or expect(Connectivity.fromFiles(['k8s']))",
  accepts: value => typeof value === 'string' || value instanceof Connectivity || Chart.isChart(value) || value instanceof App,
};

function connectivityOf(received: Judgeable): Connectivity {
  if (received instanceof Connectivity) { return received; }
  if (typeof received === 'string') { return Connectivity.fromYaml(received); }
  return Chart.isChart(received) ? Connectivity.fromChart(received as Chart) : Connectivity.fromApp(received as App);
}

/** Judges claims about the same endpoints. */
type Judge = (kind: ClaimKind) => Verdict;

function judgeOf(received: Judgeable, matcher: string, first: IConstruct, second: IConstruct | IConstruct[], options: ClaimOptions): Judge {
  checkArguments(`expect(...).${matcher}(...)`, { received: [received, JUDGEABLE] });
  const connectivity = connectivityOf(received);
  return kind => connectivity._judge(`${matcher}(...)`, kind, first, second, options);
}

function endpointOf(endpoint: EndpointLike): IConstruct {
  if (typeof endpoint !== 'string') { return endpoint; }
  const service = serviceTextOf(endpoint);
  if (service !== undefined) { return Endpoint.service(`${service.namespace}/${service.name}`); }
  return looksLikeAddress(endpoint) ? Endpoint.address(endpoint) : Endpoint.workload(endpoint);
}

/** What is not a list stays as it is: the claim says that it must be one. */
function endpointsOf(endpoints: EndpointLike[]): IConstruct[] {
  return Array.isArray(endpoints) ? endpoints.map(endpointOf) : endpoints;
}

function resultOf({ isNot = false }: MatcherContext, judge: Judge, kind: ClaimKind): Result {
  const verdict = judge(kind);
  return {
    pass: verdict.undecided ? isNot : verdict.holds,
    message: () => isNot && verdict.holds ? unexpectedText(verdict, judge, kind) : verdict.toString(),
  };
}

/** The claim that does not hold if this one holds. Its fix makes this one untrue. */
const OPPOSITES: Partial<Record<ClaimKind, ClaimKind>> = { allowed: 'denied', denied: 'allowed' };

/** The verdict on a claim that holds although the test says that it does not, how to make it untrue, and why it holds. */
function unexpectedText(verdict: Verdict, judge: Judge, kind: ClaimKind): string {
  const opposite = OPPOSITES[kind];
  return [
    `${verdict._headline()}, and the test says that it does not`,
    ...opposite === undefined
      ? ['Fix: write the matcher without .not, or take an end out of the list that may connect.', verdict.explanation]
      : [judge(opposite).explanation],
  ].join('\n');
}
