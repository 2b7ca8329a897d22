/*
 * The values of unquoted YAML scalars, as Kubernetes reads them with Go's yaml.v2, which implements YAML 1.1: `yes`, `on` and `y` are
 * true, 010 is eight, and a date is text.
 */

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', ...cases('yes'), ...cases('true'), ...cases('on')].map(word => [word, true] as const),
  ...['n', 'N', ...cases('no'), ...cases('false'), ...cases('off')].map(word => [word, false] as const),
  ...['', '~', ...cases('null')].map(word => [word, null] as const),
]);

const LONGEST_WORD = 'false'.length;

const BASED = /^[-+]?0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of an unquoted scalar. `.inf` and `.nan` give numbers that JSON cannot express. */
export function resolvePlainScalar(text: string): string | number | boolean | null {
  const word = text.length > LONGEST_WORD ? undefined : WORDS.get(text);
  if (word !== undefined) { return word; }
  if (!startsLikeNumber(text)) { return text; }
  if (NOT_FINITE.test(text)) { return /nan/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity; }
  // Go reads `1_000` as a thousand, except if the scalar starts with a dot.
  const digits = text.startsWith('.') ? text : text.replace(/_/g, '');
  // Adding 0 turns -0 into 0.
  if (BASED.test(digits)) { return based(digits) + 0; }
  return DECIMAL.test(digits) ? Number(digits) + 0 : text;
}

/** True if the first character is a digit, a sign or a dot. Most scalars start with another character, so this saves time. */
function startsLikeNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e;
}

function based(digits: string): number {
  const sign = digits.startsWith('-') ? -1 : 1;
  const unsigned = digits.replace(/[-+]/, '');
  const octal = /^0[oO]?([0-7]+)/.exec(unsigned);
  return sign * (octal ? parseInt(octal[1], 8) : Number(unsigned));
}

function cases(word: string): string[] {
  return [word, word[0].toUpperCase() + word.slice(1), word.toUpperCase()];
}
