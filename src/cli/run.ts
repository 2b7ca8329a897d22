import { readFileSync } from 'fs';
import * as path from 'path';
import { Command, CommanderError } from 'commander';
import { ExitStatus, Io, Refusal } from './private/input';

/* eslint-disable @typescript-eslint/no-require-imports -- each command loads what it needs when it is run, and in no more time than that takes */
const COMMANDS: Readonly<Record<string, (io: Io, report: (status: ExitStatus) => void) => Command>> = {
  'list': io => (require('./list') as typeof import('./list')).listCommand(io),
  'can-reach': (io, report) => (require('./can-reach') as typeof import('./can-reach')).canReachCommand(io, report),
  'explain': (io, report) => (require('./explain') as typeof import('./explain')).explainCommand(io, report),
  'watch': io => (require('./watch') as typeof import('./watch')).watchCommand(io),
  'check': (io, report) => (require('./check') as typeof import('./check')).checkCommand(io, report),
};
/* eslint-enable @typescript-eslint/no-require-imports */

const ABOUT = `
Exit status: 0 done and, where something was asked, yes; 1 no, or an intent that fails; 2 bad input or usage.
Results go to standard output, messages to standard error.

Every PATH is a file of manifests (YAML or JSON), a folder of them, or - for standard input:
  $ helm template my-chart | netpol list -`;

/** Runs the command and returns its exit status; never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await execute(argv, io);
  } catch (error) {
    // Commander has told the user already, and knows usage errors by other numbers than ours.
    if (error instanceof CommanderError) { return error.exitCode === 0 ? ExitStatus.YES : ExitStatus.BAD_INPUT; }
    if (!(error instanceof Refusal)) {
      io.stderr.write(`netpol: this is a mistake of netpol's own; please report it with what you ran it on: ${oneLine(error)}\n`);
    } else if (error.message !== '') {
      io.stderr.write(`netpol: ${error.message}\n`);
    }
    return ExitStatus.BAD_INPUT;
  }
}

async function execute(argv: readonly string[], io: Io): Promise<number> {
  let status = ExitStatus.YES;
  const program = new Command('netpol')
    .description('Who reaches whom under the NetworkPolicies of Kubernetes manifests: exactly, and before anything is applied.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', ABOUT)
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .exitOverride();
  const report = (result: ExitStatus) => { status = result; };
  // The help, and what is said of a command that is none, are about all of them.
  for (const name of Object.hasOwn(COMMANDS, argv[0] ?? '') ? [argv[0]] : Object.keys(COMMANDS)) {
    const command = COMMANDS[name](io, report);
    program.addCommand(command.copyInheritedSettings(program).showHelpAfterError(`(netpol ${command.name()} --help tells how it is used)`));
  }
  program.showHelpAfterError('(netpol --help tells what there is)');
  await program.parseAsync(argv, { from: 'user' });
  return status;
}

function version(): string {
  return JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8')).version;
}

function oneLine(error: unknown): string {
  return String(error).replace(/\s+/g, ' ');
}
