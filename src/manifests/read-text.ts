import { isUtf8 } from 'buffer';
import { parseJson } from './private/json';
import { Fault, ParsedText } from './private/parsed-text';
import { objectsOf, ReadResult, Resource } from './resources';
import { Origin, Path, Place, Finding } from '../findings/finding';
import { parseYaml } from './private/yaml';
import { isObject } from '../k8s/objects';

/** The content of a file. */
export interface TextInput {
  /** As messages name it. */
  readonly file: string;
  readonly content: string | Buffer;
  /** `guess`: JSON where it starts like JSON, otherwise YAML. */
  readonly format: 'yaml' | 'json' | 'guess';
  /** See Resource. */
  readonly named: boolean;
}

/** Reads the Kubernetes objects of one text; Lists are unfolded. */
export function readText({ file, content, format, named }: TextInput): ReadResult {
  const { text, fault } = decodeText(content);
  const source = new SourceText(file, text);
  const error = ({ offset, message }: Fault): Finding => ({ severity: 'error', message, place: source.placeAt(offset) });
  if (fault !== undefined) { return { resources: [], problems: [error(fault)] }; }
  const parsed = parse(text, format);
  const template = templateFault(text, parsed);
  if (template !== undefined) { return { resources: [], problems: [error(template)] }; }
  const resources: Resource[] = [];
  const problems = parsed.faults.map(error);
  parsed.documents.forEach(({ value }, index) => {
    const origin = { at: (path: readonly (string | number)[] = []) => source.placeAt(parsed.locate(index, path)) };
    const read = objectsOf(value, origin, named);
    for (const resource of read.resources) { resources.push(resource); }
    for (const problem of read.problems) { problems.push(problem); }
  });
  return { resources, problems };
}

function parse(text: string, format: TextInput['format']): ParsedText {
  // An empty file holds no document, whatever it is called.
  if (format === 'json' && /\S/.test(text)) { return parseJson(text); }
  if (format === 'yaml' || !looksLikeJson(text)) { return parseHopefulYaml(text); }
  const json = parseJson(text);
  if (json.faults.length === 0) { return json; }
  // YAML may start with a brace as well, and go on with further documents.
  const yaml = parseHopefulYaml(text);
  return yaml.faults.length === 0 ? yaml : json;
}

function parseHopefulYaml(text: string): ParsedText {
  return isHopeless(text) ? { documents: [{ value: undefined, offset: 0 }], faults: [], locate: () => 0 } : parseYaml(text);
}

/** A large text that does not so much as say `kind` holds no object: to parse it would take a while and be for nothing. */
function isHopeless(text: string): boolean {
  return text.length > 1_000_000 && !/\bkind\b/.test(text);
}

/** Starts like an object or a list, but not like a template's `{{`. */
function looksLikeJson(text: string): boolean {
  return /^\s*(?:\[|\{(?!\{))/.test(text);
}

/** A control character other than tab, line feed and carriage return: no YAML and no JSON has one. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const NOT_UTF8 = 'this is not a text file in UTF-8: name a file of Kubernetes objects in YAML or JSON';

/** The text of a file, and what keeps it from being one. */
export function decodeText(content: string | Buffer): { text: string; fault?: Fault } {
  if (startsWith(content, 0xff, 0xfe) || startsWith(content, 0xfe, 0xff)) {
    return { text: '', fault: { offset: 0, message: 'this file is in UTF-16: save it as UTF-8' } };
  }
  const text = content.toString().replace(/^\ufeff/, '');
  const control = text.search(CONTROL);
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).padStart(2, '0');
    return { text, fault: { offset: control, message: `a control character (0x${code}), which no YAML and no JSON has; ${NOT_UTF8}` } };
  }
  if (Buffer.isBuffer(content) && !isUtf8(content)) { return { text, fault: { offset: text.indexOf('\ufffd'), message: NOT_UTF8 } }; }
  return { text };
}

/** Of a text this is never true: it has characters where a buffer has bytes. */
function startsWith(content: string | Buffer, first: number, second: number): boolean {
  return content[0] === first && content[1] === second;
}

/** The text of a file, which knows its lines: found only when somebody asks for a place. */
export class SourceText {
  private lineStarts: number[] | undefined;

  constructor(public readonly file: string, public readonly text: string) {}

  /** File, line and column of the character at an offset. */
  public placeAt(offset: number): Place {
    const starts = this.lineStarts ??= lineStartsOf(this.text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle] <= offset) { low = middle; } else { high = middle - 1; }
    }
    return { file: this.file, line: low + 1, column: offset - starts[low] + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) { starts.push(at + 1); }
  return starts;
}

