import { Pod, Policy, Rule, Workload } from '../cluster/cluster';
import { NamedCluster } from '../cluster/clusters';
import { Direction, Reachability } from '../evaluator/reachability';
import { Finding, Place } from '../findings/finding';
import { Selector } from '../k8s/selector';
import { Resource } from '../manifests/resources';
import { PortQuery } from '../query/ports';

/** What the rules look at: a cluster, and what the author of its policies meant by them, as far as that is known. */
export interface LintInput {
  /** The objects of the cluster as they are written, for rules about kinds that change no answer, such as a webhook or a role binding. */
  readonly resources: readonly Resource[];
  /** The evaluation of the cluster. Only a rule that needs it asks for it. */
  readonly reach: () => Reachability;
  readonly cluster: Reachability['cluster'];
  /** The groups of pods that the author has named: the tiers of an app. @default - none */
  readonly groups?: readonly NamedGroup[];
  /** Ports that claims name. The rules find those of policies themselves. @default - none */
  readonly claimedPorts?: readonly PortUse[];
  /** A file or folder beside the input that has a policy which is not applied. Looks for it when it is called. @default - there is none */
  readonly policyLeftOut?: () => string | undefined;
  /** The namespaces whose author has decided whether pods may use DNS. @default - none */
  readonly dnsDecided?: ReadonlySet<string>;
}

/** A group of pods with a name of its own. */
export interface NamedGroup {
  readonly place: Place;
  readonly namespace: string;
  readonly selector: Selector;
  /** The workload that the group was made from, if it was made from one and the cluster has it. */
  readonly workload?: Workload;
}

/** Ports that a rule of a policy or a claim names for some pods. */
export interface PortUse {
  readonly place: Place;
  /** The subject of a message: `app/allow-web-to-db spec.ingress[0]`, or the claim. */
  readonly name: string;
  readonly ports: readonly PortQuery[];
  /** The declared pods that listen on the ports. */
  readonly destinations: readonly PodsOfWorkload[];
  /** The rule that names the ports; absent for a claim. */
  readonly rule?: RuleOfPolicy;
  /** True if the rule may also mean pods that the input does not declare. */
  readonly mayHaveOthers?: boolean;
}

/** A rule, and the policy that it is part of. */
export interface RuleOfPolicy {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: Rule;
}

/** Some pods of a workload. */
export interface PodsOfWorkload {
  readonly workload: Workload;
  readonly pods: readonly Pod[];
}

/** Finds one kind of mistake. The order of its findings is that of the input. */
export type LintRule = (input: LintInput) => Finding[];

/** Manifests, about whose author nothing else is known. `policyLeftOut` is for those of files. */
export function lintInputOf({ cluster, resources }: Pick<NamedCluster, 'cluster' | 'resources'>, policyLeftOut?: LintInput['policyLeftOut']): LintInput {
  let reach: Reachability | undefined;
  return { cluster, resources, policyLeftOut, reach: () => reach ??= new Reachability(cluster) };
}
