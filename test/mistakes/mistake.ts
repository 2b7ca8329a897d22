import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-34';
import * as library from '../../src';
import { netpol } from '../cli/command';

/** What every row of docs/mistakes.md has. */
interface Row {
  /** The mistake, as the person who made it would describe it. */
  readonly mistake: string;
  /** The part of the message that says what is wrong. */
  readonly sees: string;
  /** What to do. */
  readonly todo: string;
}

/** A mistake in an app. */
export interface AppMistake extends Row {
  /**
   * The statements of the app, up to `app.synth()`, or with it if the program makes an app of its own. They may use everything of this library, of
   * cdk8s and of cdk8s-plus (`kplus`), and what `startingPoint` has.
   */
  readonly program: string;
}

/** A mistake in files that the command reads. */
export interface FileMistake extends Row {
  readonly files: Readonly<Record<string, string>>;
  /** The command line, without `netpol`. */
  readonly command: string;
}

/** A mistake, and what happens then. Each one is run. */
export type Mistake = AppMistake | FileMistake;

/** What each program starts with: an app with a chart for namespace `shop`, and short forms for objects that were not made by tiers. */
function startingPoint() {
  const app = new cdk8s.App();
  const chart = new cdk8s.Chart(app, 'shop', { namespace: 'shop' });
  return {
    app,
    chart,
    /** A Deployment whose pods have the label `app` and listen on a TCP port with the name `http`. */
    deploy: (name: string, port: number, scope: cdk8s.Chart = chart) => new cdk8s.ApiObject(scope, `${name}-deployment`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name, ports: [{ name: 'http', containerPort: port }] }] } },
      },
    }),
    /** A Service for these pods. */
    expose: (name: string, port: number, targetPort: number) => new cdk8s.ApiObject(chart, `${name}-service`, {
      apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port, targetPort }] },
    }),
    /** A NetworkPolicy that was written by hand. */
    policy: (name: string, spec: object) => new cdk8s.ApiObject(chart, `${name}-policy`, {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec,
    }),
  };
}

/** What the person sees who made the mistake: all lines on the terminal. */
export async function terminalOf(mistake: Mistake): Promise<string> {
  return 'program' in mistake ? terminalOfApp(mistake.program) : terminalOfCommand(mistake);
}

function terminalOfApp(program: string): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'mistake-'));
  const lines: string[] = [];
  const { emitWarning, stderr } = process;
  const write = stderr.write;
  process.emitWarning = (text: string | Error) => { lines.push(`Warning: ${text}`); };
  stderr.write = (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
  try {
    process.env.CDK8S_OUTDIR = outdir;
    const names = { ...cdk8s, ...library, kplus, process: { env: {} }, ...startingPoint() };
    // In braces, so that the program can have an `app` of its own.
    new Function(...Object.keys(names), `{${program}\n}`)(...Object.values(names));
    names.app.synth();
  } catch (error) {
    lines.push(`Error: ${(error as Error).message}`);
  } finally {
    process.emitWarning = emitWarning;
    stderr.write = write;
    delete process.env.CDK8S_OUTDIR;
    fs.rmSync(outdir, { recursive: true });
  }
  return lines.join('\n').replaceAll(`${outdir}/`, '');
}

async function terminalOfCommand({ files, command }: FileMistake): Promise<string> {
  const { stdout, stderr } = await netpol(command.split(' '), files);
  return (stdout + stderr).trimEnd();
}
