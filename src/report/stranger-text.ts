import { rangesLabel } from './outside-ranges';
import { fieldReference, formatReference, ruleReference } from './reference';
import { clauseText, portsText } from './rule-text';
import { Intrusion } from '../analysis/only';
import { Stranger } from '../analysis/stranger';
import { Labels } from '../api/objects';

/** Who gets in besides those who may, which rule lets them in, and what to change. */
export function strangerText(intrusion: Intrusion): string[] {
  const { subject, direction, by, stranger } = intrusion;
  const reaches = direction === 'ingress' ? `can connect to ${subject.name} too` : `can be reached by ${subject.name} too`;
  if (by === undefined) {
    if (subject.pod.hostNetwork) { return [`Anything ${reaches}: it is on its node's network, where no NetworkPolicy isolates it.`]; }
    return [
      `Anything ${reaches}: no policy isolates it for ${direction}.`,
      `To mend it, add a policy that selects it, has ${direction === 'ingress' ? 'Ingress' : 'Egress'} among its policyTypes, and allows only what the intent names.`,
    ];
  }
  const { policy, rule, clause } = by;
  if (stranger === undefined || clause === undefined) {
    const list = direction === 'ingress' ? 'from' : 'to';
    return [
      `Anything ${reaches}: ${formatReference(ruleReference(policy, rule))} has no '${list}', which means everything.`,
      `It allows ${portsText(rule)}. To mend it, name those who may under '${list}', or take the rule out.`,
    ];
  }
  return [
    ...describe(stranger, reaches),
    `Let through by ${formatReference(fieldReference(policy, clause.path))},`,
    `  which stands for ${clauseText(clause, policy.namespace)}, on ${portsText(rule)}`,
    'To mend it, narrow that entry or take it out.',
  ];
}

function describe(stranger: Stranger, reaches: string): string[] {
  if (stranger.kind === 'address') { return [`These addresses ${reaches}: ${rangesLabel([stranger.range])}`]; }
  return [
    `A pod like this ${reaches}, whether it exists today or not:`,
    `  labels:           ${labelsText(stranger.labels)}`,
    `  namespace:        ${stranger.namespace}`,
    `  namespace labels: ${labelsText(stranger.namespaceLabels)}`,
  ];
}

function labelsText(labels: Labels): string {
  return Object.keys(labels).sort().map(key => `${key}=${labels[key]}`).join(', ') || '(none)';
}
