import { PROTOCOLS } from '../../k8s/objects';

const PORTS = 65_536;

/** Ranges of ports in few characters, as the page writes them too: `all`, `TCP 80,443`, `TCP 1,3 and 12 more`. */
export function portsOfBounds(bounds: readonly number[], most: number): string {
  const isAll = bounds.join() === PROTOCOLS.flatMap((_, i) => [i * PORTS + 1, i * PORTS + PORTS - 1]).join();
  if (isAll) { return 'all'; }
  const ranges = Array.from({ length: bounds.length / 2 }, (_, i) => {
    const protocol = Math.floor(bounds[2 * i] / PORTS);
    const [first, last] = [bounds[2 * i] - protocol * PORTS, bounds[2 * i + 1] - protocol * PORTS];
    return `${PROTOCOLS[protocol]} ${first === 1 && last === PORTS - 1 ? 'all' : first === last ? first : `${first}-${last}`}`;
  });
  return ranges.length <= most ? ranges.join(', ') : `${ranges.slice(0, most).join(', ')} and ${ranges.length - most} more`;
}
