import { FindingCode } from './codes';
import { enumerate } from './enumeration';
import { Place, printable, shortened } from './finding';

/** The answer to a question. A question is undecided only for one of the reasons below. */
export type Answer = 'yes' | 'no' | 'undecided';

/** Why an answer is undecided. */
export type ReasonCode =
  /** A policy of a kind that netpol does not evaluate could select one of the pods. */
  | 'policy-kind'
  /** An object that could matter cannot be read. */
  | 'not-read'
  /** Objects that could matter are in a folder or a Helm template that was not rendered. */
  | 'not-rendered'
  /** An object that could matter is declared twice, with different content. */
  | 'defined-twice'
  /** Where the address of a Service leads depends on the data plane. */
  | 'service-address'
  /** A domain name: which addresses it has is not in the input. */
  | 'domain-name'
  /** A rule is about nodes, and their addresses are not in the input. */
  | 'node-address'
  /** The specification leaves it open: two cluster-wide policies of one priority disagree, or no text says what a policy means. */
  | 'unspecified'
  /** The budget of a claim's search ran out. */
  | 'budget'
  /** A label decides whose value only the running cluster knows: it is generated, or copied from the node. */
  | 'generated-label'
  /** Assumptions are switched off, and the answer needs this one. */
  | AssumptionCode;

/** What an answer may rest on. */
export type AssumptionCode =
  /** A pod of a party that is written by labels has no further label that a selector looks at. */
  | 'extra-label'
  /** A namespace that is used but not declared has no label besides its name. */
  | 'namespace-label'
  /** No namespace that is neither declared nor used has the labels by which a claim names namespaces. */
  | 'new-namespace'
  /** The address of a pod is not on the public internet. */
  | 'pod-address'
  /** Different port names of a pod have different numbers. */
  | 'port-name'
  /** Selectors and subjects of policies skip the pods on their node's network. */
  | 'host-network';

/** One reason why an answer is undecided, or one assumption that it rests on. */
export interface Reason<Code extends ReasonCode = ReasonCode> {
  readonly code: Code;
  /** The object that it is about, as messages name it: `CiliumNetworkPolicy app/lock`, `label team of namespace monitoring`. */
  readonly what: string;
  /** Where that object, or the rule that looks at it, is written. */
  readonly place?: Place;
}

/** Each of these reasons once. */
export function distinctReasons(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map(reason => [reasonKey(reason), reason])).values()];
}

/** The same for reasons that say the same. */
export function reasonKey({ code, what }: Reason): string {
  return `${code} ${what}`;
}

/** An assumption that an answer rests on. */
export type Assumption = Reason<AssumptionCode>;

/** What decides which ways there are to state an assumption as a fact. */
export interface FactOptions {
  /** The parties that the claim names have declared pods, so the claim can be narrowed to them. */
  readonly canNarrow: boolean;
  /** The blocks that the addresses of pods come from are stated already. */
  readonly hasPodCidrs: boolean;
  /** The pods whose addresses matter are on their nodes' network, so blocks of pod addresses say nothing about them. */
  readonly areOnNodes: boolean;
}

/** How to state an assumption as a fact, or do without it. */
export function factFor(code: AssumptionCode, { canNarrow, hasPodCidrs, areOnNodes }: FactOptions): string {
  const narrow = canNarrow ? [NARROW] : [];
  switch (code) {
    case 'extra-label': return enumerate(['declare the workload', 'name it in the claim', ...narrow], Infinity, 'or');
    case 'namespace-label': return 'add the Namespace object, or state the labels with --assume-namespaces, in netpol.yaml or by ClusterFacts.of(scope).addNamespace(...)';
    case 'new-namespace': return enumerate(['name the namespaces in the claim', ...narrow], Infinity, 'or');
    case 'pod-address': return areOnNodes ? 'judge the manifests of the running pods, which have the addresses of their nodes' : hasPodCidrs
      ? 'state smaller blocks of pod addresses, or judge the manifests of the running pods'
      : 'state the addresses of pods with --pod-cidr, in netpol.yaml or by ClusterFacts.of(scope).addPodCidrs(...)';
    case 'port-name': return 'declare the workload with its container ports';
    case 'host-network': return "find out what the cluster's network plugin does with such pods";
  }
}

/** The way to leave out the pods that could exist. */
export const NARROW = 'let the claim be about declared pods only (scope DECLARED)';

/** What a reason about labels of a namespace is about: `label team of namespace monitoring`. */
export function namespaceLabels(namespace: string, keys: readonly string[]): string {
  const distinct = [...new Set(keys)].sort();
  const names = distinct.length === 0 ? 'labels' : `${distinct.length === 1 ? 'label' : 'labels'} ${enumerate(distinct)}`;
  return `${names} of namespace ${namespace}`;
}

/** A reason as a sentence without a full stop. */
export function formatReason(reason: Reason): string {
  const { code } = reason;
  const what = shortened(printable(reason.what));
  switch (code) {
    case 'policy-kind': return `${what} is of a kind that netpol does not evaluate`;
    case 'not-read': return `netpol cannot read ${what}`;
    // `2 Helm templates of a.yaml`
    case 'not-rendered': return `${what} ${/^\d/.test(what) ? 'are' : 'is'} not rendered`;
    case 'defined-twice': return `${what} is declared twice, with different content`;
    case 'budget': return `${what} has used all the steps that one claim may take; split the claim, or list fewer parties`;
    case 'service-address': return `where ${what} leads depends on the data plane of the cluster`;
    case 'node-address': case 'domain-name': return `the addresses of ${what} are not known`;
    case 'unspecified': return `no specification says ${what}`;
    case 'generated-label': return `only the running cluster knows the labels of ${what}`;
    case 'pod-address': return `the address of ${what} is not known`;
    case 'namespace-label': return `netpol does not know the ${what}`;
    default: return `it is not certain that ${assumed({ ...reason, code })}`;
  }
}

/** An assumption as a sentence without a full stop. */
export function formatAssumption(assumption: Assumption): string {
  return `netpol assumes that ${assumed(assumption)}`;
}

function assumed({ code, what }: Assumption): string {
  switch (code) {
    case 'extra-label': return `there is no ${what}`;
    case 'namespace-label': return `nothing sets the ${what}`;
    case 'new-namespace': return `there is no further namespace ${what}`;
    case 'pod-address': return `${what} has no address of the public internet`;
    case 'port-name': return `different port names of ${what} have different numbers`;
    case 'host-network': return `policies and selectors skip ${what}, which is on its node's network`;
  }
}

/** The code of a finding about a reason or an assumption. */
export const REASON_FINDINGS: Readonly<Record<ReasonCode, FindingCode>> = {
  'policy-kind': 'NP301',
  'not-read': 'NP315',
  'defined-twice': 'NP316',
  'not-rendered': 'NP317',
  'namespace-label': 'NP302',
  'generated-label': 'NP306',
  'pod-address': 'NP307',
  'extra-label': 'NP308',
  'new-namespace': 'NP309',
  'port-name': 'NP310',
  'host-network': 'NP311',
  'budget': 'NP312',
  'service-address': 'NP320',
  'domain-name': 'NP321',
  'unspecified': 'NP324',
  'node-address': 'NP318',
};
