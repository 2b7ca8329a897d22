import { realpathSync, statSync } from 'fs';
import { Command, Option } from 'commander';
import { RENDER_CHOICES } from './private/facts';
import { BadInputError, Io } from './private/io';
import { fileFinding } from '../manifests/files';
import { linesOf } from './private/mcp/lines';
import { McpServer } from './private/mcp/server';
import { Session } from './private/mcp/session';
import { RunCommand, ToolBox } from './private/mcp/tool-box';
import { TOOLS } from './private/mcp/tools';

interface Options {
  readonly root?: string;
  readonly render: string;
}

/** A message has at most this many bytes. */
const MAX_MESSAGE = 2 ** 24;

const HELP = `
A coding agent starts this command and asks it: see docs/mcp.md. For Claude Code:
  $ claude mcp add netpol -- npx -y -p cdk8s-netpol netpol mcp

Messages are JSON-RPC 2.0, one on each line of standard input and standard output. The command ends with status 0 at the end of its input.
The tools read manifests in the root folder, and nothing outside it. They write nothing and open no connections.`;

/**
 * `netpol mcp`: a server of the Model Context Protocol.
 * @param run runs the commands that the tools stand for
 * @param version the version of the package
 */
export function mcpCommand(io: Io, run: RunCommand, version: string): Command {
  return new Command('mcp')
    .description('a server of the Model Context Protocol, so that coding agents can ask (list, can-reach, check, diff)')
    .option('--root <folder>', 'the working directory of the tools, outside which they read nothing (default: the working directory)')
    .addOption(new Option('--render <when>', 'render kustomizations and charts. The programs that do so may read other files and download bases').choices(RENDER_CHOICES).default('never'))
    .addHelpText('after', HELP)
    .action(async ({ root, render }: Options) => {
      if (root !== undefined) { enter(root); }
      const server = new McpServer(new ToolBox(TOOLS, { run, root: realpathSync('.'), render }), version);
      const session = new Session(server, message => { io.stdout.write(`${JSON.stringify(message)}\n`); });
      try {
        await session.serve(linesOf(io.stdinChunks?.() ?? wholeStdin(io), MAX_MESSAGE));
      } catch (error) {
        throw badFile('standard input', error);
      }
    });
}

/** Makes the root folder the working directory: then `netpol.yaml` is the one of the root, and messages have paths that the agent knows. */
function enter(root: string): void {
  try {
    if (!statSync(root).isDirectory()) { throw new BadInputError(`--root ${root}: this is not a folder; name a folder`); }
    process.chdir(root);
  } catch (error) {
    if (error instanceof BadInputError) { throw error; }
    throw badFile(`--root ${root}`, error);
  }
}

/** @throws the error itself if it does not come from the file system */
function badFile(what: string, error: unknown): BadInputError {
  const { message, fix } = fileFinding(what, error);
  return new BadInputError(`${what}: ${message}${fix === undefined ? '' : `; ${fix.text}`}`);
}

async function* wholeStdin(io: Io): AsyncIterable<Buffer> {
  yield await io.readStdin();
}
