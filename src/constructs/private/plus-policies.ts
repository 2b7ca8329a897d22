import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { objectsIn } from '../../cdk8s/app-objects';
import { withFix } from '../../cdk8s/call-error';
import { clusterOf, clusterTitle } from '../../cdk8s/cluster-boundaries';
import { isInTree } from '../../cdk8s/construct-tree';
import { isPolicyObject } from '../../cdk8s/policy-object';
import { addSynthValidation, beforeReading, memoizeInSynth } from '../../cdk8s/synth-run';
import { namedConstruct } from '../../cdk8s/workload';
import { LabelSelector } from '../../k8s/objects';
import { CROSS_CLUSTER_FIX, EdgeTier } from '../network';

/*
 * Policies that cdk8s-plus writes for the pods of tiers: `deployment.connections.allowTo(tier)`. Nothing tells us which construct makes such a policy.
 * But a policy asks for the labels of a tier when it is rendered, and so we find out which tiers it names.
 */

/** The tiers that have been asked for their labels since `tiersIn` began. Undefined at other times. */
let asked: Set<EdgeTier> | undefined;

/** The labels of a tier, for a policy of cdk8s-plus. */
export function selectorForPlus(tier: EdgeTier): LabelSelector {
  asked?.add(tier);
  return tier._selector();
}

/** Has the synth of an app fail if cdk8s-plus writes policies for a tier that was removed, or for one of another cluster. */
export function checkPlusPolicies(root: IConstruct): void {
  beforeReading(root, CHECK, () => watchCharts(root));
}

const CHECK = {};

const watched = new WeakSet<IConstruct>();

/** Reports the errors of a chart by a validation of the chart, so that cdk8s puts its path in front of them. */
function watchCharts(root: IConstruct): void {
  for (const chart of root.node.findAll().filter(Chart.isChart)) {
    if (watched.has(chart)) { continue; }
    watched.add(chart);
    addSynthValidation(chart, () => memoizeInSynth(root, CHECK, () => wrongUses(root)).filter(use => use.chart === chart).map(errorOf));
  }
}

/** The policies of a chart that name one tier and should not. */
interface WrongUse {
  readonly chart: Chart;
  readonly tier: EdgeTier;
  readonly policies: ApiObject[];
}

function wrongUses(root: IConstruct): WrongUse[] {
  const uses: WrongUse[] = [];
  for (const policy of objectsIn(root).filter(object => object.kind === 'NetworkPolicy' && !isPolicyObject(object))) {
    const { chart } = policy;
    for (const tier of tiersIn(policy)) {
      if (isInTree(tier) && clusterOf(tier) === clusterOf(policy)) { continue; }
      const known = uses.find(use => use.chart === chart && use.tier === tier);
      if (known === undefined) { uses.push({ chart, tier, policies: [policy] }); } else { known.policies.push(policy); }
    }
  }
  return uses;
}

/** The tiers that a policy names. None if it cannot be rendered: cdk8s reports that. */
function tiersIn(policy: ApiObject): ReadonlySet<EdgeTier> {
  const tiers = asked = new Set<EdgeTier>();
  try {
    // Not from the cache, which would ask nobody.
    policy.toJson();
    return tiers;
  } catch {
    return new Set();
  } finally {
    asked = undefined;
  }
}

function errorOf({ chart, tier, policies }: WrongUse): string {
  const names = policies.map(policy => namedConstruct(policy).node.path).join(', ');
  const { path } = tier.node;
  if (isInTree(tier)) {
    return withFix(`${path} is in ${clusterTitle(tier)}, but policies in ${clusterTitle(chart)} name its pods: ${names}; no policy selects pods of another cluster`, CROSS_CLUSTER_FIX);
  }
  const { scope, id } = namedConstruct(policies[0]).node;
  return withFix(`${path} was removed from the app, but policies of cdk8s-plus for its pods remain: ${names}`,
    `leave out the call that makes them, such as connections.allowTo(...), or remove each of them too: tryRemoveChild('${id}') of the node of ${scope!.node.path}`);
}
