import { readFileSync } from 'fs';
import * as path from 'path';
import { Command, CommanderError } from 'commander';
import { canReachCommand } from './can-reach';
import { checkCommand } from './check';
import { explainCommand } from './explain';
import { ExitStatus, Io, Refusal } from './io';
import { listCommand } from './list';

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
  for (const command of [listCommand(io), canReachCommand(io, report), explainCommand(io, report), checkCommand(io, report)]) {
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
