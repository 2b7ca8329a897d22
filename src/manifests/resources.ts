import { Origin, Finding } from '../findings/finding';
import { servedVersion } from '../k8s/api-versions';
import { ApiResource, isObject } from '../k8s/objects';

/** An API object as it was read, and where it is written. */
export interface Resource {
  readonly object: ApiResource;
  readonly origin: Origin;
  /** It comes from a file that was named, or from standard input, rather than found in a folder. */
  readonly named: boolean;
}

/** What was read, and what was wrong with it. */
export interface ReadResult {
  readonly resources: Resource[];
  readonly problems: Finding[];
}

/** What a list says of its items, which may leave it out themselves. */
interface ItemType {
  readonly apiVersion: unknown;
  readonly kind: string;
}

/** A value that should be an object. */
interface Candidate {
  readonly value: unknown;
  readonly origin: Origin;
  /** Absent for a document, and in a plain `kind: List`. */
  readonly type?: ItemType;
  readonly severity: 'error' | 'warning';
}

/**
 * The objects of one document: itself, or the items of a List (`kind: List`, and PodList,
 * NetworkPolicyList and their like, whose items may come without a kind).
 */
export function objectsOf(document: unknown, origin: Origin, named: boolean): ReadResult {
  const resources: Resource[] = [];
  const problems: Finding[] = [];
  // A folder holds other YAML too; in a file that was named, and in a List, it is a mistake.
  const stack: Candidate[] = [{ value: document, origin, severity: named ? 'error' : 'warning' }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { origin: place, severity } = next;
    const object = typed(next);
    const fault = identityFault(object);
    if (fault !== undefined) {
      problems.push({ severity, message: fault, place: place.at() });
    } else if (!isListKind(object as ApiResource)) {
      resources.push({ object: object as ApiResource, origin: place, named });
    } else {
      const { items = [] } = object as { items?: unknown };
      if (Array.isArray(items)) {
        // The last item goes first onto the stack: Lists may hold Lists, and order counts in messages.
        for (let i = items.length - 1; i >= 0; i--) { stack.push(itemOf(object as ApiResource, place, items[i], i)); }
      } else if (items !== null) {
        problems.push({ severity: 'error', message: "the items of a List are a list: write each as '- apiVersion: …'", place: place.at(['items']) });
      }
    }
  }
  return { resources, problems };
}

/** True for `List`, and for other kinds of lists where they hold items. */
function isListKind(object: ApiResource): boolean {
  return object.kind === 'List' || (String(object.kind).endsWith('List') && Array.isArray(object.items));
}

function itemOf(list: ApiResource, origin: Origin, value: unknown, index: number): Candidate {
  const kind = String(list.kind).slice(0, -'List'.length);
  return {
    value,
    origin: { at: (path = []) => origin.at(['items', index, ...path]) },
    type: kind === '' ? undefined : { apiVersion: list.apiVersion, kind },
    severity: 'error',
  };
}

/** The value, with the kind that its list gives it. */
function typed({ value, type }: Candidate): unknown {
  if (!isObject(value) || type === undefined) { return value; }
  const { kind = type.kind, apiVersion = type.apiVersion } = value;
  return { ...value, kind, apiVersion };
}

/** What keeps a value from being an API object. */
function identityFault(value: unknown): string | undefined {
  if (Array.isArray(value)) { return "this is a list, not a Kubernetes object: put the list under 'items:' of an object with 'apiVersion: v1' and 'kind: List'"; }
  if (!isObject(value)) { return 'this is no Kubernetes object: one has apiVersion, kind and metadata'; }
  if (!isText(value.kind)) { return missing('kind', 'NetworkPolicy', value.kind); }
  if (!isText(value.apiVersion)) { return missing('apiVersion', servedVersion(value.kind) ?? 'v1', value.apiVersion); }
  return undefined;
}

function missing(field: string, example: string, value: unknown): string {
  return value === undefined || value === null || value === ''
    ? `'${field}' is missing, so this is no Kubernetes object: write it, as in '${field}: ${example}'`
    : `'${field}' must be text, as in '${field}: ${example}'`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
