import { changeRows } from './private/change-rows';
import { reasonText } from './private/passing';
import { ChangeCause, ChangedRegion, ChangeWitness, EndsExist, UndecidedRegion } from '../changes/diff';
import { ConnectionSet } from '../evaluator/connections';
import { formatPlace, printable } from '../findings/finding';
import { Passing } from '../query/connectivity';
import { formatConnections } from '../query/ports';

/* The sentences about a region of a diff, which all writers share. */

/** `pods app=web of namespace shop → pods app=db of namespace shop: TCP 5432` */
export function regionTitle({ from, to, ports }: Pick<ChangedRegion | UndecidedRegion, 'from' | 'to' | 'ports'>): string {
  return printable(`${from.text} → ${to.text}: ${ports.text}`);
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
  both: 'between workloads or addresses that both versions have',
  new: 'of a workload that is new',
  gone: 'of a workload that is gone',
  possible: 'of pods that could exist; no declared workload has one of these connections',
};

/** What happened to the connections of a region, and which of its ends exist: `widened (other ports passed before), …` */
export function kindText({ kind, ends }: ChangedRegion): string {
  const what = kind === 'widened' ? 'widened: other ports passed before' : kind === 'narrowed' ? 'narrowed: other ports still pass' : kind;
  return `${what}, ${ENDS[ends]}`;
}

/** `shop/web[Deployment] → shop/db[Deployment]: TCP 5432` */
export function witnessText({ source, destination, protocol, port }: ChangeWitness): string {
  return printable(`${source.name} → ${destination.name}: ${protocol} ${port}`);
}

/** The declared pairs of a region besides its witness: `shop/web → shop/db: TCP 5432`. Ranges of addresses with the same connections are one pair. */
export function otherPairTexts({ pairs, witness: { source, destination, protocol, port } }: ChangedRegion): string[] {
  const own = ConnectionSet.range(protocol, port, port);
  const others = pairs.filter(one => !(one.source.name === source.name && one.destination.name === destination.name && one.connections.equals(own)));
  return changeRows(others.map(one => ({ ...one, before: NOTHING, after: { connections: one.connections, undecided: [] } })))
    .map(({ from, to, after }) => `${from} → ${to}: ${formatConnections(after.connections)}`);
}

const NOTHING: Passing = { connections: ConnectionSet.NONE, undecided: [] };

/** Why a region is undecided, each reason as a sentence with its place and code. */
export function undecidedTexts({ reasons }: UndecidedRegion): string[] {
  return [...new Set(reasons.map(reasonText))];
}
