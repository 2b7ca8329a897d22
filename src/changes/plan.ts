import { StateFault, StateJudge } from './private/plan-judge';
import { Operation } from './private/plan-operations';
import { meansTheSame, namespaceOf, PolicyObject, policyObjects } from './private/plan-policies';
import { PlanSearch, PolicyState } from './private/plan-search';
import { readDifferences } from './private/plan-unread';
import { connectionOf } from './private/plan-witness';
import { unevaluatedDifferences } from './private/unevaluated';
import { Cluster, Policy, undeclaredNamespace, unevaluatedName, unevaluatedReason, unreadReason, workloadName } from '../cluster/cluster';
import { ClusterPolicy } from '../cluster/cluster-policy';
import { distinctReasons, Reason } from '../findings/answer';
import { Origin, Place } from '../findings/finding';
import { ApiResource } from '../k8s/objects';

/** A version of a cluster: the model, and the objects that it was read from. */
export interface PlannedVersion {
  readonly cluster: Cluster;
  /** The objects with the origins that the model has. */
  readonly resources: Iterable<{ readonly object: ApiResource; readonly origin: Origin }>;
}

/** What a plan does where there is no order without a gap: `open` never cuts a connection, and `closed` never lets one through. */
export type Preference = 'open' | 'closed';

/** How a plan is made. */
export interface PlanOptions {
  /** What to do if the search finds no smooth order. Absent: the plan ends there. */
  readonly prefer?: Preference;
  /** How many steps the search may take for what one operation cuts, or opens. @default 5,000,000 */
  readonly maxSteps?: number;
}

const MAX_STEPS = 5_000_000;

/** An order in which the policies of a new version are applied. */
export interface Plan {
  /**
   * - `smooth`: after each step, everything is allowed that both versions allow, and nothing that neither of them allows
   * - `uneven`: the plan follows a preference, and some of its steps have an `obstacle`
   * - `none`: the search found no smooth order, nor one that the preference permits. `steps` lead part of the way, and `obstacles` says what is in the way of the
   *   others
   */
  readonly outcome: 'smooth' | 'uneven' | 'none';
  readonly steps: readonly PlanStep[];
  /** What each of the steps that are left would cut or open if it came next. Empty unless the outcome is `none`. */
  readonly obstacles: readonly PlanObstacle[];
  /** Why the plan may not be smooth in the running cluster: things that netpol cannot judge. */
  readonly undecided: readonly Reason[];
  /** What else differs between the versions. The plan does not apply it: it judges every step with the namespaces and workloads of the new version. */
  readonly elsewhere: PlannedElsewhere;
}

/** One object that is created, updated or deleted. */
export interface PlanStep {
  readonly operation: 'create' | 'update' | 'delete';
  /** `NetworkPolicy app/web` */
  readonly name: string;
  /** Absent for a cluster-wide policy. */
  readonly namespace?: string;
  /** The object as it is after the step; for `delete`, as it was before. */
  readonly object: ApiResource;
  /** Where the object is written. Absent for a policy that the plan adds. */
  readonly place?: Place;
  /** What a policy is for that the plan adds, or that the plan changes again later. */
  readonly purpose?: string;
  /** True for a policy that the plan adds and deletes again. */
  readonly isBridge: boolean;
  /** A connection that passes from this step on. Absent if the step opens nothing. */
  readonly opens?: PlanConnection;
  /** A connection that no longer passes from this step on. Absent if the step closes nothing. */
  readonly closes?: PlanConnection;
  /** What the step cuts or opens against both versions. Absent for a smooth step. */
  readonly obstacle?: PlanObstacle;
}

/** What a step would do that neither version means. */
export interface PlanObstacle {
  /** `update NetworkPolicy app/web` */
  readonly step: string;
  /**
   * - `cut`: both versions allow it
   * - `opened`: neither version allows it
   * - `tie`: two cluster-wide policies of one priority disagree about it after the step, and do so in no version
   * - `budget`: the search for such a connection took too many steps
   */
  readonly kind: StateFault['kind'];
  /** Absent for `budget`. */
  readonly connection?: PlanConnection;
}

/** One connection, as an example. */
export interface PlanConnection {
  /** `app/web[Deployment]`, `a pod with label app=web in namespace app`, `10.0.0.1` */
  readonly from: string;
  readonly to: string;
  /** `TCP 8080` */
  readonly port: string;
}

/** Objects that differ, and for which the plan has no step, by name. */
export interface PlannedElsewhere {
  /** Only the new version has them. They come before the plan. */
  readonly added: readonly string[];
  /** Only the old version has them. They go after the plan. */
  readonly removed: readonly string[];
  /** Both have them, with other labels, ports, or addresses. */
  readonly changed: readonly string[];
  /** Policies of kinds that netpol does not evaluate, if they differ or may differ. No step applies them. */
  readonly unevaluated: readonly string[];
  /** Policies of which a version may have something that was not read. They stay as they are. */
  readonly unread: readonly string[];
}

/**
 * Finds an order in which the policies of a new version can be applied one by one, so that after each step everything is allowed that both versions allow, and
 * nothing that neither of them allows. It holds for every pod that could exist, with the namespaces and workloads of the new version.
 */
