import { findOutsider, Outsider } from './witness';
import { ConnectionSet } from '../evaluator/connections';
import { Direction, Reachability } from '../evaluator/reachability';
import { Party, portsOf } from '../query/endpoints';
import { covers, Flow, flows } from '../query/flow';
import { connectionsOfPort, formatPortQuery, PortQuery } from '../query/ports';

/** What is claimed of a cluster. */
export type Claim =
  | {
    readonly kind: 'allowed' | 'denied';
    readonly from: Party;
    readonly to: Party;
    readonly ports?: readonly PortQuery[];
    /** What its author would write to make it true, where that is no YAML. */
    readonly remedy?: CallFix;
  }
  | { readonly kind: 'only' | 'onlyTo'; readonly subject: Party; readonly others: readonly Party[]; readonly ports?: readonly PortQuery[] };

/** For each side, what to write so that it passes: `db.allowFrom(backend)`. */
export type CallFix = { readonly [direction in Direction]?: string };

/** Why a claim is untrue. */
export type Witness =
  /** `allowed`: this passage does not hold the port. */
  | { readonly kind: 'blocked'; readonly passage: Flow; readonly port?: PortQuery }
  /** `denied`: these connections pass. */
  | { readonly kind: 'passes'; readonly passage: Flow; readonly connections: ConnectionSet }
  /** `only` and `onlyTo`: somebody else does. */
  | { readonly kind: 'intrusion'; readonly intrusion: Outsider };

/** Whether a claim is true. */
export interface ClaimVerdict {
  readonly claim: Claim;
  readonly holds: boolean;
  /** Where it does not hold. */
  readonly witness?: Witness;
}

/**
 * Judges a claim. `allowed` takes every member to every member on each port, by default the
 * destination's own; `denied` takes that nothing passes, on any port or on those given; `only` and
 * `onlyTo` speak of all pods that could exist.
 */
export function judge(reach: Reachability, claim: Claim): ClaimVerdict {
  const counterexample = counterexampleTo(reach, claim);
  return { claim, holds: counterexample === undefined, witness: counterexample };
}

/** As it is written: `allowed: app/backend → app/db (TCP 5432)`. */
export function formatClaim(claim: Claim): string {
  const ports = claim.ports === undefined ? '' : ` (${claim.ports.map(formatPortQuery).join(', ') || 'no port'})`;
  switch (claim.kind) {
    case 'allowed':
    case 'denied': return `${claim.kind}: ${claim.from.name} → ${claim.to.name}${ports}`;
    case 'only': return `only: ${names(claim.others)} → ${claim.subject.name}${ports}`;
    case 'onlyTo': return `onlyTo: ${claim.subject.name} → ${names(claim.others)}${ports}`;
  }
}

function names(parties: readonly Party[]): string {
  return parties.length === 0 ? 'nobody' : parties.map(p => p.name).join(', ');
}

function counterexampleTo(reach: Reachability, claim: Claim): Witness | undefined {
  switch (claim.kind) {
    case 'allowed': return blockedPassage(reach, claim.from, claim.to, claim.ports ?? ownPorts(claim.to));
    case 'denied': return openPassage(reach, claim.from, claim.to, claim.ports);
    case 'only': return intrusion(reach, claim.subject, claim.others, 'ingress', claim.ports);
    case 'onlyTo': return intrusion(reach, claim.subject, claim.others, 'egress', claim.ports);
  }
}

/** The ports that `allowed` means where none are given; without any known, that something passes. */
function ownPorts(to: Party): readonly (PortQuery | undefined)[] {
  const ports = portsOf(to.endpoints).map(({ protocol, port }) => ({ protocol, first: port, last: port }));
  return ports.length === 0 ? [undefined] : ports;
}

function blockedPassage(reach: Reachability, from: Party, to: Party, ports: readonly (PortQuery | undefined)[]): Witness | undefined {
  for (const port of ports) {
    for (const passage of flows(reach, from.endpoints, to.endpoints)) {
      if (!covers(passage.connections, port, passage.destination)) { return { kind: 'blocked', passage, port }; }
    }
  }
  return undefined;
}

function openPassage(reach: Reachability, from: Party, to: Party, ports: readonly PortQuery[] | undefined): Witness | undefined {
  const sources = [...from.endpoints, ...from.worstCase];
  const destinations = [...to.endpoints, ...to.worstCase];
  for (const passage of flows(reach, sources, destinations)) {
    // A pod and itself are never what a denial is about: that passage no policy can close.
    if (passage.loopback) { continue; }
    const asked = ports === undefined
      ? ConnectionSet.ALL
      : ports.reduce((all, port) => all.union(connectionsOfPort(port, passage.destination)), ConnectionSet.NONE);
    const connections = passage.connections.intersect(asked);
    if (!connections.isEmpty) { return { kind: 'passes', passage, connections }; }
  }
  return undefined;
}

function intrusion(
  reach: Reachability, subject: Party, others: readonly Party[], direction: 'ingress' | 'egress', ports: readonly PortQuery[] | undefined,
): Witness | undefined {
  for (const port of ports ?? [undefined]) {
    const found = findOutsider(reach, subject, others, direction, port);
    if (found !== undefined) { return { kind: 'intrusion', intrusion: found }; }
  }
  return undefined;
}
