import { decodeText } from './decode-text';
import { FieldError } from './field-error';
import { parseJson } from './json-text';
import { formatPath, Origin, Path } from './origin';
import { Fault } from './parsed-text';
import { Problem } from './problem';
import { SourceText } from './source-text';
import { parseYaml } from './yaml-text';

/** A document of one of the command's own files: intents, probes. */
export interface InputDocument {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Reads the documents of a text that are not Kubernetes objects. */
export function readDocuments(file: string, content: Buffer, format: 'yaml' | 'json'): { documents: InputDocument[]; problems: Problem[] } {
  const { text, fault } = decodeText(content);
  const source = new SourceText(file, text);
  const problemOf = ({ offset, message }: Fault): Problem => ({ severity: 'error', message, place: source.placeAt(offset) });
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

/** Field errors as problems, each at the place of its field. */
export function fieldProblems(errors: readonly FieldError[], origin: Origin): Problem[] {
  return errors.map(({ path, place, message, suggestion }) => ({
    severity: 'error',
    message: `${path.length === 0 ? '' : `${formatPath(path)}: `}${message}${suggestion === undefined ? '' : `; ${suggestion}`}`,
    place: origin.at(place ?? path),
  }));
}
