import { meantNamespace } from './meant-namespace';
import { hasObjectField, isMeantAsObject, objectFault } from './private/meant-objects';
import { holdsKind, scanText } from './private/scanned-text';
import { allOf, MayHold, NOTHING, Scope, Unread } from './unread';
import { finding, Finding, Origin, printable } from '../findings/finding';
import { nearestName } from '../findings/nearest-name';
import { hasKind, kindsOfGroup } from '../k8s/group-kinds';
import { dnsSubdomainErrors } from '../k8s/names';
import { isPolicyShaped } from '../k8s/network-kinds';
import { apiGroup, ApiResource, clusterNamedBy, DEFAULT_NAMESPACE, isObject, isOfKubernetes } from '../k8s/objects';

/** An API object as it was read, and where it was written. */
export interface Resource {
  readonly object: ApiResource;
  readonly origin: Origin;
  /** True if the user named the file or it is standard input. False if the file was found in a folder. */
  readonly named: boolean;
  /** The errors about the text of the object, such as a field that it has twice. Only its kind, namespace and name count then. */
  readonly refusedFor?: readonly Finding[];
  /** The cluster that the annotation of the object, or else that of the list around it, names. Absent if the object is part of every cluster. */
  readonly cluster?: string;
}

/** The objects that were read, the faults that were found, and what was not read because of them. */
export interface ReadResult {
  readonly resources: Resource[];
  readonly findings: Finding[];
  readonly unread: Unread[];
}

/** A value that should be an API object. */
interface Candidate {
  readonly value: unknown;
  readonly origin: Origin;
  /** The type of the items of a typed list, which may omit it. */
  readonly type?: { readonly apiVersion: unknown; readonly kind: string };
  readonly severity: 'error' | 'warning';
  /** The cluster of the list around it. */
  readonly cluster?: string;
}

/**
 * The objects of a document: itself, or the items of a list. As for kubectl and Argo CD, every object with a list of `items` is a list, whatever
 * its kind (k8s.io/apimachinery, pkg/apis/meta/v1/unstructured, `Unstructured.IsList`). The items of a typed list, such as a PodList, may omit
 * apiVersion and kind.
 */
