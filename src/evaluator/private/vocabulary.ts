import { AddressesClause } from '../../cluster/cluster';
import { Cidr } from '../../k8s/address';
import { Labels } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';
import { portName, ContainerPort } from '../../k8s/workloads';
import { Edge, edgesOf } from '../address-space';

/** The number of a selector in a Lens. */
export type SelectorRef = number;

/** The number of a label in a Lens: of a key with a value that selectors mention, or with any value. */
export type LabelRef = number;

/** The number of a named port in a Lens. */
export type PortNameRef = number;

/** The number of a block with its exceptions in a Lens. */
export type BlockRef = number;

/** A requirement of a selector, its labels as numbers. */
export interface Term {
  readonly operator: Requirement['operator'];
  /** The key, whatever the value. */
  readonly key: LabelRef;
  /** The key with each of the values. */
  readonly values: readonly LabelRef[];
}

/** Whether a policy comes (1), goes (-1), or is merely looked at again (0). */
export type Step = 1 | 0 | -1;

/** What has become worth looking at since it was last asked, or is so no more. */
export interface VocabularyChange {
  /** Labels; without a value where it is the key. */
  readonly labels: readonly { readonly key: string; readonly value?: string }[];
  readonly portNames: readonly string[];
  readonly addresses: readonly Edge[];
}

interface KnownKey {
  readonly ref: LabelRef;
  readonly values: Map<string, LabelRef>;
}

/** Blocks by what they except, one behind the other. */
interface KnownBlock {
  ref?: BlockRef;
  readonly exceptions: Map<Cidr, KnownBlock>;
}

/**
 * What the policies of a cluster look at: everything else about a pod or an address is beside the
 * point. Policies come and go, and what none of them mentions any more counts no more. Numbers, once given, stay.
 */
export class PolicyVocabulary {
  public readonly selectors: Selector[] = [];

  /** The terms of each selector. */
  public readonly terms: (readonly Term[])[] = [];

  /** What each named port is called, by `portName`. */
  public readonly portNames: string[] = [];

  public readonly blocks: AddressesClause[] = [];

  /** For each label its key: the same number where it is a key. */
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
  private readonly edges = new Map<Edge, number>();

  private changedLabels: { key: string; value?: string }[] = [];
  private changedPortNames: string[] = [];
  private changedEdges: Edge[] = [];

  /** The number of a selector of pods, which is mentioned once more or once less. */
  public countSelector(selector: Selector, step: Step): SelectorRef {
    const ref = this.selector(selector);
    this.selectorMentions[ref] += step;
    if (isTurn(this.selectorMentions[ref], step)) {
      for (const { key, values } of selector.requirements) {
        const known = this.keys.get(key)!;
        this.mentionLabel(known.ref, step, key);
        for (const value of values) { this.mentionLabel(known.values.get(value)!, step, key, value); }
      }
    }
    return ref;
  }

  /** The number of a selector. Those of namespaces are not mentioned: they look at no pod. */
  public selector(selector: Selector): SelectorRef {
    let ref = this.selectorRefs.get(selector);
    if (ref === undefined) {
      ref = this.selectorIds.get(selector.id) ?? this.newSelector(selector);
      this.selectorRefs.set(selector, ref);
    }
    return ref;
  }

  /** The number of a named port, which is mentioned once more or once less. */
  public countPort(port: { readonly protocol: string; readonly name?: string }, step: Step): PortNameRef {
    const name = portName(port);
    let ref = this.portNameRefs.get(name);
    if (ref === undefined) {
      ref = this.portNames.push(name) - 1;
      this.portNameRefs.set(name, ref);
      this.portNameMentions.push(0);
    }
    this.portNameMentions[ref] += step;
    if (isTurn(this.portNameMentions[ref], step)) { this.changedPortNames.push(name); }
    return ref;
  }

  /** The number of a block, which is mentioned once more or once less. */
  public countBlock(clause: AddressesClause, step: Step): BlockRef {
    let known = below(this.knownBlocks, clause.block);
    for (const hole of clause.except) { known = below(known, hole); }
    if (known.ref === undefined) {
      known.ref = this.blocks.push(clause) - 1;
      this.blockMentions.push(0);
    }
    const { ref } = known;
    this.blockMentions[ref] += step;
    if (isTurn(this.blockMentions[ref], step)) {
      for (const block of [clause.block, ...clause.except]) {
        for (const edge of edgesOf(block)) { this.mentionEdge(edge, step); }
      }
    }
    return ref;
  }

  /** The labels that selectors look at, in no order: with their values where these are mentioned, else as keys. */
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

  /** True where some policy mentions a port of this name. */
  public looksAtPort(port: ContainerPort): boolean {
    if (port.name === undefined) { return false; }
    const ref = this.portNameRefs.get(portName(port));
    return ref !== undefined && this.portNameMentions[ref] > 0;
  }

  /** Where blocks begin, and where they are over. */
  public edgeAddresses(): Iterable<Edge> { return this.edges.keys(); }

  /** What has changed since this was last asked. */
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

  private mentionLabel(ref: LabelRef, step: Step, key: string, value?: string): void {
    this.labelMentions[ref] += step;
    if (isTurn(this.labelMentions[ref], step)) { this.changedLabels.push({ key, value }); }
  }

  private mentionEdge(edge: Edge, step: Step): void {
    const mentions = (this.edges.get(edge) ?? 0) + step;
    if (mentions === 0) { this.edges.delete(edge); } else { this.edges.set(edge, mentions); }
    if (isTurn(mentions, step)) { this.changedEdges.push(edge); }
  }
}

/** True where the first mention came, or the last one went. */
function isTurn(mentions: number, step: Step): boolean {
  return mentions === (step === 1 ? 1 : 0);
}

function below(known: KnownBlock, block: Cidr): KnownBlock {
  let next = known.exceptions.get(block);
  if (next === undefined) { known.exceptions.set(block, next = { exceptions: new Map() }); }
  return next;
}
