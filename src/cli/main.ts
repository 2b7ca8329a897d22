#!/usr/bin/env node
import { ExitStatus } from './private/io';
import { terminalOf } from './private/terminal';
import { run } from './run';
import { EndlessContent } from '../manifests/endless';

let interrupt = () => {};

/** Ends the process if nobody can read the output, for example because the disk is full. */
function fail(error: unknown): never {
  try {
    process.stderr.write(`netpol: cannot write the output: ${(error as Error).message}\n`);
  } catch {
    // Standard error is on the same disk.
  }
  process.exit(ExitStatus.BAD_INPUT);
}

// A reader that closes the pipe early (`netpol list . | head`) is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') { fail(error); }
    interrupt();
  });
}

function untilInterrupted(): Promise<void> {
  return new Promise(resolve => {
    interrupt = resolve;
    for (const signal of ['SIGINT', 'SIGTERM']) { process.once(signal, resolve); }
  });
}

async function readStdin(): Promise<Buffer> {
  const content = new EndlessContent();
  for await (const chunk of process.stdin) { content.add(chunk); }
  return content.whole;
}

/** Someone who asks and does not read the answers asks nothing more. */
async function* stdinChunks(): AsyncIterable<Buffer> {
  let isOver = false;
  interrupt = () => {
    isOver = true;
    process.stdin.destroy();
  };
  try {
    for await (const chunk of process.stdin) { yield chunk; }
  } catch (error) {
    if (!isOver) { throw error; }
  }
}

/** A file takes all of a text at once, or the write throws an error. */
function write(stream: NodeJS.WriteStream, text: string): boolean {
  try {
    return stream.write(text);
  } catch (error) {
    return fail(error);
  }
}

/** A pipe takes what fits into it, and asks for more when its reader has read that. */
function untilDrained(): Promise<boolean> {
  if (process.stdout.destroyed) { return Promise.resolve(false); }
  return new Promise(resolve => {
    const drained = () => {
      process.stdout.off('close', closed);
      resolve(true);
    };
    const closed = () => {
      process.stdout.off('drain', drained);
      resolve(false);
    };
    process.stdout.once('drain', drained).once('close', closed);
  });
}

/** An error of a write is reported after its callback, and ends the process then. */
function untilWritten(): Promise<void> {
  return new Promise(resolve => { process.stdout.write('', () => setImmediate(resolve)); });
}

const stdout = {
  write: (text: string) => write(process.stdout, text), untilDrained, untilWritten, terminal: terminalOf(process.stdout, process.env),
};
const stderr = { write: (text: string) => write(process.stderr, text) };

void run(process.argv.slice(2), { stdout, stderr, readStdin, stdinChunks, untilInterrupted })
  .then(status => { process.exitCode = status; });
