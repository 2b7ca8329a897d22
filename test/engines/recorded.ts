import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync, gzipSync } from 'zlib';

/* The recorded questions and verdicts of the engines, in test/engines/recorded. */

/** The path of a recorded file. */
export function fileOf(name: string): string {
  return path.join(__dirname, 'recorded', name);
}

/** The values of a compressed file with one value per line. */
export function readLines<T>(name: string): T[] {
  return textOf(name).trimEnd().split('\n').map(line => JSON.parse(line));
}

/** Writes a compressed file with one value per line. */
export function writeLines(name: string, values: readonly unknown[]): void {
  fs.writeFileSync(fileOf(name), gzipSync(linesOf(values), { level: 9 }));
}

/** Whether a file holds these values. It compares the text, because compressors differ. */
export function holdsLines(name: string, values: readonly unknown[]): boolean {
  return textOf(name) === linesOf(values);
}

function textOf(name: string): string {
  return gunzipSync(fs.readFileSync(fileOf(name))).toString('utf8');
}

function linesOf(values: readonly unknown[]): string {
  return values.map(value => `${JSON.stringify(value)}\n`).join('');
}

/** Digits of 0 and 1 in base64, with eight digits per byte. */
export function packed(digits: string): string {
  const bytes = Buffer.alloc(Math.ceil(digits.length / 8));
  for (let i = 0; i < digits.length; i++) {
    if (digits[i] === '1') { bytes[Math.floor(i / 8)] += 2 ** (i % 8); }
  }
  return bytes.toString('base64');
}

/** Whether the digit with this index is 1. */
export function isSet(bytes: Buffer, index: number): boolean {
  return Math.floor(bytes[Math.floor(index / 8)] / 2 ** (index % 8)) % 2 === 1;
}
