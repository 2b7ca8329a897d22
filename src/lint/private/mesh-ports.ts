import { textAt, WrittenObjects } from './written-objects';
import { Workload } from '../../cluster/cluster';

/* The ports of the proxies of a service mesh. A proxy is added to a pod when it is created, so no manifest declares them. */

/** The port at which connections between pods of an ambient mesh arrive, to whichever port of the pod (istio.io, "Ambient and Kubernetes NetworkPolicy"). */
export const HBONE_PORT = 15008;

/**
 * The ports on which other pods reach the proxies of Istio (istio.io, "Application Requirements", "Ports used by Istio"): outbound, inbound, HBONE, merged
 * telemetry, health and telemetry of Envoy; and those of Linkerd (linkerd.io, "Network Policy" and "Exporting Metrics"): inbound, tap and admin.
 */
const PROXY_PORTS: ReadonlySet<number> = new Set([15001, 15006, HBONE_PORT, 15020, 15021, 15090, 4143, 4190, 4191]);

/** What the proxies call them. */
const PROXY_PORT_NAMES: ReadonlySet<string> = new Set(['http-envoy-prom', 'linkerd-admin', 'linkerd-proxy']);

/** True for a port that means the proxy of a mesh, by its number or name. */
export function isProxyPort(port: number | string): boolean {
  return typeof port === 'string' ? PROXY_PORT_NAMES.has(port) : PROXY_PORTS.has(port);
}

/** A sidecar that pods ask for by an annotation. */
interface Sidecar {
  /** Its value is `true`. */
  readonly annotation: string;
  readonly ports: readonly number[];
  /** Annotations with a port of their own. */
  readonly portAnnotations: readonly string[];
}

/**
 * Dapr: HTTP, gRPC, gRPC between sidecars, and metrics (docs.dapr.io, "Dapr arguments and annotations"). Consul: the listener for other pods, and metrics
 * (developer.hashicorp.com, "Consul on Kubernetes annotations and labels reference"). Their numbers are common ones, so the annotation must be there.
 */
const SIDECARS: readonly Sidecar[] = [
  {
    annotation: 'dapr.io/enabled',
    ports: [3500, 50001, 50002, 9090],
    portAnnotations: ['dapr.io/grpc-port', 'dapr.io/internal-grpc-port', 'dapr.io/metrics-port'],
  },
  { annotation: 'consul.hashicorp.com/connect-inject', ports: [20000, 20200], portAnnotations: ['consul.hashicorp.com/prometheus-scrape-port'] },
];

/** The TCP ports of the sidecars that the pods of a workload ask for. */
export function injectedPorts(written: WrittenObjects, workload: Workload): readonly number[] {
  const metadata = written.podsOf(workload)?.metadata;
  const valueOf = (annotation: string) => textAt(metadata, 'annotations', annotation);
  return SIDECARS.filter(({ annotation }) => valueOf(annotation) === 'true')
    .flatMap(({ ports, portAnnotations }) => [...ports, ...portAnnotations.map(one => Number(valueOf(one)))]);
}
