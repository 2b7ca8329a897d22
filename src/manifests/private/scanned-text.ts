import { isPolicyKind, isWithoutPods, policyIsNamespaced } from '../../k8s/network-kinds';
import { DEFAULT_NAMESPACE } from '../../k8s/objects';
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
 * Which objects a text may hold. `isTemplate`: a Helm template, whose release decides the namespace of an object that names none. Without its zeros, a text in
 * UTF-16 or UTF-32 can be searched.
 */
export function scanText(text: string, isTemplate = false): MayHold {
  return allOf(text.replaceAll('\0', '').replace(OTHER_BREAK, '\n').split(SEPARATOR).map(part => scanDocument(part, isTemplate)));
}

function scanDocument(text: string, isTemplate: boolean): MayHold {
  if (HIDDEN_KEYS.some(pattern => pattern.test(text)) || (isTemplate && INCLUDED.test(text))) { return ANYTHING; }
  const kinds = kindsIn(text);
  if (kinds !== 'any' && kinds.length === 0) { return NOTHING; }
  const namespaces = namespacesIn(text, kinds, isTemplate);
  if (kinds === 'any') { return { policies: 'any', workloads: namespaces, services: namespaces, namespaces: 'any' }; }
  return allOf(kinds.map(kind => holdsKind(kind, namespaces, () => plainValues(text, NAME))));
}

/** Which objects something may hold that has an object of this kind, in one of these namespaces, with one of these names. */
export function holdsKind(kind: string, namespaces: Scope, names: () => Scope): MayHold {
  if (isPolicyKind(kind)) { return { ...NOTHING, policies: policyIsNamespaced(kind) ? namespaces : 'any' }; }
  if (kind === 'Namespace') { return { ...NOTHING, namespaces: names() }; }
  // A Project of OpenShift is a namespace. Other programs have a kind of this name too.
  if (kind === 'Project') { return { ...NOTHING, namespaces: names(), workloads: namespaces }; }
  if (kind === 'Service') { return { ...NOTHING, services: namespaces, workloads: namespaces }; }
  if (kind === 'Endpoints' || kind === 'EndpointSlice') { return { ...NOTHING, services: namespaces }; }
  return isWithoutPods(kind) ? NOTHING : { ...NOTHING, workloads: namespaces };
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

function namespacesIn(text: string, kinds: Scope, isTemplate: boolean): Scope {
  const unnamed: Scope = isTemplate ? 'any' : [DEFAULT_NAMESPACE];
  const written = plainValues(text, NAMESPACE);
  if (written === 'any' || written.length === 0) { return written === 'any' ? written : unnamed; }
  const isSure = kinds !== 'any' && kinds.length === 1 && written.length === 1 && !REPLACING.test(text) && isInMetadata(text);
  if (isSure) { return written; }
  return unnamed === 'any' ? unnamed : [...new Set([...written, ...unnamed])];
}

/** True if the only `metadata` at the start of a line has a `namespace` among its own fields. */
function isInMetadata(text: string): boolean {
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
