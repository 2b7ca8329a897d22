import { Policy, Workload, workloadName } from '../../../cluster/cluster';
import { Service, serviceName } from '../../../cluster/service';
import { ConnectionSet } from '../../../evaluator/connections';
import { Reachability } from '../../../evaluator/reachability';
import { finding, Finding } from '../../../findings/finding';
import { formatConnections } from '../../../query/ports';
import { portsOfPod } from '../../../query/service-targets';
import { LintRule } from '../../lint-input';
import { SelectedPods } from '../selected-pods';
import { isClosedBetweenReplicas } from './closed-other-end';
import { valueAt, WrittenObjects } from '../written-objects';

/**
 * Replicas that find each other by a headless Service cannot reach each other on its ports. A StatefulSet has such a Service for the names of its pods, and
 * `publishNotReadyAddresses` is for pods that look for each other (ServiceSpec). Others may have one for their clients only.
 */
export const replicasCutOff: LintRule = input => {
  const { cluster, resources, reach } = input;
  const headless = cluster.services.filter(({ isHeadless, selector, isAmbiguous }) => isHeadless && selector !== undefined && isAmbiguous !== true);
  if (headless.length === 0 || cluster.policies.length === 0) { return []; }
  const selected = SelectedPods.of(cluster);
  const objects = WrittenObjects.of(resources);
  const found = new Map<Workload, Finding>();
  for (const service of headless) {
    for (const { workload } of selected.inNamespace(service.namespace, service.selector!)) {
      if (found.has(workload) || !isReplicated(objects, workload)) { continue; }
      const ports = portsOf(service, workload);
      const isolating = isolatingPolicies(reach(), workload);
      if (ports.isEmpty || isolating.length === 0 || canTalk(reach(), workload, ports)) { continue; }
      // A rule for one of the two ends is there, and has a finding that names it.
      if (isClosedBetweenReplicas(input, workload)) { continue; }
      const isForPeers = workload.kind === 'StatefulSet' || valueAt(objects.at(service.origin), 'spec', 'publishNotReadyAddresses') === true;
      found.set(workload, findingFor(workload, service, ports, isolating, isForPeers));
    }
  }
  return [...found.values()];
};

function isReplicated(objects: WrittenObjects, { origin, pods }: Workload): boolean {
  const replicas = valueAt(objects.at(origin), 'spec', 'replicas');
  return pods.length > 1 || (typeof replicas === 'number' && replicas > 1);
}

/** The ports of the pods to which the Service leads. Every port for a Service without ports. */
function portsOf({ ports }: Service, { pods }: Workload): ConnectionSet {
  if (ports.length === 0) { return ConnectionSet.ALL; }
  return ConnectionSet.ofRanges(ports.flatMap(port =>
    portsOfPod(pods[0], port).map(number => ({ protocol: port.protocol, first: number, last: number }))));
}

function isolatingPolicies(reach: Reachability, workload: Workload): Policy[] {
  const index = reach.ofPod(workload, workload.pods[0]);
  return [...reach.policies(index, 'ingress'), ...reach.policies(index, 'egress')];
}

/** True if two pods of the workload may reach each other on one of the ports. */
function canTalk(reach: Reachability, workload: Workload, ports: ConnectionSet): boolean {
  const [first, second] = [workload.pods[0], workload.pods[1] ?? workload.pods[0]].map(pod => reach.ofPod(workload, pod));
  return reach.possibleConnections(first, second).overlaps(ports);
}

function findingFor(workload: Workload, service: Service, ports: ConnectionSet, [policy]: readonly Policy[], isForPeers: boolean): Finding {
  const name = workloadName(workload);
  const where = ports.isAll ? `, although the headless ${serviceName(service)} leads to each of them`
    : ` on ${formatConnections(ports)}, ${ports.rangeCount === 1 ? 'the port' : 'the ports'} of the headless ${serviceName(service)}`;
  return finding('NP140', policy.origin.at(), `the replicas of ${name} cannot reach each other${where}`, {
    about: workload,
    severity: isForPeers ? 'warning' : 'note',
    related: [{ message: 'the Service', place: service.origin.at() }],
    fix: `let the pods of ${name} reach each other, in ingress and egress, or remove the headless Service if they do not need it`,
  });
}
