/* What comes of a mutation run: how many mutants were killed, and which of those that were not nobody has explained. */

/** What is read of Stryker's report (mutation-testing-report-schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
  readonly statusReason?: string;
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored' | 'Pending';
}

/** Mutants of a line that no test can kill, since they do the same. */
export interface Equivalent {
  /** The line that they begin on. */
  readonly at: string;
  /** `what is written → what is there instead` */
  readonly mutants: readonly string[];
  readonly why: string;
}

/** By file. */
export type Equivalents = Readonly<Record<string, readonly Equivalent[]>>;

export interface FileScore {
  readonly file: string;
  readonly killed: number;
  /** Killed or not. */
  readonly mutants: number;
}

/** One mutant, as the list would name it. */
export interface NamedMutant {
  readonly file: string;
  readonly at: string;
  readonly mutant: string;
}

export interface Verdict {
  readonly scores: readonly FileScore[];
  /** Not killed, and not in the list. */
  readonly unexplained: readonly (NamedMutant & { readonly line: number })[];
  /** In the list, but killed, or no longer there. */
  readonly stale: readonly NamedMutant[];
}

/** Holds a report against the list of mutants that are equivalent. */
export function judge({ files }: MutationReport, equivalents: Equivalents): Verdict {
  const scores: FileScore[] = [];
  const unexplained: (NamedMutant & { line: number })[] = [];
  const stale: NamedMutant[] = [];
  for (const file of Object.keys(files).sort()) {
    const { source, mutants } = files[file];
    const killed = mutants.filter(isKilled).length;
    const survivors = mutants.filter(mutant => isCounted(mutant) && !isKilled(mutant)).map(mutant => ({ file, ...described(source, mutant) }));
    scores.push({ file, killed, mutants: killed + survivors.length });
    const listed = (equivalents[file] ?? []).flatMap(entry => entry.mutants.map(mutant => ({ file, at: entry.at, mutant })));
    const isAmong = (one: NamedMutant, others: readonly NamedMutant[]) => others.some(({ at, mutant }) => at === one.at && mutant === one.mutant);
    unexplained.push(...survivors.filter(survivor => !isAmong(survivor, listed)));
    stale.push(...listed.filter(entry => !isAmong(entry, survivors)));
  }
  return { scores, unexplained, stale };
}

function isCounted({ status }: Mutant): boolean {
  return status !== 'Ignored' && status !== 'CompileError';
}

/** With a mutant that ends in an error a file of tests can not even be loaded: that is noticed, too. */
function isKilled({ status, statusReason = '' }: Mutant): boolean {
  return status === 'Killed' || status === 'Timeout' || (status === 'RuntimeError' && !NOT_TRIED.test(statusReason));
}

/** jest finds the tests by a regular expression of their names, and none has room for all too long ones. */
const NOT_TRIED = /^Invalid regular expression: \/\(/;

function described(source: string, { location: { start, end }, replacement, mutatorName }: Mutant): { line: number; at: string; mutant: string } {
  const lines = source.split('\n');
  const written = lines.slice(start.line - 1, end.line);
  written[written.length - 1] = written[written.length - 1].slice(0, end.column - 1);
  written[0] = written[0].slice(start.column - 1);
  return { line: start.line, at: lines[start.line - 1].trim(), mutant: `${inOneLine(written.join('\n'))} → ${inOneLine(replacement ?? mutatorName)}` };
}

function inOneLine(code: string): string {
  return code.replace(/\s+/g, ' ');
}

/** Per cent, rounded down: 99.99 are not all. */
export function percent(scores: readonly FileScore[]): number {
  const sum = (field: 'killed' | 'mutants') => scores.reduce((total, score) => total + score[field], 0);
  return sum('mutants') === 0 ? 100 : Math.floor(sum('killed') / sum('mutants') * 10_000) / 100;
}
