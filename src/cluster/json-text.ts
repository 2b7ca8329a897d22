import { findJsonFault, JsonPlaces } from './json-scan';
import { ParsedText } from './parsed-text';

/** Reads a JSON text: one value. */
export function parseJson(text: string): ParsedText {
  const fault = findJsonFault(text);
  if (fault !== undefined) { return { documents: [], faults: [fault], locate: () => fault.offset }; }
  let places: JsonPlaces | undefined;
  return {
    documents: [{ value: JSON.parse(text), offset: text.search(/\S/) }],
    faults: [],
    locate: (_index, path) => (places ??= new JsonPlaces(text)).locate(path),
  };
}
