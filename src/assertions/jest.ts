/*
 * Matchers for jest, at `cdk8s-netpol/jest`. Importing this file adds them to the global `expect`:
 *
 *   import 'cdk8s-netpol/jest';
 *   expect(app).toAllow(frontend, backend);
 *   expect(Connectivity.fromFiles(['k8s'])).toDeny('app/frontend', 'app/db');
 */
import { App, Chart } from 'cdk8s';
import { ClaimOptions, Connectivity } from './connectivity';
import { Endpoint } from './endpoint';
import { Verdict } from './verdict';
import { IEndpoint } from '../constructs/endpoint';

/** What a matcher is asked about: an app, a chart, manifests as YAML, or a `Connectivity`. */
export type Judgeable = App | Chart | Connectivity | string;

/** A tier, a peer, an `Endpoint`, or the text that `Endpoint.workload` and `Endpoint.address` take. */
export type EndpointLike = IEndpoint | string;

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers, for an `expect` that is not global: `expect.extend(netpolMatchers)`. */
export const netpolMatchers = {
  /** Every pod of `from` reaches every pod of `to`, on each port that is meant. */
  toAllow(received: Judgeable, from: EndpointLike, to: EndpointLike, options?: ClaimOptions): Result {
    return resultOf(connectivityOf(received).allowed(endpointOf(from), endpointOf(to), options));
  },

  /** No pod of `from` reaches any pod of `to`, on any port or on any of those given. */
  toDeny(received: Judgeable, from: EndpointLike, to: EndpointLike, options?: ClaimOptions): Result {
    return resultOf(connectivityOf(received).denied(endpointOf(from), endpointOf(to), options));
  },

  /** Nothing but `sources` gets into `to`, over all pods that could exist and all addresses. */
  toAdmitOnly(received: Judgeable, to: EndpointLike, sources: EndpointLike[], options?: ClaimOptions): Result {
    return resultOf(connectivityOf(received).only(endpointOf(to), sources.map(endpointOf), options));
  },

  /** `from` gets to nothing but `destinations`, over all pods that could exist and all addresses. */
  toReachOnly(received: Judgeable, from: EndpointLike, destinations: EndpointLike[], options?: ClaimOptions): Result {
    return resultOf(connectivityOf(received).onlyTo(endpointOf(from), destinations.map(endpointOf), options));
  },
};

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      toAllow(from: EndpointLike, to: EndpointLike, options?: ClaimOptions): R;
      toDeny(from: EndpointLike, to: EndpointLike, options?: ClaimOptions): R;
      toAdmitOnly(to: EndpointLike, sources: EndpointLike[], options?: ClaimOptions): R;
      toReachOnly(from: EndpointLike, destinations: EndpointLike[], options?: ClaimOptions): R;
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
  throw new Error('expect(...) is given what can not be judged: write an App, a Chart, a Connectivity, or manifests as YAML');
}

function endpointOf(endpoint: EndpointLike): IEndpoint {
  return typeof endpoint === 'string' ? Endpoint.workload(endpoint) : endpoint;
}

function resultOf(verdict: Verdict): Result {
  return { pass: verdict.holds, message: () => verdict.toString() };
}
