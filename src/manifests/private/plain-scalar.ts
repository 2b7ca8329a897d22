/*
 * The values of unquoted YAML scalars, as Kubernetes reads them with go.yaml.in/yaml/v2 (resolve.go), which implements YAML 1.1: `yes`, `on`
 * and `y` are true, 010 is eight, and a date is text.
 */

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', ...cases('yes'), ...cases('true'), ...cases('on')].map(word => [word, true] as const),
  ...['n', 'N', ...cases('no'), ...cases('false'), ...cases('off')].map(word => [word, false] as const),
  ...['', '~', ...cases('null')].map(word => [word, null] as const),
]);

const LONGEST_WORD = 'false'.length;

const BASED = /^([-+]?)0([xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)$/;
/** Go reads a sign behind `0b`. */
const SIGNED_BINARY = /^0b([-+])([01]+)$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const MISPLACED_UNDERSCORE = /(?<![0-9])_|_(?![0-9])/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of an unquoted scalar. `.inf` and `.nan` give numbers that JSON cannot express. */
export function resolvePlainScalar(text: string): string | number | boolean | null {
  const word = text.length > LONGEST_WORD ? undefined : WORDS.get(text);
  if (word !== undefined) { return word; }
  if (!startsLikeNumber(text)) { return text; }
  if (NOT_FINITE.test(text)) { return /nan/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity; }
  // Go reads `1_000` as a thousand. Behind a dot, an underscore must be between two digits.
  if (text.startsWith('.') && MISPLACED_UNDERSCORE.test(text)) { return text; }
  const digits = text.replace(/_/g, '');
  const value = integer(digits) ?? (DECIMAL.test(digits) ? Number(digits) : undefined);
  // A number that is too large is text. Adding 0 turns -0 into 0.
  return value === undefined || !Number.isFinite(value) ? text : value + 0;
}

/** True if the first character is a digit, a sign or a dot. Most scalars start with another character, so this saves time. */
function startsLikeNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e;
}

/** The value of an integer with a base. Undefined if it is not one, or needs more than 64 bits. */
function integer(digits: string): number | undefined {
  const [, sign, based] = BASED.exec(digits) ?? [];
  if (based === undefined) {
    const [, binarySign, ones] = SIGNED_BINARY.exec(digits) ?? [];
    return ones === undefined ? undefined : in64Bits(binarySign, BigInt(`0b${ones}`));
  }
  return in64Bits(sign, BigInt(/^[0-7]/.test(based) ? `0o${based}` : `0${based}`));
}

/** Without a sign, Go also reads integers of 64 bits without a sign. */
function in64Bits(sign: string, value: bigint): number | undefined {
  const most = sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n;
  return value <= most ? Number(sign === '-' ? -value : value) : undefined;
}

function cases(word: string): string[] {
  return [word, word[0].toUpperCase() + word.slice(1), word.toUpperCase()];
}
