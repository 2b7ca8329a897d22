import { callError } from '../../cdk8s/call-error';
import { addressWithPort, blockOf, Cidr, cidrFix, looksLikeDomainName, parseCidr } from '../../k8s/address';
import { IpBlock } from '../../k8s/objects';

/** The `ipBlock` of a peer. Throws if the API server would refuse the block or one of those that it excludes. */
export function readBlock(where: string, block: string, excluded: readonly string[] = []): IpBlock {
  const whole = readCidr(where, block);
  const except = [...new Set(excluded)].sort();
  for (const text of except) {
    const part = readCidr(`${where}: excluding`, text);
    if (part.family !== whole.family || part.first < whole.first || part.last > whole.last || part.prefix === whole.prefix) {
      throw callError(where, `the excluded block '${text}' is not a smaller block inside ${block}`,
        `exclude only blocks that are inside ${block} and smaller`);
    }
  }
  return { cidr: block, ...(except.length > 0 ? { except } : {}) };
}

/** The `ipBlock` of an address or a block. Throws if it is neither. */
export function readAddress(where: string, address: string): IpBlock {
  refusePort(where, address, text => text);
  refuseDomainName(where, address, "write its address, such as '10.0.0.1', or a block that contains it, such as '10.0.0.0/24'");
  return readBlock(where, blockOf(address));
}

function refuseDomainName(where: string, text: string, fix: string): void {
  if (!looksLikeDomainName(text)) { return; }
  throw callError(where, `'${text}' is a domain name, and a NetworkPolicy has no domain names: it sees only addresses`, fix);
}

/** @param form the address as the call takes it */
function refusePort(where: string, text: string, form: (address: string) => string): void {
  const found = addressWithPort(text);
  if (found === undefined) { return; }
  throw callError(where, `'${text}' is an address with a port`, `write '${form(found.address)}', and the port in the call: { ports: [Port.tcp(${found.port})] }`);
}

function readCidr(where: string, text: string): Cidr {
  refusePort(where, text, blockOf);
  refuseDomainName(where, text,
    "write the blocks of its addresses, such as Peer.cidr('203.0.113.0/24'); if they change, write Peer.publicInternet() with the port of the server, or name the pods of "
    + 'a proxy that knows domain names; some network plugins have policies of their own with domain names');
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') { throw callError(where, `'${text}' ${cidr}`, cidrFix(text) ?? "write a CIDR block such as '10.0.0.0/8' or '2001:db8::/32'"); }
  return cidr;
}
