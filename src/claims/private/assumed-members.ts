import { Universe } from './universe';
import { anyNamespaceUnread, isLabelKnown, isLabelOpen, Pod, UnreadReason } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { AssumptionCode } from '../../findings/answer';
import { Labels, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { CandidateNamespace, CandidatePart } from '../../search/candidate';
import { LabelSet } from '../../search/value-set';

/* What a claim assumes about the pods and namespaces of its parties. */

/** The assumptions that a search does not make. */
export class Dropped {
  /** Equal for equal sets. */
  public readonly id: string;

  /** @param codes in the order of `ORDER` */
  constructor(private readonly codes: readonly AssumptionCode[]) { this.id = codes.join(); }

  public has(code: AssumptionCode): boolean { return this.codes.includes(code); }
}

/** The namespace as one that a selector of a party matches. Undefined if it cannot match it. */
export function namespaceMatching(namespace: CandidateNamespace, selector: Selector): CandidateNamespace | undefined {
  if (!namespace.labels.narrow(selector)) { return undefined; }
  const { known } = namespace;
  const isSure = known?.open === undefined || selector.surelyMatches(known.labels, key => !isLabelOpen(known, key));
  return isSure ? namespace : { ...namespace, mayBeOutside: true };
}

/** True if the selector requires a label to be there. */
export function hasPositiveRequirement({ requirements }: Selector, except?: string): boolean {
  return requirements.some(({ key, operator }) => key !== except && (operator === 'In' || operator === 'Exists'));
}

/** Whether a claim is about namespaces that are neither declared nor used. */
export interface NewNamespaces {
  /** `assumed absent`: the claim assumes that none of them has the labels of the party. */
  readonly are: 'members' | 'assumed absent';
  /** Why it is not known whether the claim is about each of them: what was not read may declare a namespace with the labels. */
  readonly unread?: UnreadReason;
}

/**
 * Whether the claim is about namespaces that are neither declared nor used. If a declared namespace has the labels of the party, the claim assumes
 * that no such namespace has them. Otherwise the claim can only be about such namespaces.
 */
export function newNamespacesOf({ declaredNamespaces, cluster }: Universe, { namespaces }: CandidatePart): NewNamespaces {
  if (!hasPositiveRequirement(namespaces, NAMESPACE_NAME_LABEL)) { return { are: 'members' }; }
  const unread = anyNamespaceUnread(cluster);
  if (unread !== undefined) { return { are: 'members', unread }; }
  if (declaredNamespaces.some(one => namespaces.surelyMatches(one.labels, key => isLabelKnown(one, key)))) { return { are: 'assumed absent' }; }
  return { are: 'members', unread: declaredNamespaces.find(one => namespaces.couldMatch(one.labels, key => isLabelKnown(one, key)))?.open?.reason };
}

/** What the labels of a declared pod are beside those that a party mentions, as far as policies look at them. */
export function furtherLabels(universe: Universe, pod: Pod, party: Selector): Map<string, LabelSet> {
  const mentioned = new Set(party.requirements.map(({ key }) => key));
  const further = new Map<string, LabelSet>();
  for (const [key, value] of Object.entries(pod.labels)) {
    if (!mentioned.has(key) && universe.isMentioned(key)) { further.set(key, LabelSet.optional(value)); }
  }
  pod.generated?.forEach(one => {
    if (!mentioned.has(one.key) && universe.isMentioned(one.key)) { further.set(one.key, LabelSet.generated(true, one)); }
  });
  return further;
}

/** True if a declared pod has these labels, or may have them. */
export function carries(pod: Pod, labels: Labels): boolean {
  return couldSelect(Selector.labels(labels), pod);
}
