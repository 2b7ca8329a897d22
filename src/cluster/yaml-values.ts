import { Document, isAlias, isMap, isScalar, isSeq, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { Fault } from './parsed-text';
import { resolvePlainScalar } from './plain-scalar';

/** An object with its aliases written out may have so many parts, or ten times those that are written. */
const MAX_EXPANDED = 100_000;
const MAX_EXPANSION = 10;

const TAG = 'tag:yaml.org,2002:';

/** A value and the number of parts it has when all of its aliases are written out. */
interface Sized {
  readonly value: unknown;
  readonly size: number;
}

/** Turns the nodes of one document into plain values, as Kubernetes turns YAML into JSON. */
export class YamlReader {
  public readonly faults: Fault[] = [];

  private readonly anchors = new Map<string, Sized>();

  private written = 0;

  /** The document's value; it counts only where `faults` stays empty. */
  public read(document: Document.Parsed): unknown {
    const { value, size } = this.node(document.contents);
    const most = Math.max(MAX_EXPANDED, MAX_EXPANSION * this.written);
    if (size > most) { this.fault(document.contents!, `its aliases (*) stand for more than ${most} values: write out what is meant`); }
    return value;
  }

  private node(node: Node | null): Sized {
    this.written++;
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target === undefined) {
        this.fault(node, `*${node.source} refers to an anchor that is not written before it: write &${node.source} at the value that is meant`);
        return { value: null, size: 1 };
      }
      return target;
    }
    if (node === null) { return { value: null, size: 1 }; }
    const sized = isMap(node) ? this.map(node) : isSeq(node) ? this.list(node.items as Node[]) : { value: this.scalar(node as Scalar), size: 1 };
    const { anchor } = node as Scalar | YAMLMap | YAMLSeq;
    if (anchor !== undefined) { this.anchors.set(anchor, sized); }
    return sized;
  }

  private list(items: readonly Node[]): Sized {
    let size = 1;
    const value = items.map(item => {
      const sized = this.node(item);
      size += sized.size;
      return sized.value;
    });
    return { value, size };
  }

  private map(map: YAMLMap): Sized {
    // No prototype: a field may be called `constructor` or `__proto__`.
    const value: Record<string, unknown> = Object.create(null);
    const merged = new Set<string>();
    let size = 1;
    for (const pair of map.items) {
      const keyNode = pair.key as Node;
      const key = this.key(keyNode);
      const sized = this.node(pair.value as Node | null);
      size += sized.size;
      // That it is no name has been said.
      if (key === undefined) { continue; }
      if (isMergeKey(keyNode)) {
        this.merge(keyNode, value, merged, sized.value);
      } else if (key in value && !merged.has(key)) {
        this.fault(keyNode, `'${key}' is written twice in one object: remove one, or check the indentation`);
      } else {
        merged.delete(key);
        value[key] = sized.value;
      }
    }
    return { value, size };
  }

  /** `<<: *base` brings in the fields of another object; what is written after it counts. */
  private merge(keyNode: Node, value: Record<string, unknown>, merged: Set<string>, source: unknown): void {
    for (const part of Array.isArray(source) ? source : [source]) {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) {
        this.fault(keyNode, "'<<' takes an object, or a list of objects, by alias");
        return;
      }
      for (const [key, field] of Object.entries(part)) {
        if (!(key in value)) {
          value[key] = field;
          merged.add(key);
        } else if (!merged.has(key)) {
          // The YAML specification and Kubernetes' reader differ in which of the two counts.
          this.fault(keyNode, `'${key}' is written before '<<', which brings it in too: put '<<' first`);
        }
      }
    }
  }

  private key(node: Node): string | undefined {
    const value = isScalar(node) ? this.scalar(node) : undefined;
    if (value === undefined || value === null) {
      this.fault(node, value === null
        ? 'a key is missing before the colon'
        : 'a key must be plain text, not a list or an object; put {{ … }} and other text that starts with a bracket in quotes');
      return undefined;
    }
    return String(value);
  }

  private scalar(node: Scalar): unknown {
    const text = node.source!;
    if (node.tag === `${TAG}binary`) {
      this.fault(node, 'a !!binary value has no place in a Kubernetes object: write it as text');
    }
    const typed = ['bool', 'int', 'float', 'null'].some(type => node.tag === TAG + type);
    if (!typed && (node.type !== Scalar.PLAIN || node.tag !== undefined)) { return text; }
    const value = resolvePlainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) { this.fault(node, `${text} is no number that a Kubernetes object can hold`); }
    return value;
  }

  private fault(node: Node, message: string): void {
    this.faults.push({ offset: node.range![0], message });
  }
}

/** An unquoted `<<`. */
export function isMergeKey(node: Node): boolean {
  return isScalar(node) && node.source === '<<' && node.type === Scalar.PLAIN;
}
