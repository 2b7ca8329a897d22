import { inBlock, SpecNode, SpecPod } from './network-policy';

/*
 * Which addresses a pod may have whose own is not known, as plainly as network-policy.ts: a pod has a unicast address. Without stated pod
 * CIDRs it has one of the families of the known addresses, and none of the public internet is assumed.
 */

/** Unspecified, loopback, link-local and multicast addresses. */
const NEVER = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/128', '::1/128', 'fe80::/10', 'ff00::/8'];

/** What `Peer.publicInternet` leaves out, by its documentation. */
const NOT_PUBLIC = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.168.0.0/16', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const PUBLIC = ['0.0.0.0/0', '2000::/3'];

/** Every block whose edges matter for the question. */
export const SPECIAL_BLOCKS = [...NEVER, ...NOT_PUBLIC, ...PUBLIC];

/** What else is known about the addresses of a cluster. */
export interface AddressFacts {
  pods: SpecPod[];
  podCidrs?: string[];
  nodes?: SpecNode[];
}

export function mayHave({ pods, podCidrs = [], nodes = [] }: AddressFacts, { hostNetwork }: SpecPod, ip: string, strict: boolean): boolean {
  // If there are nodes, there are no others. A pod on the network of its node has an address of the node, and no other pod has one.
  const isOfNode = nodes.some(({ ips }) => ips.includes(ip));
  if (nodes.length > 0 && hostNetwork) { return isOfNode; }
  if (isOfNode) { return false; }
  const isIn = (blocks: string[]) => blocks.some(block => inBlock(ip, block));
  if (podCidrs.length > 0 && !hostNetwork) { return isIn(podCidrs); }
  const known = pods.flatMap(pod => pod.ips);
  if (known.length > 0 && !known.some(other => other.includes(':') === ip.includes(':'))) { return false; }
  return !isIn(NEVER) && (strict || !isIn(PUBLIC) || isIn(NOT_PUBLIC));
}
