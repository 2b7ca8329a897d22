import { Cluster, ClusterFacts, Namespace, Policy, policyName, undeclaredNamespace, UnevaluatedPolicy, unevaluatedName, UnreadReason, unreadReason } from './cluster';
import { ClusterNode, ClusterPolicy, clusterPolicyName } from './cluster-policy';
import { agreedPart, Agreement, agreementOf } from './policy-meaning';
import { EndpointSlice, Service, serviceName } from './service';
import { mentionedKeys } from './unread-workloads';
import { inCurrentGroup } from '../k8s/group-kinds';
import { FieldError, FieldErrors, fieldFindings } from '../validation/field-errors';
import { unevaluatedPolicy } from './private/unevaluated-policies';
import { enumerate } from '../findings/enumeration';
import { Finding, finding, hasErrors, InputError, Origin, printable } from '../findings/finding';
import { isClusterScoped } from '../k8s/cluster-scoped';
import { dnsLabelErrors } from '../k8s/names';
import { apiGroup, ApiResource, haveSameContent, haveSameLabels, isObject, isSameJson, NAMESPACE_NAME_LABEL, withoutNullFields } from '../k8s/objects';
import { CustomTemplate } from '../k8s/pod-makers';
import { PodTemplate, podTemplateOf, servedVersion, stringMap, versionFault } from '../k8s/workloads';
import { validateIdentity, validateNamespace } from '../validation/metadata';
import { APPLICATION_POLICY, applicationPolicyOf } from './private/application-policies';
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
import { unknownKind } from './private/unknown-kinds';
import { ambiguousPolicy, invalidPolicy, policiesIn } from './private/unread-policies';
import { groupWorkloads, WorkloadObject } from './private/workloads';
import { meantNamespace } from '../manifests/meant-namespace';
import { Resource, unreadObject } from '../manifests/resources';
import { NOTHING, Unread } from '../manifests/unread';
import { validateApplicationNetworkPolicy } from '../validation/application-network-policy';
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

/** An object as it was declared. `refusedFor`: see Resource. */
type Declaration = Pick<Resource, 'object' | 'origin' | 'refusedFor'>;

const NO_FACTS: ClusterFacts = { namespaces: [] };

/** Reads API objects, facts, and what was not read into the model. Skips kinds that have no effect on connections. */
export function readCluster(resources: readonly Resource[], facts: ClusterFacts = NO_FACTS, unread: readonly Unread[] = []): ClusterReading {
  const reader = new ClusterReader(unread);
  for (const { object, origin, refusedFor } of resources) { reader.read({ object, origin, refusedFor }); }
  return reader.finish(facts);
}

/**
 * Reads a cluster as `readCluster` does, but accepts no errors. `textFindings` are the findings about the text of the objects.
 * @throws InputError if one of the findings is an error
 */
export function loadCluster(
  resources: readonly Resource[], textFindings: readonly Finding[] = [], facts?: ClusterFacts, unread?: readonly Unread[],
): ClusterReading {
  const { cluster, findings, accounted } = readCluster(resources, facts, unread);
  const all = [...textFindings, ...findings];
  if (hasErrors(all)) { throw new InputError(all); }
  return { cluster, findings: all, accounted };
}

/** What is wrong with a declaration. */
interface Faults {
  /** The first declaration of the object, which differs. */
  readonly before?: Declaration;
  readonly found: readonly Finding[];
  readonly isValid: boolean;
}

class ClusterReader {
  private readonly findings: Finding[] = [];
  private readonly declared = new Map<string, Namespace>();
  private readonly policies: Policy[] = [];
  private readonly clusterPolicies: ClusterPolicy[] = [];
  private readonly nodes: ClusterNode[] = [];
  private areNodesKnown = true;
  /** The policies, by the first declaration of each. */
  private readonly firstPolicies = new Map<Declaration, Policy>();
  /** The names of policies that have declarations of different meaning, and in which directions all of them agree. */
  private readonly ambiguous = new Map<string, Agreement>();
  /** The keys of cluster-wide policies that have declarations of different content. */
  private readonly ambiguousTierPolicies = new Set<string>();
  private readonly accounted = new Set<Finding>();
  private readonly unevaluated: UnevaluatedPolicy[] = [];
  private readonly workloads: WorkloadObject[] = [];
  private readonly autoscalers: Autoscaler[] = [];
  private readonly services = new Map<string, Service>();
  private readonly slices: ServiceSlices[] = [];
  private readonly entrances = new EntranceReader();

