import { parseJsonStream } from './json';
import { ParsedText } from './parsed-text';
import { GO_SPACE, parseYaml } from './yaml';

/** A text that may be JSON, as kubectl guesses. */
const LIKE_JSON = new RegExp(`^${GO_SPACE}*\\{`);

/** How many bytes kubectl looks at to guess. */
const GUESSED_BYTES = 4096;

/** The rest of a line that has nothing but white space, with its line break, or the white space before other text. */
const BLANK_LINE = new RegExp(`^(?:(?!\\n)${GO_SPACE})*\\n?`);

/** kubectl looks at this many bytes at a time to skip white space, and gives up if there are fewer. */
const BYTES_TO_SKIP_BLANKS = 4;

/**
 * Reads the documents of a file as kubectl does, whatever its name (k8s.io/apimachinery, pkg/util/yaml, `YAMLOrJSONDecoder`). A text that
 * starts with a brace is a stream of JSON values. If that fails at the first or the second of them, the rest is YAML.
 */
export function parseManifests(text: string): ParsedText {
  const brace = LIKE_JSON.exec(text);
  if (brace === null || Buffer.byteLength(brace[0]) > GUESSED_BYTES) { return parseYaml(text); }
  const json = parseJsonStream(text);
  if (json.fault === undefined) { return { documents: json.documents, faults: [], unread: [] }; }
  const failed = { documents: json.documents, faults: [json.fault], unread: [{ start: json.end, end: text.length }] };
  // After several values, the text is surely JSON. Other faults than those of syntax are none for kubectl.
  if (json.count > 1 || json.fault.code !== 'NP005') { return failed; }
  const [blanks] = BLANK_LINE.exec(text.slice(json.end))!;
  const start = json.end + blanks.length;
  if (Buffer.byteLength(text.slice(blanks.endsWith('\n') ? start - 1 : start)) < BYTES_TO_SKIP_BLANKS) { return failed; }
  const yaml = parseYaml(text, start);
  // A faulty text that is not even nearly YAML was meant as JSON.
  if (json.count === 0 && yaml.documents.length === 0 && /^\s*\{\s*["}]/.test(text)) { return failed; }
  return { ...yaml, documents: [...json.documents, ...yaml.documents] };
}
