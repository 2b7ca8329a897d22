import { FAMILY_RANGE } from '../../k8s/address';
import { AddressSpace } from '../address-space';
import { ConnectionsRef, ConnectionTable } from './connection-table';
import { Grants } from './grants';
import { AnswerSources, Outcome } from './layers';
import { Network, networkOf } from './namespace-index';
import { UnknownAddresses } from './unknown-addresses';

/**
 * What blocks grant to pods whose address is not known. The certain connections are those that are granted at every possible address, and the
 * possible ones those that are granted at some. Grants of rules that select pods do not depend on the address, so a pod has both.
 */
export class AddressGrants {
  private readonly outcomes: Readonly<Record<Network, Outcome[]>> = { pods: [], nodes: [], either: [] };

  /** `surely` are the grants of the rules that surely match, and `possibly` those of the rules that may match. */
  constructor(
    private readonly surely: Grants, private readonly possibly: Grants,
    private readonly addresses: AddressSpace, private readonly unknown: UnknownAddresses,
  ) {}

  /** What blocks grant to the pods in a slot; undefined if their addresses are known. */
  public withPods(subject: number, slot: number, sources: AnswerSources): Outcome | undefined {
    const { index, firstWord } = sources.namespaces[sources.namespaceOfWord[slot >>> 5]];
    const { atoms, pod } = index.classes[slot - firstWord * 32];
    return atoms.length > 0 ? undefined : this.of(subject, networkOf(pod), sources);
  }

  /** What blocks grant to a pod of a network. */
  public of(subject: number, network: Network, sources: AnswerSources): Outcome {
    return this.outcomes[network][subject] ??= this.compute(subject, network, sources);
  }

  private compute(subject: number, network: Network, sources: AnswerSources): Outcome {
    const { table } = sources;
    const { addresses, surely, possibly } = this;
    const edges = new Set([0, addresses.atomOf(FAMILY_RANGE.IPv6.first), ...surely.changes(subject), ...possibly.changes(subject)]);
    const starts = [...edges].filter(atom => atom < addresses.size).sort((a, b) => a - b);
    let certain: ConnectionsRef = ConnectionTable.ALL;
    let possible: ConnectionsRef = ConnectionTable.NONE;
    starts.forEach((start, i) => {
      if (!this.unknown.mayBeIn(network, [start, starts[i + 1] ?? addresses.size])) { return; }
      certain = table.intersect(certain, surely.withAtom(subject, start, sources));
      possible = table.union(possible, possibly.withAtom(subject, start, sources));
    });
    return { certain, possible };
  }
}
