import * as ipaddr from 'ipaddr.js';
import { NetworkPolicyPeer } from './objects';

/*
 * IP addresses and CIDR blocks. Both families lie on one line of numbers, IPv4 first and IPv6 behind
 * it, so that a set of addresses of both is one set of intervals, and `::/0` is never all of IPv4.
 */

/** The family of an address. */
export type Family = 'IPv4' | 'IPv6';

const IPV6_BASE = 1n << 32n;

/** First and last address of each family, on the common line. */
export const FAMILY_RANGE: Readonly<Record<Family, AddressRange>> = {
  IPv4: { first: 0n, last: IPV6_BASE - 1n },
  IPv6: { first: IPV6_BASE, last: IPV6_BASE + (1n << 128n) - 1n },
};

/** An interval of addresses of one family, both ends included. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** A CIDR block that parsed. */
export interface Cidr extends AddressRange {
  readonly family: Family;
  readonly prefix: number;
}

/** The family that a number on the common line belongs to. */
export function familyOf(address: bigint): Family {
  return address < IPV6_BASE ? 'IPv4' : 'IPv6';
}

/**
 * The number of an IP address on the common line, or nothing where the text is not one. Takes what
 * the API server takes: no leading zeros, no zone, no IPv4 in IPv6's clothes.
 */
export function parseAddress(text: string): bigint | undefined {
  const bytes = addressBytes(text);
  return bytes === undefined ? undefined : numberOf(bytes);
}

function numberOf(bytes: readonly number[]): bigint {
  let value = 0n;
  for (const byte of bytes) { value = (value << 8n) | BigInt(byte); }
  return bytes.length === 4 ? value : IPV6_BASE + value;
}

/** The text of an address: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(address: bigint): string {
  const four = familyOf(address) === 'IPv4';
  const bytes = new Array<number>(four ? 4 : 16);
  let rest = four ? address : address - IPV6_BASE;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString();
}

/** Blocks that were read before, by their text: policies name the same few again and again. */
const KNOWN_BLOCKS = new Map<string, Cidr>();
const MAX_KNOWN_BLOCKS = 10_000;

/**
 * Reads a CIDR block as the API server does since Kubernetes 1.36: no host bits, no leading zeros,
 * no IPv4-mapped IPv6. Returns the block, or the sentence that says what is wrong.
 */
export function parseCidr(text: string): Cidr | string {
  const known = KNOWN_BLOCKS.get(text);
  if (known !== undefined) { return known; }
  const block = readCidr(text);
  if (typeof block !== 'string') {
    if (KNOWN_BLOCKS.size >= MAX_KNOWN_BLOCKS) { KNOWN_BLOCKS.clear(); }
    KNOWN_BLOCKS.set(text, block);
  }
  return block;
}

function readCidr(text: string): Cidr | string {
  const malformed = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const slash = text.indexOf('/');
  if (slash < 0) {
    return addressBytes(text) === undefined
      ? malformed
      : `${malformed}; for this one address write ${text}/${text.includes(':') ? 128 : 32}`;
  }
  const address = text.slice(0, slash);
  const digits = text.slice(slash + 1);
  if (!/^\d+$/.test(digits)) { return malformed; }
  if (digits.length > 1 && digits.startsWith('0')) { return 'must not have leading 0s in IP or prefix length'; }
  const bytes = addressBytes(address);
  if (bytes === undefined) {
    if (/^\d+(\.\d+){3}$/.test(address) && /(^|\.)0\d/.test(address)) { return 'must not have leading 0s in IP or prefix length'; }
    return addressBytes(address, true) !== undefined ? 'must not be an IPv4-mapped IPv6 address' : malformed;
  }
  const bits = bytes.length * 8;
  const prefix = Number(digits);
  if (prefix > bits) { return malformed; }
  const first = parseAddress(address)!;
  const size = 1n << BigInt(bits - prefix);
  const base = bytes.length === 4 ? 0n : IPV6_BASE;
  const hostBits = (first - base) % size;
  if (hostBits !== 0n) {
    return `must not have bits set beyond the prefix length: write ${formatAddress(first - hostBits)}/${prefix}`;
  }
  return { family: bytes.length === 4 ? 'IPv4' : 'IPv6', prefix, first, last: first + size - 1n };
}

