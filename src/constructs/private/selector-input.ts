import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { callError } from '../../cdk8s/call-error';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../../k8s/names';
import { Labels, LabelSelector, NAMESPACE_NAME_LABEL, selectorOf } from '../../k8s/objects';
import { LabelExpression } from '../label-expression';

/** Labels and expressions as they are written in a call. */
export interface SelectorInput {
  readonly labels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

/** The names of the two properties in messages, and the fix for a selector that should match everything. */
export interface SelectorWords {
  readonly labels: string;
  readonly expressions: string;
  readonly everything: string;
}

/**
 * The API's selector for these labels and expressions. Undefined if neither is given. Throws if the selector would match everything by
 * accident, and if the API server would refuse a label.
 */
export function readSelector(where: string, { labels, matchExpressions }: SelectorInput, words: SelectorWords): LabelSelector | undefined {
  if (labels === undefined && matchExpressions === undefined) { return undefined; }
  if (matchExpressions?.length === 0) {
    throw callError(where, `${words.expressions} is empty, which Kubernetes reads as "everything"`,
      `name at least one expression, or leave the property out; if you mean everything, ${words.everything}`);
  }
  if (Object.keys(labels ?? {}).length === 0 && matchExpressions === undefined) {
    throw callError(where, `${words.labels} is empty, which Kubernetes reads as "everything"`,
      `name at least one label; if you mean everything, ${words.everything}`);
  }
  checkLabels(where, labels ?? {}, words.labels);
  return selectorOf(labels ?? {}, (matchExpressions ?? []).map(e => e._toRequirement()));
}

function checkLabels(where: string, labels: Labels, field: string): void {
  for (const [key, value] of Object.entries(labels)) {
    const errors = [
      ...labelKeyErrors(key).map(e => `the key '${key}' in ${field}: ${e}`),
      ...labelValueErrors(value).map(e => `the value '${value}' of '${key}' in ${field}: ${e}`),
    ];
    if (errors.length > 0) {
      throw callError(where, errors.join('; '), "write a key such as 'app' or 'example.com/tier' and a value such as 'backend'");
    }
  }
}

/** A selector that another library wrote, in our form. Throws if the API server would refuse it. */
export function checkSelector(where: string, { matchLabels, matchExpressions }: LabelSelector): LabelSelector {
  checkLabels(where, matchLabels ?? {}, 'the labels');
  const expressions = (matchExpressions ?? []).map(({ key, operator, values }) => LabelExpression._of(`${where}: LabelExpression`, key, operator, values)._toRequirement());
  return selectorOf(matchLabels ?? {}, expressions);
}

/** A selector as `kubectl -l` takes it: `app=backend,tier in (a,b),!canary`. Also part of the names of peers, and so of policies. */
export function formatSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  return [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(matchExpressions ?? []).map(({ key, operator, values }) => {
      switch (operator) {
        case 'In': return `${key} in (${values!.join()})`;
        case 'NotIn': return `${key} notin (${values!.join()})`;
        case 'Exists': return key;
        case 'DoesNotExist': return `!${key}`;
      }
    }),
  ].join();
}

/** Selects the namespace of this name, by the label that every namespace has. Throws if no namespace can have the name. */
export function namespaceByName(where: string, namespace: string): LabelSelector {
  checkNamespace(where, namespace);
  return { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } };
}

/** The given namespace, or that of the chart around a construct. Undefined if neither names one. */
export function namespaceOf(construct: IConstruct, given: string | undefined): string | undefined {
  const chart = construct.node.scopes.reverse().find(scope => Chart.isChart(scope)) as Chart | undefined;
  if (chart === undefined) {
    throw callError(construct.node.path, 'this construct is not in a Chart, so cdk8s would not write its policies',
      "make it inside a Chart: new Chart(app, 'shop', { namespace: 'shop' })");
  }
  const namespace = given ?? chart.namespace;
  if (namespace !== undefined) { checkNamespace(construct.node.path, namespace); }
  return namespace;
}

/** Throws if no namespace can have the name. */
export function checkNamespace(where: string, namespace: string): void {
  const errors = dnsLabelErrors(namespace);
  if (errors.length > 0) {
    throw callError(where, `'${namespace}' is not the name of a namespace: ${errors.join(', and ')}`, "write a name such as 'shop'");
  }
}
