import { Document, isAlias, isMap, isScalar, isSeq, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { Path } from './origin';
import { resolvePlainScalar } from './plain-scalar';
import { isMergeKey } from './yaml-values';

/** The character at which a field is written (its key, or the item of a list), or the nearest above it. */
export function locateInYaml(document: Document.Parsed, path: Path): number {
  let node = document.contents as Node | null;
  let offset = document.contents!.range[0];
  for (const step of path) {
    const found = child(document, node, step);
    if (found === undefined) { break; }
    node = found.value;
    offset = found.place.range![0];
  }
  return offset;
}

interface Child {
  readonly place: Node;
  readonly value: Node | null;
}

function child(document: Document.Parsed, parent: Node | null, step: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (typeof step === 'number') {
    const item = isSeq(node) ? node.items[step] as Node | undefined : undefined;
    return item && { place: item, value: item };
  }
  return isMap(node) ? field(document, node, step) : undefined;
}

function field(document: Document.Parsed, map: YAMLMap, name: string): Child | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  const written = pairs.find(({ key }) => isScalar(key) && keyText(key) === name && !isMergeKey(key));
  if (written !== undefined) { return { place: written.key, value: written.value }; }
  // Brought in by `<<`: the first source that has it.
  for (const { key, value } of pairs) {
    if (!isMergeKey(key)) { continue; }
    for (const source of isSeq(value) ? value.items as Node[] : [value]) {
      const found = child(document, source, name);
      if (found !== undefined) { return found; }
    }
  }
  return undefined;
}

function keyText(key: Scalar): string {
  return String(key.type === 'PLAIN' ? resolvePlainScalar(key.source!) : key.source);
}
