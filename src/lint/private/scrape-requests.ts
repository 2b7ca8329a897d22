import { PodPort } from './letting-in';
import { SelectedPods } from './selected-pods';
import { listAt, NamedObject, objectName, textAt, valueAt, WrittenObjects } from './written-objects';
import { Cluster, Pod, Workload, workloadName } from '../../cluster/cluster';
import { surelySelects } from '../../cluster/pod-selection';
import { Service, serviceName } from '../../cluster/service';
import { Reachability } from '../../evaluator/reachability';
import { Path, Place, WrittenObject } from '../../findings/finding';
import { isObject, LabelSelectorRequirement } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { stringMap } from '../../k8s/workloads';
import { Endpoint, PodEndpoint, podEndpoint } from '../../query/endpoints';
import { endpointsOfService, targetsOfPorts } from '../../query/service-targets';

/*
 * What asks Prometheus to scrape pods: ServiceMonitor, PodMonitor and Probe of the Prometheus Operator (https://prometheus-operator.dev/docs/api-reference/api/),
 * and the annotations prometheus.io/scrape and prometheus.io/port of pods and Services, as the example configuration of Prometheus reads them.
 */

/** One object that asks for it. */
export interface ScrapeRequest {
  /** The subject of a message: `ServiceMonitor app/web`. */
  readonly name: string;
  readonly place: Place;
  readonly about: WrittenObject;
  readonly targets: readonly ScrapeTarget[];
  /** True if it does not say which port has the metrics, so that one open port of a pod is enough. */
  readonly anyPort: boolean;
}

/** A port of a pod that is scraped. */
export interface ScrapeTarget {
  readonly endpoint: PodEndpoint;
  readonly port: PodPort;
}

/** What the requests are read from. */
interface Source {
  readonly cluster: Cluster;
  readonly written: WrittenObjects;
  readonly reach: () => Reachability;
}

/** Every request of a cluster that leads to declared pods. */
export function scrapeRequests(source: Source): ScrapeRequest[] {
  const { written } = source;
  const group = 'monitoring.coreos.com';
  return [
    ...written.ofKinds(group, 'ServiceMonitor').flatMap(monitor => monitored(monitor, 'endpoints', (entry, namespaces, selector) => ofServices(source, entry, namespaces, selector))),
    ...written.ofKinds(group, 'PodMonitor').flatMap(monitor => monitored(monitor, 'podMetricsEndpoints', (entry, namespaces, selector) => ofPods(source, entry, namespaces, selector))),
    ...written.ofKinds(group, 'Probe').flatMap(probe => probed(source, probe)),
    ...source.cluster.workloads.flatMap(workload => annotatedPods(source, workload)),
    ...source.cluster.services.flatMap(service => annotatedService(source, service)),
  ].filter(({ targets }) => targets.length > 0);
}

/** The namespaces that a monitor looks at: true for every one. */
type Namespaces = true | readonly string[];

/** A request for each entry of a monitor. */
function monitored(
  monitor: NamedObject, field: string, targetsOf: (entry: unknown, namespaces: Namespaces, selector: Selector) => ScrapeTarget[],
): ScrapeRequest[] {
  const { object, namespace, origin } = monitor;
  const selector = selectorAt(object, 'spec', 'selector');
  if (selector === undefined) { return []; }
  const names = listAt(object, 'spec', 'namespaceSelector', 'matchNames').filter(one => typeof one === 'string');
  const namespaces = valueAt(object, 'spec', 'namespaceSelector', 'any') === true || (names.length > 0 ? names : [namespace]);
  return listAt(object, 'spec', field).map((entry, i) => ({
    name: objectName(monitor),
    place: origin.at(['spec', field, i]),
    about: { origin, namespace },
    targets: targetsOf(entry, namespaces, selector),
    anyPort: false,
  }));
}

function ofServices({ cluster, written, reach }: Source, entry: unknown, namespaces: Namespaces, selector: Selector): ScrapeTarget[] {
  const services = cluster.services.filter(service => (namespaces === true || namespaces.includes(service.namespace))
    && selector.matches(stringMap(valueAt(written.at(service.origin), 'metadata', 'labels'))));
  const [port, target] = [textAt(entry, 'port'), valueAt(entry, 'targetPort')];
  return services.flatMap(service => {
    if (port !== undefined) { return targetsAt(reach(), service, service.ports.filter(({ name }) => name === port)); }
    return podsOfService(reach(), service).flatMap(endpoint => portsNamed(endpoint.pod, target).map(own => ({ endpoint, port: own })));
  });
}

function ofPods({ cluster, reach }: Source, entry: unknown, namespaces: Namespaces, selector: Selector): ScrapeTarget[] {
  const selected = SelectedPods.of(cluster);
  const port = valueAt(entry, 'port') ?? valueAt(entry, 'portNumber') ?? valueAt(entry, 'targetPort');
  const names = namespaces === true ? [...cluster.namespaces.keys()] : namespaces;
  return names.flatMap(namespace => selected.inNamespace(namespace, selector)).flatMap(({ workload, pods }) =>
    pods.filter(pod => surelySelects(selector, pod)).flatMap(pod => targetsOfPod(reach(), workload, pod, portsNamed(pod, port))));
}

