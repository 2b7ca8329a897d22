import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { describeOnServer } from './client';
import { connectionsOf, readBack } from './read-back';
import { Tier } from '../../src';
import { Recipe } from '../recipes/recipe';
import { addWorld } from '../recipes/world';

const EXAMPLES = path.join(__dirname, '../../examples');

/** The recipes of test/recipes. The mock collects them and does not define tests. */
const mockRecipes: [string, Recipe][] = [];
jest.mock('../recipes/recipe', () => ({ recipe: (title: string, recipe: Recipe) => mockRecipes.push([title, recipe]) }));
const RECIPE_FILES = fs.readdirSync(path.join(__dirname, '../recipes')).filter(file => file.endsWith('.test.ts'));
RECIPE_FILES.forEach(file => jest.requireActual(`../recipes/${file}`));

/** Examples in other languages. `npm run shop:compare` and others check that they synthesize the same bytes as those in TypeScript. */
const SAME_BYTES = ['boutique-python', 'platform-python', 'shop-go', 'shop-java', 'shop-python'];

/** The objects of an example: its manifests, those of its program, or those of a chart with its construct. */
function objectsOf(example: string): any[] {
  const folder = path.join(EXAMPLES, example);
  if (fs.existsSync(path.join(folder, 'manifests'))) { return readManifests(path.join(folder, 'manifests')); }
  if (example === 'own-construct') {
    const { Postgres } = jest.requireActual(path.join(folder, 'src'));
    const chart = new Chart(new App(), 'shop', { namespace: 'app' });
    new Postgres(chart, 'db', { clients: [new Tier(chart, 'backend')] });
    return chart.toJson();
  }
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'example-'));
  try {
    process.env.CDK8S_OUTDIR = outdir;
    jest.requireActual(path.join(folder, 'main'));
    return readManifests(outdir);
  } finally {
    delete process.env.CDK8S_OUTDIR;
    fs.rmSync(outdir, { recursive: true });
  }
}

function readManifests(folder: string): any[] {
  return fs.readdirSync(folder).sort().flatMap(file => parseAllDocuments(fs.readFileSync(path.join(folder, file), 'utf8'))
    .map(document => document.toJS()).filter(object => object !== null));
}

/** The objects of each cluster that an example writes files for. */
function byCluster(objects: readonly any[]): any[][] {
  const clusterOf = ({ metadata }: any): string | undefined => metadata.annotations?.['cdk8s-netpol/cluster'];
  return [...new Set(objects.map(clusterOf))].map(cluster => objects.filter(object => clusterOf(object) === cluster));
}

describeOnServer('the server accepts every object of the examples, and its defaults change no connection', () => {
  const examples = fs.readdirSync(EXAMPLES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);
  // Without the definitions of its kinds, the server knows none of the guardrails in this one. start.ts has warned.
  const isKnown = (name: string) => name !== 'platform' || process.env.APISERVER_DEFINITIONS !== undefined;
  test.each(examples.filter(name => !SAME_BYTES.includes(name) && isKnown(name)))('%s', async example => {
    for (const objects of byCluster(objectsOf(example))) {
      expect(objects.filter(({ kind }) => kind === 'NetworkPolicy').length).toBeGreaterThan(0);
      expect(connectionsOf(await readBack(objects, 'apply'))).toEqual(connectionsOf(objects));
    }
  }, 60_000);
});

describeOnServer('the server accepts every object of the recipes, and its defaults change no connection', () => {
  test.each(mockRecipes)('%s', async (_title, { yaml, tiers }) => {
    const app = new App();
    const [world, shop] = [new Chart(app, 'world'), new Chart(app, 'shop', { namespace: 'shop' })];
    addWorld(world);
    tiers(shop);
    const byHand = parseAllDocuments(yaml.replace(/^ {4}/gm, '')).map(document => document.toJS());
    for (const policies of [shop.toJson(), byHand]) {
      const objects = [...world.toJson(), ...policies];
      expect(connectionsOf(await readBack(objects, 'create'))).toEqual(connectionsOf(objects));
    }
  }, 120_000);

  test('at least 21 recipes are tried', () => {
    expect(mockRecipes.length).toBeGreaterThanOrEqual(21);
  });
});
