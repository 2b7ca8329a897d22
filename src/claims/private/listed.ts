import { Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { Way } from '../../search/candidate';
import { Party } from '../party';

/* What a list asks for word for word, as a rule does: then no pod that the rule lets pass is outside the list. This settles most claims without a search. */

/** A key for each pair of selectors that the members of a list ask for. */
export function selectorsOfList(listed: readonly Party[]): ReadonlySet<string> {
  return new Set(listed.flatMap(({ parts }) => parts.flatMap(part => {
    switch (part.kind) {
      case 'addresses': return [];
      case 'selected': return keyOf(part.namespaces, part.pods);
      case 'declared': return part.permits.map(permitted => keyOf(namespaceNamed(part.workload.namespace), permitted));
    }
  })));
}

/** The key of the pair of selectors that the peer of a rule asks for. Undefined if no rule decides, or if it asks for anything else. */
export function selectorsOfWay({ grant, match }: Way): string | undefined {
  const clause = (grant ?? match)?.clause;
  return clause?.kind === 'pods' ? keyOf(clause.namespaces ?? namespaceNamed(grant!.policy.namespace), clause.pods) : undefined;
}

function keyOf(namespaces: Selector, pods: Selector): string {
  return `${namespaces.id} ${pods.id}`;
}