const ADVICE = "this looks like a Helm template, which is no YAML before it is rendered: run 'helm template CHART | netpol list -' instead";

/** An action before any quote or comment on its line: `name: {{ .Release.Name }}`. */
const ACTION = /^([^#'"\n]*?)\{\{[-\s]*[.$\w(/"]/m;

/** An action within a value that did parse: `app-{{ .Release.Name }}`. */
const ACTION_IN_VALUE = /\{\{.*\}\}/s;

/**
 * Tells a Helm template from other text: it does not parse and has `{{ … }}` where it fails, or it
 * does and the fields that say what an object is called have it. Elsewhere, as in a ConfigMap's data or
 * an annotation, such text is nothing unusual.
 */
export function templateFault(text: string, parsed: ParsedText): Fault | undefined {
  if (!text.includes('{{')) { return undefined; }
  for (const fault of parsed.faults) {
    // The parser may stumble a line before or behind what it stumbles over.
    const start = lineStart(text, lineStart(text, fault.offset) - 1);
    const end = lineEnd(text, lineEnd(text, fault.offset) + 1);
    const match = ACTION.exec(text.slice(start, end));
    if (match !== null) { return { offset: start + match.index + match[1].length, message: ADVICE }; }
  }
  for (const [index, { value }] of parsed.documents.entries()) {
    const path = actionPath(value);
    if (path !== undefined) { return { offset: parsed.locate(index, path), message: ADVICE }; }
  }
  return undefined;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** The path to a name, namespace, label or policy rule that has an action in it. */
function actionPath(value: unknown): string[] | undefined {
  if (!isObject(value)) { return undefined; }
  const fields: string[][] = [
    ['kind'], ['apiVersion'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels'],
    ['spec', 'selector'], ['spec', 'template', 'metadata', 'labels'],
  ];
  if (value.kind === 'NetworkPolicy') { fields.push(['spec', 'podSelector'], ['spec', 'ingress'], ['spec', 'egress'], ['spec', 'policyTypes']); }
  return fields.find(path => {
    const field = path.reduce<unknown>((at, step) => isObject(at) ? at[step] : undefined, value);
    return ACTION_IN_VALUE.test(JSON.stringify(field ?? null));
  });
}

/** A document of one of the command's own files: intents, probes. */
export interface InputDocument {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Reads the documents of a text that are not Kubernetes objects. */
export function readDocuments(file: string, content: Buffer, format: 'yaml' | 'json'): { documents: InputDocument[]; problems: Finding[] } {
  const { text, fault } = decodeText(content);
  const source = new SourceText(file, text);
  const problemOf = ({ offset, message }: Fault): Finding => ({ severity: 'error', message, place: source.placeAt(offset) });
  if (fault !== undefined) { return { documents: [], problems: [problemOf(fault)] }; }
  const parsed = format === 'json' ? parseJson(text) : parseYaml(text);
  return {
    documents: parsed.documents.map(({ value }, index) => ({
      value,
      origin: { at: (path: Path = []) => source.placeAt(parsed.locate(index, path)) },
    })),
    problems: parsed.faults.map(problemOf),
  };
}
