import { AddressesClause, Cluster, Policy, policyName, PortClause, Rule } from '../../../cluster/cluster';
import { ConnectionSet } from '../../../evaluator/connections';
import { Reachability } from '../../../evaluator/reachability';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, formatPath } from '../../../findings/finding';
import { AddressRange, Cidr, formatAddress, formatCidr, parseAddress, parseCidr } from '../../../k8s/address';
import { LintInput, LintRule } from '../../lint-input';
import { blocksIn } from '../peer-clauses';
import { SelectedPods } from '../selected-pods';

/** The metadata service of a cloud. */
interface MetadataAddress {
  readonly address: bigint;
  /** Whoever writes a block within this one means the addresses in it. */
  readonly surroundings: Cidr;
}

/**
 * The addresses of the metadata service: AWS, Azure, Google Cloud and most others have the first, and AWS has the second for IPv6 as well
 * (docs.aws.amazon.com, "Access instance metadata for an EC2 instance").
 */
const METADATA: readonly MetadataAddress[] = [
  { address: parseAddress('169.254.169.254')!, surroundings: parseCidr('169.254.0.0/16') as Cidr },
  { address: parseAddress('fd00:ec2::254')!, surroundings: parseCidr('fd00:ec2::/32') as Cidr },
];

/** It answers over plain HTTP. */
const METADATA_PORT = 80;
const HTTP = ConnectionSet.range('TCP', METADATA_PORT, METADATA_PORT);

/** A block for egress has the address of the metadata service without meaning it, or a rule for TCP 80 has no peers, so that it is for every address. */
export const cloudMetadata: LintRule = input => [...ofBlocks(input), ...ofRulesForEverybody(input)];

function ofBlocks(input: LintInput): Finding[] {
  const byPolicy = new Map<Policy, { readonly clause: AddressesClause; readonly address: bigint }[]>();
  for (const { policy, direction, rule, clause } of blocksIn(input.cluster)) {
    if (direction !== 'egress' || !hasHttp(rule.ports)) { continue; }
    for (const metadata of METADATA) {
      const { address } = metadata;
      if (!isCarelesslyIn(metadata, clause) || !isReached(input, policy, address)) { continue; }
      byPolicy.set(policy, [...byPolicy.get(policy) ?? [], { clause, address }]);
    }
  }
  return [...byPolicy].map(([policy, open]): Finding => {
    const [{ clause }] = open;
    const addresses = [...new Set(open.map(({ address }) => address))];
    const others = [...new Set(open.map(one => one.clause))].filter(other => other !== clause);
    const texts = addresses.map(address => formatAddress(address));
    return finding('NP145', policy.origin.at([...clause.path, 'ipBlock']),
      `${policyName(policy)} ${formatPath(clause.path)}: ${formatCidr(clause.block)} lets the pods ask the metadata service of the cloud at ${enumerate(texts)}`, {
        about: policy,
        related: others.map(other => ({ message: 'also open here', place: policy.origin.at([...other.path, 'ipBlock']) })),
        fix: `add ${enumerate(addresses.map(address => `${formatAddress(address)}/${address === METADATA[0].address ? 32 : 128}`))} to except`,
        ...addresses.includes(METADATA[0].address) ? {} : { severity: 'note' },
      });
  });
}

/** True for a rule that restricts nothing. */
function isForEverything({ peers, ports }: Rule): boolean {
  return peers === undefined && (ports === undefined || ports.some(({ first, last }) => first === 1 && last === 65535));
}

/** One finding for a policy. A rule for every port is no restriction, so nobody expects one. */
function ofRulesForEverybody(input: LintInput): Finding[] {
  const [{ address }] = METADATA;
  return input.cluster.policies.flatMap((policy): Finding[] => {
    const egress = policy.egress ?? [];
    const rule = egress.find(({ peers, ports }) => peers === undefined && hasHttp(ports));
    if (rule === undefined || egress.some(isForEverything) || !isReached(input, policy, address)) { return []; }
    return [finding('NP145', policy.origin.at(rule.path),
      `${policyName(policy)} ${formatPath(rule.path)} is for every address, so it lets the pods ask the metadata service of the cloud at ${formatAddress(address)}`, {
        about: policy,
        fix: `write 'to' with ipBlock: { cidr: 0.0.0.0/0, except: [${formatAddress(address)}/32] }, and the pods that are meant`,
      })];
  });
}

function hasHttp(ports: readonly PortClause[] | undefined): boolean {
  return ports === undefined || ports.some(({ protocol, name, first, last }) =>
    name === undefined && protocol === 'TCP' && first <= METADATA_PORT && METADATA_PORT <= last);
}

function isCarelesslyIn({ address, surroundings }: MetadataAddress, { block, except }: AddressesClause): boolean {
  const holds = ({ first, last }: AddressRange) => first <= address && address <= last;
  const isWithin = surroundings.first <= block.first && block.last <= surroundings.last;
  return holds(block) && !except.some(holds) && !isWithin;
}

/** False if something else denies it, or may deny it. */
function isReached({ cluster, reach }: LintInput, { namespace, subject }: Policy, address: bigint): boolean {
  const selected = SelectedPods.of(cluster);
  const declared = selected.inNamespace(namespace, subject);
  return declared.length === 0 ? !mayDeny(cluster) : selected.classesOf(reach(), declared).some(index => asks(reach(), index, address));
}

function mayDeny({ clusterPolicies, unevaluated }: Cluster): boolean {
  return clusterPolicies.some(({ egress }) => egress.length > 0) || unevaluated.some(({ egress }) => egress);
}

function asks(reach: Reachability, index: number, address: bigint): boolean {
  return reach.sideConnections(index, 'egress', reach.ofAddress(address)).includes(HTTP);
}
