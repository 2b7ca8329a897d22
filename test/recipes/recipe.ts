import { App, Chart } from 'cdk8s';
import { addWorld, WORLD_YAML } from './world';
import { Port } from '../../src';
import { Connectivity } from '../../src/assertions/connectivity';
import { Endpoint } from '../../src/assertions/endpoint';

/** From, to, port, and whether it passes: `['shop/client', 'shop/web', Port.tcp(8080), 'no']`. */
export type Truth = [from: string, to: string, port: Port, passes: 'yes' | 'no'];

/** One recipe in both forms, and what is true of either. */
export interface Recipe {
  /** What is true about the app at hand; what else a form closes or leaves open is its own affair. */
  readonly truths: readonly Truth[];
  /** The policies as they are written by hand, indented by four spaces. */
  readonly yaml: string;
  /** The same as tiers, in a chart of namespace `shop`. */
  readonly tiers: (shop: Chart) => void;
}

/** Tries both forms of a recipe against its truths, in the world of `world.ts`. */
export function recipe(title: string, { truths, yaml, tiers }: Recipe): void {
  describe(title, () => {
    describe.each([
      ['as YAML', () => Connectivity.fromYaml(`${unindented(yaml)}\n---\n${WORLD_YAML}`)],
      ['as tiers', () => connectivityOf(tiers)],
    ])('%s', (_, read) => {
      test.each(truths)('%s → %s, %s: %s', (source, destination, port, passes) => {
        const connectivity = read();
        const [a, b, options] = [endpoint(source), endpoint(destination), { ports: [port] }];
        if (passes === 'yes') { connectivity.assertAllowed(a, b, options); } else { connectivity.assertDenied(a, b, options); }
      });
    });
  });
}

function connectivityOf(tiers: Recipe['tiers']): Connectivity {
  const app = new App();
  addWorld(new Chart(app, 'world'));
  tiers(new Chart(app, 'shop', { namespace: 'shop' }));
  return Connectivity.fromApp(app);
}

function endpoint(text: string): Endpoint {
  return /^[0-9.]+$/.test(text) ? Endpoint.address(text) : Endpoint.workload(text);
}

function unindented(yaml: string): string {
  return yaml.replace(/^ {4}/gm, '');
}
