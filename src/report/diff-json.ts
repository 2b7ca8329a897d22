import { DiffReport, diffVerdict } from './diff-verdict';
import { placeJson, reasonJson } from './explanation';
import { passingJson } from './private/change-rows';
import { findingJson } from './private/finding-json';
import { selectorsJson, selectorText } from './private/selector-json';
import {
  ChangeCause, ChangedPair, ChangedRegion, ChangeWitness, ChangeWitnessEnd, DifferenceKind, hasDifference, RegionEnd, RegionPart, RegionPorts,
  UndecidedRegion,
} from '../changes/diff';
import { formatAddress, formatCidr } from '../k8s/address';

const KINDS: readonly DifferenceKind[] = ['broadened', 'added', 'narrowed', 'any'];

/** Everything that is known about a change, as one object. A region, a pair and a finding each have a line. docs/diff.md describes the fields. */
export function* diffJson({ before, after, clusters, lint }: DiffReport): Iterable<string> {
  const kinds = Object.fromEntries(KINDS.map(kind => [kind, clusters.some(({ diff }) => hasDifference(diff, kind))]));
  const undecided = clusters.some(({ diff }) => diff.undecided.length > 0);
  yield `{\n"verdict": ${JSON.stringify(diffVerdict(clusters))},\n"old": ${JSON.stringify(before)},\n"new": ${JSON.stringify(after)},\n`;
  yield `"differences": ${JSON.stringify({ ...kinds, undecided })},\n"clusters": [`;
  let between = '\n';
  for (const { cluster, onlyIn, diff } of clusters) {
    yield `${between}{\n${cluster === undefined ? '' : `"cluster": ${JSON.stringify(cluster)},\n`}`;
    if (onlyIn !== undefined) { yield `"onlyIn": ${JSON.stringify(onlyIn)},\n`; }
    yield `"scope": ${JSON.stringify(diff.scope)},\n"assumptions": ${JSON.stringify(diff.assumptions)},\n`;
    yield `"namespaces": ${JSON.stringify({ new: diff.namespaces.fresh, gone: diff.namespaces.gone })},\n`;
    yield* list('gains', diff.gains.map(regionJson));
    yield ',\n';
    yield* list('losses', diff.losses.map(regionJson));
    yield ',\n';
    yield* list('undecided', diff.undecided.map(undecidedJson));
    yield ',\n';
    yield* list('pairs', diff.pairs.map(pairJson));
    yield '\n}';
    between = ',\n';
  }
  yield '\n]';
  if (lint !== undefined) {
    yield ',\n"lint": {\n';
    yield* list('new', lint.fresh.map(findingJson));
    yield ',\n';
    yield* list('gone', lint.gone.map(findingJson));
    yield '\n}';
  }
  yield '\n}\n';
}

/** A field with a list, one line for each item. */
function* list(field: string, items: readonly object[]): Iterable<string> {
  let before = `"${field}": [\n  `;
  for (const item of items) {
    yield before + JSON.stringify(item);
    before = ',\n  ';
  }
  yield items.length === 0 ? `"${field}": []` : '\n]';
}

function regionJson({ kind, ends, from, to, ports, causes, witness, pairs, isBroadening, isAddition }: ChangedRegion): object {
  return {
    kind,
    ends,
    ...isBroadening ? { broadened: true } : {},
    ...isAddition ? { added: true } : {},
    ...placesJson(from, to, ports, causes),
    witness: witnessJson(witness),
    pairs: pairs.map(one => ({ src: one.source.name, dst: one.destination.name, ends: one.ends, conn: one.connections.toString() })),
  };
}

function undecidedJson({ may, from, to, ports, causes, reasons }: UndecidedRegion): object {
  return { may, ...placesJson(from, to, ports, causes), reasons: reasons.map(reasonJson) };
}

function placesJson(from: RegionEnd, to: RegionEnd, ports: RegionPorts, causes: readonly ChangeCause[]): object {
  return { from: endJson(from), to: endJson(to), ports: portsJson(ports), causes: causes.map(causeJson) };
}

function endJson({ text, parts }: RegionEnd): object {
  return { text, parts: parts.map(partJson) };
}

/** Selectors have the form of `kubectl --selector`; the empty text selects everything. */
function partJson(part: RegionPart): object {
  switch (part.kind) {
    case 'anything': return { kind: part.kind };
    case 'pods': return { kind: part.kind, ...selectorsJson(part) };
    case 'workload': return { kind: part.kind, namespace: part.workload.namespace, workloadKind: part.workload.kind, name: part.workload.name };
    case 'namespace': return { kind: part.kind, name: part.name };
    case 'addresses': return { kind: part.kind, cidr: formatCidr(part.block), except: part.except.map(formatCidr) };
    case 'nodes': return { kind: part.kind, nodeSelector: selectorText(part.nodes) };
    case 'domains': return { kind: part.kind, names: part.names };
  }
}

function portsJson({ text, connections, names }: RegionPorts): object {
  return { text, conn: connections.toString(), ...names.length === 0 ? {} : { names: names.map(({ protocol, name }) => `${protocol} ${name}`) } };
}

function causeJson({ kind, change, text, before, after }: ChangeCause): object {
  return { kind, change, text, ...before === undefined ? {} : { old: placeJson(before) }, ...after === undefined ? {} : { new: placeJson(after) } };
}

function witnessJson({ source, destination, protocol, port }: ChangeWitness): object {
  return { source: witnessEndJson(source), destination: witnessEndJson(destination), protocol, port };
}

function witnessEndJson(end: ChangeWitnessEnd): object {
  if (end.kind === 'address') { return { address: formatAddress(end.address) }; }
  const { name, before, after, workload, isNewNamespace } = end;
  const stateOf = ({ pod, namespace }: typeof before) => ({ labels: pod.labels, namespaceLabels: namespace.labels });
  const [old, now] = [stateOf(before), stateOf(after)];
  // Those of a declared workload are in its manifest.
  const { addresses, ports } = workload === undefined ? after.pod : { addresses: [], ports: [] };
  return {
    name,
    namespace: after.namespace.name,
    ...workload === undefined ? { possible: true } : {},
    ...isNewNamespace ? { newNamespace: true } : {},
    ...now,
    ...addresses.length === 0 ? {} : { addresses: addresses.map(formatAddress) },
    ...ports.length === 0 ? {} : { ports: ports.map(one => ({ name: one.name, protocol: one.protocol, port: one.port })) },
    ...JSON.stringify(old) === JSON.stringify(now) ? {} : { old },
  };
}

function pairJson({ source, destination, ends, before, after }: ChangedPair): object {
  return { src: source.name, dst: destination.name, ends, old: passingJson(before), new: passingJson(after) };
}
