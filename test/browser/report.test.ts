import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Browser, Page } from 'playwright-core';
import { open, openBrowser } from './browser';
import { generated, removeReports, reportOf } from './pages';

/* The report in a real browser: what it shows, the keyboard, axe-core, hostile names, and how fast it is (printed, not judged). */

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SHOP = 'examples/shop-by-hand';
const VIEWS = ['matrix', 'map', 'exposed', 'findings', 'claims', 'changes', 'undecided', 'evidence'];

let browser: Browser;
let shop: string;
let earlier: string;

beforeAll(async () => {
  browser = await openBrowser();
  earlier = earlierShop();
  shop = await reportOf('shop', `${SHOP}/manifests`, '--intent', `${SHOP}/intents.yaml`, '--coverage', '--old', earlier);
});

afterAll(async () => {
  await browser.close();
  removeReports();
  rmSync(earlier, { recursive: true });
});

/** The shop as it was: the backend let nobody in, and the database the frontend. */
function earlierShop(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-earlier-'));
  for (const file of readdirSync(`${SHOP}/manifests`).filter(name => name !== 'allow-frontend-to-backend.yaml')) {
    const text = readFileSync(`${SHOP}/manifests/${file}`, 'utf8');
    writeFileSync(path.join(folder, file), file === 'allow-backend-to-db.yaml' ? text.replace('app: backend', 'app: frontend') : text);
  }
  return folder;
}

