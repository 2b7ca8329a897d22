import { Cluster, Workload, workloadName } from '../../../cluster/cluster';
import { ClassIndex, Direction, Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { Labels } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { stringMap } from '../../../k8s/workloads';
import { PodEndpoint } from '../../../query/endpoints';
import { LintInput, LintRule } from '../../lint-input';
import { connectionsOf, CutOff, LettingIn, letsInUndeclared, mayMean, PodPort, portText, rulesFor, rulesLettingIn } from '../letting-in';
import { isMeantByWrongPort } from '../port-faults';
import { ScrapeRequest, scrapeRequests } from '../scrape-requests';
import { SelectedPods } from '../selected-pods';
import { objectName, valueAt, WrittenObjects } from '../written-objects';

/**
 * Prometheus is asked to scrape pods, whose policies do not let it in (prometheus-operator.dev, ServiceMonitor and PodMonitor; the annotations of the
 * usual configuration). If the input has no Prometheus, nobody may be let in on the port.
 */
export const closedScrapeTargets: LintRule = input => scrapeTargetsClosed(input).map(({ found }) => found);

/** The pods that Prometheus does not get through to, and the findings about them. */
export const scrapeTargetsClosed = oncePer(({ cluster, reach, resources }: LintInput): readonly CutOff[] => {
  if (cluster.policies.length === 0 && cluster.clusterPolicies.length === 0) { return []; }
  const written = WrittenObjects.of(resources);
  const requests = scrapeRequests({ cluster, written, reach });
  if (requests.length === 0) { return []; }
  const scrapers = scrapersIn(cluster, written);
  return requests.flatMap(request => closedTargets({ cluster, reach: reach() }, request, scrapers));
});

/** Every Prometheus of the input. */
interface Scrapers {
  readonly declared: readonly Workload[];
  readonly made: readonly MadeScraper[];
}

/** A Prometheus whose pods an operator makes. */
interface MadeScraper {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Names of workloads that are a Prometheus, and not its operator, an exporter or an adapter. */
const PROMETHEUS = /^(?:[a-z0-9.-]+-)?prometheus(?:-server|-k8s)?$/;

function scrapersIn({ workloads }: Cluster, written: WrittenObjects): Scrapers {
  return {
    declared: workloads.filter(({ name, pods }) => PROMETHEUS.test(name) || pods.some(({ labels }) => labels['app.kubernetes.io/name'] === 'prometheus')),
    // The labels that the operator gives its pods (prometheus-operator, pkg/prometheus/server/statefulset.go).
    made: written.ofKinds('monitoring.coreos.com', 'Prometheus', 'PrometheusAgent').map(own => ({
      name: objectName(own),
      namespace: own.namespace,
      labels: {
        ...stringMap(valueAt(own.object, 'spec', 'podMetadata', 'labels')),
        'app.kubernetes.io/name': own.kind === 'Prometheus' ? 'prometheus' : 'prometheus-agent',
        'app.kubernetes.io/managed-by': 'prometheus-operator',
        'app.kubernetes.io/instance': own.name,
        'operator.prometheus.io/name': own.name,
        'prometheus': own.name,
      },
    })),
  };
}

interface Evaluated {
  readonly cluster: Cluster;
  readonly reach: Reachability;
}

/** Why Prometheus does not get through to a port of a pod. */
interface Closing {
  readonly text: string;
  /** The pods whose policies close it. */
  readonly closer: ClassIndex;
  readonly direction: Direction;
  readonly isNote?: boolean;
}

/** A finding for each workload of which a port is closed. */
function closedTargets(evaluated: Evaluated, { name, place, about, targets, anyPort }: ScrapeRequest, scrapers: Scrapers): CutOff[] {
  const byWorkload = new Map<Workload, { readonly endpoint: PodEndpoint; readonly port: PodPort }[]>();
  for (const target of targets) {
    const own = byWorkload.get(target.endpoint.workload);
    if (own === undefined) { byWorkload.set(target.endpoint.workload, [target]); } else { own.push(target); }
  }
  return [...byWorkload].flatMap(([workload, own]): CutOff[] => {
    const closed = own.flatMap(({ endpoint, port }) => {
      const closing = closingOf(evaluated, endpoint, port, scrapers);
      return closing === undefined ? [] : [{ endpoint, port, closing }];
    });
    if (closed.length === 0 || (anyPort && closed.length < own.length)) { return []; }
    const [{ closing: { text, closer, direction, isNote } }] = closed;
    const ports = enumerate([...new Set(closed.map(({ port }) => portText(port)))], 3);
    const [policy] = evaluated.reach.policies(closer, direction);
    const found = finding('NP128', place, `${name} has Prometheus scrape ${workloadName(workload)} on ${ports}, but ${text}`, {
      about,
      severity: isNote === true ? 'note' : undefined,
      related: policy === undefined ? undefined : [{ message: `the ${direction} is isolated here`, place: policy.origin.at() }],
      fix: direction === 'egress' ? `let Prometheus out to them on ${ports}: a rule for egress in a policy that selects its pods`
        : `let Prometheus in on ${ports}: a rule with the namespace and the labels of its pods`,
    });
    return [{ workload, found }];
  });
}

/** Undefined if Prometheus gets in, or may get in. */
function closingOf({ cluster, reach }: Evaluated, endpoint: PodEndpoint, port: PodPort, { declared, made }: Scrapers): Closing | undefined {
  const { workload, index } = endpoint;
  const asked = connectionsOf(port);
  const scrapers = declared.flatMap(one => one.pods.map(own => ({ name: workloadName(one), index: reach.ofPod(one, own) })));
  if (scrapers.some(one => reach.possibleConnections(one.index, index).overlaps(asked))) { return undefined; }
  const rules = rulesLettingIn(reach, endpoint, port);
  if (made.length > 0 && (rules === undefined || rules.some(rule => made.some(one => mayLetIn(cluster, rule, one))))) { return undefined; }
  const letIn = scrapers.find(one => reach.possibleSideConnections(index, 'ingress', one.index).overlaps(asked));
  if (letIn !== undefined) { return { text: `the policies of ${letIn.name} do not let it out to these pods`, closer: letIn.index, direction: 'egress' }; }
  const mayBeFor = (rule: LettingIn) => declared.length + made.length === 0 ? letsInUndeclared(SelectedPods.of(cluster), rule)
    : declared.some(one => one.pods.some(own => mayMean(cluster, rule, one.namespace, own))) || made.some(one => mayLetIn(cluster, rule, one));
  // A rule for Prometheus with the port of the Service has a finding of its own.
  if (isMeantByWrongPort(cluster, rulesFor(reach, index, 'ingress').filter(mayBeFor), port)) { return undefined; }
  const [first] = [...scrapers, ...made];
  const own = { closer: index, direction: 'ingress' } as const;
  if (first !== undefined) { return { text: `the policies of ${workloadName(workload)} do not let ${first.name} in`, ...own }; }
  if (rules === undefined || rules.some(rule => letsInUndeclared(SelectedPods.of(cluster), rule))) { return undefined; }
  return rules.length === 0
    ? { text: 'its policies let nobody in there', ...own }
    : { text: 'its policies let in only pods of this input there, and none of them is a Prometheus', isNote: true, ...own };
}

/** True if the rule may let in the pods that an operator makes. */
function mayLetIn(cluster: Cluster, rule: LettingIn, { namespace, labels }: MadeScraper): boolean {
  return mayMean(cluster, rule, namespace, { labels, generated: VERSION });
}

/** Labels of which only the operator knows the values. */
const VERSION = ['app.kubernetes.io/version', 'operator.prometheus.io/shard'].map(key => ({ key, optional: false }));
