import { Document, isScalar, visit } from 'yaml';
import { ApiResource } from '../../k8s/objects';

/** Texts that no version of YAML reads as another type. */
const PLAIN = /^[A-Za-z][A-Za-z0-9./_-]*$/;

/** Words that a version of YAML reads as another type. */
const WORDS = /^(y|n|yes|no|on|off|true|false|null|nan|inf|infinity)$/i;

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
  return document.toString({ lineWidth: 0, doubleQuotedAsJSON: true });
}