  private readonly custom = new CustomKinds();

  /** The index in `workloads` of each workload object that has a name, by key. */
  private readonly workloadIndexes = new Map<string, number>();

  private readonly unread: Unread[] = [];

  /** The first declaration of each object that has a name, by key. */
  private readonly named = new Map<string, Declaration>();

  constructor(unread: readonly Unread[]) {
    for (const one of unread) { this.leaveOpen(one); }
  }

  public read(written: Declaration): void {
    const declaration = { ...written, object: inCurrentGroup(written.object) };
    const { object, origin, refusedFor } = declaration;
    if (isProject(object)) {
      // `oc get namespaces,projects` prints both, so the two are two declarations of one object.
      this.readNamespace({ ...declaration, object: { ...object, apiVersion: 'v1', kind: 'Namespace' } });
      return;
    }
    const unknown = unknownKind(object, origin);
    if (unknown !== undefined) {
      const { message, fix, severity, mayHold } = unknown;
      const found = finding('NP030', origin.at(['kind']), message, { fix, severity });
      this.findings.push(found);
      this.leaveOpen({ ...unreadObject(object, origin, [...refusedFor ?? [], found]), mayHold });
      return;
    }
    const apiVersion = String(object.apiVersion);
    const kind = String(object.kind);
    const schema = clusterPolicySchema(apiVersion, kind);
    if (schema !== undefined) {
      this.readClusterPolicy(declaration, schema);
      return;
    }
    if (apiVersion === 'networking.k8s.aws/v1alpha1' && kind === APPLICATION_POLICY.kind) {
      this.readApplicationPolicy(declaration);
      return;
    }
    const node = nodeOf(object, identityOf(object).name, origin);
    if (node !== undefined) {
      this.readNode(declaration, node);
      return;
    }
    const fault = versionFault(apiVersion, kind);
    const template = podTemplateOf(object);
    const isCore = template !== undefined || fault === undefined && (kind === 'NetworkPolicy' || kind === 'Namespace') && servedVersion(kind) === apiVersion;
    if (refusedFor !== undefined && !isCore) {
      this.leaveOpen(unreadObject(object, origin, refusedFor));
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
    if (this.readService(object, origin) || this.readEntrance(object, origin)) { return; }
    if (fault !== undefined) {
      const found = finding(fault.isRead ? 'NP031' : 'NP030', origin.at(['apiVersion']), fault.message, { fix: fault.fix });
      this.findings.push(found);
      if (!fault.isRead) {
        this.leaveOpen(unreadObject(object, origin, [found]));
        return;
      }
    }
    if (template !== undefined) {
      this.readWorkload(declaration, template);
    } else if (kind === 'NetworkPolicy') {
      this.readPolicy(declaration);
    } else if (kind === 'Namespace' && apiVersion === 'v1') {
      this.readNamespace(declaration);
    } else {
      this.readCustom(object, origin);
    }
  }

  public finish({ namespaces: stated, podCidrs, plugin, openNamespaces: statedOpen = [] }: ClusterFacts): ClusterReading {
    const { unevaluated, accounted, unread } = this;
    const policies = this.policies.flatMap(policy => {
      const agreement = this.ambiguous.get(policyName(policy));
      return agreement === undefined ? [policy] : agreedPart(policy, agreement) ?? [];
    });
    const nodes = this.areNodesKnown ? this.nodes : [];
    const clusterPolicies = this.clusterPolicies.filter(policy => !this.ambiguousTierPolicies.has(clusterPolicyKey(policy)))
      .map(policy => withNodes(policy, nodes));
    let mentioned: ReadonlySet<string> | undefined;
    const keys = () => mentioned ??= mentionedKeys([...policies, ...clusterPolicies]);
    const { workloads, findings } = groupWorkloads(this.workloads, this.autoscalers, keys);
    for (const one of findings) { this.findings.push(one); }
    const { openNamespaces: withCustom, findings: customFindings } = this.custom.finish(workloads);
    for (const one of customFindings) { this.findings.push(one); }
    const openNamespaces = new Set([...statedOpen, ...withCustom]);
    const namespaces = new Map(this.declared);
    for (const one of unread) { addOpenNamespaces(one, namespaces); }
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
      if (!namespaces.has(name)) { namespaces.set(name, undeclaredNamespace({ unread }, name)); }
    }
    for (const one of baselineFindings(clusterPolicies, { namespaces, workloads, policies })) { this.findings.push(one); }
    const services = this.servicesWithSlices();
    const entrances = this.entrances.finish(namespaces, unread);
    const objects = { namespaces, workloads, policies, clusterPolicies, nodes, unevaluated, services, entrances, unread };
    const cluster = { ...objects, podCidrs, plugin, openNamespaces };
    return { cluster, findings: this.findings, accounted };
  }

