import * as fs from 'fs';
import * as path from 'path';
import { PLUGIN_FACTS, PLUGIN_NAMES, pluginFact, pluginName, NetworkPlugin, readNetworkPlugin } from '../../src/k8s/network-plugins';

/* The facts about network plugins, and the page that has them as a table. */

const DAY = /^20\d\d-[01]\d-[0-3]\d$/;
const PAGE = fs.readFileSync(path.join(__dirname, '../../docs/network-plugins.md'), 'utf8');
const plugin = (text: string) => readNetworkPlugin(text) as NetworkPlugin;

test('each fact has a source and its day, and no plugin has two facts about one topic', () => {
  for (const { source, date, what, until } of PLUGIN_FACTS) {
    expect(new URL(source).protocol).toBe('https:');
    expect(date).toMatch(DAY);
    expect(what).toMatch(/^[a-z].*[^.]$/);
    expect(until ?? '1.0').toMatch(/^\d+\.\d+(?:\.\d+)?$/);
  }
  const keys = PLUGIN_FACTS.map(one => `${one.plugin} ${one.topic}`);
  expect(keys).toEqual([...new Set(keys)]);
});

test('the page has each fact with its source and day, and each plugin', () => {
  const rows = PLUGIN_FACTS.map(({ plugin: name, topic, effect, until, what, source, date }) =>
    `| \`${name}\`${until === undefined ? '' : `, before ${until}`} | ${topic} | ${effect} | ${what} | [source](${source}), ${date} |`);
  const [, table] = /^\| plugin \|.*\n\|[-|]+\n([^]*?)\n\n/m.exec(PAGE)!;
  expect(table.split('\n')).toEqual(rows);
  for (const name of PLUGIN_NAMES) { expect(PAGE).toContain(`\`${name}\``); }
});

test('a fact holds before the version that ends it, and a plugin without a version is the current one', () => {
  const hasEndPort = (text: string) => pluginFact(plugin(text), 'endPort') !== undefined;
  expect(['cilium@1.16', 'cilium@1.16.9', 'cilium@v1.9', 'cilium@1', 'cilium@0.20'].map(hasEndPort)).toEqual([true, true, true, true, true]);
  expect(['cilium', 'cilium@1.17', 'cilium@1.17.0', 'cilium@v1.18.2', 'cilium@2'].map(hasEndPort)).toEqual([false, false, false, false, false]);
  expect(pluginFact(plugin('kindnet@1.2.9'), 'policies')).toBeDefined();
  expect(pluginFact(plugin('kindnet@1.3'), 'policies')).toBeUndefined();
  expect(pluginFact(plugin('cilium@1.30'), 'ipBlock and pods')).toBeDefined();
});

test('messages name the plugin as it was given', () => {
  expect(['cilium', 'cilium@1.16'].map(text => pluginName(plugin(text)))).toEqual(['cilium', 'cilium@1.16']);
  expect(pluginFact(undefined, 'endPort')).toBeUndefined();
});

test.each([
  ['celium', "'celium' is not a network plugin that netpol knows: write one of antrea, aws-vpc-cni, azure-cilium, calico, cilium, flannel, gke-dataplane-v2, kindnet, kube-router, ovn-kubernetes, weave"],
  ['', "'' is not a network plugin that netpol knows: write one of antrea"],
  ['cilium@latest', "'latest' is not a version: write it as cilium@1.16 or cilium@1.16.2"],
  ['cilium@', "'' is not a version: write it as cilium@1.16 or cilium@1.16.2"],
])('%p is refused with the fix', (text, message) => {
  expect(readNetworkPlugin(text)).toEqual(expect.stringContaining(message));
});