export function plan(old: PlannedVersion, now: PlannedVersion, { prefer, maxSteps = MAX_STEPS }: PlanOptions = {}): Plan {
  const { before, after, leftOut } = readDifferences([old.cluster, policyObjects(old)], [now.cluster, policyObjects(now)]);
  for (const [name, object] of before) {
    const other = after.get(name);
    // What the search has prepared for a policy serves each state that has it, and nodes are those of the new version.
    if (other !== undefined && meansTheSame(object, other)) { before.set(name, { ...other, manifest: object.manifest } as PolicyObject); }
  }
  const judge = new StateJudge(withNamespacesOf(old.cluster, now.cluster), before, after, prefer === 'closed' ? 'opened' : 'cut', maxSteps);
  const { operations, blocked } = new PlanSearch<StateFault>(before, after, taken => judge.faultAfter(taken), prefer && {
    prefer, accepts: ({ kind }) => kind === 'tie' || kind === (prefer === 'open' ? 'opened' : 'cut'),
  }).run();
  const obstacleOf = (operation: Operation, { kind, example }: StateFault): PlanObstacle =>
    ({ step: `${verbOf(operation)} ${(operation.after ?? operation.before)!.name}`, kind, ...example === undefined ? {} : { connection: connectionOf(example) } });
  let state: PolicyState = before;
  const steps = operations.map(({ operation, fault }): PlanStep => {
    const next = new Map(state);
    if (operation.after === undefined) { next.delete(operation.name); } else { next.set(operation.name, operation.after); }
    const changes = changesBy(judge, state, next, operation);
    state = next;
    const object = (operation.after ?? operation.before)!;
    const namespace = namespaceOf(object);
    const isBridge = operation.isBridge === true;
    return {
      operation: verbOf(operation),
      name: object.name,
      ...namespace === undefined ? {} : { namespace },
      object: object.manifest,
      ...isBridge ? {} : { place: (object.policy ?? object.clusterWide).origin.at() },
      ...operation.purpose === undefined ? {} : { purpose: operation.purpose },
      isBridge,
      ...changes,
      ...fault === undefined ? {} : { obstacle: obstacleOf(operation, fault) },
    };
  });
  const obstacles = blocked.map(({ operation, fault }) => obstacleOf(operation, fault));
  // Without a state in between, it does not matter what netpol cannot judge, unless it differs.
  const isSame = steps.length + obstacles.length === 0 && unevaluatedDifferences(old.cluster, now.cluster).length === 0;
  return {
    outcome: obstacles.length > 0 ? 'none' : steps.some(({ obstacle }) => obstacle !== undefined) ? 'uneven' : 'smooth',
    steps,
    obstacles,
    undecided: isSame ? [] : undecidedReasons(old.cluster, now.cluster, judge.isAmbiguous),
    elsewhere: { ...elsewhere(old.cluster, now.cluster), unread: leftOut },
  };
}

/** A policy whose name the API server chooses. No plan can update or delete it by its name. Undefined if every policy has a name. */
export function policyWithoutName({ policies, clusterPolicies }: Cluster): Policy | ClusterPolicy | undefined {
  return [...policies, ...clusterPolicies].find(({ name }) => name.endsWith('*'));
}

/** The new version, in which policies of the old one can be: each of their namespaces is there, although nothing may declare it any more. */
function withNamespacesOf(old: Cluster, now: Cluster): Cluster {
  const gone = [...old.namespaces.keys()].filter(name => !now.namespaces.has(name));
  return { ...now, namespaces: new Map([...now.namespaces, ...gone.map(name => [name, undeclaredNamespace(now, name)] as const)]) };
}

function verbOf({ before, after }: Operation): PlanStep['operation'] {
  return before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
}

function changesBy(judge: StateJudge, before: PolicyState, after: PolicyState, operation: Operation): Pick<PlanStep, 'opens' | 'closes'> {
  const opened = judge.gainedBy(before, after, operation);
  const closed = judge.lostBy(before, after, operation);
  return { ...opened === undefined ? {} : { opens: connectionOf(opened) }, ...closed === undefined ? {} : { closes: connectionOf(closed) } };
}

/** What netpol cannot judge can change the effect of every step: a policy that it does not evaluate may allow one side of a connection, or deny it. */
function undecidedReasons(old: Cluster, now: Cluster, isAmbiguous: boolean): Reason[] {
  return distinctReasons([
    ...[old, now].flatMap(({ unevaluated, unread = [] }) => [...unevaluated.map(unevaluatedReason), ...unread.map(unreadReason)]),
    ...isAmbiguous ? [{ code: 'unspecified' as const, what: 'what each of the cluster-wide policies decides' }] : [],
  ]);
}

function elsewhere(old: Cluster, now: Cluster): Omit<PlannedElsewhere, 'unread'> {
  const [before, after] = [old, now].map(objectsOf);
  const names = (some: ReadonlyMap<string, unknown>, isMeant: (name: string) => boolean) => [...some.keys()].filter(isMeant);
  return {
    added: names(after, name => !before.has(name)),
    removed: names(before, name => !after.has(name)),
    changed: names(after, name => before.has(name) && before.get(name) !== after.get(name)),
    unevaluated: [...new Set(unevaluatedDifferences(old, now).filter(({ unread }) => unread === undefined).map(unevaluatedName))],
  };
}

/** The namespaces that are declared and the workloads, each with what policies look at. */
function objectsOf({ namespaces, workloads }: Cluster): Map<string, string> {
  const text = (value: unknown) => JSON.stringify(value, (_, field) => typeof field === 'bigint' ? String(field) : field as unknown);
  return new Map([
    ...[...namespaces.values()].filter(({ origin }) => origin !== undefined).map(({ name, labels }): [string, string] => [`Namespace ${name}`, text(Object.entries(labels).sort())]),
    ...workloads.map((workload): [string, string] => [workloadName(workload), text(workload.pods.map(({ labels, ports, addresses, hostNetwork }) =>
      [Object.entries(labels).sort(), ports, addresses, hostNetwork]))]),
  ]);
}

