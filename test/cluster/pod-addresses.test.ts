import { possibleAddresses } from '../../src/cluster/pod-addresses';
import { readCluster } from '../../src/cluster/read-cluster';
import { Cidr, formatRange, parseAddress, parseCidr } from '../../src/k8s/address';
import { pod } from '../support/cluster-objects';

/* Which addresses a pod may have if its own is not known. */

function addresses({ ips = [], podCidrs, hostNetwork = false }: { ips?: string[]; podCidrs?: string[]; hostNetwork?: boolean }) {
  const { cluster } = readCluster(
    [{ object: pod('x/a', {}, { ips }) as any, origin: { at: () => ({}) }, named: true }],
    { namespaces: [], podCidrs: podCidrs?.map(text => parseCidr(text) as Cidr) },
  );
  return possibleAddresses(cluster, { hostNetwork });
}

/** Which of these addresses are possible: under the assumption, and without it. */
function among(texts: string[], facts: Parameters<typeof addresses>[0]): string[][] {
  const { assumed, all } = addresses(facts);
  return [assumed, all].map(ranges => texts.filter(text => {
    const address = parseAddress(text)!;
    return ranges.some(({ first, last }) => first <= address && address <= last);
  }));
}

test('a pod has no unspecified, loopback, link-local or multicast address', () => {
  expect(among(['0.0.0.0', '127.0.0.1', '169.254.169.254', '224.0.0.1', '239.255.255.255', '::', '::1', 'fe80::1', 'ff02::1'], {})).toEqual([[], []]);
});

test('netpol assumes that a pod has no address of the public internet', () => {
  const inside = ['10.0.0.1', '100.64.0.1', '172.16.0.1', '192.168.0.1', '0.0.0.1', '240.0.0.1', 'fd00::1', '2001:db8::1'];
  const outside = ['1.1.1.1', '223.255.255.255', '2600::1'];
  expect(among([...inside, ...outside], {})).toEqual([inside, [...inside, ...outside]]);
});

test('a pod has the families of the known addresses', () => {
  expect(among(['10.0.0.1', 'fd00::1'], { ips: ['10.0.0.9'] })).toEqual([['10.0.0.1'], ['10.0.0.1']]);
  expect(among(['10.0.0.1', 'fd00::1'], { ips: ['fd00::9'] })).toEqual([['fd00::1'], ['fd00::1']]);
  expect(among(['10.0.0.1', 'fd00::1'], { ips: ['fd00::9', '10.0.0.9'] })).toEqual([['10.0.0.1', 'fd00::1'], ['10.0.0.1', 'fd00::1']]);
});

test('stated pod CIDRs are facts, also on the public internet, and for the other family than that of the known addresses', () => {
  const { assumed, all } = addresses({ podCidrs: ['11.0.0.0/8', '10.0.0.0/8', '11.1.0.0/16', 'fd00::/8'], ips: ['10.0.0.9'] });
  expect(assumed.map(formatRange)).toEqual(['10.0.0.0-11.255.255.255', 'fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
  expect(all).toEqual(assumed);
});

test("pod CIDRs say nothing about pods on their node's network", () => {
  expect(among(['10.0.0.1', '192.168.0.1'], { podCidrs: ['10.0.0.0/8'], hostNetwork: true })).toEqual([['10.0.0.1', '192.168.0.1'], ['10.0.0.1', '192.168.0.1']]);
});