/** Prometheus asks the prober, which opens the connections to what is probed. */
function probed({ cluster, reach }: Source, probe: NamedObject): ScrapeRequest[] {
  const { object, namespace, origin } = probe;
  const path: Path = ['spec', 'prober', 'url'];
  const address = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc[a-z0-9.-]*)?)?(?::(\d+))?$/.exec(textAt(object, ...path) ?? '');
  if (address === null) { return []; }
  const [, name, where = namespace, port = '80'] = address;
  const service = cluster.services.find(one => one.namespace === where && one.name === name);
  const targets = service === undefined ? [] : targetsAt(reach(), service, service.ports.filter(one => one.port === Number(port)));
  return [{ name: objectName(probe), place: origin.at(path), about: { origin, namespace }, targets, anyPort: false }];
}

/** The annotations of the usual configuration. */
const SCRAPE = 'prometheus.io/scrape';
const PORT = 'prometheus.io/port';

function annotatedPods({ written, reach }: Source, workload: Workload): ScrapeRequest[] {
  const pods = written.podsOf(workload);
  if (textAt(pods?.metadata, 'annotations', SCRAPE) !== 'true') { return []; }
  const { origin, namespace } = workload;
  const port = textAt(pods?.metadata, 'annotations', PORT);
  const declared = (pod: Pod) => pod.ports.filter(one => one.protocol === 'TCP').map(one => ({ protocol: one.protocol, number: one.port }));
  return [{
    name: `the annotation ${SCRAPE}`,
    place: origin.at([...pods!.path, 'metadata', 'annotations', port === undefined ? SCRAPE : PORT]),
    about: { origin, namespace },
    targets: workload.pods.flatMap(pod => targetsOfPod(reach(), workload, pod, port === undefined ? declared(pod) : portsNamed(pod, Number(port)))),
    anyPort: port === undefined,
  }];
}

function annotatedService({ written, reach }: Source, service: Service): ScrapeRequest[] {
  const { origin, namespace } = service;
  const object = written.at(origin);
  if (textAt(object, 'metadata', 'annotations', SCRAPE) !== 'true') { return []; }
  const port = textAt(object, 'metadata', 'annotations', PORT);
  return [{
    name: `the annotation ${SCRAPE} of ${serviceName(service)}`,
    place: origin.at(['metadata', 'annotations', port === undefined ? SCRAPE : PORT]),
    about: { origin, namespace },
    targets: port === undefined ? targetsAt(reach(), service, service.ports)
      : podsOfService(reach(), service).flatMap(endpoint => portsNamed(endpoint.pod, Number(port)).map(own => ({ endpoint, port: own }))),
    anyPort: port === undefined,
  }];
}

/** The pods behind some ports of a Service. */
function targetsAt(reach: Reachability, service: Service, ports: Service['ports']): ScrapeTarget[] {
  const targets = targetsOfPorts(reach, service, ports.filter(({ protocol }) => protocol === 'TCP'));
  return typeof targets === 'string' ? [] : targets.flatMap(({ endpoint, port, doubt }) =>
    isPod(endpoint) && doubt === undefined ? [{ endpoint, port: { protocol: port.protocol, number: port.first } }] : []);
}

function podsOfService(reach: Reachability, service: Service): PodEndpoint[] {
  const endpoints = endpointsOfService(reach, service);
  return typeof endpoints === 'string' ? [] : endpoints.filter(isPod);
}

function isPod(endpoint: Endpoint): endpoint is PodEndpoint {
  return endpoint.kind === 'pod';
}

function targetsOfPod(reach: Reachability, workload: Workload, pod: Pod, ports: readonly PodPort[]): ScrapeTarget[] {
  return ports.map(port => ({ endpoint: podEndpoint(reach, workload, pod, workloadName(workload)), port }));
}

/** The port that a number or a name means for a pod; none if it means nothing. */
function portsNamed({ ports }: Pod, port: unknown): PodPort[] {
  if (typeof port === 'number') { return Number.isInteger(port) && port > 0 && port < 65536 ? [{ protocol: 'TCP', number: port }] : []; }
  return ports.filter(({ name, protocol }) => name !== undefined && name === port && protocol === 'TCP').map(({ protocol, port: number }) => ({ protocol, number }));
}

/** A selector of labels. Undefined if it is absent or not one. */
function selectorAt(object: unknown, ...path: Path): Selector | undefined {
  const selector = valueAt(object, ...path);
  if (!isObject(selector)) { return undefined; }
  const expressions = listAt(selector, 'matchExpressions');
  const operators: readonly unknown[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];
  const isValid = expressions.every(one => textAt(one, 'key') !== undefined && operators.includes(valueAt(one, 'operator'))
    && listAt(one, 'values').every(value => typeof value === 'string'));
  if (!isValid) { return undefined; }
  return Selector.from({ matchLabels: stringMap(selector.matchLabels), matchExpressions: expressions as LabelSelectorRequirement[] });
}
