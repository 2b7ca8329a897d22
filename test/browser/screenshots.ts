import { existsSync, mkdtempSync, rmSync } from 'fs';
import Module, { createRequire } from 'module';
import { tmpdir } from 'os';
import * as path from 'path';
import { open, openBrowser, View } from './browser';
import { removeReports, reportOf } from './pages';
import { writeManifests } from '../../bench/manifests';

/* Takes the screenshots of docs/report.md: npm run screenshots. That of kube-prometheus needs ../shared/corpus, or the folder that CORPUS names. */

const ROOT = path.join(__dirname, '..', '..');
const CORPUS = process.env.CORPUS ?? path.join(ROOT, '..', 'shared', 'corpus');

/** Writes the manifests of the boutique into a folder. It imports this package by its name. */
function synthesizeBoutique(folder: string): void {
  const resolver = Module as unknown as { _resolveFilename(request: string, ...others: unknown[]): string };
  const resolve = resolver._resolveFilename;
  resolver._resolveFilename = (request, ...others) => resolve(request === 'cdk8s-netpol' ? path.join(ROOT, 'src', 'index.ts') : request, ...others);
  process.env.CDK8S_OUTDIR = folder;
  createRequire(__filename)('../../examples/boutique/main');
  resolver._resolveFilename = resolve;
}

async function main(): Promise<void> {
  const browser = await openBrowser();
  const take = async (file: string, name: string, fragment: string, view: View = {}) => {
    const page = await open(browser, file, fragment, { width: 1200, height: 700, ...view });
    await page.screenshot({ path: path.join(ROOT, 'docs', 'images', `${name}.png`) });
    await page.close();
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'boutique-'));
  synthesizeBoutique(path.join(folder, 'boutique'));
  process.chdir(folder);
  const boutique = await reportOf('boutique', 'boutique');
  await take(boutique, 'report-boutique', '', { colorScheme: 'dark' });
  await take(boutique, 'report-boutique-map', '#view=map', { height: 800 });
  writeManifests('generated', 100, 20);
  await take(await reportOf('generated', 'generated'), 'report-2000', '');
  if (existsSync(CORPUS)) {
    process.chdir(CORPUS);
    const prometheus = await reportOf('kube-prometheus', 'kube-prometheus');
    await take(prometheus, 'report-kube-prometheus', '#row=monitoring%2Fgrafana&column=monitoring%2Fblackbox-exporter');
    await take(prometheus, 'report-map', '#view=map');
  } else {
    console.warn(`SKIPPED: the screenshots of kube-prometheus: ${CORPUS} does not exist`);
  }
  await browser.close();
  rmSync(folder, { recursive: true });
  removeReports();
}

void main();
