import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/* Runs the steps of a composite action as a runner of GitHub Actions does. Steps of other actions are recorded and not run. */

interface Step {
  readonly 'name': string;
  readonly 'id'?: string;
  readonly 'if'?: string;
  readonly 'uses'?: string;
  readonly 'run'?: string;
  readonly 'with'?: Readonly<Record<string, string>>;
  readonly 'env'?: Readonly<Record<string, string>>;
  readonly 'continue-on-error'?: boolean;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const ACTION = path.join(__dirname, '..', '..', 'action.yml');

export function readAction(): Action {
  return parse(fs.readFileSync(ACTION, 'utf8'));
}

/** What a job gives to the action. */
export interface Job {
  readonly inputs?: Readonly<Record<string, string>>;
  /** The context `github`, by the path of a value: `event.pull_request.number`. */
  readonly github?: Readonly<Record<string, string>>;
  /** The repository. */
  readonly cwd: string;
  /** A folder for the files of the runner. */
  readonly temp: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Result {
  /** True if no step has failed. */
  readonly succeeded: boolean;
  /** The names of the steps that were run. */
  readonly steps: readonly string[];
  /** The steps of other actions, with their inputs. */
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export function runAction(job: Job): Result {
  const { inputs, outputs, runs } = readAction();
  const values = new Map<string, string>(Object.entries(job.github ?? {}).map(([name, value]) => [`github.${name}`, value]));
  for (const [name, { default: text }] of Object.entries(inputs)) { values.set(`inputs.${name}`, job.inputs?.[name] ?? filled(text, values)); }
  const summary = path.join(job.temp, 'summary');
  fs.writeFileSync(summary, '');
  const [steps, used]: [string[], { uses: string; with: Record<string, string> }[]] = [[], []];
  let log = '';
  let succeeded = true;
  for (const step of runs.steps) {
    if (!succeeded || (step.if !== undefined && !evaluate(step.if, values))) { continue; }
    steps.push(step.name);
    const fill = (texts: Readonly<Record<string, string>> = {}) =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(String(text), values)]));
    if (step.uses !== undefined) {
      used.push({ uses: step.uses, with: fill(step.with) });
      continue;
    }
    const output = path.join(job.temp, 'output');
    fs.writeFileSync(output, '');
    const script = path.join(job.temp, 'step.sh');
    fs.writeFileSync(script, step.run!);
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: job.cwd, encoding: 'utf8', env: { ...job.env, RUNNER_TEMP: job.temp, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...fill(step.env) },
    });
    log += stdout + stderr;
    for (const line of fs.readFileSync(output, 'utf8').split('\n').filter(one => one !== '')) {
      const at = line.indexOf('=');
      values.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
    succeeded = status === 0 || step['continue-on-error'] === true;
  }
  return {
    succeeded,
    steps,
    used,
    log,
    summary: fs.readFileSync(summary, 'utf8'),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, filled(value, values)])),
  };
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression) => String(evaluate(expression, values)));
}

/** A value, or a comparison of values and texts. What has no value is an empty text. */
function evaluate(expression: string, values: ReadonlyMap<string, string>): string | boolean {
  const program = expression.replace(/'[^']*'|[a-z_][\w-]*(?:\.[\w-]+)+/g, word => word.startsWith("'") ? word : JSON.stringify(values.get(word) ?? ''));
  if (!/^(?:\s|'[^']*'|"(?:[^"\\]|\\.)*"|==|!=|&&|\|\||[()])*$/.test(program)) { throw new Error(`the tests do not know what this means: ${expression}`); }
  return new Function(`return ${program};`)();
}
