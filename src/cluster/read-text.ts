import { decodeText } from './decode-text';
import { templateFault } from './helm-template';
import { parseJson } from './json-text';
import { objectsOf, ReadResult } from './list-kinds';
import { Fault } from './parsed-text';
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
  const parsed = format === 'json' || (format === 'guess' && looksLikeJson(text)) ? parseJson(text) : parseYaml(text);
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

/** Starts like an object or a list, but not like a template's `{{`. */
function looksLikeJson(text: string): boolean {
  return /^\s*(?:\[|\{(?!\{))/.test(text);
}
