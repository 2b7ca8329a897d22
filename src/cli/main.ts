#!/usr/bin/env node
import { run } from './run';

let interrupt = () => {};

// A reader that closes the pipe early (`netpol list . | head`) is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') { throw error; }
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
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) { chunks.push(chunk); }
  return Buffer.concat(chunks);
}

/** A pipe takes what fits into it, and asks for more when its reader has read that. */
function untilDrained(): Promise<boolean> {
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

const stdout = { write: (text: string) => process.stdout.write(text), untilDrained };

void run(process.argv.slice(2), { stdout, stderr: process.stderr, readStdin, untilInterrupted })
  .then(status => { process.exitCode = status; });