  /** What something may hold that was not read is undecided, so its faults are no reason to give no answer. */
  private leaveOpen(unread: Unread): void {
    this.unread.push(unread);
    for (const found of unread.findings) { this.accounted.add(found); }
    this.unevaluated.push(...[policiesIn(unread)].filter(policy => policy !== undefined));
  }

  /**
   * Finds out whether a declaration has faults or differs from an earlier one, and reports it. What the object could affect will be undecided, so the
   * errors are accounted for. Undefined for a declaration that repeats an earlier one.
   */
  private faultsOf(declaration: Declaration, errors: readonly FieldError[]): Faults | undefined {
    const { object, origin, refusedFor } = declaration;
    const before = this.earlier(declaration);
    if (before !== undefined && refusedFor === undefined && before.refusedFor === undefined && haveSameContent(before.object, object)) {
      this.noteTwice(before, declaration);
      return undefined;
    }
    const count = this.findings.length;
    const isValid = this.isValid(object, origin, errors) && refusedFor === undefined;
    if (before !== undefined) { this.reportTwice(before, declaration); }
    const found = [...refusedFor ?? [], ...this.findings.slice(count)];
    for (const one of found) { this.accounted.add(one); }
    return { before, found, isValid };
  }

  /** Reads a workload. The pods of a faulty one, and of one that is declared twice, are not known. */
  private readWorkload(declaration: Declaration, template: PodTemplate, custom?: readonly CustomTemplate[]): void {
    const { object, origin } = declaration;
    const faults = this.faultsOf(declaration, custom === undefined ? validateWorkload(object, template) : []);
    if (faults === undefined) { return; }
    const { before, found, isValid } = faults;
    const hasIdentity = isIdentityValid(object);
    if (!isValid && (!hasIdentity || meantNamespace(object) === undefined)) {
      this.leaveOpen(unreadObject(object, origin, found));
      return;
    }
    // Most workloads need no reason.
    const reason = () => unreadReason(unreadObject(object, origin, found));
    const unread = isValid ? undefined : { reason: reason(), isNetworkKnown: declaration.refusedFor === undefined && hasTemplate(object, template) };
    const one: WorkloadObject = { ...identityOf(object), object, origin, template, custom, unread };
    const index = before === undefined ? undefined : this.workloadIndexes.get(keyOfObject(object));
    if (index === undefined) {
      const added = this.workloads.push(one) - 1;
      if (hasIdentity) { this.workloadIndexes.set(keyOfObject(object), added); }
      return;
    }
    const first = this.workloads[index];
    const others = { objects: [...first.others?.objects ?? [], one], reason: { ...reason(), code: 'defined-twice' as const } };
    this.workloads[index] = { ...first, unread: first.unread ?? unread, others };
  }

