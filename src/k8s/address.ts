import * as ipaddr from 'ipaddr.js';
import { BoundedCache } from './bounded-cache';

/*
 * IP addresses and CIDR blocks. An address is a number. The numbers of IPv6 start after the last number of IPv4, so that one list of
 * ranges can hold addresses of both families, and `::/0` never contains an IPv4 address.
 */

/** The family of an address. */
export type Family = 'IPv4' | 'IPv6';

const IPV6_BASE = 1n << 32n;

/** The first and last address of each family. */
export const FAMILY_RANGE: Readonly<Record<Family, AddressRange>> = {
  IPv4: { first: 0n, last: IPV6_BASE - 1n },
  IPv6: { first: IPV6_BASE, last: IPV6_BASE + (1n << 128n) - 1n },
};

const BITS: Readonly<Record<Family, number>> = { IPv4: 32, IPv6: 128 };

/** A range of addresses of one family. Both ends belong to it. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** A CIDR block. */
export interface Cidr extends AddressRange {
  readonly family: Family;
  /** The prefix length, 0–32 or 0–128. */
  readonly prefix: number;
}

/** True for an address, a block, and a text that is meant to be one: it begins like one, as no name of a namespace does. */
export function looksLikeAddress(text: string): boolean {
  // A namespace may be called 2024, but has neither dot nor colon.
  return /^[0-9.]*\.[0-9.]*$|:/.test(text.split('/')[0]);
}

