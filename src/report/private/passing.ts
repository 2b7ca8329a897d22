import { ConnectionSet } from '../../evaluator/connections';
import { formatReason, Reason } from '../../findings/answer';
import { withCommas } from '../../findings/enumeration';
import { formatPlace } from '../../findings/finding';
import { oncePer } from '../../k8s/once-per';
import { Passing } from '../../query/connectivity';

/** More ranges of ports than this are counted: a person does not read them. */
const MAX_RANGES = 20;

/** Connections in few characters: `all`, `TCP 8080`, `TCP 1,3,5,… (32,768 ranges)`. */
const shortConnections = oncePer((connections: ConnectionSet) => connections.isAll ? 'all'
  : connections.rangeCount <= MAX_RANGES ? connections.toString()
    : `${connections.firstRanges(MAX_RANGES)},… (${withCommas(connections.rangeCount)} ranges)`);

/** Connections in few characters, with `?` if it is undecided whether more of them pass: `TCP 8080 ?`, `?`. */
export function passingText({ connections, undecided }: Passing): string {
  if (undecided.length === 0) { return shortConnections(connections); }
  return connections.isEmpty ? '?' : `${shortConnections(connections)} ?`;
}

/** The reasons of many rows, each once. */
export class Reasons {
  private readonly reasons = new Map<string, Reason>();

  public add(reasons: readonly Reason[]): void {
    for (const reason of reasons) { this.reasons.set(`${reason.code} ${reason.what}`, reason); }
  }

  /** Lines that explain `?`; none if nothing is undecided. */
  public legend(): string[] {
    return this.reasons.size === 0 ? [] : ['?: undecided whether more can connect, because', ...[...this.reasons.values()].map(reason => `   ${reasonText(reason)}`)];
  }
}

/** `CiliumNetworkPolicy app/x is of a kind that netpol does not evaluate (k8s/cilium.yaml:1:1; policy-kind)` */
export function reasonText(reason: Reason): string {
  return withCode(formatReason(reason), reason);
}

/** A sentence about a reason or an assumption, with its place and code. */
export function withCode(sentence: string, { code, place }: Reason): string {
  return `${sentence} (${place === undefined ? '' : `${formatPlace(place)}; `}${code})`;
}
