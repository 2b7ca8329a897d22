import * as ts from 'typescript';

/* The result of a mutation run: how many mutants the tests noticed, and which of the others have no explanation. */

/** The part of Stryker's report that is read here (mutation-testing-report-schema). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

interface Position {
  /** Lines and columns count from 1. */
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

/** Mutants of one function that no test can kill, because the mutated code does the same. */
export interface Equivalent {
  /** The function, `Class.member` or constant, or `(module)` outside of them. */
  readonly in: string;
  /** `mutated expression → replacement`. It stands for each occurrence of the expression in the function. */
  readonly mutants: readonly string[];
  readonly why: string;
}

/** Entries by file. No entry depends on lines around the mutated expression. */
export type Equivalents = Readonly<Record<string, readonly Equivalent[]>>;

export interface FileScore {
  readonly file: string;
  readonly killed: number;
  /** The number of all mutants that count. */
  readonly mutants: number;
}

/** One mutant, as the list names it. */
export interface NamedMutant {
  readonly file: string;
  readonly in: string;
  readonly mutant: string;
}

export interface MutationResult {
  readonly scores: readonly FileScore[];
  /** Mutants that survived and are not in the list. */
  readonly unexplained: readonly (NamedMutant & { readonly line: number })[];
  /** Entries of the list whose mutant was killed or no longer exists. */
  readonly stale: readonly NamedMutant[];
}

/** Compares a report with the list of equivalent mutants. */
export function compareWithList({ files }: MutationReport, equivalents: Equivalents): MutationResult {
  const scores: FileScore[] = [];
  const unexplained: (NamedMutant & { line: number })[] = [];
  const stale: NamedMutant[] = [];
  for (const file of Object.keys(files).sort()) {
    const source = parse(files[file].source);
    const counted = files[file].mutants.filter(mutant => isCounted(mutant, source));
    const survivors = counted.filter(mutant => !isKilled(mutant)).map(mutant => ({ file, ...named(source, mutant) }));
    scores.push({ file, killed: counted.length - survivors.length, mutants: counted.length });
    const listed = namedMutants(file, equivalents[file] ?? []);
    unexplained.push(...survivors.filter(survivor => !isAmong(survivor, listed)));
    stale.push(...listed.filter(entry => !isAmong(entry, survivors)));
  }
  return { scores, unexplained, stale };
}

/**
 * The list without its stale entries: those that a report of the present source shows to be stale, and those whose file, function or
 * expression no longer exists. `readSource` returns nothing for a file that does not exist.
 */
export function prune(equivalents: Equivalents, report: MutationReport, readSource: (file: string) => string | undefined): Equivalents {
  const { stale } = compareWithList({ files: presentFiles(report, readSource) }, equivalents);
  const kept = Object.entries(equivalents).map(([file, entries]) => {
    const source = parse(readSource(file) ?? '');
    const left = entries.map(entry => ({
      ...entry,
      mutants: entry.mutants.filter(mutant => occurs(source, entry.in, mutant) && !isAmong({ file, in: entry.in, mutant }, stale)),
    }));
    return [file, left.filter(({ mutants }) => mutants.length > 0)] as const;
  });
  return Object.fromEntries(kept.filter(([, entries]) => entries.length > 0));
}

/** The files of a report that have not changed since. */
export function presentFiles({ files }: MutationReport, readSource: (file: string) => string | undefined): MutationReport['files'] {
  return Object.fromEntries(Object.entries(files).filter(([file, { source }]) => readSource(file) === source));
}

function namedMutants(file: string, entries: readonly Equivalent[]): NamedMutant[] {
  return entries.flatMap(entry => entry.mutants.map(mutant => ({ file, in: entry.in, mutant })));
}

function isAmong(one: NamedMutant, others: readonly NamedMutant[]): boolean {
  return others.some(other => other.file === one.file && other.in === one.in && other.mutant === one.mutant);
}

/** The texts of messages do not count: a better wording needs no test. A text is a message if it has a word and a space. */
function isCounted(mutant: Mutant, source: ts.SourceFile): boolean {
  const isMessage = mutant.mutatorName === 'StringLiteral' && /[a-z]{2,}\W*\s|\s\W*[a-z]{2,}/i.test(writtenText(source, mutant));
  return !isMessage && mutant.status !== 'Ignored' && mutant.status !== 'CompileError';
}

/** A mutant that keeps a test file from loading is noticed, too. */
function isKilled({ status, statusReason = '' }: Mutant): boolean {
  return status === 'Killed' || status === 'Timeout' || (status === 'RuntimeError' && !NOT_TRIED.test(statusReason));
}

/** jest selects tests by a regular expression of their names. The engine refuses one that is too long, and then no test runs. */
const NOT_TRIED = /^Invalid regular expression: \/\(/;

function named(source: ts.SourceFile, mutant: Mutant): { line: number; in: string; mutant: string } {
  const { line, column } = mutant.location.start;
  const position = source.getPositionOfLineAndCharacter(line - 1, column - 1);
  const holder = declarations(source).find(({ node }) => node.getStart() <= position && position < node.getEnd());
  return { line, in: holder?.name ?? MODULE, mutant: `${short(writtenText(source, mutant))} → ${short(mutant.replacement ?? mutant.mutatorName)}` };
}

function writtenText(source: ts.SourceFile, { location: { start, end } }: Mutant): string {
  const offset = ({ line, column }: Position) => source.getPositionOfLineAndCharacter(line - 1, column - 1);
  return source.text.slice(offset(start), offset(end));
}

const MODULE = '(module)';
const CUT = ' …';

/** Code on one line without comments. The beginning of a long block is enough, so that a change further down does not make the entry stale. */
function short(code: string): string {
  const line = inOneLine(code);
  return line.length <= 100 ? line : line.slice(0, 80).trimEnd() + CUT;
}

function inOneLine(code: string): string {
  return code.replace(/(^|\s)\/\/.*$/gm, '').replace(/\s+/g, ' ');
}

function occurs(source: ts.SourceFile, holder: string, mutant: string): boolean {
  const nodes = holder === MODULE ? [source] : declarations(source).filter(({ name }) => name === holder).map(({ node }) => node);
  const [written] = mutant.split(' → ');
  return nodes.some(node => inOneLine(node.getText(source)).includes(written.endsWith(CUT) ? written.slice(0, -CUT.length) : written));
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
}

/** The functions, constants and members of classes at the top of a file. The overloads of a function share its name. */
function declarations(source: ts.SourceFile): { name: string; node: ts.Node }[] {
  return source.statements.flatMap((statement): { name: string; node: ts.Node }[] => {
    if (ts.isClassDeclaration(statement)) {
      const name = statement.name?.text ?? 'default';
      return statement.members.map(member => ({ name: `${name}.${member.name?.getText() ?? 'constructor'}`, node: member }));
    }
    if (ts.isFunctionDeclaration(statement)) { return [{ name: statement.name?.text ?? 'default', node: statement }]; }
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(declaration => ({ name: declaration.name.getText(), node: declaration }));
    }
    return [];
  });
}

/** Per cent with two digits, rounded down: 99.999 is not everything. */
export function percent(scores: readonly FileScore[]): number {
  const sum = (field: 'killed' | 'mutants') => scores.reduce((total, score) => total + score[field], 0);
  return sum('mutants') === 0 ? 100 : Math.floor(sum('killed') / sum('mutants') * 10_000) / 100;
}
