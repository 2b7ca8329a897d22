import { FindingCode } from './codes';
import { Place } from './finding';

/** The answer to a question. A question is undecided only for one of the reasons below. */
export type Answer = 'yes' | 'no' | 'undecided';

/** Why an answer is undecided. */
export type ReasonCode =
  /** A policy of a kind that netpol does not evaluate could select one of the pods. */
  | 'policy-kind'
  /** A label decides whose value only the running cluster knows: it is generated, or copied from the node. */
  | 'generated-label'
  /** A block may or may not match a pod whose address is not known. */
  | 'pod-address'
  /** Assumptions are switched off, and the answer needs this one. */
  | AssumptionCode;

/** What an answer may rest on. */
export type AssumptionCode =
  /** A namespace that is used but not declared has no label besides its name. */
  | 'namespace-label'
  /** A pod's unknown address is none of the public internet. */
  | 'pod-address';

/** One reason why an answer is undecided, or one assumption that it rests on. */
export interface Reason<Code extends ReasonCode = ReasonCode> {
  readonly code: Code;
  /** The object that it is about, as messages name it: `CiliumNetworkPolicy app/lock`, `namespace monitoring (label team)`. */
  readonly what: string;
  /** Where that object, or the rule that looks at it, is written. */
  readonly place?: Place;
}

/** An assumption that an answer rests on. */
export type Assumption = Reason<AssumptionCode>;

/** A reason as a sentence without a full stop. */
export function formatReason({ code, what }: Reason): string {
  switch (code) {
    case 'policy-kind': return `${what} is of a kind that netpol does not evaluate`;
    case 'generated-label': return `only the running cluster knows the labels of ${what}`;
    case 'pod-address': return `the address of ${what} is not known`;
    case 'namespace-label': return `the labels of ${what} are not known`;
  }
}

/** An assumption as a sentence without a full stop. */
export function formatAssumption({ code, what }: Assumption): string {
  return code === 'namespace-label'
    ? `netpol assumes that ${what} has no label besides its name`
    : `netpol assumes that the address of ${what} is none of the public internet`;
}

/** The code of a finding about a reason or an assumption. */
export const REASON_FINDINGS: Readonly<Record<ReasonCode, FindingCode>> = {
  'policy-kind': 'NP301', 'namespace-label': 'NP302', 'generated-label': 'NP306', 'pod-address': 'NP307',
};
