import { Claim, namedParties } from '../../claims/claim';
import { Party, PartyPart } from '../../claims/party';
import { Cluster, isLabelKnown, namespaceByName, Policy } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { Direction } from '../../evaluator/reachability';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ChangeEffect, SingleChange } from '../single-change';

/*
 * Which claims a change of a policy can touch. The answer "not touched" is certain: the verdict on such a claim stays the same. So a claim is judged again
 * only if the policy could select a pod of one of its parties, in a direction that the claim is about.
 */

/** Finds the claims that a change can touch. */
export class TouchedClaims {
  /** How many policies name a namespace that nothing else names. */
  private readonly onlyNamed = new Map<string, number>();

  constructor(private readonly cluster: Cluster) {
    for (const policy of cluster.policies) {
      for (const name of this.undeclaredNames(policy)) { this.onlyNamed.set(name, (this.onlyNamed.get(name) ?? 0) + 1); }
    }
  }

  /** True if the verdict on a claim that holds may be another one after the change. */
  public mayTouch(change: SingleChange, claim: Claim): boolean {
    if (this.isLastMention(change)) { return true; }
    return canBreak(change.effect, claim) && change.directions.some(direction => this.couldSelectOne(change, partyOn(claim, direction)));
  }

  private couldSelectOne({ policy, changed = policy }: SingleChange, party: Party | undefined): boolean {
    const subjects = policy.subject === changed.subject ? [policy.subject] : [policy.subject, changed.subject];
    return party !== undefined && party.parts.some(part => subjects.some(subject => this.couldSelectPart(policy.namespace, subject, part)));
  }

  private couldSelectPart(name: string, subject: Selector, part: PartyPart): boolean {
    switch (part.kind) {
      case 'addresses': return false;
      case 'declared': return part.workload.namespace === name && part.pods.some(pod => couldSelect(subject, pod));
      case 'selected': {
        const namespace = namespaceByName(this.cluster, name);
        return part.namespaces.couldMatch(namespace.labels, key => isLabelKnown(namespace, key))
          && Selector.of([...part.pods.requirements, ...subject.requirements]).couldMatch({}, () => false);
      }
    }
  }

  /** True if a namespace is no longer named by anything: then claims about namespaces by labels are about one namespace less. */
  private isLastMention({ policy, changed }: SingleChange): boolean {
    if (this.onlyNamed.size === 0) { return false; }
    const left = changed === undefined ? [] : this.undeclaredNames(changed);
    return this.undeclaredNames(policy).some(name => this.onlyNamed.get(name) === 1 && !left.includes(name));
  }

  /** The namespaces that a policy names in its peers and in which no object is. */
  private undeclaredNames({ ingress = [], egress = [] }: Policy): string[] {
    const names = [...ingress, ...egress].flatMap(({ peers = [] }) => peers).flatMap(peer => peer.kind !== 'pods' ? []
      : peer.namespaces?.requirements.flatMap(({ key, values }) => key === NAMESPACE_NAME_LABEL ? values : []) ?? []);
    return [...new Set(names.filter(name => !this.cluster.namespaces.has(name)))];
  }
}

/** Whether a change of this kind can make a claim untrue. A change that only closes connections leaves true what is about none passing. */
function canBreak(effect: ChangeEffect, { kind }: Claim): boolean {
  return effect === 'both' || (kind === 'allowed') === (effect === 'closes');
}

/** The party whose policies in a direction decide about a claim. */
function partyOn(claim: Claim, direction: Direction): Party | undefined {
  switch (claim.kind) {
    case 'admitsOnly': return direction === 'ingress' ? claim.target : undefined;
    case 'reachesOnly': return direction === 'egress' ? claim.target : undefined;
    default: return namedParties(claim)[direction === 'egress' ? 0 : 1];
  }
}
