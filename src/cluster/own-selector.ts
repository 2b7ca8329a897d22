import { Pod, Workload } from './cluster';
import { ADDED_LABELS, CDK8S_ADDRESS_LABEL, LabelSelector } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/** Labels that change with each release of a chart. A policy that selects by them would lose the pods of the next release. */
const RELEASE_LABELS: readonly string[] = ['app.kubernetes.io/version', 'helm.sh/chart', 'version'];

const NOT_OWN: ReadonlySet<string> = new Set([CDK8S_ADDRESS_LABEL, ...ADDED_LABELS, ...RELEASE_LABELS]);

/**
 * The selector that a new policy should use for a pod of a workload: the workload's own, or the labels of the pod if that does not match it. It
 * never has the label that cdk8s gives each workload as its address. Of the labels of the pod, it has none that Kubernetes adds and none that
 * changes with a release. Undefined if nothing is left.
 */
export function ownSelector({ selector }: Workload, { labels }: Pod): Selector | undefined {
  const own = selector.matches(labels) ? withoutAddress(selector) : Selector.everything;
  if (!own.isEverything) { return own; }
  const others = Object.entries(labels).filter(([key]) => !NOT_OWN.has(key));
  return others.length === 0 ? undefined : Selector.labels(Object.fromEntries(others));
}

function withoutAddress(selector: Selector): Selector {
  const kept = selector.requirements.filter(({ key }) => key !== CDK8S_ADDRESS_LABEL);
  return kept.length === selector.requirements.length ? selector
    : Selector.from({ matchExpressions: kept.map(({ key, operator, values }) => ({ key, operator, values })) });
}

/** A selector as the API writes it. */
export function apiSelector(selector: Selector): LabelSelector {
  const plain = selector.requirements.filter(r => r.operator === 'In' && r.values.length === 1);
  const rest = selector.requirements.filter(r => !plain.includes(r));
  return {
    ...(plain.length === 0 ? {} : { matchLabels: Object.fromEntries(plain.map(r => [r.key, r.values[0]])) }),
    ...(rest.length === 0 ? {} : {
      matchExpressions: rest.map(({ key, operator, values }) => ({ key, operator, ...(values.length === 0 ? {} : { values }) })),
    }),
  };
}
