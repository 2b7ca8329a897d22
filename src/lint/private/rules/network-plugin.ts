import { AddressesClause, Cluster, policyName, PortClause, workloadName } from '../../../cluster/cluster';
import { isMatchedByAddress } from '../../../cluster/pod-addresses';
import { Service, serviceName } from '../../../cluster/service';
import { enumerate, withCommas } from '../../../findings/enumeration';
import { finding, Finding, formatPath, Path, WrittenObject } from '../../../findings/finding';
import { AddressRange, cidrsOf } from '../../../k8s/address';
import { Limit, pluginName } from '../../../k8s/network-plugins';
import { LintRule } from '../../lint-input';
import { blocksIn, rulesIn } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';

/*
 * Where an input uses what its network plugin does not enforce (NP160), or does differently from the text of the API (NP161). Both come from one list of facts, so
 * both rules are here (k8s/network-plugins.ts). Without a stated plugin, nothing is found.
 */

/** A policy uses what the plugin does not enforce. */
export const pluginIgnores: LintRule = ({ cluster }) => findingsOfPlugin('NP160', cluster);

/** The plugin does something differently. */
export const pluginDiffers: LintRule = ({ cluster }) => findingsOfPlugin('NP161', cluster);

/** One use. */
interface Use {
  readonly about: WrittenObject;
  readonly path: Path;
  /** The subject of the message: `app/web spec.ingress[0].ports[0]`. */
  readonly name: string;
}

function findingsOfPlugin(code: 'NP160' | 'NP161', cluster: Cluster): Finding[] {
  const { plugin } = cluster;
  if (plugin === undefined) { return []; }
  const wanted = code === 'NP160' ? 'ignored' : 'different';
  return plugin.facts.flatMap(fact => fact.effect === 'decided' || fact.effect !== wanted ? []
    : USES[fact.topic](cluster).map(({ about, path, name }) => finding(code, about.origin.at(path), `${name}, but ${pluginName(plugin)} ${fact.what}`, {
      about, fix: FIXES[fact.topic](fact),
    })));
}

/** What each topic looks for. */
const USES: Readonly<Record<Limit['topic'], (cluster: Cluster) => Use[]>> = {
  'policies': ({ policies }) => policies.length === 0 ? []
    : [{ about: policies[0], path: [], name: policies.length === 1 ? `${policyName(policies[0])} is a NetworkPolicy` : `the input has ${withCommas(policies.length)} NetworkPolicies` }],
  'endPort': cluster => portUses(cluster, ({ name, first, last }) => name === undefined && first < last && !(first === 1 && last === 65535), 'has endPort'),
  'SCTP': cluster => portUses(cluster, ({ protocol }) => protocol === 'SCTP', 'is for SCTP'),
  'named ports': cluster => portUses(cluster, ({ name }) => name !== undefined, 'names a port'),
  'ipBlock and pods': blocksWithPods,
  'address families': cluster => {
    const blocks = blocksIn(cluster);
    const isMixed = new Set(blocks.map(({ clause: { block } }) => block.family)).size > 1;
    const other = blocks.find(({ clause: { block } }) => block.family === 'IPv6');
    return !isMixed ? [] : [{ about: other!.policy, path: other!.clause.path, name: `${policyName(other!.policy)} ${formatPath(other!.clause.path)} has a block of IPv6, and other rules have blocks of IPv4` }];
  },
  'bare pods': cluster => {
    const selected = SelectedPods.of(cluster);
    const chosen = cluster.policies.flatMap(({ namespace, subject }) => selected.inNamespace(namespace, subject));
    return [...new Set(chosen.map(({ workload }) => workload))].filter(({ kind }) => kind === 'Pod').map(workload => ({ about: workload, path: [], name: `a policy selects ${workloadName(workload)}, which has no owner` }));
  },
  'Service ports': ({ services, policies }) => {
    const isolated = new Set(policies.map(({ namespace }) => namespace));
    return services.filter(service => isolated.has(service.namespace) && translates(service))
      .map(service => ({ about: service, path: ['spec', 'ports'], name: `${serviceName(service)} has another port than its containers` }));
  },
};

const FIXES: Readonly<Record<Limit['topic'], (fact: Limit) => string>> = {
  'policies': ({ until, plugin }) => until === undefined ? 'use a plugin that enforces NetworkPolicies' : `use ${plugin}@${until} or later`,
  'endPort': ({ plugin, until }) => `use ${plugin}@${until} or later, or write each port`,
  'SCTP': () => 'leave the protocol out of the rule, or use another plugin',
  'named ports': () => "write the number of the container's port",
  'ipBlock and pods': () => 'select pods by their labels, and leave blocks to addresses outside of the cluster',
  'address families': () => 'write blocks of the family of the cluster only',
  'bare pods': () => 'let a Deployment or another workload make the pod',
  'Service ports': () => 'give the Service the port of the containers',
};

function portUses(cluster: Cluster, isUse: (port: PortClause) => boolean, text: string): Use[] {
  return rulesIn(cluster).flatMap(({ policy, rule: { ports = [] } }) => ports.filter(isUse).map(({ path }) =>
    ({ about: policy, path, name: `${policyName(policy)} ${formatPath(path)} ${text}` })));
}

/** The blocks in which pods have an address for sure: a known one of a declared pod, or one of the stated blocks. */
function blocksWithPods(cluster: Cluster): Use[] {
  const known = cluster.workloads.flatMap(workload => workload.pods.filter(pod => !isMatchedByAddress(cluster, pod))
    .flatMap(({ addresses }) => addresses.map(address => ({ range: { first: address, last: address }, name: `the address of ${workloadName(workload)}` }))));
  const stated = (cluster.podCidrs ?? []).map(range => ({ range, name: `addresses of pods (${enumerate(cidrsOf(range))})` }));
  return blocksIn(cluster).flatMap(({ policy, clause }): Use[] => {
    const inside = [...known, ...stated].find(({ range }) => holds(clause, range));
    return inside === undefined ? [] : [{ about: policy, path: clause.path, name: `${policyName(policy)} ${formatPath(clause.path)} has ${inside.name}` }];
  });
}

function holds({ block, except }: AddressesClause, range: AddressRange): boolean {
  const overlaps = (other: AddressRange) => other.first <= range.last && range.first <= other.last;
  return block.first <= range.first && range.last <= block.last && !except.some(overlaps);
}

function translates({ selector, isHeadless, ports }: Service): boolean {
  return selector !== undefined && !isHeadless && ports.some(({ port, target }) => typeof target === 'number' && target !== port);
}
