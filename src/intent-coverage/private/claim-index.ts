import { Claim, namedParties } from '../../claims/claim';
import { Party, PartyPart } from '../../claims/party';
import { Cluster, isLabelKnown, namespaceByName } from '../../cluster/cluster';
import { couldSelect } from '../../cluster/pod-selection';
import { Direction } from '../../evaluator/reachability';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { ChangeEffect, SingleChange } from '../single-change';

/*
 * Which claims a change of a policy can touch. The verdicts on all other claims certainly stay the same. A claim is judged again only if the policy could
 * select a pod of one of its parties, in a direction that the claim is about.
 */

/** Claims that hold, by the namespaces of their parties. */
export class ClaimIndex {
  private readonly all: Claim[] = [];
  private readonly byNamespace = new Map<string, number[]>();
  /** The claims about pods of any namespace. */
  private readonly anywhere: number[] = [];

  constructor(private readonly cluster: Cluster, claims: readonly Claim[] = []) {
    for (const claim of claims) { this.add(claim); }
  }

  public add(claim: Claim): void {
    const position = this.all.push(claim) - 1;
    const names = namedParties(claim).flatMap(({ parts }) => parts.map(namesOf));
    if (names.includes(undefined)) {
      this.anywhere.push(position);
      return;
    }
    for (const name of new Set(names.flatMap(own => own!))) {
      const known = this.byNamespace.get(name);
      if (known === undefined) { this.byNamespace.set(name, [position]); } else { known.push(position); }
    }
  }

  /** The claims that may not hold after the change, with their positions, the latest first. */
  public* touchedBy(change: SingleChange): Iterable<readonly [number, Claim]> {
    const near = [...this.byNamespace.get(change.policy.namespace) ?? [], ...this.anywhere];
    for (let i = near.length - 1; i >= 0; i--) {
      const claim = this.all[near[i]];
      const isTouched = canBreak(change.effect, claim) && change.directions.some(direction => this.couldSelect(change, partyOn(claim, direction)));
      if (isTouched) { yield [near[i], claim]; }
    }
  }

  private couldSelect({ policy, changed = policy }: SingleChange, party: Party | undefined): boolean {
    const subjects = [policy.subject, changed.subject];
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
}

/** The names of the namespaces that the pods of a party can be in. Undefined if they can be in any. */
function namesOf(part: PartyPart): readonly string[] | undefined {
  switch (part.kind) {
    case 'addresses': return [];
    case 'declared': return [part.workload.namespace];
    case 'selected': return part.namespaces.requirements.find(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In')?.values;
  }
}

/** Whether a change of this kind can make a claim untrue: one that only closes connections can only make `allowed` untrue, and only it. */
function canBreak(effect: ChangeEffect, { kind }: Claim): boolean {
  return effect === 'both' || (kind === 'allowed') === (effect === 'closes');
}

/** The party whose policies in a direction decide about a claim. */
function partyOn(claim: Claim, direction: Direction): Party | undefined {
  if (claim.kind === 'admitsOnly') { return direction === 'ingress' ? claim.target : undefined; }
  return namedParties(claim)[direction === 'egress' ? 0 : 1];
}
