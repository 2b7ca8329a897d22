import * as path from 'path';
import { open, openBrowser } from './browser';
import { generated, removeReports, reportOf } from './pages';

/* Takes the screenshots of docs/report.md: npm run screenshots. */

const CORPUS = path.join(__dirname, '..', '..', '..', 'shared', 'corpus');
const IMAGES = path.join(__dirname, '..', '..', 'docs', 'images');

async function main(): Promise<void> {
  process.chdir(process.env.CORPUS ?? CORPUS);
  const browser = await openBrowser();
  const take = async (file: string, name: string, fragment: string) => {
    const page = await open(browser, file, fragment, { width: 1200, height: 700 });
    await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
    await page.close();
  };
  const prometheus = await reportOf('kube-prometheus', 'kube-prometheus');
  await take(prometheus, 'report-kube-prometheus', '#row=monitoring%2Fgrafana&column=monitoring%2Fblackbox-exporter');
  await take(prometheus, 'report-map', '#view=map');
  await take(await generated('cluster', 100, 20), 'report-2000', '');
  await browser.close();
  removeReports();
}

void main();
