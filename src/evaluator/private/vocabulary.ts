import { AddressesClause } from '../../cluster/cluster';
import { Cidr } from '../../k8s/address';
import { Labels } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';
import { namedPortKey, ContainerPort } from '../../k8s/workloads';
import { BlockEdge, edgesOf } from '../address-space';

/** The number of a selector in the vocabulary. */
export type SelectorRef = number;

/** The number of a label in the vocabulary: a key with a value that selectors mention, or a key with any value. */
export type LabelRef = number;

/** The number of a named port in the vocabulary. */
type PortNameRef = number;

/** The number of a block with its exceptions in the vocabulary. */
export type BlockRef = number;

/** A requirement of a selector, with labels as numbers. */
export interface Term {
  readonly operator: Requirement['operator'];
  /** The key with any value. */
  readonly key: LabelRef;
  /** The key with each of the values. */
  readonly values: readonly LabelRef[];
}

/** Whether a policy is added (1), removed (-1), or encoded once more (0). */
export type Delta = 1 | 0 | -1;

/** What policies have begun or ceased to mention. */
export interface VocabularyChange {
  /** Labels; without a value, a key with any value. */
  readonly labels: readonly { readonly key: string; readonly value?: string }[];
  readonly portNames: readonly string[];
  readonly addresses: readonly BlockEdge[];
}

interface KnownKey {
  readonly ref: LabelRef;
  readonly values: Map<string, LabelRef>;
}

/** A tree of blocks: each level adds an exception. */
interface KnownBlock {
  ref?: BlockRef;
  readonly exceptions: Map<Cidr, KnownBlock>;
}

/**
 * The labels, port names and address blocks that the policies of a cluster mention. Nothing else about a pod or an address can change an
 * answer. Mentions are counted, so that policies can be added and removed. Numbers never change.
 */
export class PolicyVocabulary {
  public readonly selectors: Selector[] = [];

  /** The terms of each selector. */
  public readonly terms: (readonly Term[])[] = [];

  /** The names of the named ports (`namedPortKey`). */
  public readonly portNames: string[] = [];

  public readonly blocks: AddressesClause[] = [];

  /** For each label, the number of its key with any value. */
  public readonly keyOf: LabelRef[] = [];

  private readonly selectorRefs = new Map<Selector, SelectorRef>();
  private readonly selectorIds = new Map<string, SelectorRef>();
  private readonly keys = new Map<string, KnownKey>();
  private readonly portNameRefs = new Map<string, PortNameRef>();
  private readonly knownBlocks: KnownBlock = { exceptions: new Map() };

  private readonly selectorMentions: number[] = [];
  private readonly labelMentions: number[] = [];
  private readonly portNameMentions: number[] = [];
  private readonly blockMentions: number[] = [];
  private readonly edges = new Map<BlockEdge, number>();

  private changedLabels: { key: string; value?: string }[] = [];
  private changedPortNames: string[] = [];
  private changedEdges: BlockEdge[] = [];

  /** The number of a selector of pods. Counts its mention. */
  public countSelector(selector: Selector, delta: Delta): SelectorRef {
    const ref = this.selector(selector);
    this.selectorMentions[ref] += delta;
    if (isChange(this.selectorMentions[ref], delta)) {
      for (const { key, values } of selector.requirements) {
        const known = this.keys.get(key)!;
        this.mentionLabel(known.ref, delta, key);
        for (const value of values) { this.mentionLabel(known.values.get(value)!, delta, key, value); }
      }
    }
    return ref;
  }

  /** The number of a selector. Selectors of namespaces are not counted: they do not look at labels of pods. */
  public selector(selector: Selector): SelectorRef {
    let ref = this.selectorRefs.get(selector);
    if (ref === undefined) {
      ref = this.selectorIds.get(selector.id) ?? this.newSelector(selector);
      this.selectorRefs.set(selector, ref);
    }
    return ref;
  }

  /** The number of a named port. Counts its mention. */
  public countPort(port: { readonly protocol: string; readonly name?: string }, delta: Delta): PortNameRef {
    const name = namedPortKey(port);
    let ref = this.portNameRefs.get(name);
    if (ref === undefined) {
      ref = this.portNames.push(name) - 1;
      this.portNameRefs.set(name, ref);
      this.portNameMentions.push(0);
    }
    this.portNameMentions[ref] += delta;
    if (isChange(this.portNameMentions[ref], delta)) { this.changedPortNames.push(name); }
    return ref;
  }

