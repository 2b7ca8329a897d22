import { PeerClause, policyName, Rule } from '../../../cluster/cluster';
import { isInside, Service, serviceName } from '../../../cluster/service';
import { enumerate } from '../../../findings/enumeration';
import { finding, formatPath } from '../../../findings/finding';
import { AddressRange, Cidr, formatAddress, formatCidr, parseCidr } from '../../../k8s/address';
import { NAMESPACE_NAME_LABEL } from '../../../k8s/objects';
import { Resource } from '../../../manifests/resources';
import { LintRule } from '../../lint-input';
import { blocksIn } from '../peer-clauses';
import { globalName, listAt, WrittenObjects } from '../written-objects';

/** A range from which Services have their addresses. */
interface ServiceRange {
  readonly name: string;
  readonly block: Cidr;
}

/**
 * A block is the address of a Service, or lies within a ServiceCIDR. Where a connection to a Service is translated, before or after policies look at it, is
 * not defined (kubernetes.io, "Network Policies", "Behavior of to and from selectors"). No range is assumed: what is not in the input is not known.
 */
export const serviceAddresses: LintRule = ({ cluster, resources }) => {
  const blocks = blocksIn(cluster);
  if (blocks.length === 0) { return []; }
  const services = new Map(cluster.services.flatMap(service => service.addresses.map(address => [address, service] as const)));
  const ranges = rangesIn(resources);
  return blocks.flatMap(({ policy, direction, rule, clause }) => {
    const { block, path } = clause;
    const service = block.first === block.last ? services.get(block.first) : undefined;
    const range = ranges.find(one => one.block.first <= block.first && block.last <= one.block.last);
    // A load balancer may have the address of its Service as a client.
    if ((service === undefined && range === undefined) || (direction === 'ingress' && range === undefined && !isInside(service!))) { return []; }
    if (service !== undefined && direction === 'egress' && hasBoth(rule, clause, service)) { return []; }
    const what = service === undefined ? `is within ${range!.name}, so it has the addresses of Services` : `is the address of ${serviceName(service)}`;
    const consequence = direction === 'ingress' ? 'no connection comes from there'
      : 'with most network plugins, policies see the addresses of the pods behind it';
    return [finding('NP114', policy.origin.at([...path, 'ipBlock']), `${policyName(policy)} ${formatPath(path)}: ${formatCidr(block)} ${what}; ${consequence}`, {
      about: policy,
      related: service === undefined ? [] : [{ message: 'the Service', place: service.origin.at() }],
      fix: service === undefined ? 'select the pods by their labels' : fixFor(service, policy.namespace),
    })];
  });
};

/**
 * True if the rule has both the address of a Service without pods and other addresses, which may be those behind it. Whichever the network plugin looks at,
 * the rule then allows it. This is how the API server is opened.
 */
function hasBoth({ peers }: Rule, own: PeerClause, { selector, slices }: Service): boolean {
  if (selector !== undefined) { return false; }
  const endpoints = slices.flatMap(slice => slice.endpoints.map(({ address }) => address));
  const holds = ({ first, last }: AddressRange) => endpoints.length === 0 || endpoints.some(address => first <= address && address <= last);
  return peers!.some(peer => peer !== own && peer.kind === 'addresses' && holds(peer.block));
}

function fixFor({ namespace, name, selector, slices }: Service, own: string): string {
  if (selector !== undefined) {
    const inNamespace = namespace === own ? '' : `a namespaceSelector with ${NAMESPACE_NAME_LABEL}=${namespace} and `;
    return `write ${inNamespace}a podSelector with ${selector}, and the port of the pods`;
  }
  const endpoints = slices.flatMap(slice => slice.endpoints.map(({ address }) => formatAddress(address)));
  return endpoints.length === 0 ? `write the addresses behind it (kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name})`
    : `write the addresses behind it: ${enumerate(endpoints, 3)}`;
}

/** The ranges that ServiceCIDRs state (networking.k8s.io/v1, ServiceCIDR). */
function rangesIn(resources: readonly Resource[]): ServiceRange[] {
  return WrittenObjects.of(resources).ofKinds('networking.k8s.io', 'ServiceCIDR').flatMap(stated => listAt(stated.object, 'spec', 'cidrs').flatMap(text => {
    const block = typeof text === 'string' ? parseCidr(text) : '';
    return typeof block === 'string' ? [] : [{ name: globalName(stated), block }];
  }));
}
