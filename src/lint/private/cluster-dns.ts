import { PodsOfWorkload } from '../lint-input';
import { SelectedPods } from './selected-pods';
import { Cluster, Pod, Workload } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { ConnectionSet } from '../../evaluator/connections';
import { Protocol } from '../../k8s/objects';
import { oncePer } from '../../k8s/once-per';
import { Selector } from '../../k8s/selector';
import { portsOfPod } from '../../query/service-targets';

/** The port on which clients ask DNS. */
export const DNS_PORT = 53;

/** The ports on which pods of DNS answer: OpenShift has the second one (github.com/openshift/cluster-dns-operator, the DaemonSet dns-default). */
export const DNS_POD_PORTS: readonly number[] = [DNS_PORT, 5353];

/** Where Kubernetes expects the cluster's DNS, whichever program serves it (kubernetes.io, "Customizing DNS Service"). */
const NAMESPACE = 'kube-system';
const SERVICE = 'kube-dns';
const DNS_PODS = Selector.labels({ 'k8s-app': 'kube-dns' });
/** A cache on each node, which asks DNS for the pods of the node (kubernetes.io, "Using NodeLocal DNSCache in Kubernetes Clusters"). */
const NODE_CACHE = Selector.labels({ 'k8s-app': 'node-local-dns' });

/** The pods that serve the cluster's DNS, if the input has them. */
export class ClusterDns {
  /** For each cluster. Rules of one run share it. */
  public static readonly of = oncePer((cluster: Cluster) => new ClusterDns(cluster));

  public readonly pods: readonly PodsOfWorkload[];

  private readonly targets: readonly { readonly protocol: Protocol; readonly target: number | string }[];

  private constructor(cluster: Cluster) {
    const workloads = SelectedPods.of(cluster).workloadsIn(NAMESPACE);
    const service = cluster.services.find(({ namespace, name }) => namespace === NAMESPACE && name === SERVICE);
    const entries = (service?.ports ?? []).filter(({ port }) => port === DNS_PORT);
    this.targets = entries.length > 0 ? entries : (['UDP', 'TCP'] as const).map(protocol => ({ protocol, target: DNS_PORT }));
    const found = workloads.map(workload => ({ workload, pods: workload.pods.filter(pod => couldSelect(service?.selector ?? DNS_PODS, pod)) }))
      .filter(({ pods }) => pods.length > 0);
    // A pod on the network of its node is under no policy, and behind a cache DNS sees the addresses of nodes.
    const isOpen = found.some(({ pods }) => pods.some(({ hostNetwork, hasOpenNetwork }) => hostNetwork || hasOpenNetwork === true))
      || workloads.some(({ pods }) => pods.some(pod => couldSelect(NODE_CACHE, pod)));
    this.pods = isOpen ? [] : found;
  }

  /** True if some pod of the workload serves DNS. */
  public has(workload: Workload): boolean { return this.pods.some(one => one.workload === workload); }

  /** Where a pod of DNS answers over a protocol. No connection if it has no port for it. */
  public connectionsOf(pod: Pod, protocol: Protocol): ConnectionSet {
    return ConnectionSet.ofRanges(this.targets.filter(one => one.protocol === protocol)
      .flatMap(target => portsOfPod(pod, target)).map(number => ({ protocol, first: number, last: number })));
  }
}
