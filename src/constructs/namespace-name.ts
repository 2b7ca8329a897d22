import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { callError } from './call-error';
import { dnsLabelErrors } from '../api/names';
import { LabelSelector, NAMESPACE_NAME_LABEL } from '../api/objects';

/** Throws where a namespace's name is one that cannot be. */
export function checkNamespace(where: string, namespace: string): void {
  const errors = dnsLabelErrors(namespace);
  if (errors.length > 0) {
    throw callError(where, `'${namespace}' is no name of a namespace: ${errors.join(', and ')}`, "write a name such as 'shop'");
  }
}

/** Selects the one namespace of this name, by the label that every namespace has. */
export function namespaceByName(where: string, namespace: string): LabelSelector {
  checkNamespace(where, namespace);
  return { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } };
}

/** The namespace that is given, else that of the chart around a construct; nothing where neither says. */
export function namespaceOf(construct: IConstruct, given: string | undefined): string | undefined {
  const chart = construct.node.scopes.reverse().find(scope => Chart.isChart(scope)) as Chart | undefined;
  if (chart === undefined) {
    throw callError(construct.node.path, 'there is no Chart around this construct, so that nothing of it would be synthesized',
      "make it inside a Chart: new Chart(app, 'shop', { namespace: 'shop' })");
  }
  const namespace = given ?? chart.namespace;
  if (namespace !== undefined) { checkNamespace(construct.node.path, namespace); }
  return namespace;
}
