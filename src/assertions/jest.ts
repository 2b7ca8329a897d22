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
    return resultOf(this, connectivityOf(received)._judge('toAllow(...)', 'allowed', endpointOf(source), endpointOf(destination), options));
  },

  /** No pod of `source` reaches any pod of `destination`, on any port of the claim. */
  toDeny(this: MatcherContext, received: Judgeable, source: EndpointLike, destination: EndpointLike, options: ClaimOptions = {}): Result {
    return resultOf(this, connectivityOf(received)._judge('toDeny(...)', 'denied', endpointOf(source), endpointOf(destination), options));
  },

  /** The ingress side of `destination` admits nothing but `sources`, over all possible pods and all addresses. */
  toAdmitOnly(this: MatcherContext, received: Judgeable, destination: EndpointLike, sources: EndpointLike[], options: ClaimOptions = {}): Result {
    return resultOf(this, connectivityOf(received)._judge('toAdmitOnly(...)', 'admitsOnly', endpointOf(destination), endpointsOf(sources), options));
  },

  /** The egress side of `source` reaches nothing but `destinations`, over all possible pods and all addresses. */
  toReachOnly(this: MatcherContext, received: Judgeable, source: EndpointLike, destinations: EndpointLike[], options: ClaimOptions = {}): Result {
    return resultOf(this, connectivityOf(received)._judge('toReachOnly(...)', 'reachesOnly', endpointOf(source), endpointsOf(destinations), options));
  },
};

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      toAllow(source: EndpointLike, destination: EndpointLike, options?: ClaimOptions): R;
      toDeny(source: EndpointLike, destination: EndpointLike, options?: ClaimOptions): R;
      toAdmitOnly(destination: EndpointLike, sources: EndpointLike[], options?: ClaimOptions): R;
      toReachOnly(source: EndpointLike, destinations: EndpointLike[], options?: ClaimOptions): R;
    }
  }
}

const globalExpect = (globalThis as { expect?: { extend?: (matchers: object) => void } }).expect;
globalExpect?.extend?.(netpolMatchers);

function connectivityOf(received: Judgeable): Connectivity {
  if (received instanceof Connectivity) { return received; }
  if (typeof received === 'string') { return Connectivity.fromYaml(received); }
  if (Chart.isChart(received)) { return Connectivity.fromChart(received as Chart); }
  if (received instanceof App) { return Connectivity.fromApp(received); }
  throw new Error('expect(...) cannot judge this value: write an App, a Chart, a Connectivity, or manifests as YAML');
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

function resultOf({ isNot = false }: MatcherContext, verdict: Verdict): Result {
  return { pass: verdict.undecided ? isNot : verdict.holds, message: () => verdict.toString() };
}
