import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Browser, chromium, Page } from 'playwright-core';
import { writeManifests } from '../../bench/manifests';
import { run } from '../../src/cli/run';

/* Reports, and a browser that opens them. */

const folder = mkdtempSync(path.join(tmpdir(), 'netpol-report-'));

/** Deletes the reports. */
export function removeReports(): void { rmSync(folder, { recursive: true }); }

/** Runs `netpol report` and returns the file. */
export async function reportOf(name: string, ...argv: string[]): Promise<string> {
  const file = path.join(folder, `${name}.html`);
  let errors = '';
  const status = await run(['report', ...argv, '--out', file], {
    stdout: { write: () => true }, stderr: { write: text => { errors += text; } }, readStdin: async () => Buffer.from(''), untilInterrupted: async () => {},
  });
  if (status === 2) { throw new Error(errors); }
  return file;
}

/** A generated cluster with this many namespaces of as many Deployments, and its report. */
export function generated(name: string, namespaces: number, deployments: number): Promise<string> {
  const input = path.join(folder, name);
  writeManifests(input, namespaces, deployments);
  return reportOf(name, input);
}

/** The chromium of the system. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** Opens a report, and has every error of the page fail the test. */
export async function open(browser: Browser, file: string, fragment = '', colorScheme: 'light' | 'dark' = 'light', width = 1400, height = 860): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on('pageerror', error => { throw error; });
  page.on('console', message => { if (message.type() === 'error') { throw new Error(message.text()); } });
  page.on('request', request => { if (!/^(?:file|data|blob):/.test(request.url())) { throw new Error(`the page asked for ${request.url()}`); } });
  await page.goto(`file://${file}${fragment}`);
  await page.waitForSelector('html[data-ready]');
  return page;
}
