import { ConnectionTable } from './connection-table';
import { PolicyVocabulary, Step } from './vocabulary';
import { Policy, Rule } from '../../cluster/cluster';

/*
 * A policy in numbers, so that it is looked at once and then read at the speed of an array:
 *
 *   policy:  subject, ingress, egress
 *   ingress, egress: how many numbers follow, then the rules; NOT_ISOLATED alone where the policy does not isolate in it
 *   rule:    connections by number, how many port names, the names, how many peers or EVERYONE, the peers
 *   peer:    namespaces and pods; or OWN_NAMESPACE and pods; or ADDRESSES and a block
 */

export const NOT_ISOLATED = -1;
export const EVERYONE = -1;
export const OWN_NAMESPACE = -1;
export const ADDRESSES = -2;

/** Writes a policy behind what is in the list; the lens is told that it came, or went. */
export function encodePolicy(policy: Policy, step: Step, lens: PolicyVocabulary, table: ConnectionTable, code: IntList): void {
  code.push(lens.countSelector(policy.subject, step));
  for (const rules of [policy.ingress, policy.egress]) {
    if (rules === undefined) {
      code.push(NOT_ISOLATED);
      continue;
    }
    const start = code.push(0);
    for (const rule of rules) { encodeRule(rule, step, lens, table, code); }
    code.set(start, code.length - start - 1);
  }
}

function encodeRule({ peers, ports }: Rule, step: Step, lens: PolicyVocabulary, table: ConnectionTable, code: IntList): void {
  if (ports === undefined) {
    code.push(ConnectionTable.ALL);
    code.push(0);
  } else {
    let connections = ConnectionTable.NONE;
    const at = code.push(connections);
    code.push(0);
    for (const port of ports) {
      if (port.name === undefined) {
        connections = table.union(connections, table.range(port.protocol, port.first, port.last));
      } else {
        code.push(lens.countPort(port, step));
      }
    }
    code.set(at, connections);
    code.set(at + 1, code.length - at - 2);
  }
  if (peers === undefined) {
    code.push(EVERYONE);
    return;
  }
  code.push(peers.length);
  for (const peer of peers) {
    if (peer.kind === 'addresses') {
      code.push(ADDRESSES);
      code.push(lens.countBlock(peer, step));
    } else {
      code.push(peer.namespaces === undefined ? OWN_NAMESPACE : lens.selector(peer.namespaces));
      code.push(lens.countSelector(peer.pods, step));
    }
  }
}

/** A list of whole numbers of 32 bits that grows. */
export class IntList {
  private items: Int32Array;
  private count = 0;

  /** `room`: how many there is room for at first. */
  constructor(room: number) {
    this.items = new Int32Array(room);
  }

  public get length(): number { return this.count; }

  /** Returns where the number is. */
  public push(item: number): number {
    if (this.count === this.items.length) {
      const larger = new Int32Array(Math.max(16, this.items.length * 2));
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.count] = item;
    return this.count++;
  }

  public set(at: number, item: number): void {
    this.items[at] = item;
  }

  public toArray(): Int32Array {
    return this.items.slice(0, this.count);
  }
}
