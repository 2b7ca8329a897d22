import * as fs from 'fs';
import * as path from 'path';
import { App, Testing } from 'cdk8s';
import { Games } from './games';
import { Platform } from './platform';
import { Shop } from './shop';

function synthesized(): string {
  const app: App = Testing.app();
  const platform = new Platform(app, 'platform');
  new Shop(app, 'shop');
  new Games(app, 'games');
  platform.addIntent();
  return app.synthYaml();
}

test('the guardrails are policies of the whole cluster, and the teams write policies of their namespaces', () => {
  const kinds = synthesized().split('---\n').map(text => /^kind: (.*Policy)$/m.exec(text)?.[1]).filter(kind => kind !== undefined);
  expect([...new Set(kinds)].sort()).toEqual(['ClusterNetworkPolicy', 'NetworkPolicy']);
});

test('the policies of a guardrail have one priority, in the order in which the guardrails are made', () => {
  const priorities = [...synthesized().matchAll(/^  name: (dns|metadata|scraping|teams)(?:-.*)?\n(?:.*\n)*?  priority: (\d+)$/gm)];
  expect(new Map(priorities.map(([, name, priority]) => [name, Number(priority)])))
    .toEqual(new Map([['dns', 10], ['metadata', 20], ['scraping', 30], ['teams', 40]]));
});

test('an intent that a guardrail overrules fails with the message in the README, which names the guardrail', () => {
  const [, message] = /^\$ npx ts-node overruled\.ts\n(?:.*\n)*?(Validation failed [^]*?)\n```$/m.exec(fs.readFileSync(path.join(__dirname, 'README.md'), 'utf8'))!;
  expect(message).toContain('ClusterNetworkPolicy teams-shop');
  expect(() => jest.requireActual('./overruled')).toThrow(new Error(message));
});
