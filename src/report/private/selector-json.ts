import { Selector } from '../../k8s/selector';

/** A selector in the form of `kubectl --selector`. The empty text selects everything. */
export function selectorText(selector: Selector): string {
  return selector.isEverything ? '' : selector.toString();
}

/** The selectors of pods and their namespaces, as data for a program. */
export function selectorsJson({ namespaces, pods }: { readonly namespaces: Selector; readonly pods: Selector }): object {
  return { namespaceSelector: selectorText(namespaces), podSelector: selectorText(pods) };
}
