import { parseAddress, parseCidr, Cidr, PUBLIC_INTERNET } from '../../src/k8s/address';

function reached(text: string): boolean {
  const address = parseAddress(text)!;
  const within = (block: string) => {
    const { first, last } = parseCidr(block) as Cidr;
    return first <= address && address <= last;
  };
  return PUBLIC_INTERNET.some(({ ipBlock }) => within(ipBlock!.cidr) && !ipBlock!.except!.some(within));
}

test.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '172.32.0.1', '168.63.129.15', '223.255.255.255', '2606:4700::1111', '2001:4860::8888', '2a00::1'])(
  '%s is on the public internet', address => {
    expect(reached(address)).toBe(true);
  });

test.each([
  ['this network', '0.0.0.1'],
  ['private', '10.1.2.3'], ['private', '172.16.0.1'], ['private', '172.31.255.255'], ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'], ['a metadata service in it', '100.100.100.200'],
  ['loopback', '127.0.0.1'],
  ['link-local', '169.254.0.1'], ['the metadata service', '169.254.169.254'],
  ["a cloud's host", '168.63.129.16'],
  ['protocol assignments', '192.0.0.192'],
  ['documentation', '192.0.2.1'], ['documentation', '198.51.100.1'], ['documentation', '203.0.113.1'],
  ['6to4 relays', '192.88.99.1'],
  ['benchmarks', '198.19.255.255'],
  ['multicast', '224.0.0.1'], ['reserved', '240.0.0.1'], ['broadcast', '255.255.255.255'],
  ['loopback', '::1'], ['private', 'fd00:ec2::254'], ['link-local', 'fe80::1'], ['multicast', 'ff02::1'],
  ['NAT64', '64:ff9b::a00:1'],
  ['Teredo', '2001:0:a00:1::1'], ['documentation', '2001:db8::1'], ['documentation', '3fff::1'],
  ['6to4 of 10.0.0.1', '2002:a00:1::1'],
])('%s (%s) is not', (_, address) => {
  expect(reached(address)).toBe(false);
});
