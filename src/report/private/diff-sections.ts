import { reasonText } from './passing';
import { ChangeCause, ChangedRegion, ChangeWitness, EndsExist, RegionPair, UndecidedRegion } from '../../changes/diff';
import { formatPlace, Place, printable } from '../../findings/finding';
import { formatConnections } from '../../query/ports';

/* The sentences about a region, which text and Markdown share. */

/** `pods app=web of namespace shop → pods app=db of namespace shop: TCP 5432` */
export function regionTitle({ from, to, ports }: Pick<ChangedRegion | UndecidedRegion, 'from' | 'to' | 'ports'>): string {
  return printable(`${from.text} → ${to.text}: ${ports.text}`);
}

/** Why connections of a region changed, without the place. */
export function causeText({ text }: ChangeCause): string {
  return `because ${printable(text)}`;
}

/** Where a cause is written: in the new version, or in the old one if only that has it. */
export function causePlace({ before, after }: ChangeCause): Place | undefined {
  return after ?? before;
}

/** The same as a text; nothing if it is written nowhere. */
export function causePlaceText(cause: ChangeCause): string | undefined {
  const place = causePlace(cause);
  return place === undefined ? undefined : formatPlace(place);
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

/** `shop/web[Deployment] → shop/db[Deployment]: TCP 5432` */
export function pairText({ source, destination, connections }: RegionPair): string {
  return printable(`${source.name} → ${destination.name}: ${formatConnections(connections)}`);
}

/** Why a region is undecided, each reason as a sentence with its place and code. */
export function undecidedTexts({ reasons }: UndecidedRegion): string[] {
  return [...new Set(reasons.map(reasonText))];
}
