import { NetworkPolicyPeer } from './objects';

/** IPv4 blocks that are not on the public internet. The docs of `Peer.publicInternet` give the reason for each. */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12',
  '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24',
  '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
];

/** Blocks inside `2000::/3`, the global IPv6 addresses, that are not on the public internet. */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** The public internet, as peers of a policy. */
export const PUBLIC_INTERNET: readonly NetworkPolicyPeer[] = [
  { ipBlock: { cidr: '0.0.0.0/0', except: NOT_PUBLIC_IPV4 } },
  { ipBlock: { cidr: '2000::/3', except: NOT_PUBLIC_IPV6 } },
];
