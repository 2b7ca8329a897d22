import { Labels } from './objects';

/* Who serves Ingresses, the routes of the Gateway API and Routes of OpenShift, and by which labels its pods are usually known. */

/** A controller, or the proxy that it configures: the one that opens connections to the endpoints of Services. */
export interface Controller {
  readonly title: string;
  /** The values of `spec.controller` of an IngressClass, or of `spec.controllerName` of a GatewayClass. */
  readonly controllers: readonly string[];
  /** The usual names of classes. */
  readonly classes: readonly string[];
  /** Whose connections reach the endpoints. */
  readonly source: ControllerPods | 'addresses' | 'nodes';
}

/** The usual pods of a controller. */
export interface ControllerPods {
  /** Absent: the namespace of the Gateway. */
  readonly namespace?: string;
  readonly namespaceLabels?: Labels;
  /** `{gateway}` and `{namespace}` stand for the Gateway that the pods belong to. */
  readonly labels: Labels;
}

/** The labels of the installation guides and charts of each project, as of 2026. */
export const INGRESS_CONTROLLERS: readonly Controller[] = [
  {
    title: 'ingress-nginx',
    controllers: ['k8s.io/ingress-nginx'],
    classes: ['nginx'],
    source: {
      namespace: 'ingress-nginx',
      labels: { 'app.kubernetes.io/component': 'controller', 'app.kubernetes.io/instance': 'ingress-nginx', 'app.kubernetes.io/name': 'ingress-nginx' },
    },
  },
  { title: 'NGINX Ingress Controller', controllers: ['nginx.org/ingress-controller'], classes: [], source: { namespace: 'nginx-ingress', labels: { app: 'nginx-ingress' } } },
  { title: 'Traefik', controllers: ['traefik.io/ingress-controller'], classes: ['traefik'], source: { namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } } },
  {
    title: 'HAProxy',
    controllers: ['haproxy.org/ingress-controller/haproxy', 'haproxy.org/ingress-controller'],
    classes: ['haproxy'],
    source: { namespace: 'haproxy-controller', labels: { 'app.kubernetes.io/name': 'kubernetes-ingress' } },
  },
  { title: 'Contour', controllers: ['projectcontour.io/ingress-controller'], classes: ['contour'], source: { namespace: 'projectcontour', labels: { app: 'envoy' } } },
  { title: 'Kong', controllers: ['ingress-controllers.konghq.com/kong'], classes: ['kong'], source: { namespace: 'kong', labels: { 'app.kubernetes.io/name': 'kong' } } },
  { title: 'Istio', controllers: ['istio.io/ingress-controller'], classes: ['istio'], source: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } } },
  {
    title: 'the router of OpenShift',
    controllers: ['openshift.io/ingress-to-route'],
    classes: ['openshift-default'],
    source: {
      namespace: 'openshift-ingress',
      namespaceLabels: { 'network.openshift.io/policy-group': 'ingress', 'policy-group.network.openshift.io/ingress': '' },
      labels: { 'ingresscontroller.operator.openshift.io/deployment-ingresscontroller': 'default' },
    },
  },
  { title: 'Cilium', controllers: ['cilium.io/ingress-controller'], classes: ['cilium'], source: 'nodes' },
  { title: 'the load balancer of AWS', controllers: ['ingress.k8s.aws/alb'], classes: ['alb'], source: 'addresses' },
  { title: 'the load balancer of Google Cloud', controllers: [], classes: ['gce', 'gce-internal'], source: 'addresses' },
  { title: 'the application gateway of Azure', controllers: ['azure/application-gateway'], classes: ['azure-application-gateway', 'azure/application-gateway'], source: 'addresses' },
];

/** The same for GatewayClasses. */
export const GATEWAY_CONTROLLERS: readonly Controller[] = [
  // The label of the Gateway API for what a controller makes for a Gateway (GEP-1762).
  { title: 'Istio', controllers: ['istio.io/gateway-controller'], classes: ['istio'], source: { labels: { 'gateway.networking.k8s.io/gateway-name': '{gateway}' } } },
  {
    title: 'NGINX Gateway Fabric',
    controllers: ['gateway.nginx.org/nginx-gateway-controller'],
    classes: ['nginx'],
    source: { labels: { 'gateway.networking.k8s.io/gateway-name': '{gateway}' } },
  },
  {
    title: 'Envoy Gateway',
    controllers: ['gateway.envoyproxy.io/gatewayclass-controller'],
    classes: ['eg', 'envoy-gateway'],
    source: {
      namespace: 'envoy-gateway-system',
      labels: { 'gateway.envoyproxy.io/owning-gateway-name': '{gateway}', 'gateway.envoyproxy.io/owning-gateway-namespace': '{namespace}' },
    },
  },
  { title: 'Traefik', controllers: ['traefik.io/gateway-controller'], classes: ['traefik'], source: { namespace: 'traefik', labels: { 'app.kubernetes.io/name': 'traefik' } } },
  { title: 'Contour', controllers: ['projectcontour.io/gateway-controller'], classes: ['contour'], source: { namespace: 'projectcontour', labels: { app: 'envoy' } } },
  { title: 'Kong', controllers: ['konghq.com/kic-gateway-controller'], classes: ['kong'], source: { namespace: 'kong', labels: { 'app.kubernetes.io/name': 'kong' } } },
  { title: 'Cilium', controllers: ['io.cilium/gateway-controller'], classes: ['cilium'], source: 'nodes' },
  { title: 'the load balancer of Google Cloud', controllers: ['networking.gke.io/gateway'], classes: ['gke-l7-global-external-managed', 'gke-l7-regional-external-managed'], source: 'addresses' },
];
