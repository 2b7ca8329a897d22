import { apiGroup, ApiResource, isObject } from './objects';

/** Kinds of controllers whose objects lead connections from outside to Services, as `group/Kind`. netpol does not read them. */
const EXPOSING_KINDS: ReadonlySet<string> = new Set([
  // https://istio.io/docs/reference/config/networking/virtual-service.html
  'networking.istio.io/VirtualService',
  // https://doc.traefik.io/traefik/v3.0/routing/providers/kubernetes-crd/, and for the older group https://doc.traefik.io/traefik/v2.3/routing/providers/kubernetes-crd/
  ...['traefik.io', 'traefik.containo.us'].flatMap(group => ['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'].map(kind => `${group}/${kind}`)),
  // https://projectcontour.io/docs/v1.5.0/api. IngressRoute is of versions before 1.6.
  'projectcontour.io/HTTPProxy', 'contour.heptio.com/IngressRoute',
  // github.com/Kong/kubernetes-ingress-controller, config/crd/bases
  'configuration.konghq.com/TCPIngress', 'configuration.konghq.com/UDPIngress',
  // github.com/emissary-ingress/emissary, manifests/emissary/emissary-crds.yaml. The second group is of version 2.0.
  'getambassador.io/Mapping', 'getambassador.io/TCPMapping', 'x.getambassador.io/AmbassadorMapping', 'x.getambassador.io/AmbassadorTCPMapping',
  // https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/ and …/transportserver-resource/
  'k8s.nginx.org/VirtualServer', 'k8s.nginx.org/TransportServer',
  // github.com/solo-io/gloo, install/helm/gloo/crds/gateway.solo.io_v1_VirtualService.yaml
  'gateway.solo.io/VirtualService',
  // https://apisix.apache.org/docs/ingress-controller/getting-started
  'apisix.apache.org/ApisixRoute',
  // github.com/haproxytech/kubernetes-ingress, crs/definition
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
