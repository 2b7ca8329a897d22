import { AddressesClause, Cluster, policyName, Rule } from '../../../cluster/cluster';
import { ConnectionSet } from '../../../evaluator/connections';
import { ClassIndex, Direction, Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath, Place } from '../../../findings/finding';
import { Family, familyOf, formatCidr } from '../../../k8s/address';
import { apiGroup, isObject } from '../../../k8s/objects';
import { Resource } from '../../../manifests/resources';
import { LintInput, LintRule, PodsOfWorkload } from '../../lint-input';
import { DNS_PORT } from '../cluster-dns';
import { blocksIn, PeerOfRule } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';

/** What shows that the cluster has both families of addresses. */
interface DualStack {
  /** The object that shows it. Absent for a stated fact. */
  readonly object?: { readonly message: string; readonly place: Place };
  /** False if a cluster with one family accepts the object as well. */
  readonly isSure: boolean;
}

/**
 * Policies let pods use every address of one family, and none of the other, in a cluster that has both (kubernetes.io, "IPv4/IPv6 dual-stack"). A block is
 * of one family, so `0.0.0.0/0` opens no IPv6 address.
 */
export const forgottenFamily: LintRule = input => {
  const wide = blocksIn(input.cluster).filter(({ rule, clause }) => wholeFamily(rule, clause) !== undefined);
  const evidence = wide.length === 0 ? undefined : dualStackIn(input.cluster, input.resources);
  if (evidence === undefined) { return []; }
  const seen = new Set<string>();
  return wide.flatMap((peer): Finding[] => {
    const key = `${policyName(peer.policy)} ${peer.direction}`;
    const one = seen.has(key) ? undefined : findingFor(input, peer, evidence);
    if (one === undefined) { return []; }
    seen.add(key);
    return [one];
  });
};

/** The block, or the two halves, if that is every address of a family, or every global one of IPv6. Undefined for others. */
function wholeFamily({ peers = [] }: Rule, clause: AddressesClause): readonly AddressesClause[] | undefined {
  const { family, prefix, first } = clause.block;
  if (prefix === 0 || (family === 'IPv6' && prefix === 3 && formatCidr({ first, prefix }) === '2000::/3')) { return [clause]; }
  if (prefix !== 1) { return undefined; }
  const other = peers.find((peer): peer is AddressesClause => peer.kind === 'addresses' && peer.block.family === family && peer.block.prefix === 1 && peer.block.first !== first);
  return other === undefined ? undefined : [clause, other];
}

function findingFor(
  { cluster, reach }: LintInput, { policy, direction, rule, clause }: PeerOfRule<AddressesClause>, { object, isSure }: DualStack,
): Finding | undefined {
  const { family } = clause.block;
  const other: Family = family === 'IPv4' ? 'IPv6' : 'IPv4';
  const selected = SelectedPods.of(cluster);
  const declared = selected.inNamespace(policy.namespace, policy.subject);
  if (declared.length === 0 || !mayHaveBoth(declared)) { return undefined; }
  const classes = selected.classesOf(reach(), declared);
  if (isOpen(reach(), classes, direction, other, portsOf(rule))) { return undefined; }
  const isOpenBeside = isOpen(reach(), classes, direction, other, ConnectionSet.ALL);
  const [lets, none] = direction === 'ingress' ? ['lets in', 'lets in any'] : ['opens', 'opens any'];
  return finding('NP144', policy.origin.at(clause.path),
    `${policyName(policy)} ${formatPath(clause.path)} ${lets} ${enumerate(wholeFamily(rule, clause)!.map(({ block }) => formatCidr(block)))}, but no policy of these pods ${none} ${other} address${!isOpenBeside ? '' : rule.ports === undefined ? ' besides DNS' : ' on its ports'}, and the cluster has both families${object === undefined ? ', as the stated blocks of pod addresses say' : ''}`, {
      about: policy,
      related: object === undefined ? [] : [object],
      fix: `add a block for ${other}: ipBlock: { cidr: ${other === 'IPv6' ? "'::/0'" : '0.0.0.0/0'} }`,
      ...isSure ? {} : { severity: 'note' },
    });
}

/** False if all pods have addresses of one family. */
function mayHaveBoth(declared: readonly PodsOfWorkload[]): boolean {
  return declared.some(({ pods }) => pods.some(({ addresses }) => addresses.length === 0 || hasBoth(addresses)));
}

const DNS = ConnectionSet.ofRanges((['UDP', 'TCP'] as const).map(protocol => ({ protocol, first: DNS_PORT, last: DNS_PORT })));

/** What a rule opens, besides DNS if that is not all of it: DNS is often opened to everybody, beside a rule for some addresses. */
function portsOf({ ports }: Rule): ConnectionSet {
  const all = ports === undefined ? ConnectionSet.ALL : ConnectionSet.ofRanges(ports.filter(({ name }) => name === undefined));
  return DNS.includes(all) ? all : all.subtract(DNS);
}

/** True if some of the pods may use some address of the family on one of the ports. */
function isOpen(reach: Reachability, classes: readonly ClassIndex[], direction: Direction, family: Family, ports: ConnectionSet): boolean {
  return classes.some(index => reach.externalRanges(index, direction)
    .some(({ range, possible }) => familyOf(range.first) === family && possible.overlaps(ports)));
}

function hasBoth(addresses: readonly bigint[]): boolean {
  return new Set(addresses.map(familyOf)).size > 1;
}

function dualStackIn({ workloads, podCidrs = [] }: Cluster, resources: readonly Resource[]): DualStack | undefined {
  const workload = workloads.find(({ pods }) => pods.some(({ addresses }) => hasBoth(addresses)));
  if (workload !== undefined) { return { object: { message: 'a pod with addresses of both', place: workload.origin.at() }, isSure: true }; }
  if (new Set(podCidrs.map(({ family }) => family)).size > 1) { return { isSure: true }; }
  const services = resources.flatMap(({ object: { apiVersion, kind, spec }, origin }) => kind === 'Service' && apiGroup(String(apiVersion)) === '' && isObject(spec) ? [{ spec, origin }] : []);
  const sure = services.find(({ spec }) => spec.ipFamilyPolicy === 'RequireDualStack' || (Array.isArray(spec.ipFamilies) && spec.ipFamilies.length > 1));
  if (sure !== undefined) { return { object: { message: 'a Service with both', place: sure.origin.at(['spec']) }, isSure: true }; }
  // A cluster with one family accepts this, and gives the Service one address.
  const preferring = services.find(({ spec }) => spec.ipFamilyPolicy === 'PreferDualStack');
  if (preferring === undefined) { return undefined; }
  return { object: { message: 'a Service that prefers both', place: preferring.origin.at(['spec', 'ipFamilyPolicy']) }, isSure: false };
}
