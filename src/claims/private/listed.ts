import { Grant } from './policy-index';
import { Requirement, Selector } from '../../k8s/selector';
import { namespaceNamed } from '../../query/parties';
import { Party } from '../party';

/**
 * True if a member of a list asks for nothing that the peer of a rule does not ask for: then no pod that the rule lets pass is outside the
 * list. This settles most claims without a search.
 */
export function isListed({ policy, clause }: Grant, listed: readonly Party[]): boolean {
  if (clause?.kind !== 'pods') { return false; }
  const namespaces = clause.namespaces ?? namespaceNamed(policy.namespace);
  return listed.some(({ parts }) => parts.some(part => {
    switch (part.kind) {
      case 'addresses': return false;
      case 'selected': return implies(namespaces, part.namespaces) && implies(clause.pods, part.pods);
      case 'declared': return implies(namespaces, namespaceNamed(part.workload.namespace)) && part.permits.some(permitted => implies(clause.pods, permitted));
    }
  }));
}

/** True if every requirement of the wider selector is one of the narrower selector. */
function implies(narrower: Selector, wider: Selector): boolean {
  return wider.requirements.every(requirement => narrower.requirements.some(other => isSame(requirement, other)));
}

function isSame(a: Requirement, b: Requirement): boolean {
  return a.key === b.key && a.operator === b.operator && a.values.length === b.values.length && a.values.every((value, i) => value === b.values[i]);
}
