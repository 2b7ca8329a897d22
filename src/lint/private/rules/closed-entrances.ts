import { workloadName } from '../../../cluster/cluster';
import { entranceName } from '../../../cluster/entrance';
import { finding, Finding } from '../../../findings/finding';
import { podEndpoint } from '../../../query/endpoints';
import { listEntrances } from '../../../query/exposed';
import { formatPortQuery } from '../../../query/ports';
import { LintRule } from '../../lint-input';
import { letsInUndeclared, rulesLettingIn } from '../letting-in';
import { SelectedPods } from '../selected-pods';

/**
 * An Ingress, a route of a Gateway or a Route leads to pods, whose policies do not let its controller in. If the input does not have the controller, netpol
 * assumes its usual pods (query/exposed.ts). Then a rule for pods that are not declared either may be meant for it.
 */
export const closedEntrances: LintRule = ({ cluster, reach }) => {
  if (cluster.entrances.length === 0 || cluster.policies.length + cluster.clusterPolicies.length === 0) { return []; }
  const origins = new Map(cluster.entrances.map(entrance => [entranceName(entrance), entrance]));
  const found = new Map<string, Finding>();
  for (const { via, origin, source, endpoint, port, answer, assumptions } of listEntrances(reach())) {
    // Without an endpoint it leads nowhere, whatever the policies say.
    if (answer !== 'no' || endpoint?.kind !== 'pod' || source.kind === 'unknown' || port === undefined || 'name' in port) { continue; }
    const { workload, pod } = endpoint;
    const target = podEndpoint(reach(), workload, pod, workloadName(workload));
    const rules = rulesLettingIn(reach(), target, { protocol: port.protocol, number: port.first }) ?? [];
    const isSure = source.kind === 'controller' && source.isDeclared && assumptions.length === 0;
    const mayBeMeant = !isSure && rules.some(rule => letsInUndeclared(SelectedPods.of(cluster), rule));
    const { namespace, origin: own } = origins.get(via)!;
    const [client, clients] = source.kind === 'controller' ? [source.name, 'its pods'] : ['any address', 'its addresses'];
    const message = `${via} leads to ${workloadName(workload)} on ${formatPortQuery(port)}, but the policies do not let ${client} through`;
    const [policy] = reach().policies(target.index, 'ingress');
    found.set(`${via} ${message}`, finding('NP129', origin.at(), `${message}${assumptions.map(text => `; ${text}`).join('')}`, {
      about: { origin: own, namespace },
      severity: isSure ? undefined : mayBeMeant ? 'note' : 'warning',
      related: policy === undefined ? undefined : [{ message: 'its ingress is isolated here', place: policy.origin.at() }],
      fix: `let ${source.kind === 'controller' ? source.name : 'the load balancer'} in on ${formatPortQuery(port)}: a rule with the ${source.kind === 'controller' ? 'namespace and the labels of' : 'blocks of'} ${clients}`,
    }));
  }
  return [...found.values()];
};
