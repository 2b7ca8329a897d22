import { AddressSpace, edgesOf } from '../../src/evaluator/address-space';
import { replicaRuns } from '../../src/evaluator/private/namespace-index';
import { Cidr, parseCidr } from '../../src/k8s/address';
import { PodOptions, podOf } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/** Atoms: 0 up to 9.255.255.255, 1 in 10.0.0.0/8, 2 from 11.0.0.0 on, 3 up to 2001:db7:…, 4 in 2001:db8::/32. */
const space = new AddressSpace(['10.0.0.0/8', '2001:db8::/32'].map(text => parseCidr(text) as Cidr).flatMap(edgesOf));

type Replica = PodOptions & { readonly labels?: Readonly<Record<string, string>> };

/** The runs of one workload's pods, as first and end. */
function runsOf(...replicas: Replica[]): number[][] {
  return fullRuns(replicas).map(({ first, end }) => [first, end]);
}

function fullRuns(replicas: readonly Replica[]) {
  const pods = replicas.map(({ labels = { app: 'web' }, ...options }, i) => podOf('web', `x/web-${i}`, labels, options));
  const [workload, ...others] = clusterOfObjects(pods).workloads;
  expect(others).toEqual([]);
  return replicaRuns(workload, space);
}

const at = (...ips: string[]): Replica => ({ ips });
const http = (options: { name?: string; protocol?: string; containerPort?: number } = {}): Replica => ({ ports: [{ name: 'http', containerPort: 80, ...options }] });

describe('the pods of a workload', () => {
  test('are one run where they are alike', () => {
    expect(runsOf({}, {}, {})).toEqual([[0, 3]]);
    expect(runsOf(http(), http())).toEqual([[0, 2]]);
    expect(runsOf({})).toEqual([[0, 1]]);
  });

  test('are a run each where every one differs from the one before it, though it be like an earlier one', () => {
    expect(runsOf(http(), {}, http())).toEqual([[0, 1], [1, 2], [2, 3]]);
  });

  test('are told apart by their labels: by a value, by one that is missing, by one more', () => {
    expect(runsOf({ labels: { app: 'web' } }, { labels: { app: 'web' } }, { labels: { app: 'db' } })).toEqual([[0, 2], [2, 3]]);
    expect(runsOf({ labels: { app: 'web', a: '' } }, { labels: { app: 'web' } })).toEqual([[0, 1], [1, 2]]);
    expect(runsOf({ labels: { app: 'web' } }, { labels: { app: 'web', a: '' } })).toEqual([[0, 1], [1, 2]]);
    expect(runsOf({ labels: { app: 'web', a: '' } }, { labels: { app: 'web', b: '' } })).toEqual([[0, 1], [1, 2]]);
    expect(runsOf({ labels: { app: 'web', a: '' } }, { labels: { a: '', app: 'web' } })).toEqual([[0, 2]]);
  });

  test('are told apart by their ports: by number, name, protocol, and how many there are', () => {
    for (const other of [{ containerPort: 81 }, { name: 'web' }, { protocol: 'UDP' }]) {
      expect(runsOf(http(), http(other))).toEqual([[0, 1], [1, 2]]);
    }
    const two: Replica = { ports: [{ name: 'http', containerPort: 80 }, { name: 'admin', containerPort: 81 }] };
    expect(runsOf(http(), two)).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(two, http())).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(two, two)).toEqual([[0, 2]]);
    expect(runsOf(two, { ports: [two.ports![0], { name: 'admin', containerPort: 82 }] })).toEqual([[0, 1], [1, 2]]);
  });

  test('are told apart by being on the network of their host', () => {
    expect(runsOf({ hostNetwork: true }, {})).toEqual([[0, 1], [1, 2]]);
    expect(runsOf({ hostNetwork: true }, { hostNetwork: true })).toEqual([[0, 2]]);
  });

  test('are not told apart by addresses that no policy tells apart', () => {
    expect(runsOf(at('10.0.0.1'), at('10.0.0.2'))).toEqual([[0, 2]]);
    expect(runsOf(at('10.0.0.1', '2001:db8::1'), at('10.0.0.2', '2001:db8::2'))).toEqual([[0, 2]]);
  });

  test('are told apart by addresses that a policy tells apart', () => {
    expect(runsOf(at('10.0.0.1'), at('11.0.0.1'))).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(at('10.0.0.1', '2001:db8::1'), at('10.0.0.2', '2001:db9::1'))).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(at('10.0.0.1', '2001:db8::1'), at('11.0.0.1', '2001:db8::1'))).toEqual([[0, 1], [1, 2]]);
  });

  test('are told apart by having an address at all, or one more', () => {
    expect(runsOf(at(), at('10.0.0.1'))).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(at('10.0.0.1'), at())).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(at('10.0.0.1'), at('10.0.0.1', '2001:db8::1'))).toEqual([[0, 1], [1, 2]]);
    expect(runsOf(at('10.0.0.1', '2001:db8::1'), at('10.0.0.1'))).toEqual([[0, 1], [1, 2]]);
  });
});

test('a run has its workload, one of its pods, and the atoms of their addresses, ascending', () => {
  const [first, second, ...others] = fullRuns([at('2001:db8::1', '10.0.0.1'), at('2001:db8::2', '10.0.0.2'), at()]);
  expect(others).toEqual([]);
  expect(first.workload.pods[first.first]).toBe(first.pod);
  expect(second.workload.pods[second.first]).toBe(second.pod);
  expect([first.atoms, second.atoms]).toEqual([[1, 4], []]);
  expect([first.workload.name, second.pod.name]).toEqual(['web', 'web-2']);
});
