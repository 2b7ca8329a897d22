/* Sets of ports as the document has them: bounds of ranges over all protocols, ascending, both included. See src/report/page-document.ts. */

export type Ports = readonly number[];

const SIZE = 65_536;

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export const NONE: Ports = [];

export const ALL: Ports = PROTOCOLS.flatMap((_, i) => [i * SIZE + 1, i * SIZE + SIZE - 1]);

/** Goes through the borders of both sets in order. */
function combine(a: Ports, b: Ports, keep: (inA: boolean, inB: boolean) => boolean): Ports {
  const result: number[] = [];
  let [i, j] = [0, 0];
  let inside = false;
  while (i < a.length || j < b.length) {
    const borderA = i < a.length ? a[i] + i % 2 : Infinity;
    const borderB = j < b.length ? b[j] + j % 2 : Infinity;
    const border = Math.min(borderA, borderB);
    if (borderA === border) { i++; }
    if (borderB === border) { j++; }
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) { result.push(now ? border : border - 1); }
    inside = now;
  }
  return result;
}

export const union = (a: Ports, b: Ports): Ports => combine(a, b, (x, y) => x || y);
export const intersect = (a: Ports, b: Ports): Ports => combine(a, b, (x, y) => x && y);
export const subtract = (a: Ports, b: Ports): Ports => combine(a, b, (x, y) => x && !y);
export const includes = (a: Ports, b: Ports): boolean => subtract(b, a).length === 0;
export const equal = (a: Ports, b: Ports): boolean => a.join() === b.join();

function rangesOf(ports: Ports): { protocol: string; first: number; last: number }[] {
  return Array.from({ length: ports.length / 2 }, (_, i) => {
    const protocol = Math.floor(ports[2 * i] / SIZE);
    return { protocol: PROTOCOLS[protocol], first: ports[2 * i] - protocol * SIZE, last: ports[2 * i + 1] - protocol * SIZE };
  });
}

/** More ranges than this are counted. */
const MOST = 8;

/** `every port`, `TCP 80, UDP 53`, `no port` */
export function portsText(ports: Ports): string {
  if (equal(ports, ALL)) { return 'every port'; }
  const ranges = rangesOf(ports);
  const texts = ranges.slice(0, MOST).map(({ protocol, first, last }) =>
    first === 1 && last === SIZE - 1 ? `every ${protocol} port` : `${protocol} ${first === last ? first : `${first}-${last}`}`);
  return ranges.length === 0 ? 'no port' : ranges.length <= MOST ? texts.join(', ') : `${texts.join(', ')} and ${ranges.length - MOST} more ranges`;
}

/** A few characters for a small cell: `all`, `UDP`, `443`, `9000…` for a range, `53+2` for more ranges. */
export function shortText(ports: Ports): string {
  if (equal(ports, ALL)) { return 'all'; }
  const ranges = rangesOf(ports);
  const [{ protocol, first, last }] = ranges;
  const start = first === last ? `${first}` : first === 1 && last === SIZE - 1 ? protocol : `${first}…`;
  return ranges.length === 1 ? start : ranges.length > 10 ? `${ranges.length}×` : `${start}+${ranges.length - 1}`;
}

/** One port over all protocols as the API writes it. */
export function apiPort(point: number): { protocol: string; port: number } {
  const protocol = Math.floor(point / SIZE);
  return { protocol: PROTOCOLS[protocol], port: point - protocol * SIZE };
}

/** Reads `8080`, `tcp/8080`, `UDP 53`, `udp` or `5000-5010`. Undefined if it is none of these. */
export function readPorts(text: string): Ports | undefined {
  const match = /^(?:(sctp|tcp|udp)(?:[/ ]|$))?(?:(\d+)(?:-(\d+))?)?$/i.exec(text.trim());
  if (match === null || text.trim() === '') { return undefined; }
  const protocol = PROTOCOLS.indexOf((match[1] ?? 'tcp').toUpperCase()) * SIZE;
  if (match[2] === undefined) { return [protocol + 1, protocol + SIZE - 1]; }
  const [first, last] = [Number(match[2]), Number(match[3] ?? match[2])];
  return first < 1 || last >= SIZE || first > last ? undefined : [protocol + first, protocol + last];
}

/** A named port of a protocol among the ports of a workload. */
export function named(name: string, protocol: number, ports: readonly (readonly [number, string?])[]): Ports {
  return ports.filter(([point, own]) => own === name && Math.floor(point / SIZE) === protocol).reduce<Ports>((all, [point]) => union(all, [point, point]), NONE);
}
