import { Policy, workloadName } from '../../../cluster/cluster';
import { entranceName } from '../../../cluster/entrance';
import { Reachability } from '../../../evaluator/reachability';
import { finding } from '../../../findings/finding';
import { oncePer } from '../../../k8s/once-per';
import { PodEndpoint, podEndpoint } from '../../../query/endpoints';
import { ExposedEndpoint, listEntrances } from '../../../query/exposed';
import { formatPortQuery } from '../../../query/ports';
import { LintInput, LintRule, RuleOfPolicy } from '../../lint-input';
import { CutOff, letsInUndeclared, mayMean, PodPort, rulesFor, rulesLettingIn } from '../letting-in';
import { rulesOf } from '../peer-clauses';
import { isMeantByWrongPort } from '../port-faults';
import { SelectedPods } from '../selected-pods';

/**
 * An Ingress, a route of a Gateway or a Route leads to pods, whose policies do not let its controller in, or the policies of the controller do not let it out
 * to them. If the input does not have the controller, netpol assumes its usual pods (query/exposed.ts). Then a rule for pods that are not declared either may
 * be meant for it.
 */
export const closedEntrances: LintRule = input => entrancesClosed(input).map(({ found }) => found);

/** The pods that entrances do not get through to, and the findings about them. */
export const entrancesClosed = oncePer(({ cluster, reach }: LintInput): readonly CutOff[] => {
  if (cluster.entrances.length === 0 || cluster.policies.length + cluster.clusterPolicies.length === 0) { return []; }
  const origins = new Map(cluster.entrances.map(entrance => [entranceName(entrance), entrance]));
  const closed = new Map<string, CutOff>();
  for (const exposed of listEntrances(reach())) {
    const { via, origin, source, endpoint, port, answer, assumptions } = exposed;
    // Without an endpoint it leads nowhere, whatever the policies say.
    if (answer !== 'no' || endpoint?.kind !== 'pod' || source.kind === 'unknown' || port === undefined || 'name' in port) { continue; }
    const target = podEndpoint(reach(), endpoint.workload, endpoint.pod, workloadName(endpoint.workload));
    if (hasWrongPort(reach(), exposed, target, { protocol: port.protocol, number: port.first })) { continue; }
    const isSure = source.kind === 'controller' && source.isDeclared && assumptions.length === 0;
    const { fault, isolating, related, fix } = faultOf(reach(), exposed, target, formatPortQuery(port));
    const rules = rulesLettingIn(reach(), target, { protocol: port.protocol, number: port.first }) ?? [];
    const mayBeMeant = !isSure && exposed.closedBySource === undefined && rules.some(rule => letsInUndeclared(SelectedPods.of(cluster), rule));
    const { namespace, origin: own } = origins.get(via)!;
    const message = `${via} leads to ${target.name} on ${formatPortQuery(port)}, but ${fault}`;
    const found = finding('NP129', origin.at(), `${message}${assumptionsText(assumptions)}`, {
      about: { origin: own, namespace },
      severity: isSure ? undefined : mayBeMeant ? 'note' : 'warning',
      related: isolating.slice(0, 1).map(policy => ({ message: related, place: policy.origin.at() })),
      fix,
    });
    closed.set(`${via} ${message}`, { workload: endpoint.workload, found });
  }
  return [...closed.values()];
});

/** The end of a message: one sentence for what netpol assumes. */
function assumptionsText(assumptions: readonly string[]): string {
  const start = 'netpol assumes ';
  const assumed = assumptions.filter(text => text.startsWith(start)).map(text => text.slice(start.length));
  const sentences = [...assumed.length === 0 ? [] : [`${start}${assumed.join(', and ')}`], ...assumptions.filter(text => !text.startsWith(start))];
  return sentences.map(text => `; ${text}`).join('');
}

/** True if a rule for the connection names the port of the Service, which has a finding of its own. */
function hasWrongPort(reach: Reachability, { closedBySource, closedFor }: ExposedEndpoint, target: PodEndpoint, port: PodPort): boolean {
  const [rules, other] = closedBySource === undefined ? [rulesFor(reach, target.index, 'ingress'), closedFor]
    : [closedBySource.flatMap(policy => rulesOf(policy, 'egress')), target];
  // A load balancer outside of the cluster has an address.
  const mayBeFor = ({ policy, rule }: Pick<RuleOfPolicy, 'policy' | 'rule'>) => other === undefined ? rule.peers?.every(({ kind }) => kind === 'pods') !== true
    : mayMean(reach.cluster, { policy, rule }, other.workload.namespace, other.pod);
  return isMeantByWrongPort(reach.cluster, rules.filter(mayBeFor), port);
}

/** Which side does not let a connection through, and the fix. */
interface Fault {
  /** Ends a sentence. */
  readonly fault: string;
  /** The policies of that side. None if cluster-wide policies alone decide. */
  readonly isolating: readonly Policy[];
  /** What the first of them does. */
  readonly related: string;
  readonly fix: string;
}

function faultOf(reach: Reachability, { source, closedBySource }: ExposedEndpoint, target: PodEndpoint, port: string): Fault {
  const client = source.kind === 'controller' ? source.name : 'any address';
  if (closedBySource !== undefined) {
    return {
      fault: `the policies of ${client} do not let it out to that`,
      isolating: closedBySource,
      related: `the egress of ${client} is isolated here`,
      fix: `let ${client} out to the pods of ${target.name} on ${port}: a rule for egress in a policy that selects the pods of ${client}`,
    };
  }
  return {
    fault: `the policies do not let ${client} through`,
    isolating: reach.policies(target.index, 'ingress'),
    related: `the ingress of ${target.name} is isolated here`,
    fix: source.kind === 'controller' ? `let ${client} in on ${port}: a rule with the namespace and the labels of its pods`
      : `let the load balancer in on ${port}: a rule with the blocks of its addresses`,
  };
}