/** The page may not run foreign scripts by a tag, but DevTools may. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as any).axe.run((globalThis as any).document, { resultTypes: ['violations'] });
    return found.map((one: any) => `${one.id}: ${one.help}: ${one.nodes.map((node: any) => node.html).slice(0, 3).join(' ')}`);
  });
}

describe.each(['light', 'dark'] as const)('%s', scheme => {
  test.each([...VIEWS, 'matrix&row=app%2Ffrontend&column=app%2Fdb', 'map&row=app%2Ffrontend&column=app%2Fbackend'])('axe-core finds nothing in the view %s', async view => {
    const page = await open(browser, shop, `#view=${view}`, { colorScheme: scheme });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

test('a printed report has every cell of a small matrix, and no controls', async () => {
  const page = await open(browser, shop);
  await page.emulateMedia({ media: 'print' });
  expect(await page.isVisible('nav')).toBe(false);
  expect(await page.isVisible('form.tools')).toBe(false);
  const { rows, columns, cells } = await page.evaluate<{ rows: number; columns: number; cells: number }>(`({
    rows: document.querySelectorAll('table.printed:first-of-type tbody tr').length,
    columns: document.querySelectorAll('table.printed thead th[scope=col]').length,
    cells: document.querySelectorAll('table.printed td').length,
  })`);
  expect(rows).toBeGreaterThan(5);
  expect(cells).toBe(rows * columns);
  await page.close();
});

describe('the keyboard', () => {
  test('moves through the grid, opens an explanation, closes it, and leaves the grid', async () => {
    const page = await open(browser, shop);
    await page.focus('[role=treegrid]');
    const active = () => page.evaluate<string>("document.getElementById(document.querySelector('[role=treegrid]').getAttribute('aria-activedescendant')).getAttribute('aria-label')");
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await active()).toMatch(/^app\/.* to app\/.*: /);
    await page.keyboard.press('Enter');
    await page.waitForSelector('aside.panel');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H2');
    await page.keyboard.press('Escape');
    expect(await page.$('aside.panel')).toBeNull();
    expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe('treegrid');
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.getAttribute('role')")).not.toBe('treegrid');
    await page.close();
  });

  test('folds and unfolds a namespace', async () => {
    const page = await open(browser, shop);
    await page.focus('[role=treegrid]');
    const rows = () => page.getAttribute('[role=treegrid]', 'aria-rowcount').then(Number);
    const before = await rows();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await rows()).toBeLessThan(before);
    await page.keyboard.press('Enter');
    expect(await rows()).toBe(before);
    await page.close();
  });
});

test('a link leads to the same state, and back leads to the state before', async () => {
  const page = await open(browser, shop);
  await page.fill('input[placeholder="tcp/8080"]', 'tcp/5432');
  await page.click('nav a:has-text("Map")');
  await page.click('nav a:has-text("Matrix")');
  const fragment = await page.evaluate<string>('location.hash');
  expect(fragment).toContain('port=tcp%2F5432');
  const other = await open(browser, shop, fragment);
  expect(await other.inputValue('input[placeholder="tcp/8080"]')).toBe('tcp/5432');
  expect(await other.innerText('[role=treegrid]')).toBe(await page.innerText('[role=treegrid]'));
  await page.goBack();
  expect(await page.innerText('h2')).toBe('How does it hang together?');
  await page.close();
  await other.close();
});

test('an explanation has the policy, its file and line, and the fix', async () => {
  const page = await open(browser, shop, '#row=app%2Ffrontend&column=app%2Fdb');
  const text = await page.innerText('aside.panel');
  expect(text).toMatch(/app\/frontend does not reach app\/db/);
  expect(text).toMatch(/Fix/);
  expect(text).toMatch(/manifests\/[\w-]+\.yaml:\d+:\d+/);
  expect(text).toMatch(/netpol explain .*--from app\/frontend --to app\/db/);
  await page.close();
});

test('the changes have a verdict, groups with causes and examples, and links to explanations', async () => {
  const page = await open(browser, shop, '#view=changes');
  expect(await page.innerText('main .headline')).toMatch(/^Opens 1 group of connections and closes 1, for every possible pod\.$/);
  const text = await page.innerText('main');
  expect(text).toMatch(/opened\s+for workloads that both versions have/);
  expect(text).toMatch(/manifests\/allow-frontend-to-backend\.yaml:\d+:\d+/);
  expect(await page.isVisible('nav a[aria-current]:has-text("Changes")')).toBe(true);
  const link = page.locator('a[aria-label="Explain app/frontend to app/db"]');
  await link.focus();
  await page.keyboard.press('Enter');
  expect(await page.innerText('aside.panel .headline')).toContain('app/frontend does not reach app/db');
  await page.goBack();
  expect(await page.innerText('h2')).toBe('What does the change open and close?');
  await page.close();
});

test('a name from a manifest is text and never markup', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netpol-hostile-'));
  const evil = '</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1><!--\u2028';
  writeFileSync(path.join(folder, 'a.yaml'), JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'x', ownerReferences: [{ apiVersion: 'v1', kind: 'Evil<b>', name: evil, uid: 'u', controller: true }] },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  }));
  writeFileSync(path.join(folder, 'intents.yaml'), `denied: [{ from: x/Pod/a, to: 0.0.0.0/0, description: ${JSON.stringify(evil)} }]`);
  try {
    const file = await reportOf('hostile', folder, '--intent', path.join(folder, 'intents.yaml'), '--keep-going');
    for (const view of VIEWS) {
      const page = await open(browser, file, `#view=${view}`);
      expect(await page.evaluate(() => (globalThis as any).hacked)).toBeUndefined();
      expect(await page.$('main img')).toBeNull();
      await page.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([['2,000', 100, 20], ['5,000', 100, 50]])('a cluster of %s workloads is shown and filtered, and only what is visible is in the document', async (name, namespaces, deployments) => {
  const file = await generated(`c${namespaces * deployments}`, namespaces, deployments);
  const page = await open(browser, file, '#open=*');
  const shown = await page.evaluate<number>('new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))); })');
  expect(Number(await page.getAttribute('[role=treegrid]', 'aria-rowcount'))).toBeGreaterThan(namespaces * deployments);
  expect(await page.locator('[role=gridcell]').count()).toBeLessThan(2500);
  const filtered = await page.evaluate<number>(`new Promise(done => {
    const field = document.querySelector('input[placeholder="tcp/8080"]');
    const start = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '5432');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  })`);
  await page.locator('[role=gridcell]').first().waitFor();
  console.log(`${name} workloads: shown after ${Math.round(shown)} ms, filtered by port in ${Math.round(filtered)} ms, ${Math.round(readFileSync(file).length / 1000)} kB`);
  await page.close();
}, 180_000);
