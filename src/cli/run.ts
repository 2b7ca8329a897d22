import { Command, CommanderError } from 'commander';
import { ExitStatus, Io, BadInputError } from './private/io';
import { safeOutput } from './private/safe-output';
import { printable } from '../findings/finding';
import { packageVersion } from '../findings/package-version';

/* eslint-disable @typescript-eslint/no-require-imports -- a command loads its modules when it runs, so that it starts fast */
const COMMANDS: Readonly<Record<string, (io: Io, report: (status: ExitStatus) => void) => Command>> = {
  'list': io => (require('./list') as typeof import('./list')).listCommand(io),
  'can-reach': (io, report) => (require('./can-reach') as typeof import('./can-reach')).canReachCommand(io, report),
  'explain': (io, report) => (require('./explain') as typeof import('./explain')).explainCommand(io, report),
  'watch': io => (require('./watch') as typeof import('./watch')).watchCommand(io),
  'lint': (io, report) => (require('./lint') as typeof import('./lint')).lintCommand(io, report),
  'report': (io, report) => (require('./report') as typeof import('./report')).reportCommand(io, report),
  'diff': (io, report) => (require('./diff') as typeof import('./diff')).diffCommand(io, report),
  'plan': (io, report) => (require('./plan') as typeof import('./plan')).planCommand(io, report),
  'check': (io, report) => (require('./check') as typeof import('./check')).checkCommand(io, report),
  'completion': io => (require('./completion') as typeof import('./completion')).completionCommand(io),
  'mcp': io => (require('./mcp') as typeof import('./mcp')).mcpCommand(io, run, packageVersion()),
};
/* eslint-enable @typescript-eslint/no-require-imports */

const ABOUT = `
Exit status: 0 yes, or done; 1 no, or an intent that does not hold; 2 wrong usage or input; 3 undecided.
Results go to standard output, messages to standard error.

Every PATH is a file of manifests (YAML or JSON), a folder of them, or - for standard input:
  $ helm template my-chart | netpol list -`;

/** The commands that need all others, as the help and the message about an unknown command do. */
const ABOUT_ALL: readonly string[] = ['completion'];

/** Runs the command and returns its exit status. Never throws. */
export async function run(argv: readonly string[], streams: Io): Promise<number> {
  const io = safeOutput(streams);
  try {
    return await execute(argv, io);
  } catch (error) {
    // Commander has printed its message already. Its exit codes for usage errors differ from ours.
    if (error instanceof CommanderError) { return error.exitCode === 0 ? ExitStatus.YES : ExitStatus.BAD_INPUT; }
    if (!(error instanceof BadInputError)) {
      io.stderr.write(`netpol: internal error; please report it with the input that caused it: ${oneLine(error)}\n`);
    } else if (error.message !== '') {
      io.stderr.write(`netpol: ${printable(error.message)}\n`);
    }
    return ExitStatus.BAD_INPUT;
  }
}

async function execute(argv: readonly string[], io: Io): Promise<number> {
  let status = ExitStatus.YES;
  const program = new Command('netpol')
    .description('Who reaches whom under the NetworkPolicies of Kubernetes manifests: exact answers, before anything is applied.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', ABOUT)
    .configureOutput({ writeOut: text => io.stdout.write(text), writeErr: text => io.stderr.write(text) })
    .exitOverride();
  const report = (result: ExitStatus) => { status = result; };
  const [wanted = ''] = argv;
  for (const name of Object.hasOwn(COMMANDS, wanted) && !ABOUT_ALL.includes(wanted) ? [wanted] : Object.keys(COMMANDS)) {
    const command = COMMANDS[name](io, report);
    program.addCommand(command.copyInheritedSettings(program).showHelpAfterError(`(run netpol ${command.name()} --help for usage)`));
  }
  program.showHelpAfterError('(run netpol --help for usage)');
  await program.parseAsync(argv, { from: 'user' });
  return status;
}

function oneLine(error: unknown): string {
  return String(error).replace(/\s+/g, ' ');
}
