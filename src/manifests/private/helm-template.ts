import { Fault, ParsedText, UnreadPart } from './parsed-text';
import { isObject } from '../../k8s/objects';

/** A template action before any quote or comment on its line: `name: {{ .Release.Name }}`. */
const ACTION = /^([^#'"\n]*?)\{\{[-\s]*[.$\w(/"]/m;

/** The fields that identify an object or say which pods it is about. */
const FIELDS = [
  ['kind'], ['apiVersion'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels'],
  ['spec', 'selector'], ['spec', 'template', 'metadata', 'labels'],
];
const POLICY_FIELDS = [['spec', 'podSelector'], ['spec', 'ingress'], ['spec', 'egress'], ['spec', 'policyTypes']];

/** The documents of a text that are Helm templates, and the others. */
export interface SeparatedTemplates {
  /** The finding about the first of the templates. */
  readonly fault: Fault;
  readonly templates: readonly UnreadPart[];
  /** What is read as it is written. */
  readonly others: ParsedText;
}

/**
 * Separates the documents that are Helm templates from those that any release has as they are: the documents without an action, and outside of blocks such as
 * `{{ if }}`, which may hold several documents. Returns undefined if the text is not a template.
 */
export function separateTemplates(text: string, parsed: ParsedText): SeparatedTemplates | undefined {
  const fault = templateFault(text, parsed);
  if (fault === undefined) { return undefined; }
  const parts = partsOf(text);
  const isTemplate = (offset: number) => parts[indexAt(parts, offset)].isTemplate;
  return {
    fault,
    templates: parts.filter(part => part.isTemplate),
    others: {
      documents: parsed.documents.filter(({ offset }) => !isTemplate(offset)),
      faults: parsed.faults.filter(({ offset }) => !isTemplate(offset)),
      unread: parsed.unread.filter(({ start, end }) => !(isTemplate(start) && isTemplate(end - 1))),
    },
  };
}

/** The documents of a text, each from its separator to the next one. */
function partsOf(text: string): (UnreadPart & { readonly isTemplate: boolean })[] {
  const blocks = blocksIn(text);
  const parts = [];
  let block = 0;
  for (let start = 0, end; start < text.length; start = end) {
    const separator = text.indexOf('\n---', start);
    end = separator === -1 ? text.length : separator + 1;
    while (blocks !== undefined && block < blocks.length && blocks[block].end <= start) { block++; }
    const isInBlock = blocks === undefined || (block < blocks.length && blocks[block].start < start);
    parts.push({ start, end, isTemplate: isInBlock || text.slice(start, end).includes('{{') });
  }
  return parts;
}

/** The index of the part with the character at an offset. */
function indexAt(parts: readonly UnreadPart[], offset: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (parts[middle].start <= offset) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

/** The start of an action, with the word that opens or closes a block. */
const ACTION_START = /\{\{-?\s*(\/\*|(?:if|range|with|define|block|end)\b)?/g;

/** An action that removes the line break in front of a separator, which then separates nothing. */
const JOINS_DOCUMENTS = /-\}\}\s*\n---/;

/** The actions and outermost blocks of a text, in its order. Undefined if nobody can tell which text is in a block. */
function blocksIn(text: string): UnreadPart[] | undefined {
  if (JOINS_DOCUMENTS.test(text)) { return undefined; }
  const blocks: UnreadPart[] = [];
  let depth = 0;
  let start = 0;
  ACTION_START.lastIndex = 0;
  for (let match = ACTION_START.exec(text); match !== null; match = ACTION_START.exec(text)) {
    const [found, word = ''] = match;
    const from = match.index + found.length;
    const close = word === '/*' ? text.indexOf('}}', Math.max(from, text.indexOf('*/', from))) : endOfAction(text, from);
    if (depth === 0) { start = match.index; }
    if (word === 'end') { depth--; } else if (word !== '' && word !== '/*') { depth++; }
    if (close === -1 || depth < 0) { return undefined; }
    ACTION_START.lastIndex = close + 2;
    if (depth === 0) { blocks.push({ start, end: close + 2 }); }
  }
  return depth === 0 ? blocks : undefined;
}

/** The offset of the braces that end an action; -1 if none do. Text in quotes may have braces too. */
function endOfAction(text: string, start: number): number {
  const token = /["'`]|\}\}/g;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === '}}') { return match.index; }
    // Only a text in back quotes may have several lines. It has no escapes.
    const quoted = found === '`' ? /[^`]*`/y : found === '"' ? /(?:[^"\\\n]|\\.)*"/y : /(?:[^'\\\n]|\\.)*'/y;
    quoted.lastIndex = token.lastIndex;
    if (!quoted.test(text)) { return -1; }
    token.lastIndex = quoted.lastIndex;
  }
  return -1;
}

/**
 * The fault of a text that is a Helm template: a syntax error near `{{ … }}`, or `{{ … }}` in a field that identifies an object. In other
 * fields, such as the data of a ConfigMap or an annotation, `{{ … }}` is normal.
 */
function templateFault(text: string, parsed: ParsedText): Fault | undefined {
  if (!text.includes('{{')) { return undefined; }
  for (const { offset } of parsed.faults) {
    // The parser may report a fault one line before or after its cause.
    const start = lineStart(text, lineStart(text, offset) - 1);
    const end = lineEnd(text, lineEnd(text, offset) + 1);
    const match = ACTION.exec(text.slice(start, end));
    if (match !== null) { return faultAt(start + match.index + match[1].length); }
  }
  for (const document of parsed.documents) {
    const path = actionPath(document.value);
    if (path !== undefined) { return faultAt(document.locate(path)); }
  }
  return undefined;
}

function faultAt(offset: number): Fault {
  return { code: 'NP009', offset, message: 'this is a Helm template, which is not YAML until it is rendered', fix: "run 'helm template CHART | netpol list -'" };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

function actionPath(value: unknown): string[] | undefined {
  if (!isObject(value)) { return undefined; }
  const fields = value.kind === 'NetworkPolicy' ? [...FIELDS, ...POLICY_FIELDS] : FIELDS;
  return fields.find(path => {
    const field = path.reduce<unknown>((parent, step) => isObject(parent) ? parent[step] : undefined, value);
    return field !== undefined && hasAction(JSON.stringify(field));
  });
}

/** True for a template action inside a value that is valid YAML: `app-{{ .Release.Name }}`. */
function hasAction(json: string): boolean {
  const start = json.indexOf('{{');
  return start >= 0 && json.includes('}}', start + 2);
}
