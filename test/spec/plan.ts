import { End, Universe } from './claim-universe';
import { ClaimCluster, onNode, subjectMatches, tierPeerMatches } from './claims';
import { results, Step, tierResults } from './cluster-wide';
import { portsMatch, rulesThatMatch, SpecCluster, SpecEnd } from './network-policy';

/*
 * The specification of plans: it tries every connection that some state of the cluster could tell apart, in each state. A plan is smooth if each state allows
 * what the old and the new policies both allow, and nothing that neither of them allows.
 */

/** The policies of one moment. */
export interface SpecPolicies { policies: any[]; clusterPolicies?: any[] }

/** A moment in which a connection is cut, or let through, against both versions. */
export interface SpecFault { step: number; kind: 'cut' | 'opened'; from: string; to: string; port: string }

/** What is wrong with the moments of a plan. `now` has the namespaces and workloads of the new version, and its policies. */
export function planFaults(now: ClaimCluster, old: SpecPolicies, moments: SpecPolicies[]): SpecFault[] {
  const every = [old, now, ...moments];
  const once = <T>(all: T[]) => [...new Map(all.map(one => [JSON.stringify(one), one])).values()];
  const policies = once(every.flatMap(one => one.policies));
  const clusterPolicies = now.clusterPolicies && once(every.flatMap(one => one.clusterPolicies ?? []));
  const universe = new Universe({ ...now, policies, clusterPolicies }, [], [], () => null);
  // What pods on their node's network are to policies is an assumption.
  const ends = universe.toldApart(universe.everyEnd().filter(({ breaks }) => !breaks.includes('host-network')));
  const faults = new Map<string, SpecFault>();
  const seen = new Set<string>();
  for (const to of ends) {
    for (const from of ends) {
      if (!universe.canMeet(from, to)) { continue; }
      const base = universe.clusterWith(from, to);
      const sides = every.map(moment => sidesOf({ ...base, policies: moment.policies, clusterPolicies: moment.clusterPolicies }, from, to));
      const key = JSON.stringify([sides.map(({ told }) => told), to.workload && [to.workload.namespace, to.workload.name], 'pod' in to.peer]);
      if (seen.has(key)) { continue; }
      seen.add(key);
      for (const { port, destination } of universe.connectionsTo(to)) {
        const [before, after, ...others] = sides.map(({ allows }) => allows(destination, ...port));
        others.forEach((isAllowed, step) => {
          const kind = before && after && !isAllowed ? 'cut' : !before && !after && isAllowed ? 'opened' : undefined;
          if (kind === undefined || faults.has(`${step} ${kind}`)) { return; }
          faults.set(`${step} ${kind}`, { step, kind, from: nameOf(from), to: nameOf(to), port: port.join(' ') });
        });
      }
    }
  }
  return [...faults.values()];
}

function nameOf({ peer, namespace }: End): string {
  return 'pod' in peer ? JSON.stringify([namespace, peer.pod.labels, peer.pod.ips]) : peer.ip;
}

interface Sides { told: unknown; allows: (destination: SpecEnd, protocol: string, port: number) => boolean }

/** Both sides of a connection in one state: what tells it from other connections, and which ports it allows. */
function sidesOf(cluster: SpecCluster, from: End, to: End): Sides {
  const sides = [
    { type: 'Egress' as const, subject: from, peer: to, rules: rulesThatMatch(cluster, 'Egress', from.subject, to.peer) },
    { type: 'Ingress' as const, subject: to, peer: from, rules: rulesThatMatch(cluster, 'Ingress', to.subject, from.peer) },
  ];
  const tiers = cluster.clusterPolicies && sides.map(({ type, subject, peer }) =>
    [subjectMatches(cluster, onNode(subject)), tierPeerMatches(cluster, onNode(peer), type)]);
  return {
    told: [sides.map(({ rules }) => rules), tiers],
    allows: (destination, protocol, port) => sides.every(({ type, subject, peer, rules }) => {
      const step: Step = rules === 'not isolated' ? 'pass' : rules.some((rule: any) => portsMatch(rule?.ports, destination, protocol, port)) ? 'allow' : 'deny';
      if (!cluster.clusterPolicies) { return step !== 'deny'; }
      const withPorts = (end: SpecEnd) => 'pod' in end && 'pod' in destination ? { pod: { ...end.pod, ports: destination.pod.ports } } : end;
      const isIngress = type === 'Ingress';
      const connection = {
        type,
        protocol,
        port,
        subject: isIngress ? withPorts(onNode(subject)) : onNode(subject),
        peer: isIngress ? onNode(peer) : withPorts(onNode(peer)),
      };
      return !results([tierResults(cluster, 'Admin', connection), [step], tierResults(cluster, 'Baseline', connection)]).has('deny');
    }),
  };
}
