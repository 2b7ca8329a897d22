import { policyName, Workload, workloadName } from '../../../cluster/cluster';
import { ConnectionSet } from '../../../evaluator/connections';
import { ClassIndex, Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { ClusterDns } from '../cluster-dns';
import { SelectedPods } from '../selected-pods';

/** Pods that are alike, and the workloads that have some of them. */
interface Pods {
  readonly workloads: readonly Workload[];
  readonly index: ClassIndex;
}

/** Pods that serve DNS, and where they answer over UDP. */
interface Servers {
  readonly index: ClassIndex;
  readonly connections: ConnectionSet;
}

/**
 * The policies of the cluster's DNS refuse pods whose own policies let them ask it. An error if a policy isolates such a pod and lets it out to DNS, or
 * if DNS refuses every pod. Without a policy of their own, the refused pods may be meant to do without DNS.
 */
export const closedDns: LintRule = ({ cluster, reach }) => {
  const dns = ClusterDns.of(cluster);
  // Without a policy in the namespace, nothing needs to be evaluated.
  if (dns.pods.length === 0 || SelectedPods.of(cluster).policiesIn(dns.pods[0].workload.namespace).length === 0) { return []; }
  const servers = dns.pods.flatMap(({ workload, pods }) => pods.map((pod): Servers => ({
    index: reach().ofPod(workload, pod), connections: dns.connectionsOf(pod, 'UDP'),
  }))).filter(({ connections }) => !connections.isEmpty);
  const [isolating] = servers.flatMap(({ index }) => reach().policies(index, 'ingress'));
  if (isolating === undefined) { return []; }
  const clients = clientsIn(reach(), dns).filter(client => servers.some(server => asks(reach(), client, server)));
  const refused = clients.filter(client => servers.every(server => refuses(reach(), client, server)));
  if (refused.length === 0) { return []; }
  const letOut = refused.find(({ index }) => reach().isIsolated(index, 'egress'));
  const isSure = letOut !== undefined || refused.length === clients.length;
  const server = workloadName(dns.pods[0].workload);
  const ports = servers[0].connections;
  const names = [...new Set(refused.flatMap(({ workloads }) => workloads.map(workloadName)))];
  return [finding('NP123', isolating.origin.at(), `${policyName(isolating)} isolates ${server}, the DNS of the cluster, and no rule lets in ${enumerate(names, 3)} on ${ports}`, {
    about: isolating,
    related: letOut === undefined ? [] : reach().policies(letOut.index, 'egress').slice(0, 1)
      .map(({ origin }) => ({ message: `isolates ${workloadName(letOut.workloads[0])} for egress, and it is let out to DNS`, place: origin.at() })),
    fix: `let the pods of every namespace in: write from: [{ namespaceSelector: {} }] and ${ports}, and the same port of TCP, in a policy that selects ${server}`,
    ...isSure ? {} : { severity: 'warning' },
  })];
};

/** One entry for the pods of each endpoint class that may use DNS. */
function clientsIn(reach: Reachability, dns: ClusterDns): Pods[] {
  const clients = new Map<ClassIndex, Set<Workload>>();
  for (const workload of reach.cluster.workloads) {
    if (dns.has(workload)) { continue; }
    for (const pod of workload.pods) {
      if (pod.hostNetwork) { continue; }
      const index = reach.ofPod(workload, pod);
      const known = clients.get(index);
      if (known === undefined) { clients.set(index, new Set([workload])); } else { known.add(workload); }
    }
  }
  return [...clients].map(([index, workloads]) => ({ index, workloads: [...workloads] }));
}

function asks(reach: Reachability, { index }: Pods, server: Servers): boolean {
  return reach.sideConnections(index, 'egress', server.index).includes(server.connections);
}

function refuses(reach: Reachability, { index }: Pods, server: Servers): boolean {
  return !reach.possibleSideConnections(server.index, 'ingress', index).overlaps(server.connections);
}