export function objectsOf(document: unknown, origin: Origin, named: boolean): ReadResult {
  const resources: Resource[] = [];
  const findings: Finding[] = [];
  const unread: Unread[] = [];
  // A folder may have other YAML files. In a file that was named, and in a List, another value is a mistake.
  const stack: Candidate[] = [{ value: document, origin, severity: named || isMeantAsObject(document) ? 'error' : 'warning' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const object = withListType(next);
    const fault = objectFault(object);
    if (fault !== undefined) {
      const found = finding('NP010', next.origin.at(), fault.message, { fix: fault.fix, severity: next.severity });
      findings.push(found);
      if (next.severity === 'error') { unread.push(unreadValue(object, next.origin, found)); }
      continue;
    }
    const own = clusterNamedBy(object as ApiResource);
    const cluster = own === undefined ? next.cluster : printable(own);
    if (!isList(object as ApiResource)) {
      resources.push({ object: object as ApiResource, origin: next.origin, named, ...cluster === undefined ? {} : { cluster } });
    } else {
      const { items } = object as { items?: unknown };
      const listFault = itemsFault(object as ApiResource);
      if (Array.isArray(items)) {
        // The stack reverses the order. Lists may contain Lists, and findings are in the order of the file.
        for (let i = items.length - 1; i >= 0; i--) { stack.push({ ...itemOf(object as ApiResource, next.origin, items[i], i), cluster }); }
      } else if (listFault !== undefined) {
        const found = finding('NP011', next.origin.at([listFault.field]), listFault.message, { fix: listFault.fix });
        findings.push(found);
        const mayHold = scanText(JSON.stringify(object));
        unread.push({ what: 'a List without items', origin: next.origin, code: 'not-read', mayHold, findings: [found] });
      }
    }
  }
  return { resources, findings, unread };
}

/** What is not read of a value that is not an object of Kubernetes. */
function unreadValue(value: unknown, origin: Origin, found: Finding): Unread {
  if (isObject(value) && isText(value.kind) && !isList(value)) { return unreadObject(value, origin, [found]); }
  const what = Array.isArray(value) || (isObject(value) && isList(value)) ? 'a list of objects' : isObject(value) ? 'an object without a kind' : 'a value that is not an object';
  return { what, origin, code: 'not-read', mayHold: valueMayHold(value), findings: [found] };
}

/**
 * Which objects a value was meant to be that is not an object of Kubernetes. A policy without a kind may be one that has no namespace. A value without a field of an
 * object may be the spec of a policy, or have objects in its fields.
 */
function valueMayHold(value: unknown): MayHold {
  if (Array.isArray(value)) { return allOf(value.map(valueMayHold)); }
  if (!isObject(value)) { return NOTHING; }
  if (Array.isArray(value.items)) { return allOf(value.items.map(valueMayHold)); }
  if (isText(value.kind)) { return objectMayHold(value); }
  const scope = scopeOf(value);
  if (hasObjectField(value)) { return { policies: 'any', workloads: scope, services: scope, namespaces: 'any' }; }
  const own: MayHold = isPolicyShaped({ spec: value }) ? { ...NOTHING, policies: 'any' } : NOTHING;
  return allOf([own, ...Object.values(value).filter(one => isMeantAsObject(one)).map(valueMayHold)]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** An object that is not read. */
export function unreadObject(object: ApiResource, origin: Origin, findings: readonly Finding[]): Unread {
  const name = meantName(object);
  return { what: writtenName(object), ...name === undefined ? {} : { name }, origin, code: 'not-read', mayHold: objectMayHold(object), findings };
}

/** What is open if an object is not read. Whatever its kind, it may be a policy if it has the fields of one. */
function objectMayHold(object: ApiResource): MayHold {
  const scope = scopeOf(object);
  const name = meantName(object);
  const ofKind = holdsKind(String(object.kind), scope, () => name === undefined ? 'any' : [name]);
  return isPolicyShaped(object) ? allOf([ofKind, { ...NOTHING, policies: scope }]) : ofKind;
}

/** The name of an object. Undefined if it has none, or if the API server accepts no object of this name, such as `${NAME}`. */
function meantName({ metadata }: ApiResource): string | undefined {
  const { name } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  return typeof name === 'string' && dnsSubdomainErrors(name).length === 0 ? name : undefined;
}

/** The namespaces in which an object may be. */
function scopeOf(object: ApiResource): Scope {
  const namespace = meantNamespace(object);
  return namespace === undefined ? 'any' : [namespace];
}

/** The name of an object in messages that nothing has validated: `Deployment app/web`. */
function writtenName(object: ApiResource): string {
  const { namespace, name: own } = identityIn(object);
  const { generateName } = isObject(object.metadata) ? object.metadata : {} as Record<string, unknown>;
  const name = own ?? (typeof generateName === 'string' ? `${generateName}*` : undefined);
  if (name === undefined) { return printable(`a ${object.kind} without a name`); }
  const isNamespaced = object.kind !== 'Namespace' && namespace !== undefined;
  return printable(`${object.kind} ${isNamespaced ? `${namespace}/` : ''}${name}`);
}

/** The namespace and the name that an object writes. The namespace is undefined if nobody knows it, because its value is not text. The name is if it has none. */
function identityIn({ metadata }: ApiResource): { namespace?: string; name?: string } {
  const { name, namespace } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  const isAbsent = namespace === undefined || namespace === null || namespace === '';
  return { namespace: isAbsent ? DEFAULT_NAMESPACE : typeof namespace === 'string' ? namespace : undefined, name: name === undefined || name === null || name === '' ? undefined : String(name) };
}

/** Every object with a list of items, and those of kinds that are lists, although they may have none. */
function isList(object: ApiResource): boolean {
  return Array.isArray(object.items) || isListKind(String(object.apiVersion), String(object.kind));
}

/** True for `List`, and for the lists of kinds of Kubernetes and of the projects that netpol knows. Other groups may have a kind such as `AllowList`. */
function isListKind(apiVersion: string, kind: string): boolean {
  if (kind === 'List') { return true; }
  if (!kind.endsWith('List')) { return false; }
  const group = apiGroup(apiVersion);
  const known = kindsOfGroup(group);
  return known === undefined ? isOfKubernetes(group) : hasKind(known, kind.slice(0, -'List'.length));
}

/** The fields of a list besides its items. */
const LIST_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'items'];

/** What is wrong with a list without a list of items. Nothing if it is empty. */
function itemsFault(list: ApiResource): { readonly field: string; readonly message: string; readonly fix: string } | undefined {
  if ((list.items ?? undefined) !== undefined) {
    return { field: 'items', message: 'the items of a List must be a list', fix: "write each item as '- apiVersion: …'" };
  }
  const others = Object.keys(list).filter(field => !LIST_FIELDS.includes(field));
  if (others.length === 0) { return undefined; }
  const field = others.find(one => nearestName(one, ['items']) !== undefined) ?? others[0];
  const fix = nearestName(field, ['items']) === undefined ? "write its objects under 'items:'" : `write 'items' instead of '${printable(field)}'`;
  return { field, message: `this ${printable(String(list.kind))} has no items`, fix };
}

function itemOf(list: ApiResource, origin: Origin, value: unknown, index: number): Candidate {
  const kind = String(list.kind).replace(/List$/, '');
  return {
    value,
    origin: { at: (path = []) => origin.at(['items', index, ...path]), written: path => origin.written?.(['items', index, ...path]) },
    type: kind === '' ? undefined : { apiVersion: list.apiVersion, kind },
    severity: 'error',
  };
}

/**
 * The value, with the type that its list gives it. kubectl gives it only to items that have neither apiVersion nor kind
 * (k8s.io/apimachinery, pkg/apis/meta/v1/unstructured/helpers.go, `decodeToList`).
 */
function withListType({ value, type }: Candidate): unknown {
  return isObject(value) && type !== undefined && !value.kind && !value.apiVersion ? { ...value, ...type } : value;
}
