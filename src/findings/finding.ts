import { FindingCode, FINDING_CODES, SEVERITIES, Severity } from './codes';

/** The path from an object to one of its fields: `['spec', 'ingress', 0, 'from']`. */
export type Path = readonly (string | number)[];

/** Where something is written: a position in a file, or a construct. */
export interface Place {
  /** The file as the user named it, `-` for standard input. */
  readonly file?: string;
  /** The line, from 1. */
  readonly line?: number;
  /** The column, from 1. */
  readonly column?: number;
  /** The path of the construct that made the object. */
  readonly constructPath?: string;
}

/** Where an object was written. It computes a place only when one is asked for, because most objects are never reported. */
export interface Origin {
  /** The folder of a kustomization or chart that the object was rendered from. All its fields have the folder as their place. */
  readonly renderedFrom?: string;
  /** The place of the object, or of the field at `path`. If the field is absent, the place of its nearest parent. */
  at(path?: Path): Place;
  /** A number as it is written, such as `1.10`; absent if that is not known. */
  written?(path: Path): string | undefined;
}

/** How to resolve a finding. */
export interface Fix {
  /** What to do, as a clause: `write 'kind: NetworkPolicy'`. */
  readonly text: string;
  /** The same as a change to the file, if inserting text is enough. */
  readonly edit?: { readonly place: Place; readonly insert: string };
}

/**
 * Something that netpol reports about its input, with a stable code. An error is a fault in the input or a claim that does not hold. A warning
 * says that the answers may not be what the user expects. A note states an assumption.
 */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What is wrong, without the fix. */
  readonly message: string;
  readonly place: Place;
  /** Other places that the message is about. */
  readonly related?: readonly { readonly message: string; readonly place: Place }[];
  readonly fix?: Fix;
  /** The object that the finding is about. An annotation of that object can suppress the finding. */
  readonly about?: WrittenObject;
}

/** Where an object is written, and the namespace that it is in. */
export interface WrittenObject {
  readonly origin: Origin;
  /** Absent for an object without a namespace. */
  readonly namespace?: string;
}

/** The fields of a finding that not every finding has. */
export interface FindingOptions extends Partial<Pick<Finding, 'related' | 'about'>> {
  /** A string is a fix without an edit. */
  readonly fix?: string | Fix;
  /** @default - the severity of the code */
  readonly severity?: Severity;
}

/** Makes a finding with the severity of its code. */
export function finding(code: FindingCode, place: Place, message: string, { fix, severity, related, about }: FindingOptions = {}): Finding {
  return {
    code,
    severity: severity ?? FINDING_CODES[code].severity,
    message: shortened(message),
    place,
    ...(related === undefined ? {} : { related: related.map(other => ({ ...other, message: shortened(other.message) })) }),
    ...(about === undefined ? {} : { about: { origin: about.origin, namespace: about.namespace } }),
    ...(fix === undefined ? {} : { fix: typeof fix === 'string' ? { text: shortened(fix) } : fix }),
  };
}

/** True if one of the findings is an error. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** The worst ones first. Those of one severity stay in their order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap(wanted => findings.filter(({ severity }) => severity === wanted));
}

/** A place as messages start with it, in the form that editors link: `shop.yaml:12:5`, or the path of the construct. */
export function formatPlace(place: Place): string {
  if (place.constructPath !== undefined) { return printable(place.constructPath); }
  const file = printable(place.file ?? '(input)');
  return place.line === undefined ? file : `${file}:${place.line}:${place.column ?? 1}`;
}

/** A field path as the API server prints it: `spec.ingress[0].from[1].ipBlock`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) =>
    typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`, '');
}

/**
 * Control characters, characters that break a line, turn the direction of writing or are invisible, and the start of commands to CI servers: `::error` at GitHub,
 * `##[error]` and `##vso[…]` at Azure. Addresses of IPv6 have no letter after f.
 */
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]|:(?=:[a-z-]*[g-z])|#(?=#(?:\[|vso\[))/giu;

/**
 * A text from the input as it is safe to print on one line: nothing in it can change the terminal, pretend to be another line, or give a command to a CI
 * server.
 */
export function printable(text: string): string {
  return text.replace(NOT_PRINTABLE, c => c.split('').map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''));
}

/** A word of a message, such as a name or a value from the input, has at most this many characters. A selector or an address is shorter. */
const MAX_WORD = 300;

/** A message has at most this many characters. */
const MAX_MESSAGE = 4000;

/** A message with a … in the middle of what is too long: nobody reads a name of 200,000 characters, and each message about the object has it. */
export function shortened(message: string): string {
  return message.length <= MAX_WORD ? message : cut(message.replace(/\S{301,}/g, word => cut(word, MAX_WORD)), MAX_MESSAGE);
}

function cut(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) { return text; }
  return `${characters.slice(0, most / 2).join('')}…${characters.slice(1 - most / 2).join('')}`;
}

/** A finding on one line: `shop.yaml:12:5: error NP026: spec.ingress: must be a list; start each item with '- '`. */
export function formatFinding(one: Finding): string {
  return `${formatPlace(one.place)}: ${formatWithoutPlace(one)}`;
}

/** The same without the place, for texts that begin with it in another form. */
export function formatWithoutPlace({ code, severity, message, related = [], fix }: Finding): string {
  const messages = [...new Set(related.map(other => other.message))];
  const others = messages.map(text => ` (${printable(text)}: ${related.filter(other => other.message === text).map(other => formatPlace(other.place)).join(', ')})`).join('');
  return `${severity} ${code}: ${printable(message)}${others}${fix === undefined ? '' : `; ${fix.text}`}`;
}

/** Thrown if the input has errors. The message lists the errors; `findings` also has the warnings. */
export class InputError extends Error {
  /** @param call the call that got the input, if a program made it: `Connectivity.fromYaml(...)` */
  constructor(public readonly findings: readonly Finding[], call?: string) {
    super(`${call === undefined ? '' : `${call}: `}${findings.filter(({ severity }) => severity === 'error').map(formatFinding).join('\n')}`);
    this.name = 'InputError';
  }
}
