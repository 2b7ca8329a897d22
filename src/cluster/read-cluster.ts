import { Cluster, Namespace, Policy } from './cluster';
import { versionFault } from '../k8s/api-versions';
import { FieldError } from '../validation/field-errors';
import { foreignPolicyProduct } from './private/unevaluated-policies';
import { formatPath, formatPlace, InputError, Origin, Finding, Place } from '../findings/finding';
import { ApiResource, DEFAULT_NAMESPACE, isObject, Labels, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { podTemplateOf, stringMap } from '../k8s/workloads';
import { validateNamespace } from '../validation/metadata';
import { policyOf } from './private/network-policy';
import { groupWorkloads, normalGroup, WorkloadObject } from './private/workloads';
import { Resource } from '../manifests/resources';
import { validateNetworkPolicy } from '../validation/network-policy';
import { validateWorkload } from '../validation/workload';

/** A cluster, and what was wrong with the objects that it was read from: those are left out of it. */
export interface ClusterReading {
  readonly cluster: Cluster;
  readonly problems: readonly Finding[];
}

/** Facts that are not in the input objects. */
export interface ClusterFacts {
  /** Namespaces that are made elsewhere, with all of their labels. */
  readonly namespaces?: readonly { readonly name: string; readonly labels: Labels; readonly place: Place }[];
}

/** Reads API objects into the model. Kinds without a meaning for connections are skipped. */
export function readCluster(resources: readonly Resource[], facts: ClusterFacts = {}): ClusterReading {
  const reader = new ClusterReader(facts);
  for (const { object, origin } of resources) { reader.read(object, origin); }
  return reader.finish();
}

/**
 * As readCluster, for whoever has no use for a cluster that is not whole.
 * @throws InputError where any problem, those that reading the text gave included, is an error
 */
export function loadCluster(resources: readonly Resource[], readingProblems: readonly Finding[] = []): ClusterReading {
  const { cluster, problems } = readCluster(resources);
  const all = [...readingProblems, ...problems];
  if (all.some(({ severity }) => severity === 'error')) { throw new InputError(all); }
  return { cluster, problems: all };
}

class ClusterReader {
  constructor(private readonly facts: ClusterFacts) {}

  private readonly problems: Finding[] = [];
  private readonly declared = new Map<string, Namespace>();
  private readonly policies: Policy[] = [];
  private readonly workloads: WorkloadObject[] = [];

  /** Pod templates of kinds that nobody here knows. */
  private readonly unknownWorkloads: { name: string; key: string; origin: Origin }[] = [];

  private readonly seen = new Map<string, Origin>();

  public read(object: ApiResource, origin: Origin): void {
    const apiVersion = String(object.apiVersion);
    const kind = String(object.kind);
    const product = foreignPolicyProduct(apiVersion, kind);
    if (product !== undefined) {
      this.problems.push({
        severity: 'warning',
        message: `${titleOf(object)} is a policy of ${product}, which is not evaluated: what it allows or denies is not counted`,
        place: origin.at(),
        unevaluated: true,
      });
      return;
    }
    const fault = versionFault(apiVersion, kind);
    if (fault !== undefined) {
      this.problems.push({ ...fault, place: origin.at(['apiVersion']) });
      if (fault.severity === 'error') { return; }
    }
    const template = podTemplateOf(object);
    if (template !== undefined) {
      const valid = this.isNew(object, origin) && this.isValid(object, origin, validateWorkload(object, template));
      if (valid) { this.workloads.push({ ...identityOf(object), object, origin, template }); }
    } else if (kind === 'NetworkPolicy') {
      const valid = this.isNew(object, origin) && this.isValid(object, origin, validateNetworkPolicy(object));
      if (valid) { this.policies.push(policyOf(object.spec, { ...identityOf(object), origin })); }
    } else if (kind === 'Namespace' && apiVersion === 'v1') {
      this.readNamespace(object, origin);
    } else if (hasPodTemplate(object)) {
      const { namespace, name } = identityOf(object);
      this.unknownWorkloads.push({ name: titleOf(object), key: JSON.stringify([namespace, kind, name]), origin });
    }
  }

  public finish(): ClusterReading {
    const { workloads, problems } = groupWorkloads(this.workloads);
    for (const problem of problems) { this.problems.push(problem); }
    // Where their pods are in the input, these are judged by them.
    const judged = new Set(workloads.map(({ namespace, kind, name }) => JSON.stringify([namespace, kind, name])));
    for (const { name, key, origin } of this.unknownWorkloads) {
      if (judged.has(key)) { continue; }
      this.problems.push({
        severity: 'warning',
        message: `${name} makes pods, but is of no kind that is known here: they are not judged; add the pods themselves to the input`,
        place: origin.at(),
        unevaluated: true,
      });
    }
    const namespaces = new Map(this.declared);
    for (const { name, labels, place } of this.facts.namespaces ?? []) {
      if (!namespaces.has(name)) { namespaces.set(name, { name, labels: namespaceLabels(name, labels), origin: { at: () => place } }); }
    }
    for (const { namespace: name } of [...workloads, ...this.policies]) {
      if (!namespaces.has(name)) { namespaces.set(name, { name, labels: namespaceLabels(name, {}) }); }
    }
    return { cluster: { namespaces, workloads, policies: this.policies }, problems: this.problems };
  }

  private readNamespace(object: ApiResource, origin: Origin): void {
    if (!this.isNew(object, origin) || !this.isValid(object, origin, validateNamespace(object))) { return; }
    const { name, labels } = object.metadata as { readonly name: string; readonly labels?: unknown };
    this.declared.set(name, { name, labels: namespaceLabels(name, labels), origin });
  }

  private isValid(object: ApiResource, origin: Origin, errors: readonly FieldError[]): boolean {
    for (const { path, message, fix: suggestion, place, harmless } of errors) {
      this.problems.push({
        severity: harmless ? 'warning' : 'error',
        message: `${titleOf(object)}: ${formatPath(path)}: ${message}${suggestion === undefined ? '' : `; ${suggestion}`}`,
        place: origin.at(place ?? path),
      });
    }
    return errors.every(({ harmless }) => harmless);
  }

  /** False, and an error, where an object of this name was read before: only one of the two would be in the cluster. */
  private isNew(object: ApiResource, origin: Origin): boolean {
    const metadata = isObject(object.metadata) ? object.metadata : {};
    // Without a name it is another's mistake, or it is generated and new each time.
    if (typeof metadata.name !== 'string' || metadata.name === '') { return true; }
    const { namespace, name } = identityOf(object);
    const scope = object.kind === 'Namespace' ? '' : namespace;
    const key = objectKey(normalGroup(String(object.apiVersion)), String(object.kind), scope, name);
    const before = this.seen.get(key);
    if (before === undefined) {
      this.seen.set(key, origin);
      return true;
    }
    this.problems.push({
      severity: 'error',
      message: `${titleOf(object)} is written twice: here and at ${formatPlace(before.at())}; remove one, or name the files of one cluster only`,
      place: origin.at(),
    });
    return false;
  }
}

/** Where an object is and what it is called; a generated name is not known before it is made. */
export function identityOf({ metadata }: ApiResource): { namespace: string; name: string } {
  const { name, generateName, namespace } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  return {
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : DEFAULT_NAMESPACE,
    name: typeof name === 'string' && name !== '' ? name : typeof generateName === 'string' ? `${generateName}*` : '',
  };
}

/** How an object is named in messages: `NetworkPolicy app/allow-dns`. */
function titleOf(object: ApiResource): string {
  const { namespace, name } = identityOf(object);
  const written = isObject(object.metadata) ? object.metadata.namespace : undefined;
  if (name === '') { return `this ${object.kind}`; }
  // Of a kind that is unknown here nobody can tell whether it has a namespace, where none is written.
  return typeof written === 'string' || podTemplateOf(object) !== undefined || object.kind === 'NetworkPolicy'
    ? `${object.kind} ${namespace}/${name}`
    : `${object.kind} ${name}`;
}

/** Every namespace has the label of its name, whatever is written: the API server sets it. */
function namespaceLabels(name: string, labels: unknown): Namespace['labels'] {
  return { ...stringMap(labels), [NAMESPACE_NAME_LABEL]: name };
}

/** An Argo Rollout, an OpenShift DeploymentConfig and whatever else makes pods. */
function hasPodTemplate({ spec }: ApiResource): boolean {
  const template = isObject(spec) ? spec.template : undefined;
  return isObject(template) && isObject(template.spec) && Array.isArray(template.spec.containers);
}

/** What tells an object from all others; the same for two only where each of the parts is. */
export function objectKey(group: string, kind: string, namespace: string, name: string): string {
  // The lengths tell where each part ends, whatever is in it. JSON would do the same, and take ten times as long.
  return `${group.length} ${kind.length} ${namespace.length} ${group}${kind}${namespace}${name}`;
}
