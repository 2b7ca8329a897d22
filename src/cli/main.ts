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

void run(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, readStdin, untilInterrupted })
  .then(status => { process.exitCode = status; });
