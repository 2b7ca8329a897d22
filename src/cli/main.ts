#!/usr/bin/env node
import { buffer } from 'stream/consumers';
import { run } from './run';

// A reader that has seen enough (`netpol list . | head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') { throw error; } });
}

void run(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, readStdin: () => buffer(process.stdin) })
  .then(status => { process.exitCode = status; });
