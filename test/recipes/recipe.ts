import { App, Chart } from 'cdk8s';
import { addWorld, WORLD_FACTS, WORLD_YAML } from './world';
import { Port } from '../../src';
import { Connectivity } from '../../src/assertions/connectivity';
import { Endpoint } from '../../src/assertions/endpoint';

/** A connection and whether it is allowed: `['shop/client', 'shop/web', Port.tcp(8080), 'no']`. */
export type Truth = [from: string, to: string, port: Port, passes: 'yes' | 'no'];

/** A recipe as YAML and as tiers, and the connections that both must allow or deny. */
export interface Recipe {
  /** Connections of the pods that the recipe is about. The two forms may differ in others. */
  readonly truths: readonly Truth[];
  /** The policies as one would write them by hand, indented by four spaces. */
  readonly yaml: string;
  /** The codes of what lint finds in the YAML, if the recipe shows a mistake, or is about less than an app needs (DNS). */
  readonly pitfalls?: string[];
  /** The same as tiers, in a chart of the namespace `shop`. */
  readonly tiers: (shop: Chart) => void;
}

/** Checks both forms of a recipe in the cluster of `world.ts`. */
export function recipe(title: string, { truths, yaml, tiers, pitfalls = [] }: Recipe): void {
  describe(title, () => {
    describe.each([
      ['as YAML', () => Connectivity.fromYaml(`${unindented(yaml)}\n---\n${WORLD_YAML}`, WORLD_FACTS), pitfalls],
      ['as tiers', () => connectivityOf(tiers), []],
    ] as [string, () => Connectivity, string[]][])('%s', (_, read, finds) => {
      test.each(truths)('%s → %s, %s: %s', (source, destination, port, passes) => {
        const connectivity = read();
        const [a, b, options] = [endpoint(source), endpoint(destination), { ports: [port] }];
        if (passes === 'yes') { connectivity.assertAllowed(a, b, options); } else { connectivity.assertDenied(a, b, options); }
      });

      test(`lint finds ${finds.join(', ') || 'nothing'} above a note`, () => {
        expect(read().findings().filter(({ severity }) => severity !== 'note').map(({ code }) => code)).toEqual(finds);
      });
    });
  });
}

function connectivityOf(tiers: Recipe['tiers']): Connectivity {
  const app = new App();
  addWorld(new Chart(app, 'world'));
  tiers(new Chart(app, 'shop', { namespace: 'shop' }));
  return Connectivity.fromApp(app, WORLD_FACTS);
}

function endpoint(text: string): Endpoint {
  return /^[0-9.]+$/.test(text) ? Endpoint.address(text) : Endpoint.workload(text);
}

function unindented(yaml: string): string {
  return yaml.replace(/^ {4}/gm, '');
}
