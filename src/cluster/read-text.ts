import { decodeText } from './decode-text';
import { templateFault } from './helm-template';
import { parseJson } from './json-text';
import { objectsOf, ReadResult } from './list-kinds';
import { Fault, ParsedText } from './parsed-text';
import { Problem } from './problem';
import { Resource } from './resource';
import { SourceText } from './source-text';
import { parseYaml } from './yaml-text';

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
  const error = ({ offset, message }: Fault): Problem => ({ severity: 'error', message, place: source.placeAt(offset) });
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
