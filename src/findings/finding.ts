/** The way from an object to a field inside it: `['spec', 'ingress', 0, 'from']`. */
export type Path = readonly (string | number)[];

/** Where something is written: a line of a file, or a construct. */
export interface Place {
  /** The file as it was named, `-` for standard input. */
  readonly file?: string;
  /** Line, from 1. */
  readonly line?: number;
  /** Column, from 1. */
  readonly column?: number;
  /** The path of the construct that made the object. */
  readonly constructPath?: string;
}

/** Where an object comes from. Places inside it are worked out only when somebody asks. */
export interface Origin {
  /** The place of the object, or of the field at `path`; of the nearest field above where that one is absent. */
  at(path?: Path): Place;
}

/** A place as a message begins with it: `shop.yaml:12:5`, or the construct's path. */
export function formatPlace(place: Place): string {
  if (place.constructPath !== undefined) { return place.constructPath; }
  const file = place.file ?? '(input)';
  return place.line === undefined ? file : `${file}:${place.line}:${place.column ?? 1}`;
}

/** A field path as the API server prints it: `spec.ingress[0].from[1].ipBlock`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) =>
    typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`, '');
}

/** Something that is wrong with the input. An error stops; a warning is told and work goes on. */
export interface Finding {
  /** `NPnnn`. */
  readonly code?: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** What is wrong and, after it, what to write instead. */
  readonly message: string;
  readonly place: Place;
  /** A warning of something that is in the input but not in the answers, such as a policy of another kind. */
  readonly unevaluated?: boolean;
  /** Other places that the finding is about, such as the rules that decide. */
  readonly related?: readonly RelatedPlace[];
  readonly fix?: FindingFix;
}

/** A place, and how messages name the object or field at it. */
export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
}

/** What to change so that the finding disappears. */
export interface FindingFix {
  readonly text: string;
  /** YAML to add to the list at a place. */
  readonly edit?: { readonly place: Place; readonly insert: string };
}

/** A problem as one line: `shop.yaml:12:5: error: …`. */
export function formatFinding(problem: Finding): string {
  return `${formatPlace(problem.place)}: ${problem.severity}: ${problem.message}`;
}

/** Thrown where input can not be judged: carries every problem found, errors and warnings. */
export class InputError extends Error {
  constructor(public readonly problems: readonly Finding[]) {
    super(problems.filter(p => p.severity === 'error').map(formatFinding).join('\n'));
    this.name = 'InputError';
  }
}
