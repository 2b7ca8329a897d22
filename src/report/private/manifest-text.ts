import { Document, isScalar, visit } from 'yaml';
import { ApiResource } from '../../k8s/objects';

/** Texts that no version of YAML reads as another type. */
const PLAIN = /^[A-Za-z][A-Za-z0-9./_-]*$/;

/** Controls, and separators besides the space. */
const INVISIBLE = /(?![ \n])[\p{C}\p{Z}]/gu;

/** Words that a version of YAML, or a reader of it, takes for another type. */
const WORDS = /^(y|n|yes|no|on|off|true|false|null|nan|inf|infinity|e[-+0-9_.]+)$/i;

/**
 * An object as YAML that every reader takes for the same object. Texts that some version of YAML reads as a number (`0o7`, `1_000`, `1:30`) or as another type
 * are quoted as in JSON, so is everything that is no plain word.
 */
export function manifestText(object: ApiResource): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && !(PLAIN.test(node.value) && !WORDS.test(node.value))) { node.type = 'QUOTE_DOUBLE'; }
    },
  });
  // Such characters are in quoted texts only. YAML 1.1 takes some of them for the end of a line, and a terminal may not show them.
  return document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }).replace(INVISIBLE, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