  /** Reads a NetworkPolicy. What a faulty one could affect is undecided. */
  private readPolicy(declaration: Declaration): void {
    const { object, origin, refusedFor } = declaration;
    const errors = validateNetworkPolicy(object);
    const faults = this.faultsOf(declaration, errors);
    if (faults === undefined) { return; }
    const { before, isValid } = faults;
    if (!isValid) { this.unevaluated.push(invalidPolicy(object, origin, refusedFor !== undefined || errors.some(({ type }) => type === 'UnknownField'))); }
    const generated = isGenerated(object) ? { isGenerated: true } : {};
    const policy = isValid ? policyOf(object.spec, { ...identityOf(object), origin, ...generated }) : undefined;
    if (before !== undefined) {
      const first = this.firstPolicies.get(before);
      const agreement = first !== undefined && policy !== undefined ? agreementOf(first, policy) : { ingress: false, egress: false };
      if (agreement.ingress && agreement.egress) { return; }
      const { namespace, name } = identityOf(object);
      const known = this.ambiguous.get(`${namespace}/${name}`) ?? agreement;
      this.ambiguous.set(`${namespace}/${name}`, { ingress: known.ingress && agreement.ingress, egress: known.egress && agreement.egress });
      this.unevaluated.push(ambiguousPolicy(before.object, object, origin, agreement));
    } else if (policy !== undefined) {
      this.policies.push(policy);
      this.firstPolicies.set(declaration, policy);
    }
  }

  /** Reads a cluster-wide policy. What a faulty one could affect is undecided. */
  private readClusterPolicy(declaration: Declaration, schema: ClusterPolicySchema): void {
    const { object, origin } = declaration;
    const faults = this.faultsOf(declaration, validateClusterPolicy(object, schema));
    if (faults === undefined) { return; }
    const { before, isValid } = faults;
    const { name } = identityOf(object);
    if (!isValid) { this.unevaluated.push(unreadClusterPolicy({ unread: 'invalid', declarations: [object] }, name, origin)); }
    if (before !== undefined && isValid && haveSameSpec(before, declaration)) { return; }
    const policy = isValid ? clusterPolicyOf(object, name, origin) : undefined;
    if (before !== undefined) {
      this.ambiguousTierPolicies.add(clusterPolicyKey({ api: `${apiGroup(String(object.apiVersion))} ${object.kind}`, name }));
      this.unevaluated.push(unreadClusterPolicy({ unread: 'twice', declarations: [before.object, object] }, name, origin));
    } else if (typeof policy === 'string') {
      this.unevaluated.push(unreadClusterPolicy({ unread: 'unspecified', declarations: [object] }, name, origin));
      this.findings.push(finding('NP324', origin.at(), `${titleOf(object)} has ${policy}, and no specification says what it means; `
        + 'the pods that the policy could select are undecided'));
    } else if (policy !== undefined) {
      this.clusterPolicies.push(policy);
      for (const { path, names } of misplacedDomains(policy)) {
        const rule = policy.tier === 'Baseline' ? 'of the Baseline tier' : 'that does not accept';
        this.findings.push(finding('NP322', origin.at(path), `${clusterPolicyName(policy)} names ${enumerate(names)} in a rule ${rule}; `
          + 'the API documents domain names only for rules that accept', { fix: 'write networks, or a rule of the Admin tier that accepts' }));
      }
    }
  }

  /** Reads an ApplicationNetworkPolicy. What a faulty one could affect is undecided. */
  private readApplicationPolicy(declaration: Declaration): void {
    const { object, origin } = declaration;
    const faults = this.faultsOf(declaration, validateApplicationNetworkPolicy(object));
    if (faults === undefined) { return; }
    const { before, isValid } = faults;
    if (before !== undefined && isValid && haveSameSpec(before, declaration)) { return; }
    const both = { ...APPLICATION_POLICY, ingress: true, egress: true };
    if (!isValid) { this.unevaluated.push({ ...invalidPolicy(object, origin, true), ...both }); }
    if (before !== undefined) {
      const agreement = { ingress: false, egress: false };
      this.ambiguous.set(policyName({ ...identityOf(object), kind: APPLICATION_POLICY.kind }), agreement);
      this.unevaluated.push({ ...ambiguousPolicy(before.object, object, origin, agreement), ...both });
    } else if (isValid) {
      const { policy, open } = applicationPolicyOf(object, origin);
      if (policy !== undefined) { this.policies.push(policy); }
      if (open === undefined) { return; }
      this.unevaluated.push(open);
      if (open.unread !== 'unspecified') { return; }
      this.findings.push(finding('NP324', origin.at(), `${titleOf(object)} has something of which no specification says what it means, such as no policyTypes; `
        + 'the pods that the policy could select are undecided', { fix: 'write policyTypes, and rules that a NetworkPolicy can have' }));
    }
  }

