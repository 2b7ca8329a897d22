import { changeRows } from './private/change-rows';
import { rangesLabel } from './private/outside-ranges';
import { reasonText } from './private/passing';
import { ChangeCause, ChangedRegion, ChangeWitness, Diff, EndsExist, RegionEnd, UndecidedRegion } from '../changes/diff';
import { ConnectionSet } from '../evaluator/connections';
import { formatPlace, printable } from '../findings/finding';
import { subtractRanges } from '../k8s/address';
import { Passing } from '../query/connectivity';
import { formatConnections } from '../query/ports';

/* The sentences about a region of a diff, which all writers share. */

/** `pods app=web of namespace shop → pods app=db of namespace shop: TCP 5432` */
export function regionTitle({ from, to, ports }: Pick<ChangedRegion | UndecidedRegion, 'from' | 'to' | 'ports'>): string {
  return printable(`${endText(from)} → ${endText(to)}: ${ports.text}`);
}

/** The pods and addresses of one side. Addresses have the shortest exact form, such as `the public IPv4 internet`. */
export function endText({ text, parts: [part, ...others] }: RegionEnd): string {
  if (part.kind !== 'addresses' || others.length > 0) { return printable(text); }
  return rangesLabel(subtractRanges(part.block, part.except));
}

/** Where a cause is written: in the new version, or in the old one if only that has it. Undefined if it is written nowhere. */
export function causePlace({ before, after }: ChangeCause): string | undefined {
  const place = after ?? before;
  return place === undefined ? undefined : formatPlace(place);
}

/** Why connections of a region changed: `ingress rule 1 of shop/db is new (k8s/db.yaml:12:5)` */
export function causeLine(cause: ChangeCause): string {
  const place = causePlace(cause);
  return `${printable(cause.text)}${place === undefined ? '' : ` (${place})`}`;
}

/** Which ends of the region exist. */
const ENDS: Readonly<Record<EndsExist, string>> = {
  both: 'for workloads that both versions have',
  new: 'for a workload that is new',
  gone: 'for a workload that is gone',
  possible: 'for pods that could exist; no declared workload certainly has one of these connections',
};

/** What other ports do between ends of a region, if that is known. It is about the ends of its witness, so not about all of them. */
export const PORTS_OF_KIND: Readonly<Partial<Record<ChangedRegion['kind'], string>>> = {
  widened: 'other ports passed before between some of these ends',
  narrowed: 'other ports still pass between some of these ends',
};

/** What happened to the connections of a region, and which of its ends exist: `widened: other ports passed before between …, for workloads that …` */
export function kindText(region: ChangedRegion): string {
  return `${region.kind}${PORTS_OF_KIND[region.kind] === undefined ? ', ' : ': '}${kindNotes(region).join(', ')}`;
}

/** What else passes between ends of a region, if that is known, and which of its ends exist. Never empty. */
export function kindNotes({ kind, ends }: ChangedRegion): string[] {
  return [PORTS_OF_KIND[kind] ?? [], ENDS[ends]].flat();
}

/** `shop/web[Deployment] → shop/db[Deployment]: TCP 5432` */
export function witnessText({ source, destination, protocol, port }: ChangeWitness): string {
  return printable(`${source.name} → ${destination.name}: ${protocol} ${port}`);
}

/**
 * Examples of what changed, the most telling one first: the declared pairs (`shop/web → shop/db: TCP 5432`; ranges of addresses with the same connections are one
 * pair), and the witness, unless it is one of them. Never empty.
 */
export function examplesOf({ pairs, witness }: ChangedRegion): string[] {
  const { source, destination } = witness;
  const declared = changeRows(pairs.map(one => ({ ...one, before: NOTHING, after: { connections: one.connections, undecided: [] } })))
    .map(({ from, to, after }) => `${from} → ${to}: ${formatConnections(after.connections)}`);
  const isTold = pairs.some(one => one.source.name === source.name && one.destination.name === destination.name);
  return isTold ? declared : [...declared, witnessText(witness)];
}

const NOTHING: Passing = { connections: ConnectionSet.NONE, undecided: [] };

/** The Namespaces that only one version declares: `ops is new`. */
export function namespaceTexts({ namespaces: { fresh, gone } }: Diff): string[] {
  return [...fresh.map(name => `${printable(name)} is new`), ...gone.map(name => `${printable(name)} is gone`)];
}

/** Why a region is undecided, each reason as a sentence with its place and code. */
export function undecidedTexts({ reasons }: UndecidedRegion): string[] {
  return [...new Set(reasons.map(reasonText))];
}
