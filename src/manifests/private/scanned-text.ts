import { nearestKind } from '../../findings/nearest-name';
import { isPolicyKind, isWithoutPods, policyIsNamespaced } from '../../k8s/network-kinds';
import { DEFAULT_NAMESPACE } from '../../k8s/objects';
import { servedVersion } from '../../k8s/workloads';
import { allOf, ANYTHING, MayHold, NOTHING, Scope } from '../unread';

/*
 * What a text may hold that netpol cannot parse. The scan looks for `kind:` and `namespace:` and does not trust the indentation around them, because the
 * fault may be there. Where it finds no plain value, any value is possible.
 */

/** The lines that separate YAML documents. */
const SEPARATOR = /^---/m;

/** The key of a field, in quotes or without. */
const keyPattern = (name: string) => new RegExp(`(?<![\\w.$/-])(["']?)${name}\\1\\s*:`, 'g');

const KIND = keyPattern('kind');
const NAMESPACE = keyPattern('namespace');
const NAME = keyPattern('name');
const METADATA = keyPattern('metadata');

/** The kind of a list, whose items may be in several namespaces. */
const LIST_KIND = /(?<![\w.$/-])(["']?)kind\1\s*:[ \t]*["']?\w*List\b/;

/** Metadata in brackets, with a namespace before any other bracket. */
const IN_BRACKETS = /(?<![\w.$/-])(["']?)metadata\1\s*:\s*\{[^{}[\]]*?(?<![\w.$/-])(["']?)namespace\2\s*:/;

/** A field that only policies have. */
const POLICY_FIELD = /(?:^|[\s{,])(["']?)(?:podSelector|policyTypes)\1\s*:/;

/** The fields of an object. Only `kind` is one without its colon. */
const OBJECT_FIELDS: readonly RegExp[] = [/(?:^|[\s{,])(["']?)apiVersion\1\s*:/i, /(?:^|[\s{,])(["']?)metadata\1\s*:/i, /(?:^|[\s{,])(["']?)spec\1\s*:/i, /^["']?kind\b/im];

/** A key that only a parser can read: one with escapes, one that is written as `? key`, and one that is an alias. */
const HIDDEN_KEYS: readonly RegExp[] = [
  /"[^"]{0,100}?\\(?:[xuU]|\n)[^"]{0,100}"\s*:/,
  /(?:^|[-?:{,[])[ \t]*\?(?:\s|["'*&!])/m,
  /(?:^|[\s{,[])\*[\w-]+[ \t]*:/,
];

/** Fields that may replace those that are written at the start of a line: from elsewhere in the text, and with an anchor or a tag before the key. */
const REPLACING = /<<|^[&!]/m;

/** Line breaks of YAML other than a line feed. */
const OTHER_BREAK = /\r\n?|[\u0085\u2028\u2029]/g;

/** A plain value, to the end of its line or of the field. */
const PLAIN = /^[ \t]*(["']?)([\w.-]+)\1[ \t\r]*(?=[\n,}\]#]|$)/;

/** The start of an object or a list, which is never the kind or the namespace of an object. */
const CONTAINER = /^[ \t]*(?:\[|\{(?!\{))|^[ \t]*(?:#.*)?\r?\n(?:[ \t\r]*(?:#.*)?\n)*[ \t]*(?:- |["']?[\w./$-]+["']?[ \t]*:(?:\s|$))/;

/** A line that begins with an action of a Helm template which writes lines that are not in the text. */
const INCLUDED = /^\{\{-?\s*(?:include|template|tpl)\b/m;

/**
 * Why a text is searched: it cannot be parsed, so a field that is not found may have the fault; it is a Helm template, whose release decides the namespace of an
 * object that names none; or it is a whole file whose objects something else changes.
 */
export type ScanReason = 'broken' | 'template' | 'changed';

/** Which objects a text may hold. Without its zeros, a text in UTF-16 or UTF-32 can be searched. */
export function scanText(text: string, reason: ScanReason = 'broken'): MayHold {
  return allOf(text.replaceAll('\0', '').replace(OTHER_BREAK, '\n').split(SEPARATOR).map(part => scanDocument(part, reason)));
}

function scanDocument(text: string, reason: ScanReason): MayHold {
  if (HIDDEN_KEYS.some(pattern => pattern.test(text)) || (reason === 'template' && INCLUDED.test(text))) { return ANYTHING; }
  const kinds = kindsIn(text);
  if (kinds === 'any') { return ANYTHING; }
  if (kinds.length === 0) { return reason === 'broken' && isLikeObject(text) ? ANYTHING : NOTHING; }
  const namespaces = namespacesIn(text, kinds, reason);
  const names = () => {
    const written = plainValues(text, NAME);
    return written.length === 0 ? 'any' : written;
  };
  const held = kinds.map(kind => holdsKind(kind, namespaces, names));
  const mayBePolicy = POLICY_FIELD.test(text) && kinds.some(kind => !isKnownKind(kind));
  return allOf(mayBePolicy ? [...held, { ...NOTHING, policies: namespaces }] : held);
}

/** True for a text with a field of a policy, or with two fields of an object, as in `isMeantAsObject`. The fault may be in the line of its kind. */
function isLikeObject(text: string): boolean {
  return POLICY_FIELD.test(text) || OBJECT_FIELDS.filter(field => field.test(text)).length > 1;
}

/** True for a kind of which one knows whether it is a policy. */
function isKnownKind(kind: string): boolean {
  return servedVersion(kind) !== undefined || isPolicyKind(kind) || isWithoutPods(kind) || ['Endpoints', 'EndpointSlice', 'Project', 'Service'].includes(kind);
}

/** Which objects something may hold that has an object of this kind, in one of these namespaces, with one of these names. */
export function holdsKind(kind: string, namespaces: Scope, names: () => Scope): MayHold {
  if (isPolicyKind(kind)) { return { ...NOTHING, policies: policyIsNamespaced(kind) ? namespaces : 'any' }; }
  if (kind === 'Namespace') { return { ...NOTHING, namespaces: names() }; }
  // A Project of OpenShift is a namespace. Other programs have a kind of this name too.
  if (kind === 'Project') { return { ...NOTHING, namespaces: names(), workloads: namespaces }; }
  if (kind === 'Service') { return { ...NOTHING, services: namespaces, workloads: namespaces }; }
  if (kind === 'Endpoints' || kind === 'EndpointSlice') { return { ...NOTHING, services: namespaces }; }
  if (isWithoutPods(kind)) { return NOTHING; }
  const workloads: MayHold = { ...NOTHING, workloads: namespaces };
  const meant = nearestKind(kind, ['NetworkPolicy', 'Namespace', 'Service']);
  return meant === undefined ? workloads : allOf([workloads, holdsKind(meant, namespaces, names)]);
}

/** The kinds of the objects in a document: those at the start of a line if there are any, because the others are then in fields of the object. */
function kindsIn(text: string): Scope {
  const ownText = text.split('\n').filter(line => /^["']?kind\b/.test(line)).join('\n');
  const own = plainValues(ownText, KIND);
  const isOne = own !== 'any' && own.length > 0 && own.every(kind => !kind.endsWith('List'));
  const kinds = isOne && !REPLACING.test(text) && !/^["']?items\b/m.test(text) ? own : plainValues(text, KIND);
  // The items of a PodList may omit their kind.
  return kinds === 'any' ? kinds : kinds.map(kind => kind.replace(/List$/, '')).filter(kind => kind !== '');
}

/**
 * The namespaces in which the objects of a document may be. For one object, the namespace among the fields of its metadata. Otherwise any, unless the text has
 * no fault.
 */
function namespacesIn(text: string, kinds: readonly string[], reason: ScanReason): Scope {
  const written = plainValues(text, NAMESPACE);
  const isSure = kinds.length === 1 && !LIST_KIND.test(text) && !REPLACING.test(text) && isInMetadata(text);
  if (isSure || written === 'any') { return written; }
  return reason === 'changed' ? [...new Set([...written, DEFAULT_NAMESPACE])] : 'any';
}

/** True if the only `metadata` at the start of a line, or of a document in brackets, has a `namespace` among its own fields. */
function isInMetadata(text: string): boolean {
  if ([...text.matchAll(METADATA)].length === 1 && IN_BRACKETS.test(text)) { return true; }
  const blocks = [...text.matchAll(/^metadata:[ \t\r]*(?:#.*)?\n((?:[ \t]+\S.*\n?|[ \t\r]*\n)*)/gm)];
  if (blocks.length !== 1 || text.match(/^["']?metadata\b/gm)!.length !== 1) { return false; }
  const indents = blocks[0][1].split('\n').filter(line => /\S/.test(line)).map(line => line.search(/\S/));
  const own = blocks[0][1].split('\n').filter(line => line.search(/\S/) === indents[0]);
  return own.some(line => /^\s*namespace:/.test(line));
}

/** The values of a field, wherever it is in a text. `any` if one of them is not plain. Objects and lists do not count. */
function plainValues(text: string, key: RegExp): Scope {
  const values = new Set<string>();
  for (const { index, 0: found } of text.matchAll(key)) {
    // Values are short. Without a limit, each key would look at the rest of the text.
    const rest = text.slice(index + found.length, index + found.length + 1000);
    const plain = PLAIN.exec(rest);
    if (plain !== null) { values.add(plain[2]); } else if (!CONTAINER.test(rest)) { return 'any'; }
  }
  return [...values];
}
