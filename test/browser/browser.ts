import { Browser, chromium, Page } from 'playwright-core';

/* A browser that opens reports. */

/** The chromium of the system, or the one that CHROMIUM names. */
export function browserPath(): string { return process.env.CHROMIUM ?? '/usr/bin/chromium'; }

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
}

export interface View {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A new page. Every error of a report in it, and every request that it makes, is an error of the caller. */
export async function newPage(browser: Browser, { colorScheme = 'light', width = 1400, height = 860 }: View = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on('pageerror', error => { throw error; });
  page.on('console', message => { if (message.type() === 'error') { throw new Error(message.text()); } });
  page.on('request', request => { if (!/^(?:file|data|blob):/.test(request.url())) { throw new Error(`the page asked for ${request.url()}`); } });
  return page;
}

/** Opens a report in a page, and waits until it is shown. */
export async function load(page: Page, file: string, fragment = ''): Promise<void> {
  await page.goto(`file://${file}${fragment}`);
  await page.waitForSelector('html[data-ready]');
}

/** Opens a report. */
export async function open(browser: Browser, file: string, fragment = '', view: View = {}): Promise<Page> {
  const page = await newPage(browser, view);
  await load(page, file, fragment);
  return page;
}
