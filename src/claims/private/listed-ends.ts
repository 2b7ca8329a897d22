import { ConnectionSearch } from '../../search/connection-search';
import { Nogood } from '../../search/constraint-search';
import { End, literalsOf } from '../../search/literals';
import { AddressSet } from '../../search/value-set';
import { addressesOf, Party } from '../party';

/** The ways in which the end of a connection can be in one of these parties. */
export function inParties(search: ConnectionSearch, end: End, listed: readonly Party[]): Nogood[] {
  const outside = end === 's' ? search.source : search.destination;
  // The list has all of the known addresses of an end, or none: those that it has are left out before.
  const inAddresses = search.addressLiterals(end, AddressSet.of(addressesOf(listed)));
  const ways: Nogood[] = inAddresses === undefined ? [] : [inAddresses];
  for (const part of listed.flatMap(({ parts }) => parts)) {
    if (part.kind === 'addresses' || outside.kind === 'address') { continue; }
    if (part.kind === 'selected') {
      ways.push([...literalsOf(part.namespaces, search.namespaceSlot(end)), ...literalsOf(part.pods, search.labelSlot(end))]);
      continue;
    }
    for (const permitted of part.permits) {
      ways.push([search.inNamespace(end, part.workload.namespace), ...literalsOf(permitted, search.labelSlot(end))]);
    }
  }
  return ways;
}
