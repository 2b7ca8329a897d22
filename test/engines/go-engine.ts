import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { whyGoCanNotBuild } from '../support/go';

/** An engine that we did not write: a Go module in a folder beside this file, which answers each line with a line. */
export interface Engine {
  readonly folder: 'cyclonus' | 'validation';
  /** The module whose word it is. */
  readonly judge: string;
}

export const CYCLONUS: Engine = { folder: 'cyclonus', judge: 'github.com/mattfenwick/cyclonus' };
export const API_SERVER: Engine = { folder: 'validation', judge: 'k8s.io/kubernetes' };

/** Why an engine can not be asked on this machine, as the end of a sentence; nothing where all can. */
export function whyNotAsked(engines: readonly Engine[]): string | undefined {
  for (const { folder } of engines) {
    const why = whyGoCanNotBuild(path.join(__dirname, folder));
    if (why !== undefined) { return why; }
  }
  return undefined;
}

/** The judge and its version, as the module asks for it. */
export function versionOf({ folder, judge }: Engine): string {
  const mod = fs.readFileSync(path.join(__dirname, folder, 'go.mod'), 'utf8');
  const [, version] = new RegExp(`^\\s*(?:require )?${judge} (v\\S+)$`, 'm').exec(mod)!;
  return `${judge} ${version}`;
}

/** Builds the engine, which Go caches, and asks it: an answer for each question, in their order. */
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