  /** Reads a Node. If one is not known, no address of a node is. */
  private readNode(declaration: Declaration, node: ClusterNode): void {
    const faults = this.faultsOf(declaration, []);
    if (faults === undefined) { return; }
    this.nodes.push(node);
    if (!faults.isValid || faults.before !== undefined) { this.areNodesKnown = false; }
  }

  /** Reads the pods of a custom kind, if it makes any. */
  private readCustom(object: ApiResource, origin: Origin): void {
    const identity = identityOf(object);
    const templates = this.custom.read(object, identity, origin);
    if (templates.length > 0) { this.readWorkload({ object, origin }, templates[0].template, templates); }
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
      related: [{ message: 'the first declaration', place: before.origin.at() }], fix: alternativesFix(before.origin, service.origin) ?? 'remove one, or make them equal',
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
    const findings = fieldFindings(errors, origin, { subject: titleOf(object), code: 'NP035' }).map(one => ({ ...one, message: `${one.message}; netpol leaves the object out` }));
    this.findings.push(...findings);
    if (object.kind !== 'Service') { return; }
    if (mayLeadIn(object)) { this.entrances.addFaulty(object, origin); }
    const unread = unreadObject(object, origin, findings);
    this.leaveOpen({ ...unread, mayHold: { ...NOTHING, services: unread.mayHold.services } });
  }

  /** Reads a Namespace. Its labels are not known if it has faults, or as far as two declarations differ. */
  private readNamespace(declaration: Declaration): void {
    const { object, origin } = declaration;
    const faults = this.faultsOf(declaration, validateNamespace(object));
    if (faults === undefined) { return; }
    const { found, isValid } = faults;
    const unread = unreadObject(object, origin, found);
    const { name, labels } = isObject(object.metadata) ? object.metadata : {} as Record<string, unknown>;
    if (typeof name !== 'string' || dnsLabelErrors(name).length > 0) {
      // Nobody knows which namespace was meant.
      this.leaveOpen({ ...unread, mayHold: { ...unread.mayHold, namespaces: 'any' } });
      return;
    }
    const known = this.declared.get(name);
    const own: Namespace = isValid ? { name, labels: namespaceLabels(name, labels), origin } : openNamespace(name, origin, unread);
    this.declared.set(name, known === undefined ? own : eitherNamespace(known, own, { ...unreadReason(unread), code: 'defined-twice' }));
  }

