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
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored' | 'Pending';
}

/** A mutant that no test can kill, since it does the same. */
export interface Equivalent {
  /** The line that the mutant begins on. */
  readonly at: string;
  /** `what is written → what is there instead` */
  readonly mutant: string;
  readonly why: string;
}

/** By file. */
export type Equivalents = Readonly<Record<string, readonly Equivalent[]>>;

export interface FileScore {
  readonly file: string;
  readonly killed: number;
  /** Killed or not: those that do not run at all are not counted. */
  readonly mutants: number;
}

export interface Verdict {
  readonly scores: readonly FileScore[];
  /** Not killed, and not in the list: as they would be listed. */
  readonly unexplained: readonly { readonly file: string; readonly line: number; readonly at: string; readonly mutant: string }[];
  /** In the list, but killed, or no longer there. */
  readonly stale: readonly { readonly file: string; readonly at: string; readonly mutant: string }[];
}

/** Holds a report against the list of mutants that are equivalent. */
export function judge({ files }: MutationReport, equivalents: Equivalents): Verdict {
  const scores: FileScore[] = [];
  const unexplained: Verdict['unexplained'][number][] = [];
  const stale: Verdict['stale'][number][] = [];
  for (const file of Object.keys(files).sort()) {
    const { source, mutants } = files[file];
    const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
    const survivors = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').map(mutant => described(source, mutant));
    scores.push({ file, killed, mutants: killed + survivors.length });
    const listed = equivalents[file] ?? [];
    const isListed = (one: Omit<Equivalent, 'why'>, list: readonly Omit<Equivalent, 'why'>[]) =>
      list.some(({ at, mutant }) => at === one.at && mutant === one.mutant);
    unexplained.push(...survivors.filter(survivor => !isListed(survivor, listed)).map(survivor => ({ file, ...survivor })));
    stale.push(...listed.filter(entry => !isListed(entry, survivors)).map(({ at, mutant }) => ({ file, at, mutant })));
  }
  return { scores, unexplained, stale };
}

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