  /** The number of a block. Counts its mention. */
  public countBlock(clause: AddressesClause, delta: Delta): BlockRef {
    let known = childBlock(this.knownBlocks, clause.block);
    for (const exception of clause.except) { known = childBlock(known, exception); }
    if (known.ref === undefined) {
      known.ref = this.blocks.push(clause) - 1;
      this.blockMentions.push(0);
    }
    const { ref } = known;
    this.blockMentions[ref] += delta;
    if (isChange(this.blockMentions[ref], delta)) {
      for (const block of [clause.block, ...clause.except]) {
        for (const edge of edgesOf(block)) { this.mentionEdge(edge, delta); }
      }
    }
    return ref;
  }

  /** The labels that selectors mention, in any order. A label with a value that no selector mentions counts as its key. */
  public labels(labels: Labels): LabelRef[] {
    const refs: LabelRef[] = [];
    for (const key in labels) {
      const known = this.keys.get(key);
      if (known === undefined || this.labelMentions[known.ref] === 0) { continue; }
      const label = known.values.get(labels[key]);
      refs.push(label === undefined || this.labelMentions[label] === 0 ? known.ref : label);
    }
    return refs;
  }

  /** True if some selector of pods mentions this key. */
  public mentionsKey(key: string): boolean {
    const known = this.keys.get(key);
    return known !== undefined && this.labelMentions[known.ref] > 0;
  }

  /** True if some policy mentions a port of this name. */
  public mentionsPort(port: ContainerPort): boolean {
    if (port.name === undefined) { return false; }
    const ref = this.portNameRefs.get(namedPortKey(port));
    return ref !== undefined && this.portNameMentions[ref] > 0;
  }

  /** The first address of each block and exception, and the first address after it. */
  public edgeAddresses(): Iterable<BlockEdge> { return this.edges.keys(); }

  /** What has changed since the last call. */
  public drainChanges(): VocabularyChange {
    const change = { labels: this.changedLabels, portNames: this.changedPortNames, addresses: this.changedEdges };
    this.changedLabels = [];
    this.changedPortNames = [];
    this.changedEdges = [];
    return change;
  }

  private newSelector(selector: Selector): SelectorRef {
    const ref = this.selectors.push(selector) - 1;
    this.terms.push(selector.requirements.map(({ key, operator, values }) => {
      const known = this.key(key);
      return { operator, key: known.ref, values: values.map(value => this.label(known, value)) };
    }));
    this.selectorMentions.push(0);
    this.selectorIds.set(selector.id, ref);
    return ref;
  }

  private key(key: string): KnownKey {
    let known = this.keys.get(key);
    if (known === undefined) {
      const ref = this.keyOf.length;
      this.keys.set(key, known = { ref, values: new Map() });
      this.keyOf.push(ref);
      this.labelMentions.push(0);
    }
    return known;
  }

  private label(key: KnownKey, value: string): LabelRef {
    let ref = key.values.get(value);
    if (ref === undefined) {
      ref = this.keyOf.push(key.ref) - 1;
      key.values.set(value, ref);
      this.labelMentions.push(0);
    }
    return ref;
  }

  private mentionLabel(ref: LabelRef, delta: Delta, key: string, value?: string): void {
    this.labelMentions[ref] += delta;
    if (isChange(this.labelMentions[ref], delta)) { this.changedLabels.push({ key, value }); }
  }

  private mentionEdge(edge: BlockEdge, delta: Delta): void {
    const mentions = (this.edges.get(edge) ?? 0) + delta;
    if (mentions === 0) { this.edges.delete(edge); } else { this.edges.set(edge, mentions); }
    if (isChange(mentions, delta)) { this.changedEdges.push(edge); }
  }
}

/** True if the first mention was added or the last one removed. */
function isChange(mentions: number, delta: Delta): boolean {
  return mentions === (delta === 1 ? 1 : 0);
}

function childBlock(known: KnownBlock, block: Cidr): KnownBlock {
  let next = known.exceptions.get(block);
  if (next === undefined) { known.exceptions.set(block, next = { exceptions: new Map() }); }
  return next;
}
