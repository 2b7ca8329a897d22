import { AddressSpace } from './address-space';
import { Labels } from '../api/objects';
import { ContainerPort } from '../api/workloads';
import { Pod, Workload } from '../cluster/cluster';

/** Pods of a workload, one behind the other, that are alike in all that any policy could look at. */
export interface PodRun {
  readonly workload: Workload;
  /** The first of them in the workload's list, and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** One of them. */
  readonly pod: Pod;
  /** Atoms that their addresses are in, ascending. */
  readonly atoms: readonly number[];
}

/**
 * A workload's pods, as few runs as there can be. Replicas differ in nothing but their addresses, as a rule, so
 * that a pod is compared with the one before it and no more is done for it.
 */
export function podRuns(workload: Workload, addresses: AddressSpace): PodRun[] {
  const { pods } = workload;
  const runs: PodRun[] = [];
  let first = 0;
  let atoms = atomsOf(pods[0], addresses);
  for (let i = 1; i < pods.length; i++) {
    if (areAlike(pods[i], pods[first]) && haveAtoms(pods[i], atoms, addresses)) { continue; }
    runs.push({ workload, first, end: i, pod: pods[first], atoms });
    first = i;
    atoms = atomsOf(pods[i], addresses);
  }
  runs.push({ workload, first, end: pods.length, pod: pods[first], atoms });
  return runs;
}

function atomsOf({ addresses: own }: Pod, addresses: AddressSpace): readonly number[] {
  return [...new Set(own.map(address => addresses.atomOf(address)))].sort((a, b) => a - b);
}

function haveAtoms(pod: Pod, atoms: readonly number[], addresses: AddressSpace): boolean {
  const own = pod.addresses;
  if (own.length > 1) { return atomsOf(pod, addresses).join() === atoms.join(); }
  // One address, or none, is what most pods have.
  return own.length === atoms.length && (own.length === 0 || addresses.atomOf(own[0]) === atoms[0]);
}

function areAlike(a: Pod, b: Pod): boolean {
  return a.hostNetwork === b.hostNetwork && haveSameLabels(a.labels, b.labels) && haveSamePorts(a.ports, b.ports);
}

function haveSameLabels(a: Labels, b: Labels): boolean {
  let difference = 0;
  for (const key in a) {
    if (b[key] !== a[key]) { return false; }
    difference++;
  }
  for (const _ in b) { difference--; }
  return difference === 0;
}

function haveSamePorts(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  return a === b || a.length === b.length && a.every((port, i) =>
    port.port === b[i].port && port.name === b[i].name && port.protocol === b[i].protocol);
}
