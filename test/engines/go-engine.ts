import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCannotBuild } from '../support/go';

/** Another engine: a Go module in a folder beside this file. Its program answers each line of input with a line. */
export interface Engine {
  readonly folder: 'cyclonus' | 'validation' | 'yaml';
  /** The Go module of the engine itself. */
  readonly module: string;
}

export const CYCLONUS: Engine = { folder: 'cyclonus', module: 'github.com/mattfenwick/cyclonus' };
export const API_SERVER: Engine = { folder: 'validation', module: 'k8s.io/kubernetes' };
/** The packages with which kubectl reads files. */
export const KUBECTL: Engine = { folder: 'yaml', module: 'k8s.io/apimachinery' };

/** The reason why this machine cannot run the engines, as the end of a sentence; undefined if it can. */
export function whyNotAsked(engines: readonly Engine[]): string | undefined {
  for (const { folder } of engines) {
    const why = whyGoCannotBuild(path.join(__dirname, folder));
    if (why !== undefined) { return why; }
  }
  return undefined;
}

/** The engine's module and its version from go.mod. */
export function versionOf({ folder, module }: Engine): string {
  const mod = fs.readFileSync(path.join(__dirname, folder, 'go.mod'), 'utf8');
  const [, version] = new RegExp(`^\\s*(?:require )?${module} (v\\S+)$`, 'm').exec(mod)!;
  return `${module} ${version}`;
}

/** Builds the engine and returns its answer to each question, in order. Go caches the build. */
export function askEngine({ folder }: Engine, questions: readonly unknown[]): string[] {
  const output = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-engine-'));
  try {
    const program = path.join(output, folder);
    execFileSync('go', ['build', '-o', program, '.'], { cwd: path.join(__dirname, folder), stdio: 'inherit' });
    const answers = execFileSync(program, {
      input: questions.map(question => `${JSON.stringify(question)}\n`).join(''), encoding: 'utf8', maxBuffer: 2 ** 30,
    }).trimEnd().split('\n');
    if (answers.length !== questions.length) { throw new Error(`${folder}: ${questions.length} questions, ${answers.length} answers`); }
    return answers;
  } finally {
    fs.rmSync(output, { recursive: true });
  }
}