  private isValid(object: ApiResource, origin: Origin, errors: readonly FieldError[]): boolean {
    if (errors.length === 0) { return true; }
    this.findings.push(...fieldFindings(errors, origin, { subject: titleOf(object) }));
    return errors.every(({ harmless }) => harmless);
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
      related: [{ message: 'the first declaration', place: before.origin.at() }],
      fix: alternativesFix(before.origin, origin) ?? 'remove one, make them equal, or name the files of one cluster only',
    }));
  }

  /** True for an object that an earlier one declares with equal content. */
  private isRepeated(object: ApiResource, origin: Origin): boolean {
    const before = this.earlier({ object, origin });
    if (before === undefined || !haveSameContent(before.object, object)) { return false; }
    this.noteTwice(before, { object, origin });
    return true;
  }

  /** The first declaration of an object of this name. If there is none, remembers this one. */
  private earlier(declaration: Declaration): Declaration | undefined {
    const { object } = declaration;
    const metadata = isObject(object.metadata) ? object.metadata : {};
    // Validation reports a missing name. A generated name is new each time.
    if (typeof metadata.name !== 'string' || metadata.name === '') { return undefined; }
    const key = keyOfObject(object);
    const before = this.named.get(key);
    if (before === undefined) { this.named.set(key, declaration); }
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

/** True if a Service with faults may be a way in from outside: its type is not known to be inside only, or it has external addresses. */
function mayLeadIn({ spec }: ApiResource): boolean {
  if (!isObject(spec)) { return true; }
  const { type = 'ClusterIP', externalIPs } = spec;
  return (type !== 'ClusterIP' && type !== 'ExternalName') || externalIPs !== undefined;
}

/** The fix for two declarations that were rendered from different folders, which are often alternatives, such as overlays for development and production. */
function alternativesFix({ renderedFrom: first }: Origin, { renderedFrom: second }: Origin): string | undefined {
  return first === undefined || second === undefined || first === second ? undefined : `if the two folders are alternatives, name one of them: ${first} or ${second}`;
}

/** How a policy of a kind that is not evaluated affects the answers. */
function consequence({ kind: own, product, ingress, egress, canAllow }: UnevaluatedPolicy): string {
  const kind = own === 'NetworkPolicy' ? 'is of a kind that netpol does not evaluate' : `is a policy of ${printable(product)}, of a kind that netpol does not evaluate`;
  if (!ingress && !egress) { return `${kind}; it has no effect on the connections that netpol judges`; }
  const directions = ingress && egress ? 'in both directions' : ingress ? 'for ingress' : 'for egress';
  return `${kind}; the pods that it could select are undecided ${directions}${canAllow ? '' : ', except that denied connections stay denied'}`;
}

/**
 * True if two declarations of a custom resource have one spec. Labels, annotations and the version mean nothing for connections. If the first has a fault,
 * what it leaves open includes what the second could affect.
 */
function haveSameSpec(first: Declaration, second: Declaration): boolean {
  return isSameJson(withoutNullFields(first.object.spec), withoutNullFields(second.object.spec));
}

/** True for a Project of OpenShift, which is a namespace of its name with the same labels (project.openshift.io/v1, Project). */
function isProject({ apiVersion, kind }: ApiResource): boolean {
  return kind === 'Project' && apiGroup(String(apiVersion)) === 'project.openshift.io';
}

/** A namespace of which only the name is known. */
function openNamespace(name: string, origin: Origin, unread: Unread): Namespace {
  return { name, labels: namespaceLabels(name, {}), origin, open: { reason: unreadReason(unread) } };
}

/** Adds the namespaces that something declares which was not read, if nothing else does. Their labels are not known. */
function addOpenNamespaces(unread: Unread, namespaces: Map<string, Namespace>): void {
  const { mayHold: { namespaces: names } } = unread;
  for (const name of names === 'any' ? [] : names) {
    if (!namespaces.has(name)) { namespaces.set(name, openNamespace(name, unread.origin, unread)); }
  }
}

/** A namespace that is declared twice: what the declarations agree on is known. */
function eitherNamespace(one: Namespace, other: Namespace, reason: UnreadReason): Namespace {
  if ((one.open !== undefined && one.open.values === undefined) || other.open !== undefined) { return one.open === undefined ? other : one; }
  const values = new Map(one.open?.values);
  const labels: Record<string, string> = {};
  for (const key of new Set([...Object.keys(one.labels), ...Object.keys(other.labels), ...values.keys()])) {
    const possible = new Set([...values.get(key) ?? [one.labels[key]], other.labels[key]]);
    if (possible.size === 1) { labels[key] = one.labels[key]; } else { values.set(key, [...possible]); }
  }
  return values.size === 0 ? one : { ...one, labels, open: { values, reason } };
}

/** True if the namespace and the name of an object can be used in messages and found by questions. */
function isIdentityValid({ metadata }: ApiResource): boolean {
  const errors = new FieldErrors();
  validateIdentity(errors, isObject(metadata) ? metadata : {});
  return errors.errors.length === 0;
}

/** True if the object has the pods that its kind describes, so that one can see which network they use. */
function hasTemplate(object: ApiResource, { path }: PodTemplate): boolean {
  return isObject([...path, 'spec'].reduce<unknown>((parent, field) => isObject(parent) ? parent[field] : undefined, object));
}

/** The labels of a namespace. The API server sets the label of its name (kubernetes.io/metadata.name). */
function namespaceLabels(name: string, labels: unknown): Namespace['labels'] {
  return { ...stringMap(labels), [NAMESPACE_NAME_LABEL]: name };
}
