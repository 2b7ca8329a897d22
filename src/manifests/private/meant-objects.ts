import { printable } from '../../findings/finding';
import { nearestKind, nearestName } from '../../findings/nearest-name';
import { hasKind, kindsOfGroup } from '../../k8s/group-kinds';
import { isPolicyShaped } from '../../k8s/network-kinds';
import { apiGroup, ApiResource, isObject, isOfKubernetes } from '../../k8s/objects';
import { READ_KINDS, servedVersion } from '../../k8s/workloads';

/*
 * Values that are not objects of Kubernetes. A folder of manifests often has files of other tools, too, and these are no faults. But a manifest with a slip, such as a
 * policy without its kind, must not be taken for one of them.
 */

/** The fields that an object of Kubernetes has besides its kind. A value with two of them is meant as one. */
const FIELDS: readonly string[] = ['apiVersion', 'metadata', 'spec'];

/** The form of a kind. Other tools often have kinds in small letters, such as `pipeline`. */
const KIND = /^[A-Z][A-Za-z0-9]*$/;

/** Kinds that a value with nothing but a kind may be meant as. */
const KNOWN_KINDS: readonly string[] = [...new Set([...READ_KINDS, ...['', 'networking.k8s.io', 'policy'].flatMap(group => kindsOfGroup(group)!.kinds)])];

/**
 * True for a value that somebody meant as an object of Kubernetes, or as objects, although a field may be missing or written in other letters. Files of values, of
 * pipelines, of rules for tools and of intents are none. An item of a list needs more than a kind, because lists of other tools often have one.
 */
export function isMeantAsObject(value: unknown, isItem = false): boolean {
  if (Array.isArray(value)) { return value.some(item => isMeantAsObject(item, true)); }
  if (!isObject(value)) { return false; }
  if (isPolicyWithoutType(value) || (Array.isArray(value.items) && value.items.some(item => isMeantAsObject(item, true)))) { return true; }
  const fields = FIELDS.filter(field => keyOf(value, field) !== undefined);
  const key = keyOf(value, 'kind');
  if (fields.length > 1) { return key === undefined ? !isOfOtherTool(value) : fields.includes('apiVersion') || mayBeKind(value[key]); }
  if (key === undefined) { return false; }
  const kind = value[key];
  if (fields.includes('apiVersion') || typeof kind !== 'string') { return fields.length > 0; }
  if (!isItem && nearestName(kind, ['NetworkPolicy']) !== undefined) { return true; }
  return KIND.test(kind) && (fields.length > 0 || (!isItem && nearestName(kind, KNOWN_KINDS) !== undefined));
}

/** True for a value without a kind whose version is of no API of Kubernetes, such as `score.dev/v1b1` or `1.0`, unless its spec is like that of a workload. */
function isOfOtherTool({ apiVersion, spec }: ApiResource): boolean {
  if (typeof apiVersion !== 'string' || (isObject(spec) && ['containers', 'template'].some(field => Object.hasOwn(spec, field)))) { return false; }
  const group = apiGroup(apiVersion);
  return /^\d+\.\d/.test(apiVersion) || (!isOfKubernetes(group) && kindsOfGroup(group) === undefined);
}

/** True for a value that may be meant as a kind: one that is no text, has the form of a kind, or is near to one. */
function mayBeKind(kind: unknown): boolean {
  return typeof kind !== 'string' || KIND.test(kind) || nearestKind(kind, KNOWN_KINDS) !== undefined;
}

/** True for a value with the fields of a NetworkPolicy that other kinds do not have, in its spec or beside its metadata. */
function isPolicyWithoutType(value: ApiResource): boolean {
  return isPolicyShaped(value) || (hasObjectField(value) && isPolicyShaped({ spec: value }));
}

/** True for a value with a field of an object of Kubernetes. */
export function hasObjectField(value: object): boolean {
  return ['kind', ...FIELDS].some(field => keyOf(value, field) !== undefined);
}

/** The key by which a value has a field. Its letters may be capital or small. */
function keyOf(value: object, field: string): string | undefined {
  return Object.hasOwn(value, field) ? field : Object.keys(value).find(key => key.toLowerCase() === field.toLowerCase());
}

/** Why a value is not an object of Kubernetes. */
export interface ObjectFault {
  readonly message: string;
  /** The fix, as a clause. It is true for files of other tools, too. */
  readonly fix: string;
}

/** Why a value is not an object of Kubernetes. Undefined if it is one. */
export function objectFault(value: unknown): ObjectFault | undefined {
  if (Array.isArray(value)) {
    const fix = "put it under 'items:' of an object with 'apiVersion: v1' and 'kind: List'";
    return { message: 'this is a list, not a Kubernetes object', fix: isMeantAsObject(value) ? fix : `if it is meant as a list of objects, ${fix}` };
  }
  if (!isObject(value)) { return { message: 'this is not a Kubernetes object', fix: WRITE_ALL }; }
  const fault = typeFault(value, 'kind', exampleKind(value)) ?? typeFault(value, 'apiVersion', exampleVersion(String(value.kind)));
  return fault === undefined || isMeantAsObject(value) ? fault : { ...fault, fix: WRITE_ALL };
}

const WRITE_ALL = 'if it is meant as one, write its apiVersion, kind and metadata';

function typeFault(object: ApiResource, field: 'kind' | 'apiVersion', example: string | undefined): ObjectFault | undefined {
  const value = object[field];
  if (typeof value === 'string' && value !== '') { return undefined; }
  const write = example === undefined ? `write its ${field}` : `write '${field}: ${example}'`;
  if (value !== undefined && value !== null && value !== '') { return { message: `'${field}' must be text`, fix: write }; }
  const other = value === undefined ? keyOf(object, field) : undefined;
  return { message: `'${field}' is missing, so this is not a Kubernetes object`, fix: other === undefined ? write : `write '${field}' instead of '${printable(other)}'` };
}

/** A kind that an object without one may be. */
function exampleKind(value: ApiResource): string | undefined {
  if (Array.isArray(value.items)) { return 'List'; }
  return isPolicyWithoutType(value) ? 'NetworkPolicy' : EXAMPLES.get(value.apiVersion);
}

const EXAMPLES: ReadonlyMap<unknown, string> = new Map([['v1', 'Pod'], ['apps/v1', 'Deployment'], ['batch/v1', 'Job'], ['networking.k8s.io/v1', 'NetworkPolicy']]);

/** The API version of an object without one. */
function exampleVersion(kind: string): string | undefined {
  return servedVersion(kind) ?? (hasKind(kindsOfGroup('')!, kind) ? 'v1' : undefined);
}
