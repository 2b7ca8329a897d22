import { AddressSpace, AtomRanges, atomsOf, holdsAtom } from '../address-space';
import { EndpointClass, networkOf } from './namespace-index';
import { IndexedNamespace } from './peer-sets';
import { Certainty } from './tier-decision';
import { NETWORKS, UnknownAddresses, UnknownAddressSets } from './unknown-addresses';
import { isLabelKnown, isLabelOpen, Namespace } from '../../cluster/cluster';
import { blocksOf, ClusterPeerClause } from '../../cluster/cluster-policy';
import { couldSelect, surelySelects } from '../../cluster/pod-selection';
import { Selector } from '../../k8s/selector';

/** What the matches are found from. */
export interface MatchSources {
  readonly addresses: AddressSpace;
  readonly unknownAddresses: UnknownAddressSets;
  readonly namespaces: readonly IndexedNamespace[];
  readonly namespaceOfWord: Int32Array;
  /** True if nothing is assumed. */
  readonly isStrict: boolean;
}

/** Whether the selectors and the peers of cluster-wide policies match pods and addresses. */
export class TierMatches {
  /** The atoms at which some peer begins or ends. */
  public readonly edges: readonly number[];

  /** True if the addresses of some peer are not known, or those of pods that may be in one. */
  public readonly hasUnknownAddresses: boolean;

  private readonly atoms: ReadonlyMap<ClusterPeerClause, AtomRanges>;
  private readonly unknown: UnknownAddresses;

  constructor(clauses: readonly ClusterPeerClause[], private readonly sources: MatchSources) {
    const { addresses, unknownAddresses, isStrict } = sources;
    this.atoms = new Map(clauses.flatMap(clause => {
      const blocks = blocksOf(clause);
      return blocks === undefined ? [] : [[clause, blocks.flatMap(block => atomsOf(block, addresses))] as const];
    }));
    this.edges = [...new Set([...this.atoms.values()].flat())];
    this.unknown = unknownAddresses[isStrict ? 'all' : 'assumed'];
    this.hasUnknownAddresses = clauses.some(clause => clause.kind !== 'pods' && (!this.atoms.has(clause)
      || NETWORKS.some(network => this.unknown.mayBeIn(network, this.atoms.get(clause)!))));
  }

  /** The class in a slot, and its namespace. */
  public classAt(slot: number): { readonly namespace: Namespace; readonly one: EndpointClass } {
    const { namespaces, namespaceOfWord } = this.sources;
    const { namespace, index, firstWord } = namespaces[namespaceOfWord[slot >>> 5]];
    return { namespace, one: index.classes[slot - firstWord * 32] };
  }

  /** Whether a peer matches the pods of a class. */
  public ofPods(clause: ClusterPeerClause, namespace: Namespace, one: EndpointClass): Certainty {
    switch (clause.kind) {
      case 'pods': return this.ofSelectors(clause.namespaces!, clause.pods, namespace, one);
      case 'domains': return Certainty.MAYBE;
      default: return this.ofAddresses(one, this.atoms.get(clause));
    }
  }

  /** Whether a peer matches the addresses of an atom. */
  public ofAtom(clause: ClusterPeerClause, atom: number): Certainty {
    if (clause.kind === 'pods') { return Certainty.NO; }
    const atoms = this.atoms.get(clause);
    return atoms === undefined ? Certainty.MAYBE : holdsAtom(atoms, atom) ? Certainty.SURELY : Certainty.NO;
  }

  /** Whether selectors of namespaces and pods match the pods of a class. */
  public ofSelectors(namespaces: Selector, pods: Selector, namespace: Namespace, { pod, generated }: EndpointClass): Certainty {
    if (pod.hostNetwork) { return Certainty.NO; }
    const ofNamespace = this.ofNamespace(namespaces, namespace);
    if (ofNamespace === Certainty.NO) { return Certainty.NO; }
    const ofPod = generated.length === 0 ? (pods.matches(pod.labels) ? Certainty.SURELY : Certainty.NO)
      : surelySelects(pods, pod) ? Certainty.SURELY : couldSelect(pods, pod) ? Certainty.MAYBE : Certainty.NO;
    // A pod that may be on its node's network is surely selected by nothing.
    return Math.min(ofNamespace, ofPod, pod.hasOpenNetwork === true ? Certainty.MAYBE : Certainty.SURELY);
  }

  public ofNamespace(selector: Selector, namespace: Namespace): Certainty {
    const { labels, origin, open } = namespace;
    const { isStrict } = this.sources;
    if (open === undefined && (!isStrict || origin !== undefined)) { return selector.matches(labels) ? Certainty.SURELY : Certainty.NO; }
    const isKnown = (key: string) => isStrict ? isLabelKnown(namespace, key) : !isLabelOpen(namespace, key);
    return selector.surelyMatches(labels, isKnown) ? Certainty.SURELY : selector.couldMatch(labels, isKnown) ? Certainty.MAYBE : Certainty.NO;
  }

  /** Without known nodes, only pods on their node's network may have the address of one. */
  private ofAddresses({ pod, atoms: own }: EndpointClass, atoms: AtomRanges | undefined): Certainty {
    if (atoms === undefined) { return networkOf(pod) === 'pods' ? Certainty.NO : Certainty.MAYBE; }
    if (own.length > 0) { return own.some(atom => holdsAtom(atoms, atom)) ? Certainty.SURELY : Certainty.NO; }
    const network = networkOf(pod);
    const inside = this.unknown.countOf(network, atoms);
    return inside === 0 ? Certainty.NO : inside === this.unknown.countOf(network) ? Certainty.SURELY : Certainty.MAYBE;
  }
}
