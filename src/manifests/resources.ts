import { holdsKind, scanText } from './private/scanned-text';
import { MayHold, NOTHING, Unread } from './unread';
import { finding, Finding, Origin, printable } from '../findings/finding';
import { ApiResource, clusterNamedBy, DEFAULT_NAMESPACE, isObject } from '../k8s/objects';
import { servedVersion } from '../k8s/workloads';

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
  const stack: Candidate[] = [{ value: document, origin, severity: named ? 'error' : 'warning' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const object = withListType(next);
    const fault = objectFault(object);
    if (fault !== undefined) {
      const found = finding('NP010', next.origin.at(), fault.message, { fix: fault.fix, severity: next.severity });
      findings.push(found);
      if (next.severity === 'error') { unread.push({ what: 'a document without a kind', origin: next.origin, code: 'not-read', mayHold: valueMayHold(object), findings: [found] }); }
      continue;
    }
    const own = clusterNamedBy(object as ApiResource);
    const cluster = own === undefined ? next.cluster : printable(own);
    if (!isList(object as ApiResource)) {
      resources.push({ object: object as ApiResource, origin: next.origin, named, ...cluster === undefined ? {} : { cluster } });
    } else {
      const { items = [] } = object as { items?: unknown };
      if (Array.isArray(items)) {
        // The stack reverses the order. Lists may contain Lists, and findings are in the order of the file.
        for (let i = items.length - 1; i >= 0; i--) { stack.push({ ...itemOf(object as ApiResource, next.origin, items[i], i), cluster }); }
      } else if (items !== null) {
        const found = finding('NP011', next.origin.at(['items']), 'the items of a List must be a list', { fix: "write each item as '- apiVersion: …'" });
        findings.push(found);
        const mayHold = scanText(JSON.stringify({ items }));
        unread.push({ what: 'a List without items', origin: next.origin, code: 'not-read', mayHold, findings: [found] });
      }
    }
  }
  return { resources, findings, unread };
}

/** Which objects a value was meant to be that is not an object of Kubernetes. */
function valueMayHold(value: unknown): MayHold {
  if (!isObject(value)) { return Array.isArray(value) ? scanText(JSON.stringify(value)) : NOTHING; }
  const { namespace } = identityIn(value);
  if (typeof value.kind === 'string' && value.kind !== '') { return objectMayHold(value); }
  const isLikeObject = ['apiVersion', 'metadata', 'spec'].some(field => Object.hasOwn(value, field));
  return isLikeObject ? { policies: 'any', workloads: [namespace], services: [namespace], namespaces: 'any' } : NOTHING;
}

/** An object that is not read. */
export function unreadObject(object: ApiResource, origin: Origin, findings: readonly Finding[]): Unread {
  const { name } = isObject(object.metadata) ? object.metadata : {} as Record<string, unknown>;
  return { what: writtenName(object), ...typeof name === 'string' ? { name } : {}, origin, code: 'not-read', mayHold: objectMayHold(object), findings };
}

/** What is open if an object is not read. Nobody knows which namespace was meant if the API server does not accept the value. */
function objectMayHold(object: ApiResource): MayHold {
  const { namespace, name } = identityIn(object);
  const written = isObject(object.metadata) ? object.metadata.namespace ?? '' : '';
  return holdsKind(String(object.kind), typeof written === 'string' ? [namespace] : 'any', () => [name]);
}

/** The name of an object in messages that nothing has validated: `Deployment app/web`. */
function writtenName(object: ApiResource): string {
  const { namespace, name } = identityIn(object);
  const isNamespaced = object.kind !== 'Namespace';
  return printable(`${object.kind} ${isNamespaced ? `${namespace}/` : ''}${name}`);
}

/** The namespace and the name that an object writes. */
function identityIn({ metadata }: ApiResource): { namespace: string; name: string } {
  const { namespace, name } = isObject(metadata) ? metadata : {} as Record<string, unknown>;
  return { namespace: typeof namespace === 'string' && namespace !== '' ? namespace : DEFAULT_NAMESPACE, name: String(name) };
}

function isList(object: ApiResource): boolean {
  return object.kind === 'List' || Array.isArray(object.items);
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

/** Why a value is not an API object. */
function objectFault(value: unknown): { message: string; fix: string } | undefined {
  if (Array.isArray(value)) {
    return { message: 'this is a list, not a Kubernetes object', fix: "put the list under 'items:' of an object with 'apiVersion: v1' and 'kind: List'" };
  }
  if (!isObject(value)) { return { message: 'this is not a Kubernetes object', fix: 'write apiVersion, kind and metadata' }; }
  return typeFault('kind', value.kind, 'NetworkPolicy') ?? typeFault('apiVersion', value.apiVersion, servedVersion(String(value.kind)) ?? 'v1');
}

function typeFault(field: string, value: unknown, example: string): { message: string; fix: string } | undefined {
  const fix = `write '${field}: ${example}'`;
  if (value === undefined || value === null || value === '') { return { message: `'${field}' is missing, so this is not a Kubernetes object`, fix }; }
  return typeof value === 'string' ? undefined : { message: `'${field}' must be text`, fix };
}
