import { Cluster, Namespace, Policy, Workload } from './cluster';
import { normalGroup } from './private/workloads';
import { objectKey, ClusterReading, identityOf, loadCluster } from './read-cluster';
import { Finding } from '../findings/finding';
import { apiGroup, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Resource } from '../manifests/resources';

/** The objects of one namespace that workloads are made of, by what tells them apart. */
type Makers = Map<string, Resource>;

/**
 * A cluster whose objects come, change and go one by one. What a change does not touch is in the cluster after it the
 * same object as before: policies, each by itself, and the workloads of a namespace, all together, since they may own each other.
 */
export class LiveCluster {
  private readonly policies = new Map<string, Policy>();
  private readonly declared = new Map<string, Namespace>();
  private readonly makers = new Map<string, Makers>();
  private readonly workloads: Map<string, readonly Workload[]>;

  /** Namespaces that are only used: the same object as long as they are. */
  private readonly undeclared = new Map<string, Namespace>();

  private current: Cluster;

  /** Objects whose names are generated are new each time. */
  private generated = 0;

  /** `reading`: what `resources` were read into. */
  constructor({ cluster }: ClusterReading, resources: readonly Resource[]) {
    this.current = cluster;
    for (const policy of cluster.policies) { this.policies.set(this.policyKey(policy), policy); }
    for (const namespace of cluster.namespaces.values()) {
      (namespace.origin === undefined ? this.undeclared : this.declared).set(namespace.name, namespace);
    }
    const workloads = new Map<string, Workload[]>();
    for (const workload of cluster.workloads) {
      const known = workloads.get(workload.namespace);
      if (known === undefined) { workloads.set(workload.namespace, [workload]); } else { known.push(workload); }
    }
    this.workloads = workloads;
    for (const resource of resources) {
      if (isMaker(resource)) { this.makersIn(identityOf(resource.object).namespace).set(this.makerKey(resource), resource); }
    }
  }

  /** The cluster as it is now. */
  public get cluster(): Cluster { return this.current; }

  /**
   * Puts an object in the place of the one of its name, or adds it. Returns what there is to say about it.
   * @throws InputError where the API server would refuse it; the cluster is then what it was
   */
  public apply(resource: Resource): readonly Finding[] {
    if (isMaker(resource)) { return this.changeMakers(resource, makers => makers.set(this.makerKey(resource), resource)); }
    const { cluster, problems } = loadCluster([resource]);
    for (const policy of cluster.policies) { this.policies.set(this.policyKey(policy), policy); }
    for (const namespace of cluster.namespaces.values()) {
      if (namespace.origin !== undefined) { this.declared.set(namespace.name, namespace); }
    }
    this.current = this.assembled();
    return problems;
  }

  /** Takes away the object of a name; false where there is none. Of the resource only kind, API group and name count. */
  public remove(resource: Resource): boolean {
    const identity = identityOf(resource.object);
    if (isMaker(resource)) {
      const key = this.makerKey(resource);
      if (this.makers.get(identity.namespace)?.has(key) !== true) { return false; }
      this.changeMakers(resource, makers => makers.delete(key));
      return true;
    }
    const gone = resource.object.kind === 'Namespace' ? this.declared.delete(identity.name)
      : apiGroup(String(resource.object.apiVersion)) === 'networking.k8s.io' && this.policies.delete(this.policyKey(identity));
    if (gone) { this.current = this.assembled(); }
    return gone;
  }

  private changeMakers({ object }: Resource, change: (makers: Makers) => void): readonly Finding[] {
    const { namespace } = identityOf(object);
    const makers = new Map(this.makersIn(namespace));
    change(makers);
    const { cluster, problems } = loadCluster([...makers.values()]);
    this.makers.set(namespace, makers);
    if (cluster.workloads.length === 0) { this.workloads.delete(namespace); } else { this.workloads.set(namespace, cluster.workloads); }
    this.current = this.assembled();
    return problems;
  }

  private makersIn(namespace: string): Makers {
    let makers = this.makers.get(namespace);
    if (makers === undefined) { this.makers.set(namespace, makers = new Map()); }
    return makers;
  }

  private policyKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
    return this.unique(`${namespace}/${name}`);
  }

  private makerKey({ object }: Resource): string {
    const { namespace, name } = identityOf(object);
    return this.unique(objectKey(normalGroup(String(object.apiVersion)), String(object.kind), namespace, name));
  }

  private unique(key: string): string {
    return key.endsWith('*') ? `${key}${this.generated++}` : key;
  }

  private assembled(): Cluster {
    const policies = [...this.policies.values()];
    const namespaces = new Map(this.declared);
    const use = (name: string) => { if (!namespaces.has(name)) { namespaces.set(name, this.undeclaredNamespace(name)); } };
    for (const name of this.workloads.keys()) { use(name); }
    // Those of one namespace stand together, as a rule.
    let last: string | undefined;
    for (const { namespace } of policies) {
      if (namespace !== last) { use(last = namespace); }
    }
    return { namespaces, policies, workloads: [...this.workloads.values()].flat() };
  }

  private undeclaredNamespace(name: string): Namespace {
    let namespace = this.undeclared.get(name);
    if (namespace === undefined) { this.undeclared.set(name, namespace = { name, labels: { [NAMESPACE_NAME_LABEL]: name } }); }
    return namespace;
  }
}

/** Anything but what is read by itself: what makes pods, or says that it does. */
function isMaker({ object: { kind } }: Resource): boolean {
  return kind !== 'NetworkPolicy' && kind !== 'Namespace';
}
