import { LabelSet } from './value-set';
import { Cluster, PeerClause, Policy, Rule } from '../cluster/cluster';
import { ConnectionSet } from '../evaluator/connections';
import { Direction } from '../evaluator/reachability';
import { Selector } from '../k8s/selector';
import { namedPortKey } from '../k8s/workloads';

/** One way in which a policy lets a connection pass: a rule with one of its peers. */
export interface Grant {
  readonly policy: Policy;
  readonly rule: Rule;
  /** Absent: every peer. */
  readonly clause?: PeerClause;
  readonly ports: GrantedPorts;
}

/** The ports of a rule. */
export interface GrantedPorts {
  /** The ports that the rule names by number. */
  readonly numbered: ConnectionSet;
  /** The named ports (`namedPortKey`), which the destination resolves. */
  readonly names: readonly string[];
}

/** A policy that isolates pods in one direction. */
export interface IsolatingPolicy {
  readonly policy: Policy;
  readonly grants: readonly Grant[];
}

/** Every port of every protocol. */
export const EVERY_PORT: GrantedPorts = { numbered: ConnectionSet.ALL, names: [] };

/** The policies of one namespace that isolate pods in one direction. Most of them require one value of one label, by which they are found. */
class PolicyGroup {
  /** By the key and the value of a label that the subject requires. */
  private readonly byLabel = new Map<string, Map<string, IsolatingPolicy[]>>();
  private readonly others: IsolatingPolicy[] = [];

  constructor(policies: readonly Policy[], direction: Direction) {
    for (const policy of policies) {
      const isolating = isolatingPolicy(policy, direction);
      if (isolating === undefined) { continue; }
      const required = policy.subject.requirements.find(({ operator, values }) => operator === 'In' && values.length === 1);
      if (required === undefined) { this.others.push(isolating); continue; }
      const byValue = this.byLabel.get(required.key) ?? new Map<string, IsolatingPolicy[]>();
      this.byLabel.set(required.key, byValue);
      const own = byValue.get(required.values[0]);
      if (own === undefined) { byValue.set(required.values[0], [isolating]); } else { own.push(isolating); }
    }
  }

  /** The policies that could select a pod. `labelOf` gives what each of its labels may be. */
  public couldSelect(labelOf: (key: string) => LabelSet): IsolatingPolicy[] {
    const found = [...this.others];
    for (const [key, byValue] of this.byLabel) {
      const { listed } = labelOf(key);
      const groups = listed === undefined ? byValue.values() : [...listed].map(value => byValue.get(value) ?? []);
      for (const policies of groups) { found.push(...policies); }
    }
    return found.filter(({ policy }) => couldMatch(policy.subject, labelOf));
  }
}

/** True if each requirement of a selector can be met. Two requirements for one label may still exclude each other. */
export function couldMatch(selector: Selector, labelOf: (key: string) => LabelSet): boolean {
  return selector.requirements.every(requirement => !labelOf(requirement.key).intersect(LabelSet.meeting(requirement)).isEmpty);
}

/** True if each requirement of a selector is met, whatever is not known. */
export function surelyMatches(selector: Selector, labelOf: (key: string) => LabelSet): boolean {
  return selector.requirements.every(requirement => labelOf(requirement.key).subtract(LabelSet.meeting(requirement)).isEmpty);
}

/** The ports that the entries of a rule mean. */
export function grantedPortsOf(entries: Rule['ports']): GrantedPorts {
  return entries === undefined ? EVERY_PORT : {
    numbered: ConnectionSet.unionOf(entries.filter(({ name }) => name === undefined)
      .map(({ protocol, first, last }) => ConnectionSet.range(protocol, first, last))),
    names: [...new Set(entries.filter(({ name }) => name !== undefined).map(namedPortKey))],
  };
}

const isolatingPolicies: Readonly<Record<Direction, WeakMap<Policy, IsolatingPolicy>>> = { ingress: new WeakMap(), egress: new WeakMap() };

/** What a policy does in a direction; undefined if it does not isolate for it. It is the same object in every cluster that has the policy. */
export function isolatingPolicy(policy: Policy, direction: Direction): IsolatingPolicy | undefined {
  const rules = policy[direction];
  if (rules === undefined) { return undefined; }
  let known = isolatingPolicies[direction].get(policy);
  if (known === undefined) { isolatingPolicies[direction].set(policy, known = { policy, grants: rules.flatMap(rule => grantsOf(policy, rule)) }); }
  return known;
}

function grantsOf(policy: Policy, rule: Rule): Grant[] {
  const ports = grantedPortsOf(rule.ports);
  return rule.peers === undefined ? [{ policy, rule, ports }] : rule.peers.map(clause => ({ policy, rule, clause, ports }));
}

/** The policies of a namespace. They are prepared for a direction when a claim first asks about it. */
class NamespacePolicies {
  private readonly groups: { [direction in Direction]?: PolicyGroup } = {};

  constructor(private readonly policies: Policy[]) {}

  public add(policy: Policy): void { this.policies.push(policy); }

  public hasSame({ policies }: NamespacePolicies): boolean {
    return this.policies.length === policies.length && this.policies.every((policy, i) => policy === policies[i]);
  }

  public group(direction: Direction): PolicyGroup {
    return this.groups[direction] ??= new PolicyGroup(this.policies, direction);
  }
}

/** The policies of a cluster, by namespace. */
export class PolicyIndex {
  private readonly namespaces = new Map<string, NamespacePolicies>();

  /** @param alike the index of a cluster with nearly the same policies. Namespaces with the same ones are not prepared again */
  constructor({ policies }: Pick<Cluster, 'policies'>, alike?: PolicyIndex) {
    for (const policy of policies) {
      const own = this.namespaces.get(policy.namespace);
      if (own === undefined) { this.namespaces.set(policy.namespace, new NamespacePolicies([policy])); } else { own.add(policy); }
    }
    if (alike === undefined) { return; }
    for (const [name, own] of this.namespaces) {
      const other = alike.namespaces.get(name);
      if (other?.hasSame(own) === true) { this.namespaces.set(name, other); }
    }
  }

  /** The policies of a namespace that could isolate a pod in a direction. */
  public couldIsolate(namespace: string, direction: Direction, labelOf: (key: string) => LabelSet): IsolatingPolicy[] {
    return this.namespaces.get(namespace)?.group(direction).couldSelect(labelOf) ?? [];
  }
}
