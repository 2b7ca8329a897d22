import { Cluster, ClusterFacts, Namespace, Policy, policyName, UnevaluatedPolicy, unevaluatedName } from './cluster';
import { ClusterNode, ClusterPolicy, clusterPolicyName } from './cluster-policy';
import { FieldError, fieldFindings } from '../validation/field-errors';
import { unevaluatedPolicy } from './private/unevaluated-policies';
import { enumerate } from '../findings/enumeration';
import { Finding, finding, hasErrors, InputError, Origin, printable } from '../findings/finding';
import { isClusterScoped } from '../k8s/cluster-scoped';
import { apiGroup, ApiResource, haveSameContent, haveSameLabels, isObject, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { podTemplateOf, stringMap, versionFault } from '../k8s/workloads';
import { validateNamespace } from '../validation/metadata';
import { Autoscaler, autoscalerOf } from './private/autoscalers';
import { baselineFindings } from './private/baseline-reading';
import { clusterPolicyOf, misplacedDomains, unreadClusterPolicy, withNodes } from './private/cluster-policies';
import { CustomKinds } from './private/custom-kinds';
import { differingFields } from './private/differences';
import { EntranceReader } from './private/entrances';
import { identityOf, isGenerated, keyOfObject } from './private/identity';
import { policyOf } from './private/network-policy';
import { nodeOf } from './private/nodes';
import { serviceKey, serviceReadingOf, ServiceSlices } from './private/services';
import { ambiguousPolicy, invalidPolicy } from './private/unread-policies';
import { groupWorkloads, WorkloadObject } from './private/workloads';
import { EndpointSlice, Service, serviceName } from './service';
import { Resource } from '../manifests/resources';
import { ClusterPolicySchema, clusterPolicySchema, validateClusterPolicy } from '../validation/cluster-policy';
import { validateNetworkPolicy } from '../validation/network-policy';
import { validateWorkload } from '../validation/workload';

/** A cluster, and the findings about the objects that it was read from. Objects with errors are not in the cluster. */
export interface ClusterReading {
  readonly cluster: Cluster;
  readonly findings: readonly Finding[];
  /**
   * The errors that the cluster accounts for: what the object could affect is undecided. Answers in spite of another error could be wrong.
   */
  readonly accounted: ReadonlySet<Finding>;
}

/** An object as it was declared. */
interface Declaration {
  readonly object: ApiResource;
  readonly origin: Origin;
}

const NO_FACTS: ClusterFacts = { namespaces: [] };

/** Reads API objects and facts into the model. Skips kinds that have no effect on connections. */
export function readCluster(resources: readonly Resource[], facts: ClusterFacts = NO_FACTS): ClusterReading {
  const reader = new ClusterReader();
  for (const { object, origin } of resources) { reader.read(object, origin); }
  return reader.finish(facts);
}

/**
 * Reads a cluster as `readCluster` does, but accepts no errors. `textFindings` are the findings about the text of the objects.
 * @throws InputError if one of the findings is an error
 */
export function loadCluster(resources: readonly Resource[], textFindings: readonly Finding[] = [], facts?: ClusterFacts): ClusterReading {
  const { cluster, findings, accounted } = readCluster(resources, facts);
  const all = [...textFindings, ...findings];
  if (hasErrors(all)) { throw new InputError(all); }
  return { cluster, findings: all, accounted };
}

class ClusterReader {
  private readonly findings: Finding[] = [];
  private readonly declared = new Map<string, Namespace>();
  private readonly policies: Policy[] = [];
  private readonly clusterPolicies: ClusterPolicy[] = [];
  private readonly nodes: ClusterNode[] = [];
  /** The names of policies that have different declarations. */
  private readonly ambiguous = new Set<string>();
  private readonly accounted = new Set<Finding>();
  private readonly unevaluated: UnevaluatedPolicy[] = [];
  private readonly workloads: WorkloadObject[] = [];
  private readonly autoscalers: Autoscaler[] = [];
  private readonly services = new Map<string, Service>();
  private readonly slices: ServiceSlices[] = [];
  private readonly entrances = new EntranceReader();

  private readonly custom = new CustomKinds();

  /** The first declaration of each object that has a name, by key. */
  private readonly named = new Map<string, Declaration>();

  public read(object: ApiResource, origin: Origin): void {
    const apiVersion = String(object.apiVersion);
    const kind = String(object.kind);
    const schema = clusterPolicySchema(apiVersion, kind);
    if (schema !== undefined) {
      this.readClusterPolicy(object, origin, schema);
      return;
    }
    const unevaluated = unevaluatedPolicy(object, identityOf(object), origin);
    if (unevaluated !== undefined) {
      if (this.isRepeated(object, origin)) { return; }
      this.unevaluated.push(unevaluated);
      this.findings.push(finding('NP301', origin.at(), `${unevaluatedName(unevaluated)} ${consequence(unevaluated)}`));
      return;
    }
    const autoscaler = autoscalerOf(object);
    if (autoscaler !== undefined) { this.autoscalers.push(autoscaler); }
    const node = nodeOf(object, identityOf(object).name, origin);
    if (node !== undefined) {
      if (this.isNew(object, origin)) { this.nodes.push(node); }
      return;
    }
    if (this.readService(object, origin) || this.readEntrance(object, origin)) { return; }
    const fault = versionFault(apiVersion, kind);
    if (fault !== undefined) {
      this.findings.push(finding(fault.isRead ? 'NP031' : 'NP030', origin.at(['apiVersion']), fault.message, { fix: fault.fix }));
      if (!fault.isRead) { return; }
    }
    const template = podTemplateOf(object);
    if (template !== undefined) {
      const valid = this.isNew(object, origin) && this.isValid(object, origin, validateWorkload(object, template));
      if (valid) { this.workloads.push({ ...identityOf(object), object, origin, template }); }
    } else if (kind === 'NetworkPolicy') {
      this.readPolicy(object, origin);
    } else if (kind === 'Namespace' && apiVersion === 'v1') {
      this.readNamespace(object, origin);
    } else {
      this.readCustom(object, origin);
    }
  }

  public finish({ namespaces: stated, podCidrs, openNamespaces: statedOpen = [] }: ClusterFacts): ClusterReading {
    const { workloads, findings } = groupWorkloads(this.workloads, this.autoscalers);
    for (const one of findings) { this.findings.push(one); }
    const { openNamespaces: withCustom, findings: customFindings } = this.custom.finish(workloads);
    for (const one of customFindings) { this.findings.push(one); }
    const openNamespaces = new Set([...statedOpen, ...withCustom]);
    const namespaces = new Map(this.declared);
    for (const { name, labels, place } of stated) {
      const declared = namespaces.get(name);
      if (declared === undefined) { namespaces.set(name, { name, labels: namespaceLabels(name, labels), origin: { at: () => place } }); }
      if (declared !== undefined && !haveSameLabels(declared.labels, namespaceLabels(name, labels))) {
        this.findings.push(finding('NP305', place, `namespace ${name} is stated with different labels from its declaration; netpol uses those of the declaration`, {
          related: [{ message: 'it is declared here', place: declared.origin!.at() }],
          fix: 'state the same labels, or do not state the namespace',
        }));
      }
    }
    for (const { namespace: name } of [...workloads, ...this.policies]) {
      if (!namespaces.has(name)) { namespaces.set(name, { name, labels: namespaceLabels(name, {}) }); }
    }
    const { unevaluated, accounted } = this;
    const policies = this.policies.filter(policy => !this.ambiguous.has(policyName(policy)));
    const { nodes } = this;
    const clusterPolicies = this.clusterPolicies.filter(policy => !this.ambiguous.has(clusterPolicyKey(policy)))
      .map(policy => withNodes(policy, nodes));
    for (const one of baselineFindings(clusterPolicies, { namespaces, workloads, policies })) { this.findings.push(one); }
    const services = this.servicesWithSlices();
    const entrances = this.entrances.finish();
    const cluster = { namespaces, workloads, policies, clusterPolicies, nodes, unevaluated, podCidrs, services, entrances, openNamespaces };
    return { cluster, findings: this.findings, accounted };
  }

  /** Reads a NetworkPolicy. What a faulty one could affect is undecided. */
  private readPolicy(object: ApiResource, origin: Origin): void {
    const before = this.earlier(object, origin);
    if (before !== undefined && haveSameContent(before.object, object)) {
      this.noteTwice(before, { object, origin });
      return;
    }
    const count = this.findings.length;
    const isValid = this.isValid(object, origin, validateNetworkPolicy(object));
    if (before !== undefined) { this.reportTwice(before, { object, origin }); }
    for (const one of this.findings.slice(count)) { this.accounted.add(one); }
    if (!isValid) { this.unevaluated.push(invalidPolicy(object, origin)); }
    if (before !== undefined) {
      const identity = identityOf(object);
      this.ambiguous.add(`${identity.namespace}/${identity.name}`);
      this.unevaluated.push(ambiguousPolicy(before.object, object, origin));
    } else if (isValid) {
      const generated = isGenerated(object) ? { isGenerated: true } : {};
      this.policies.push(policyOf(object.spec, { ...identityOf(object), origin, ...generated }));
    }
  }

  /** Reads a cluster-wide policy. What a faulty one could affect is undecided. */
  private readClusterPolicy(object: ApiResource, origin: Origin, schema: ClusterPolicySchema): void {
    const before = this.earlier(object, origin);
    if (before !== undefined && haveSameContent(before.object, object)) {
      this.noteTwice(before, { object, origin });
      return;
    }
    const { name } = identityOf(object);
    const count = this.findings.length;
    const isValid = this.isValid(object, origin, validateClusterPolicy(object, schema));
    if (before !== undefined) { this.reportTwice(before, { object, origin }); }
    for (const one of this.findings.slice(count)) { this.accounted.add(one); }
    if (!isValid) { this.unevaluated.push(unreadClusterPolicy({ unread: 'invalid', declarations: [object] }, name, origin)); }
    const policy = isValid ? clusterPolicyOf(object, name, origin) : undefined;
    if (before !== undefined) {
      this.ambiguous.add(clusterPolicyKey({ api: `${apiGroup(String(object.apiVersion))} ${object.kind}`, name }));
      this.unevaluated.push(unreadClusterPolicy({ unread: 'twice', declarations: [before.object, object] }, name, origin));
    } else if (typeof policy === 'string') {
      this.unevaluated.push(unreadClusterPolicy({ unread: 'unspecified', declarations: [object] }, name, origin));
      this.findings.push(finding('NP317', origin.at(), `${titleOf(object)} has ${policy}, and no specification says what it means; the pods that the policy could select are undecided`));
    } else if (policy !== undefined) {
      this.clusterPolicies.push(policy);
      for (const { path, names } of misplacedDomains(policy)) {
        const rule = policy.tier === 'Baseline' ? 'of the Baseline tier' : 'that does not accept';
        this.findings.push(finding('NP322', origin.at(path), `${clusterPolicyName(policy)} names ${enumerate(names)} in a rule ${rule}; the API documents domain names only for rules that accept`, {
          fix: 'write networks, or a rule of the Admin tier that accepts',
        }));
      }
    }
  }

  /** Reads the pods of a custom kind, if it makes any. */
  private readCustom(object: ApiResource, origin: Origin): void {
    const identity = identityOf(object);
    const templates = this.custom.read(object, identity, origin);
    if (templates.length === 0 || !this.isNew(object, origin)) { return; }
    this.workloads.push({ ...identity, object, origin, template: templates[0].template, custom: templates });
  }

  /** Reads a Service or its endpoints. Returns false for other objects. */
  private readService(object: ApiResource, origin: Origin): boolean {
    const reading = serviceReadingOf(object, origin);
    if (reading === undefined) { return false; }
    if ('errors' in reading) {
      this.leaveOut(object, origin, reading.errors);
    } else if ('slices' in reading) {
      if (!this.isRepeated(object, origin)) { this.slices.push(reading); }
    } else if (!this.isRepeated(object, origin)) {
      this.addService(reading.service);
    }
    return true;
  }

  /** Which of two different Services the cluster has is not known, so no question about either can be answered. */
  private addService(service: Service): void {
    const key = serviceKey(service);
    const before = this.services.get(key);
    this.services.set(key, before === undefined ? service : { ...before, isAmbiguous: true });
    if (before === undefined) { return; }
    this.findings.push(finding('NP035', service.origin.at(), `${serviceName(service)} is declared twice, with different content; netpol answers no question about it`, {
      related: [{ message: 'the first declaration', place: before.origin.at() }], fix: 'remove one, or make them equal',
    }));
  }

  private servicesWithSlices(): Service[] {
    const slices = new Map<string, EndpointSlice[]>();
    for (const { service, slices: own } of this.slices) { slices.set(service, [...slices.get(service) ?? [], ...own]); }
    return [...this.services].map(([key, service]) => ({ ...service, slices: slices.get(key) ?? [] }));
  }

  /** Reads a way in from outside. Returns false for other objects. */
  private readEntrance(object: ApiResource, origin: Origin): boolean {
    const errors = this.entrances.read(object, origin);
    if (errors === undefined) { return false; }
    this.leaveOut(object, origin, errors);
    return true;
  }

  private leaveOut(object: ApiResource, origin: Origin, errors: readonly FieldError[]): void {
    const findings = fieldFindings(errors, origin, { subject: titleOf(object), code: 'NP035' });
    this.findings.push(...findings.map(one => ({ ...one, message: `${one.message}; netpol leaves the object out` })));
  }

  private readNamespace(object: ApiResource, origin: Origin): void {
    if (!this.isNew(object, origin) || !this.isValid(object, origin, validateNamespace(object))) { return; }
    const { name, labels } = object.metadata as { readonly name: string; readonly labels?: unknown };
    this.declared.set(name, { name, labels: namespaceLabels(name, labels), origin });
  }

  private isValid(object: ApiResource, origin: Origin, errors: readonly FieldError[]): boolean {
    if (errors.length === 0) { return true; }
    this.findings.push(...fieldFindings(errors, origin, { subject: titleOf(object) }));
    return errors.every(({ harmless }) => harmless);
  }

  /**
   * True for an object that no earlier one declares. Reports an error if an earlier one declares it with different content: a cluster can hold
   * only one of the two. An equal declaration changes nothing, as when `kubectl apply` reads it twice.
   */
  private isNew(object: ApiResource, origin: Origin): boolean {
    const before = this.earlier(object, origin);
    if (before === undefined) { return true; }
    if (haveSameContent(before.object, object)) { this.noteTwice(before, { object, origin }); } else { this.reportTwice(before, { object, origin }); }
    return false;
  }

  private noteTwice(before: Declaration, { object, origin }: Declaration): void {
    this.findings.push(finding('NP036', origin.at(), `${titleOf(object)} is declared twice, with equal content; netpol reads it as one object`, {
      related: [{ message: 'the first declaration', place: before.origin.at() }],
    }));
  }

  private reportTwice(before: Declaration, { object, origin }: Declaration): void {
    const differing = differingFields(before.object, object);
    const message = `${titleOf(object)} is declared twice, with different content: ${differing}. The later 'kubectl apply' wins`;
    this.findings.push(finding('NP032', origin.at(), message, {
      related: [{ message: 'the first declaration', place: before.origin.at() }], fix: 'remove one, make them equal, or name the files of one cluster only',
    }));
  }

  /** True for an object that an earlier one declares with equal content. */
  private isRepeated(object: ApiResource, origin: Origin): boolean {
    const before = this.earlier(object, origin);
    if (before === undefined || !haveSameContent(before.object, object)) { return false; }
    this.noteTwice(before, { object, origin });
    return true;
  }

  /** The first declaration of an object of this name. If there is none, remembers this one. */
  private earlier(object: ApiResource, origin: Origin): Declaration | undefined {
    const metadata = isObject(object.metadata) ? object.metadata : {};
    // Validation reports a missing name. A generated name is new each time.
    if (typeof metadata.name !== 'string' || metadata.name === '') { return undefined; }
    const key = keyOfObject(object);
    const before = this.named.get(key);
    if (before === undefined) { this.named.set(key, { object, origin }); }
    return before;
  }
}

/** The same for the declarations of one cluster-wide policy. The key of a NetworkPolicy has a slash. */
function clusterPolicyKey({ api, name }: Pick<ClusterPolicy, 'api' | 'name'>): string {
  return `${api} ${name}`;
}

/** The name of an object in messages: `NetworkPolicy app/allow-dns`. */
function titleOf(object: ApiResource): string {
  const { namespace, name } = identityOf(object);
  const written = isObject(object.metadata) ? object.metadata.namespace : undefined;
  if (name === '') { return `this ${object.kind}`; }
  if (isClusterScoped(String(object.apiVersion), String(object.kind))) { return `${object.kind} ${name}`; }
  // An object of an unknown kind may have no namespace, so the message names only the namespace that is written.
  return typeof written === 'string' || podTemplateOf(object) !== undefined || object.kind === 'NetworkPolicy'
    ? `${object.kind} ${namespace}/${name}`
    : `${object.kind} ${name}`;
}

/** How a policy of a kind that is not evaluated affects the answers. */
function consequence({ kind: own, product, ingress, egress, canAllow }: UnevaluatedPolicy): string {
  const kind = own === 'NetworkPolicy' ? 'is of a kind that netpol does not evaluate' : `is a policy of ${printable(product)}, of a kind that netpol does not evaluate`;
  if (!ingress && !egress) { return `${kind}; it has no effect on the connections that netpol judges`; }
  const directions = ingress && egress ? 'in both directions' : ingress ? 'for ingress' : 'for egress';
  return `${kind}; the pods that it could select are undecided ${directions}${canAllow ? '' : ', except that denied connections stay denied'}`;
}

/** The labels of a namespace. The API server sets the label of its name (kubernetes.io/metadata.name). */
function namespaceLabels(name: string, labels: unknown): Namespace['labels'] {
  return { ...stringMap(labels), [NAMESPACE_NAME_LABEL]: name };
}
