import { workloadName } from '../../../cluster/cluster';
import { Service, serviceName } from '../../../cluster/service';
import { Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { NAMESPACE_NAME_LABEL } from '../../../k8s/objects';
import { oncePer } from '../../../k8s/once-per';
import { PodEndpoint } from '../../../query/endpoints';
import { targetsOfPorts } from '../../../query/service-targets';
import { LintInput, LintRule } from '../../lint-input';
import { Call, callsOfApiServer } from '../api-server-calls';
import { admitsNoAddress, CutOff, PodPort, portText, rulesFor, rulesLettingIn } from '../letting-in';
import { isMeantByWrongPort } from '../port-faults';
import { globalName } from '../written-objects';

/**
 * The API server calls a Service: it is that of a webhook, or of an API of its own. But the policies of its pods let no address in. The API server is no
 * pod in most clusters, so rules by labels do not let it in (kubernetes.io, "Dynamic Admission Control").
 */
export const closedWebhooks: LintRule = input => [...new Set(webhooksClosed(input).map(({ found }) => found))];

/** The pods that calls of the API server do not get through to, and the findings about them. */
export const webhooksClosed = oncePer(({ reach, cluster, resources }: LintInput): readonly CutOff[] => {
  const calls = callsOfApiServer(resources);
  if (calls.size === 0) { return []; }
  const services = new Map(cluster.services.map(service => [`${service.namespace}/${service.name}`, service]));
  return [...calls.values()].flatMap((alike): readonly CutOff[] => {
    const [{ namespace, name, port }] = alike;
    const service = services.get(`${namespace}/${name}`);
    return service === undefined ? [] : closedTo(reach(), service, port, alike);
  });
});

function closedTo(reach: Reachability, service: Service, port: number, [first, ...others]: readonly Call[]): CutOff[] {
  const targets = targetsOfPorts(reach, service, service.ports.filter(one => one.port === port && one.protocol === 'TCP'));
  if (typeof targets === 'string') { return []; }
  const closed = targets.flatMap(({ endpoint, port: own, doubt }) => {
    const target = { protocol: own.protocol, number: own.first };
    return endpoint.kind === 'pod' && doubt === undefined && admitsNoAddress(reach, endpoint, target) ? [{ endpoint, target }] : [];
  });
  // If some of its pods answer, the Service does.
  if (closed.length === 0 || closed.length < targets.length) { return []; }
  const [{ endpoint, target }] = closed;
  const forAddresses = rulesFor(reach, endpoint.index, 'ingress').filter(({ rule: { peers } }) => peers?.every(({ kind }) => kind === 'pods') !== true);
  // A rule for the API server with the port of the Service has a finding of its own.
  if (isMeantByWrongPort(reach.cluster, forAddresses, target)) { return []; }
  const byAgent = letsInAgents(reach, endpoint, target);
  const workloads = [...new Set(closed.map(one => one.endpoint.workload))];
  const names = enumerate(workloads.map(workloadName), 3);
  const { caller, path } = first;
  const isolating = reach.policies(endpoint.index, 'ingress');
  const found = finding(
    'NP127', caller.origin.at(path),
    `the API server calls ${serviceName(service)} for ${globalName(caller)}, but the policies of ${names} let no address in on ${portText(target)}`
      + (byAgent ? '; they let in pods of kube-system, which is enough only where an agent there forwards the calls' : ''),
    {
      severity: byAgent ? 'note' : undefined,
      about: { origin: caller.origin },
      related: [
        ...others.map(other => ({ message: 'it is also called for', place: other.caller.origin.at(other.path) })),
        ...isolating.slice(0, 1).map(policy => ({ message: 'its ingress is isolated here', place: policy.origin.at() })),
      ],
      fix: `write a rule with ${portText(target)} and without 'from', or with an ipBlock of the API server's addresses, because it is no pod that rules by labels match`,
    },
  );
  return workloads.map(workload => ({ workload, found }));
}

/** True if pods of kube-system get in. In some clusters an agent there (Konnectivity) makes the connections of the API server. */
function letsInAgents(reach: Reachability, endpoint: PodEndpoint, port: PodPort): boolean {
  const rules = rulesLettingIn(reach, endpoint, port) ?? [];
  return rules.some(({ rule: { peers = [] } }) => peers.some(peer =>
    peer.kind === 'pods' && peer.namespaces?.matches({ [NAMESPACE_NAME_LABEL]: 'kube-system' }) === true));
}
