import { readFileSync } from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';

/** A cluster with the verdicts that are expected of it. test/reference/README.md describes the fields and where they come from. */
export interface ReferenceCase {
  readonly id: string;
  readonly features: readonly string[];
  readonly namespaces: readonly { readonly name: string; readonly labels?: Readonly<Record<string, string>> }[];
  readonly pods: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ip?: string;
    readonly containerPorts?: readonly { readonly name?: string; readonly protocol?: string; readonly port: number }[];
  }[];
  readonly policies: readonly object[];
  readonly probes: readonly Probe[];
}

export interface Probe {
  readonly from: ProbeEnd;
  readonly to: ProbeEnd;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly expected: 'allow' | 'deny';
}

/** `pod` is `namespace/name`. */
export interface ProbeEnd {
  readonly pod?: string;
  readonly ip?: string;
}

/** The cases of a file of test/reference. */
export function referenceCases(file: 'kubernetes-e2e' | 'random-networkpolicy'): ReferenceCase[] {
  return read(file);
}

/** A policy, and the errors that the API server reports for it. */
export interface ValidationCase {
  readonly id: string;
  readonly policy: any;
  readonly valid: boolean;
  readonly errors: readonly { readonly field: string; readonly type: string }[];
  readonly decodeErrors: readonly string[];
}

/** The NetworkPolicies among the validated policies. */
export function validationCases(): ValidationCase[] {
  return read('validation').filter(({ policy }) => policy.kind === 'NetworkPolicy');
}

function read(file: string): any[] {
  return JSON.parse(gunzipSync(readFileSync(path.join(__dirname, '..', 'reference', `${file}.json.gz`))).toString('utf8')).cases;
}
