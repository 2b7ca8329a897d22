import { Explanation } from '../analysis/explanation';
import { askedConnections } from '../analysis/port-question';

/**
 * Why the port name that was asked about is none of the destination's; nothing where it is one. Then
 * no policy is to blame, and none could mend it.
 */
export function unresolvedPort({ passage: { destination }, port }: Pick<Explanation, 'passage' | 'port'>): string | undefined {
  if (port === undefined || !('name' in port) || !askedConnections(port, destination).isEmpty) { return undefined; }
  if (destination.kind === 'address') { return `The port name '${port.name}' means nothing for an address: give the port's number.`; }
  const known = destination.pod.ports.filter(p => p.name !== undefined).map(p => `${p.protocol} ${p.name}`);
  return `No container of ${destination.name} has a ${port.protocol} port named '${port.name}'`
    + `${known.length === 0 ? '' : ` (it has ${known.join(', ')})`}: name it in the container's ports, or give its number.`;
}