/**
 * The block that the API server makes out of a text that parseCidr refuses: without its host bits and leading
 * zeros, and an IPv4-mapped one as the IPv6 that it is. Nothing where it makes out none.
 */
export function maskedCidr(text: string): Cidr | undefined {
  const [, address, digits] = /^([^/]*)\/(\d+)$/.exec(text) ?? [];
  if (address === undefined) { return undefined; }
  const bytes = addressBytes(address.includes(':') ? address : address.replace(/(^|\.)0+(?=\d)/g, '$1')) ?? addressBytes(address, true);
  if (bytes === undefined) { return undefined; }
  const first = numberOf(bytes);
  const family = familyOf(first);
  const prefix = Number(digits);
  const bits = family === 'IPv4' ? 32 : 128;
  if (prefix > bits) { return undefined; }
  const size = 1n << BigInt(bits - prefix);
  const masked = first - (first - FAMILY_RANGE[family].first) % size;
  return { family, prefix, first: masked, last: masked + size - 1n };
}

/** The fewest CIDR blocks that together are a range of addresses of one family. */
export function cidrsOf(range: AddressRange): string[] {
  const family = familyOf(range.first);
  const bits = family === 'IPv4' ? 32 : 128;
  const base = FAMILY_RANGE[family].first;
  const blocks: string[] = [];
  let first = range.first;
  while (first <= range.last) {
    let free = 0;
    while (free < bits && (first - base) % (1n << BigInt(free + 1)) === 0n && first + (1n << BigInt(free + 1)) - 1n <= range.last) { free++; }
    blocks.push(`${formatAddress(first)}/${bits - free}`);
    first += 1n << BigInt(free);
  }
  return blocks;
}

/** What is left of a range without the others, in ascending order. */
export function subtractRanges(range: AddressRange, others: readonly AddressRange[]): AddressRange[] {
  const left: AddressRange[] = [];
  let first = range.first;
  for (const other of [...others].sort((a, b) => a.first < b.first ? -1 : 1)) {
    if (other.last < first || other.first > range.last) { continue; }
    if (other.first > first) { left.push({ first, last: other.first - 1n }); }
    first = other.last + 1n;
  }
  return first <= range.last ? [...left, { first, last: range.last }] : left;
}

/** A range as `list` prints it: `10.0.0.0-10.255.255.255`. */
export function formatRange(range: AddressRange): string {
  return `${formatAddress(range.first)}-${formatAddress(range.last)}`;
}

/** The four or sixteen bytes of an address in the API's strict form. */
function addressBytes(text: string, mapped = false): number[] | undefined {
  if (!text.includes(':')) { return dottedBytes(text); }
  const groups = withoutDots(text);
  if (!/^[0-9A-Fa-f:]*$/.test(groups) || !ipaddr.IPv6.isValid(groups)) { return undefined; }
  const parsed = ipaddr.IPv6.parse(groups);
  return parsed.isIPv4MappedAddress() === mapped ? parsed.toByteArray() : undefined;
}

function dottedBytes(text: string): number[] | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) { return undefined; }
  const bytes = text.split('.').map(Number);
  return bytes.every(b => b <= 255) ? bytes : undefined;
}

/** An IPv6 address that ends like an IPv4 one, in groups throughout: ipaddr.js takes `::1.2.3.4` for an IPv4-mapped one. */
function withoutDots(text: string): string {
  const end = text.lastIndexOf(':') + 1;
  const bytes = dottedBytes(text.slice(end));
  if (bytes === undefined) { return text; }
  const [a, b, c, d] = bytes;
  return `${text.slice(0, end)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** Blocks of IPv4 that are not the public internet: `Peer.publicInternet` says why, one by one. */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12',
  '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24',
  '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
];

/** Blocks of global IPv6 that are not the public internet. */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** The public internet, as a policy names it. */
export const PUBLIC_INTERNET: readonly NetworkPolicyPeer[] = [
  { ipBlock: { cidr: '0.0.0.0/0', except: NOT_PUBLIC_IPV4 } },
  { ipBlock: { cidr: '2000::/3', except: NOT_PUBLIC_IPV6 } },
];