/** True for a domain name, also as part of a URL or with a port: `api.example.com`, `münchen.de`, `https://api.example.com/v1`. */
export function looksLikeDomainName(text: string): boolean {
  const host = text.replace(/^[a-z]+:\/\//i, '');
  const isIpv6 = /^[0-9a-f]*:[0-9a-f.]*:/i.test(host);
  return !isIpv6 && /^[\p{L}\p{N}*_.-]*\p{L}[\p{L}\p{N}_.-]*([:/].*)?$/u.test(host);
}

/** The parts of `10.0.0.1:443` and `[2001:db8::1]:443`. Undefined for anything else. */
export function addressWithPort(text: string): { readonly address: string; readonly port: number } | undefined {
  const [, plain, bracketed, port] = /^(?:([\d.]+)|\[([\da-f:.]+)\]):(\d+)$/i.exec(text) ?? [];
  const address = plain ?? bracketed;
  return address === undefined || parseAddress(address) === undefined ? undefined : { address, port: Number(port) };
}

/** The family of an address. */
export function familyOf(address: bigint): Family {
  return address < IPV6_BASE ? 'IPv4' : 'IPv6';
}

/**
 * Reads an IP address in the form that the API server accepts: no leading zeros, no zone, and not IPv4-mapped IPv6. Returns undefined if
 * the text is not such an address.
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

/** An address as text: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(address: bigint): string {
  const family = familyOf(address);
  const bytes = new Array<number>(BITS[family] / 8);
  let rest = address - FAMILY_RANGE[family].first;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return family === 'IPv4' ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** Policies repeat the same few blocks. */
const BLOCKS = new BoundedCache<Cidr | string>(10_000);

/** A block in CIDR notation as it is, or an address as the block that contains only this address. Neither is checked. */
export function blockOf(text: string): string {
  return text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
}

/**
 * Reads a CIDR block in the form that the API server accepts since Kubernetes 1.36: no host bits, no leading zeros, no IPv4-mapped IPv6.
 * Returns the block, or the API server's sentence about what is wrong.
 */
export function parseCidr(text: string): Cidr | string {
  return BLOCKS.get(text, readCidr);
}

const MALFORMED = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const HOST_BITS = 'must not have bits set beyond the prefix length';
const LEADING_ZEROS = 'must not have leading 0s in IP or prefix length';

function readCidr(text: string): Cidr | string {
  const [, address, digits] = /^([^/]*)\/(\d+)$/.exec(text) ?? [];
  if (address === undefined) { return MALFORMED; }
  if (digits.length > 1 && digits.startsWith('0')) { return LEADING_ZEROS; }
  const bytes = addressBytes(address);
  if (bytes === undefined) {
    if (/^\d+(\.\d+){3}$/.test(address) && /(^|\.)0\d/.test(address)) { return LEADING_ZEROS; }
    return addressBytes(address, true) !== undefined ? 'must not be an IPv4-mapped IPv6 address' : MALFORMED;
  }
  const block = blockAround(numberOf(bytes), Number(digits));
  if (block === undefined) { return MALFORMED; }
  return block.first === numberOf(bytes) ? block : HOST_BITS;
}

/** Reads a CIDR block as `parseCidr` does, but accepts host bits and drops them: `10.0.0.1/8` is `10.0.0.0/8`. */
export function parseCidrWithHostBits(text: string): Cidr | string {
  const block = parseCidr(text);
  // Without leading zeros and mapped addresses, the block around the address is what the text means.
  return block === HOST_BITS ? maskedCidr(text)! : block;
}

/** The block of a prefix length that contains an address; undefined if the prefix is too long for the family. */
function blockAround(address: bigint, prefix: number): Cidr | undefined {
  const family = familyOf(address);
  if (prefix > BITS[family]) { return undefined; }
  const size = 1n << BigInt(BITS[family] - prefix);
  const first = address - (address - FAMILY_RANGE[family].first) % size;
  return { family, prefix, first, last: first + size - 1n };
}

/**
 * The block that the API server still recognizes in a text that `parseCidr` rejects: it drops host bits and leading zeros, and reads an
 * IPv4-mapped address as IPv6. Undefined if it recognizes none.
 */
export function maskedCidr(text: string): Cidr | undefined {
  const [, address, digits] = /^([^/]*)\/(\d+)$/.exec(text) ?? [];
  if (address === undefined) { return undefined; }
  const bytes = addressBytes(address.includes(':') ? address : address.replace(/(^|\.)0+(?=\d)/g, '$1')) ?? addressBytes(address, true);
  return bytes && blockAround(numberOf(bytes), Number(digits));
}

/** What to write for a text that `parseCidr` rejects: `write 10.0.0.0/8`. Undefined if the intended block is not obvious. */
export function cidrFix(text: string): string | undefined {
  const address = parseAddress(text);
  if (address !== undefined) { return `write ${text}/${BITS[familyOf(address)]} for this one address`; }
  const block = maskedCidr(text);
  // An IPv4-mapped block stays invalid when it is masked.
  return block === undefined || typeof parseCidr(formatCidr(block)) === 'string' ? undefined : `write ${formatCidr(block)}`;
}

/** A block in CIDR notation: `10.0.0.0/8`. */
export function formatCidr({ first, prefix }: Pick<Cidr, 'first' | 'prefix'>): string {
  return `${formatAddress(first)}/${prefix}`;
}

/** The smallest list of CIDR blocks that covers exactly a range. */
export function cidrsOf(range: AddressRange): string[] {
  const family = familyOf(range.first);
  const bits = BITS[family];
  const base = FAMILY_RANGE[family].first;
  const blocks: string[] = [];
  let first = range.first;
  while (first <= range.last) {
    let free = 0;
    let size = 1n;
    for (let twice = 2n; free < bits && ((first - base) & (twice - 1n)) === 0n && first + twice - 1n <= range.last; twice *= 2n) {
      free++;
      size = twice;
    }
    blocks.push(formatCidr({ first, prefix: bits - free }));
    first += size;
  }
  return blocks;
}

/** The parts of a range that are in none of the others, in ascending order. */
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

/** A range as `netpol list` prints it: `10.0.0.0-10.255.255.255`. */
export function formatRange(range: AddressRange): string {
  return `${formatAddress(range.first)}-${formatAddress(range.last)}`;
}

/** The 4 or 16 bytes of an address that the API server accepts; with `mapped`, of an IPv4-mapped address, which it does not accept. */
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

/** Rewrites `::1.2.3.4` as `::102:304`, because ipaddr.js takes the first form for an IPv4-mapped address. */
function withoutDots(text: string): string {
  const end = text.lastIndexOf(':') + 1;
  const bytes = dottedBytes(text.slice(end));
  if (bytes === undefined) { return text; }
  const [a, b, c, d] = bytes;
  return `${text.slice(0, end)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
