import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

test.each(['page-script.ts', 'page-style.ts', 'layout-library.ts'])('%s is what page/build.mjs compiles: otherwise run npm run page', name => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-page-'));
  try {
    execFileSync(process.execPath, [path.join(ROOT, 'page', 'build.mjs'), folder]);
    expect(readFileSync(path.join(ROOT, 'src', 'report', 'private', name), 'utf8')).toBe(readFileSync(path.join(folder, name), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
