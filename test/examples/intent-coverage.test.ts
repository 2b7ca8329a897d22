import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Testing } from 'cdk8s';
import { Connectivity } from '../../src';

/* What the intents of the shop and of the boutique cover stands in their READMEs. */

const EXAMPLES = path.join(__dirname, '../../examples');

/** The blocks of a README in one language. */
function blocksOf(example: string, language: string): string[] {
  const readme = fs.readFileSync(path.join(EXAMPLES, example, 'README.md'), 'utf8');
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block);
}

/** The table at the beginning of a coverage. */
function tableOf({ text }: { readonly text: string }): string {
  return text.split('\n').slice(0, text.split('\n').findIndex(line => line.startsWith('total')) + 1).map(line => `${line}\n`).join('');
}

/** A module of an example. Its main program writes to a temporary folder. */
function moduleOf(file: string): any {
  process.env.CDK8S_OUTDIR = fs.mkdtempSync(path.join(os.tmpdir(), 'covered-'));
  try {
    return jest.requireActual(path.join(EXAMPLES, file));
  } finally {
    fs.rmSync(process.env.CDK8S_OUTDIR, { recursive: true });
    delete process.env.CDK8S_OUTDIR;
  }
}

test('the shop', () => {
  const app: App = Testing.app();
  const { Shop } = moduleOf('shop/main');
  new Shop(app, 'shop');
  const connectivity = Connectivity.fromApp(app);
  expect(blocksOf('shop', 'text')).toEqual([tableOf(connectivity.coverage())]);
  const intents = connectivity.suggestedIntents();
  expect(blocksOf('shop', 'yaml')).toEqual([intents]);
  expect(connectivity.unnoticedChanges({ intents })).toEqual([]);
});

test('the boutique', () => {
  const app: App = Testing.app();
  const { addCluster } = moduleOf('boutique/cluster');
  addCluster(app, 'eu', { apiServer: '10.10.0.1', objectStore: '198.51.100.16/28' });
  addCluster(app, 'us', { apiServer: '10.20.0.1', objectStore: '203.0.113.32/28' });
  const connectivity = Connectivity.fromApp(app, { cluster: 'eu' });
  expect(blocksOf('boutique', 'text')).toEqual([tableOf(connectivity.coverage())]);
  const readme = fs.readFileSync(path.join(EXAMPLES, 'boutique', 'README.md'), 'utf8');
  expect(readme).toContain(`lists ${connectivity.unnoticedChanges().length} single`);
  expect(readme).toContain(`- ${/^# (\d+) claims/.exec(connectivity.suggestedIntents())![1]} more claims`);
});
