import { Pod, Workload, workloadName } from '../../../cluster/cluster';
import { ConnectionSet } from '../../../evaluator/connections';
import { ClassIndex, Reachability } from '../../../evaluator/reachability';
import { finding, Finding } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { listAt, NamedObject, textAt, valueAt, WrittenObjects } from '../written-objects';

/** The usual ports of the API server: of its Service, of kubeadm, of minikube and of MicroK8s. */
const API_PORTS = ConnectionSet.unionOf([443, 6443, 8443, 16443].map(port => ConnectionSet.range('TCP', port, port)));

/**
 * The ServiceAccount of pods is bound to a role, so they use the API server. But their egress is isolated, and no rule lets them out to an address on a port
 * of the API server. It runs on the network of its node, so rules by labels do not match it.
 */
export const noApiServer: LintRule = ({ cluster, reach, resources }) => {
  const written = WrittenObjects.of(resources);
  const bindings = bindingsByAccount(written);
  if (bindings.size === 0) { return []; }
  const noToken = new Set(written.ofKinds('', 'ServiceAccount').filter(({ object }) => object.automountServiceAccountToken === false).map(accountKey));
  const known = new Map<ClassIndex, boolean>();
  return cluster.workloads.flatMap((workload): Finding[] => {
    const pods = written.podsOf(workload);
    if (pods === undefined) { return []; }
    const account = textAt(pods.spec, 'serviceAccountName') ?? textAt(pods.spec, 'serviceAccount') ?? 'default';
    const key = accountKey({ namespace: workload.namespace, name: account });
    const binding = bindings.get(key);
    const hasToken = (valueAt(pods.spec, 'automountServiceAccountToken') ?? !noToken.has(key)) !== false;
    if (binding === undefined || !hasToken) { return []; }
    const pod = workload.pods.find(one => isCutOff(reach(), workload, one, known));
    return pod === undefined ? [] : [cutOff(reach(), workload, pod, { account, binding, path: [...pods.path, 'spec', 'serviceAccountName'] })];
  });
};

/** The roles that OpenShift itself has for the use of SecurityContextConstraints (`oc adm policy add-scc-to-user` binds them). */
const CONSTRAINTS_ROLE = 'system:openshift:scc:';

function accountKey({ namespace, name }: Pick<NamedObject, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** A binding for each ServiceAccount that has one, besides those to roles for what pods may be. */
function bindingsByAccount(written: WrittenObjects): Map<string, NamedObject> {
  const onlyForPods = new Set(written.ofKinds('rbac.authorization.k8s.io', 'Role', 'ClusterRole').filter(isOnlyForPods)
    .map(({ kind, namespace, name }) => kind === 'Role' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`));
  const found = new Map<string, NamedObject>();
  for (const binding of written.ofKinds('rbac.authorization.k8s.io', 'RoleBinding', 'ClusterRoleBinding')) {
    const { namespace, object } = binding;
    const [kind, name] = [textAt(object, 'roleRef', 'kind'), textAt(object, 'roleRef', 'name')];
    if (onlyForPods.has(kind === 'Role' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`) || name?.startsWith(CONSTRAINTS_ROLE) === true) { continue; }
    for (const subject of listAt(object, 'subjects')) {
      const account = textAt(subject, 'name');
      if (textAt(subject, 'kind') !== 'ServiceAccount' || account === undefined) { continue; }
      const key = accountKey({ namespace: textAt(subject, 'namespace') ?? namespace, name: account });
      if (!found.has(key)) { found.set(key, binding); }
    }
  }
  return found;
}

/** True if the role allows nothing but the use of a PodSecurityPolicy or of SecurityContextConstraints. Pods need no API server for that. */
function isOnlyForPods({ object }: NamedObject): boolean {
  return listAt(object, 'rules').every(rule => listAt(rule, 'verbs').every(verb => verb === 'use'));
}

/** True if no address is open on a port of the API server, whatever is not known. Everything is open to a pod on its node's network. */
function isCutOff(reach: Reachability, workload: Workload, pod: Pod, known: Map<ClassIndex, boolean>): boolean {
  const index = reach.ofPod(workload, pod);
  let answer = known.get(index);
  if (answer === undefined) {
    known.set(index, answer = reach.externalRanges(index, 'egress').every(({ possible }) => possible.intersect(API_PORTS).isEmpty));
  }
  return answer;
}

interface Use {
  readonly account: string;
  readonly binding: NamedObject;
  readonly path: readonly string[];
}

function cutOff(reach: Reachability, workload: Workload, pod: Pod, { account, binding, path }: Use): Finding {
  const { namespace, origin } = workload;
  const [policy] = reach.policies(reach.ofPod(workload, pod), 'egress');
  const role = `${textAt(binding.object, 'roleRef', 'kind') ?? 'role'} ${textAt(binding.object, 'roleRef', 'name') ?? ''}`.trimEnd();
  return finding('NP126', origin.at(path), `${workloadName(workload)} has the rights of ${role}, but its policies let it out to no address on a port of the API server`, {
    about: { origin, namespace },
    related: [
      { message: `the binding of its ServiceAccount ${account}`, place: binding.origin.at() },
      ...policy === undefined ? [] : [{ message: 'its egress is isolated here', place: policy.origin.at() }],
    ],
    fix: 'let it out to the addresses of the API server by an ipBlock with TCP 443 and TCP 6443, because rules by labels do not match it; '
      + 'if the pods do not use the API, write automountServiceAccountToken: false',
  });
}
