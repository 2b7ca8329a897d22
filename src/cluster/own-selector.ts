import { Pod, Workload } from './cluster';
import { lastingLabels } from '../k8s/lasting-labels';
import { CDK8S_ADDRESS_LABEL, LabelSelector } from '../k8s/objects';
import { Selector } from '../k8s/selector';

/**
 * The selector that a new policy should use for a pod of a workload: the workload's own, or the labels of the pod if that does not match it. It
 * never has the label that cdk8s gives each workload as its address. Of the labels of the pod, it has none that Kubernetes adds and none that
 * changes with a release. Undefined if nothing is left.
 */
export function ownSelector({ selector }: Workload, { labels }: Pod): Selector | undefined {
  const own = selector.matches(labels) ? withoutAddress(selector) : Selector.everything;
  if (!own.isEverything) { return own; }
  const others = Selector.labels(lastingLabels(labels));
  return others.isEverything ? undefined : others;
}

function withoutAddress(selector: Selector): Selector {
  const kept = selector.requirements.filter(({ key }) => key !== CDK8S_ADDRESS_LABEL);
  return kept.length === selector.requirements.length ? selector
    : Selector.of(kept);
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
