import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import type { Browser, Page } from 'playwright-core';
import { writeManifests } from './manifests';
import { Timing, timingOf } from './timing';
import { browserPath, load, newPage, open, openBrowser } from '../test/browser/browser';

/* The page of `netpol report` in a browser: until it is shown, and until a filter is shown. Each run is a new page, whose code has not run before. */

const NETPOL = path.join(__dirname, '..', 'src', 'cli', 'main.js');

/** A time on the clock, and the time of the processor on the main thread of the page. */
export interface PageTiming {
  readonly clock: Timing;
  readonly processor: Timing;
}

export interface ReportFigures {
  readonly workloads: number;
  readonly policies: number;
  readonly megabytes: number;
  /** Cells that were compared with `netpol list` before anything was measured. */
  readonly checked: number;
  /** From the start of the navigation until the first frame is painted. */
  readonly show: PageTiming;
  /** From the event of the field until the frame with the result is painted. */
  readonly filters: readonly { readonly what: string; readonly timing: PageTiming }[];
}

const PORT = 'input[placeholder="tcp/8080"]';
const NAME = 'input[placeholder="name or label"]';
const FILTERS = [
  { what: 'by port', selector: PORT, value: '5432' },
  { what: 'by name', selector: NAME, value: 'be-1' },
  { what: 'by verdict', selector: 'select:has(option[value=undecided])', value: 'undecided' },
] as const;

/** Undefined where no browser is. */
export async function measureReport(namespaces: number, deployments: number, times: number): Promise<ReportFigures | undefined> {
  if (!fs.existsSync(browserPath())) { return undefined; }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'netpol-bench-'));
  const browser = await openBrowser();
  try {
    writeManifests(path.join(folder, 'k8s'), namespaces, deployments);
    const file = path.join(folder, 'report.html');
    netpol(['report', 'k8s', '--out', file], folder);
    const checked = await check(browser, file, JSON.parse(netpol(['list', 'k8s', '-o', 'json'], folder)));
    const shown: Sample[] = [];
    const filtered: Sample[][] = FILTERS.map(() => []);
    for (let i = 0; i < times; i++) {
      for (const [k, { selector, value }] of FILTERS.entries()) {
        const page = await newPage(browser);
        const processor = await processorOf(page);
        await load(page, file, '#open=*');
        shown.push({ clock: await page.evaluate<number>(`${AFTER_FRAME}.then(() => performance.now())`), processor: await processor() });
        const before = await processor();
        const clock = await page.evaluate<number>(`(() => {
          const field = document.querySelector(${JSON.stringify(selector)});
          const start = performance.now();
          field.value = ${JSON.stringify(value)};
          field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
          return ${AFTER_FRAME}.then(() => performance.now() - start);
        })()`);
        filtered[k].push({ clock, processor: await processor() - before });
        await page.close();
      }
    }
    return {
      workloads: 3 + namespaces * deployments,
      policies: namespaces * (deployments + 3),
      megabytes: fs.statSync(file).size / 1e6,
      checked,
      show: timing(shown),
      filters: FILTERS.map(({ what }, k) => ({ what, timing: timing(filtered[k]) })),
    };
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  }
}

interface Sample { readonly clock: number; readonly processor: number }

function timing(samples: readonly Sample[]): PageTiming {
  return { clock: timingOf(samples.map(({ clock }) => clock)), processor: timingOf(samples.map(({ processor }) => processor)) };
}

/** A promise of the time after the next frame. */
const AFTER_FRAME = 'new Promise(done => requestAnimationFrame(() => setTimeout(done)))';

/** The milliseconds that the main thread of the page has been on a processor: other work on the machine does not count. */
async function processorOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
}

interface Row { readonly src: string; readonly dst: string; readonly conn: string; readonly undecided?: readonly string[] }

/** Compares the cells that are visible, without and with each filter, with the rows of the list. Returns how many. */
async function check(browser: Browser, file: string, rows: readonly Row[]): Promise<number> {
  const nameOf = (text: string) => text.replace(/\[\w+\]$/, '');
  const workloads = new Set(rows.flatMap(({ src, dst }) => [src, dst]).filter(text => !text.endsWith('[External]')).map(nameOf));
  const expected = new Map(rows.map(({ src, dst, conn, undecided }) => [`${nameOf(src)} to ${nameOf(dst)}`, textOf(conn, undecided !== undefined)]));
  let checked = 0;
  for (const { selector, value } of [{ selector: undefined, value: '' }, ...FILTERS]) {
    const page = await open(browser, file, '#open=*');
    if (selector !== undefined) {
      await (value === 'undecided' ? page.selectOption(selector, value) : page.fill(selector, value));
      await page.evaluate(AFTER_FRAME);
    }
    const labels = await page.evaluate<string[]>("Array.from(document.querySelectorAll('[role=gridcell]'), cell => cell.getAttribute('aria-label'))");
    let here = 0;
    for (const label of labels) {
      const [, from, to, text] = /^(.*) to (.*?): (?:\S+, )?(.*)$/.exec(label)!;
      if (!workloads.has(from) || !workloads.has(to)) { continue; }
      const wanted = expected.get(`${from} to ${to}`) ?? 'no connection';
      if (text !== wanted) { throw new Error(`the page says ${label}, netpol list ${wanted}`); }
      here++;
    }
    if (here === 0) { throw new Error(`the page shows no cell with the filter '${value}'`); }
    checked += here;
    await page.close();
  }
  return checked;
}

/** A connection of the list in the words of the page. */
function textOf(conn: string, isUndecided: boolean): string {
  if (conn === 'No Connections') { return 'undecided'; }
  const ports = conn === 'All Connections' ? 'every port' : conn.replaceAll(',', ', ');
  return isUndecided ? `${ports}, and undecided whether more` : ports;
}

function netpol(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [NETPOL, ...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) { throw new Error(`netpol ${args[0]}: ${stderr}`); }
  return stdout;
}
