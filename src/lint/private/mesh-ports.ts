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
