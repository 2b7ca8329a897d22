import { templateFault } from './private/helm-template';
import { parseJson } from './private/json';
import { ParsedText } from './private/parsed-text';
import { SourceText } from './private/source-text';
import { parseYaml } from './private/yaml';
import { objectsOf, ReadResult, Resource } from './resources';
import { Finding, Origin } from '../findings/finding';

/** The content of a file. */
export interface TextInput {
  /** The name of the file in messages. */
  readonly file: string;
  readonly content: string | Buffer;
  /** With `guess`, a text that starts like JSON is JSON, and any other text is YAML. */
  readonly format: 'yaml' | 'json' | 'guess';
  /** See Resource. */
  readonly named: boolean;
}

/** Reads the Kubernetes objects of a text. The items of a List are objects themselves. */
export function readText({ file, content, format, named }: TextInput): ReadResult {
  const { source, fault } = SourceText.decode(file, content);
  if (fault !== undefined) { return { resources: [], findings: [source.finding(fault)] }; }
  const parsed = parse(source.text, format);
  const template = templateFault(source.text, parsed);
  if (template !== undefined) { return { resources: [], findings: [source.finding(template)] }; }
  const resources: Resource[] = [];
  const findings = parsed.faults.map(one => source.finding(one));
  parsed.documents.forEach(({ value }, index) => {
    const read = objectsOf(value, source.origin(path => parsed.locate(index, path)), named);
    for (const resource of read.resources) { resources.push(resource); }
    for (const one of read.findings) { findings.push(one); }
  });
  return { resources, findings };
}

function parse(text: string, format: TextInput['format']): ParsedText {
  // An empty file has no document, also if its name ends in .json.
  if (format === 'json' && /\S/.test(text)) { return parseJson(text); }
  if (format === 'yaml' || !looksLikeJson(text)) { return parseManifests(text); }
  const json = parseJson(text);
  if (json.faults.length === 0) { return json; }
  // YAML may start with a brace too, and go on with further documents.
  const yaml = parseManifests(text);
  return yaml.faults.length === 0 ? yaml : json;
}

/** A large text without the word `kind` has no object. Parsing it would only take time, so it counts as one empty document. */
function parseManifests(text: string): ParsedText {
  const hasNoObject = text.length > 1_000_000 && !/\bkind\b/.test(text);
  return hasNoObject ? { documents: [{ value: undefined, offset: 0 }], faults: [], locate: () => 0 } : parseYaml(text);
}

/** True for a text that starts like an object or a list, and not like the `{{` of a template. */
function looksLikeJson(text: string): boolean {
  return /^\s*(?:\[|\{(?!\{))/.test(text);
}

/** A document that is not a Kubernetes object, such as a list of intents. */
export interface InputDocument {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Reads the documents of a file that has no Kubernetes objects, such as an intent file. */
export function readDocuments(file: string, content: Buffer, format: 'yaml' | 'json'): { documents: InputDocument[]; findings: Finding[] } {
  const { source, fault } = SourceText.decode(file, content);
  if (fault !== undefined) { return { documents: [], findings: [source.finding(fault)] }; }
  const parsed = format === 'json' ? parseJson(source.text) : parseYaml(source.text);
  return {
    documents: parsed.documents.map(({ value }, index) => ({ value, origin: source.origin(path => parsed.locate(index, path)) })),
    findings: parsed.faults.map(one => source.finding(one)),
  };
}
