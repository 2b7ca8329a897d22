import { MAX_LENGTH, ParsedText } from './parsed-text';
import { readYamlEvents } from './yaml-events';

/** Reads the documents of a YAML text, as Kubernetes reads them: fast, until somebody asks for a place. */
export function parseYaml(text: string, maxLength = MAX_LENGTH, maxLexemes?: number): ParsedText {
  const documents = text.length > maxLength ? undefined : readYamlEvents(text);
  if (documents === undefined) { return placed(text, maxLength, maxLexemes); }
  let places: ParsedText | undefined;
  return {
    documents,
    faults: [],
    locate: (index, path) => {
      if (path.length === 0) { return documents[index].offset; }
      places ??= placed(text, maxLength, maxLexemes);
      // What can be read is not always small enough to be looked through for a place.
      return index < places.documents.length ? places.locate(index, path) : documents[index].offset;
    },
  };
}

/** As the parser reads it that knows places. To load it takes as long as to read a folder, and most commands never need it. */
function placed(text: string, maxLength: number, maxLexemes: number | undefined): ParsedText {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parsePlacedYaml } = require('./placed-yaml') as typeof import('./placed-yaml');
  return parsePlacedYaml(text, maxLexemes, maxLength);
}
