import { apiGroup, ApiResource, isObject } from './objects';

/** Kinds of controllers whose objects lead connections from outside to Services, as `group/Kind`. netpol does not read them. */
const EXPOSING_KINDS: ReadonlySet<string> = new Set([
  // https://istio.io/latest/docs/reference/config/networking/
  'networking.istio.io/VirtualService',
  // https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/
  ...['traefik.io', 'traefik.containo.us'].flatMap(group => ['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'].map(kind => `${group}/${kind}`)),
  // https://projectcontour.io/docs/main/config/api/
  'projectcontour.io/HTTPProxy', 'contour.heptio.com/IngressRoute',
  // https://developer.konghq.com/kubernetes-ingress-controller/reference/custom-resources/
  'configuration.konghq.com/TCPIngress', 'configuration.konghq.com/UDPIngress',
  // https://www.getambassador.io/docs/emissary/latest/topics/using/intro-mappings
  ...['getambassador.io', 'x.getambassador.io'].flatMap(group => ['Mapping', 'TCPMapping', 'AmbassadorMapping', 'AmbassadorTCPMapping'].map(kind => `${group}/${kind}`)),
  // https://docs.nginx.com/nginx-ingress-controller/configuration/
  'k8s.nginx.org/VirtualServer', 'k8s.nginx.org/TransportServer',
  // https://docs.solo.io/gloo-edge/latest/reference/api/
  'gateway.solo.io/VirtualService',
  // https://apisix.apache.org/docs/ingress-controller/
  'apisix.apache.org/ApisixRoute',
  // https://www.haproxy.com/documentation/kubernetes-ingress/
  'ingress.v3.haproxy.org/TCP', 'ingress.v1.haproxy.org/TCP',
  // https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
  'elbv2.k8s.aws/TargetGroupBinding',
]);

/** True for an object that may lead connections from outside to Services, of a kind that netpol does not read. */
export function mayExpose({ apiVersion, kind, spec }: ApiResource): boolean {
  const type = `${apiGroup(String(apiVersion))}/${String(kind)}`;
  if (!EXPOSING_KINDS.has(type)) { return false; }
  if (type !== 'networking.istio.io/VirtualService') { return true; }
  // Without a gateway it is about connections between the pods of the mesh.
  const gateways = isObject(spec) && Array.isArray(spec.gateways) ? spec.gateways : [];
  return gateways.some(gateway => gateway !== 'mesh');
}
