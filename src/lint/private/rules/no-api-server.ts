import { Pod, Workload, workloadName } from '../../../cluster/cluster';
import { ConnectionSet } from '../../../evaluator/connections';
import { ClassIndex, Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, Path } from '../../../findings/finding';
import { LintRule } from '../../lint-input';
import { listAt, NamedObject, textAt, valueAt, WrittenObjects } from '../written-objects';

/** The usual ports of the API server: of its Service, of kubeadm, of minikube and of MicroK8s. */
const API_PORTS = ConnectionSet.ofRanges([443, 6443, 8443, 16443].map(port => ({ protocol: 'TCP', first: port, last: port })));

/**
 * The ServiceAccount of pods is bound to a role, so they use the API server. But their egress is isolated, and no rule lets them out to an address on a port
 * of the API server. It runs on the network of its node, so rules by labels do not match it.
 */
export const noApiServer: LintRule = ({ cluster, reach, resources }) => {
  const written = WrittenObjects.of(resources);
  const { accounts: bindings, groups } = bindingsIn(written);
  if (bindings.size + groups.size === 0) { return []; }
  const noToken = new Set(written.ofKinds('', 'ServiceAccount').filter(({ object }) => object.automountServiceAccountToken === false).map(accountKey));
  const known = new Map<ClassIndex, boolean>();
  const byGroup = new Map<GroupBinding, Workload[]>();
  const found = cluster.workloads.flatMap((workload): Finding[] => {
    const pods = written.podsOf(workload);
    if (pods === undefined) { return []; }
    const account = textAt(pods.spec, 'serviceAccountName') ?? textAt(pods.spec, 'serviceAccount') ?? 'default';
    const key = accountKey({ namespace: workload.namespace, name: account });
    const binding = bindings.get(key);
    const hasToken = (valueAt(pods.spec, 'automountServiceAccountToken') ?? !noToken.has(key)) !== false;
    const ofGroups = groups.get(workload.namespace) ?? groups.get(undefined);
    if ((binding === undefined && ofGroups === undefined) || !hasToken) { return []; }
    const pod = workload.pods.find(one => isCutOff(reach(), workload, one, known));
    if (pod === undefined) { return []; }
    if (binding !== undefined) { return [cutOff(reach(), workload, pod, { account, binding, path: [...pods.path, 'spec', 'serviceAccountName'] })]; }
    byGroup.set(ofGroups!, [...byGroup.get(ofGroups!) ?? [], workload]);
    return [];
  });
  return [...found, ...[...byGroup].map(([binding, workloads]) => groupCutOff(binding, workloads))];
};

/** A binding for the group of all ServiceAccounts, or of those of a namespace. */
interface GroupBinding {
  readonly binding: NamedObject;
  readonly group: string;
  readonly path: Path;
}

interface Bindings {
  /** One for each ServiceAccount that has any. */
  readonly accounts: ReadonlyMap<string, NamedObject>;
  /** By the namespace of the accounts; undefined for all of them. */
  readonly groups: ReadonlyMap<string | undefined, GroupBinding>;
}

/** The groups that every ServiceAccount is in (kubernetes.io, "Using RBAC Authorization", "Referring to subjects"). */
const GROUP = /^system:serviceaccounts(?::(?<namespace>.+))?$/;

/** The roles that OpenShift itself has for the use of SecurityContextConstraints (`oc adm policy add-scc-to-user` binds them). */
const CONSTRAINTS_ROLE = 'system:openshift:scc:';

function accountKey({ namespace, name }: Pick<NamedObject, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The bindings, besides those to roles for what pods may be. */
function bindingsIn(written: WrittenObjects): Bindings {
  const onlyForPods = new Set(written.ofKinds('rbac.authorization.k8s.io', 'Role', 'ClusterRole').filter(isOnlyForPods)
    .map(({ kind, namespace, name }) => kind === 'Role' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`));
  const accounts = new Map<string, NamedObject>();
  const groups = new Map<string | undefined, GroupBinding>();
  for (const binding of written.ofKinds('rbac.authorization.k8s.io', 'RoleBinding', 'ClusterRoleBinding')) {
    const { namespace, object } = binding;
    const [kind, name] = [textAt(object, 'roleRef', 'kind'), textAt(object, 'roleRef', 'name')];
    if (onlyForPods.has(kind === 'Role' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`) || name?.startsWith(CONSTRAINTS_ROLE) === true) { continue; }
    for (const [i, subject] of listAt(object, 'subjects').entries()) {
      const account = textAt(subject, 'name');
      const group = textAt(subject, 'kind') === 'Group' ? GROUP.exec(account ?? '') : null;
      // The roles of Kubernetes and OpenShift for everybody: to ask what the API has, and to pull images, which the node does.
      if (group !== null && name?.startsWith('system:') !== true) {
        const own = group.groups!.namespace as string | undefined;
        if (!groups.has(own)) { groups.set(own, { binding, group: group[0], path: ['subjects', i] }); }
      }
      if (textAt(subject, 'kind') !== 'ServiceAccount' || account === undefined) { continue; }
      const key = accountKey({ namespace: textAt(subject, 'namespace') ?? namespace, name: account });
      if (!accounts.has(key)) { accounts.set(key, binding); }
    }
  }
  return { accounts, groups };
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
    known.set(index, answer = reach.externalRanges(index, 'egress').every(({ possible }) => !possible.overlaps(API_PORTS)));
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
  return finding('NP126', origin.at(path), `${workloadName(workload)} has the rights of ${roleOf(binding)}, but its policies let it out to no address on a port of the API server`, {
    about: { origin, namespace },
    related: [
      { message: `the binding of its ServiceAccount ${account}`, place: binding.origin.at() },
      ...policy === undefined ? [] : [{ message: 'its egress is isolated here', place: policy.origin.at() }],
    ],
    fix: 'let it out to the addresses of the API server by an ipBlock with TCP 443 and TCP 6443, because rules by labels do not match it; '
      + 'if the pods do not use the API, write automountServiceAccountToken: false',
  });
}

/** Such a group has pods of every kind, and few of them use the API. */
function groupCutOff({ binding, group, path }: GroupBinding, workloads: readonly Workload[]): Finding {
  const names = enumerate(workloads.map(workloadName), 3);
  return finding('NP126', binding.origin.at(path),
    `the group ${group} has the rights of ${roleOf(binding)}, but the policies of ${names} let ${workloads.length === 1 ? 'it' : 'them'} out to no address on a port of the API server`, {
      severity: 'note',
      about: { origin: binding.origin, namespace: binding.kind === 'RoleBinding' ? binding.namespace : undefined },
      related: workloads.slice(0, 3).map(({ origin }) => ({ message: 'pods of the group', place: origin.at() })),
      fix: 'if these pods use the API, let them out to the addresses of the API server by an ipBlock with TCP 443 and TCP 6443; otherwise bind the role to the accounts that need it',
    });
}

function roleOf({ object }: NamedObject): string {
  return `${textAt(object, 'roleRef', 'kind') ?? 'role'} ${textAt(object, 'roleRef', 'name') ?? ''}`.trimEnd();
}
