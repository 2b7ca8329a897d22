import { deployment } from './shop';
import { ChangeCause, ChangedPair, ChangedRegion, Diff, RegionEnd, UndecidedRegion } from '../../src/changes/diff';
import { workloadName } from '../../src/cluster/cluster';
import { ConnectionSet } from '../../src/evaluator/connections';
import { Selector } from '../../src/k8s/selector';
import { ConnectionEnd } from '../../src/query/connectivity';
import { reachOfYaml } from '../support/manifests';

/* Results of a diff that nobody computed, to see how they are written. */

const { cluster } = reachOfYaml(deployment('web') + deployment('db'));

/** A workload of `app`. */
export function workload(name: string) {
  return cluster.workloads.find(one => one.name === name)!;
}

/** An end of a pair. */
export function end(name: string): ConnectionEnd {
  return { kind: 'workload', name: workloadName(workload(name)), workload: workload(name) };
}

/** The pods of `app` with a label. */
export function pods(app: string): RegionEnd {
  const namespaces = Selector.labels({ 'kubernetes.io/metadata.name': 'app' });
  return { text: `pods app=${app} of namespace app`, parts: [{ kind: 'pods', namespaces, pods: Selector.labels({ app }) }] };
}

export const RULE: ChangeCause = {
  kind: 'rule', change: 'added', text: 'ingress rule 1 of app/db is new', after: { file: 'k8s/db.yaml', line: 12, column: 5 },
};

export const GONE: ChangeCause = {
  kind: 'isolation', change: 'removed', text: 'app/deny no longer isolates pods for egress', before: { file: 'HEAD:k8s/deny.yaml', line: 1, column: 1 },
};

const TCP = ConnectionSet.range('TCP', 5432, 5432);

/** A gain of existing workloads, unless it is changed. */
export function region(change: Partial<ChangedRegion> = {}): ChangedRegion {
  const declared = (name: string) => {
    const own = workload(name);
    const state = { pod: own.pods[0], namespace: cluster.namespaces.get('app')! };
    return { kind: 'pod' as const, name: workloadName(own), before: state, after: state, workload: own, isNewNamespace: false };
  };
  return {
    kind: 'opened',
    ends: 'both',
    from: pods('web'),
    to: pods('db'),
    ports: { text: 'TCP 5432', connections: TCP, names: [] },
    causes: [RULE],
    witness: { source: declared('web'), destination: declared('db'), protocol: 'TCP', port: 5432 },
    pairs: [{ source: end('web'), destination: end('db'), ends: 'both', connections: TCP }],
    isBroadening: true,
    isAddition: false,
    ...change,
  };
}

export const undecidedRegion: UndecidedRegion = {
  may: 'open',
  from: pods('web'),
  to: pods('db'),
  ports: { text: 'every port', connections: ConnectionSet.ALL, names: [] },
  causes: [],
  reasons: [{ code: 'policy-kind', what: 'CiliumNetworkPolicy app/lock', place: { file: 'k8s/lock.yaml', line: 1, column: 1 } }],
};

/** A pair of which everything opens. */
export const pair: ChangedPair = {
  source: end('web'), destination: end('db'), ends: 'both', before: { connections: ConnectionSet.NONE, undecided: [] }, after: { connections: TCP, undecided: [] },
};

/** A diff in which nothing changes, unless it is changed. */
export function diffOf(change: Partial<Diff> = {}): Diff {
  return { gains: [], losses: [], undecided: [], pairs: [], namespaces: { fresh: [], gone: [] }, scope: { pods: 'every possible pod' }, assumptions: [], ...change };
}
