/*
 * The fixes for fields that a NetworkPolicy does not have at that level. These are mistakes that people make. Without the strict decoder,
 * the API server would drop the field, and the policy would allow more or less than it seems to.
 */

type Fixes = Readonly<Record<string, string>>;

/** The fix for an unknown field; undefined if the field is not a common mistake. */
export type FixOf = (field: string) => string | undefined;

function fixIn(fixes: Fixes): FixOf {
  return field => Object.hasOwn(fixes, field) ? fixes[field] : undefined;
}

function each(fields: readonly string[], fix: (field: string) => string): Fixes {
  return Object.fromEntries(fields.map(field => [field, fix(field)]));
}

/** For a field beside `spec`. */
export const fixBesideSpec = fixIn(each(['podSelector', 'policyTypes', 'ingress', 'egress'], () => "move it under 'spec:' (indent it by two more spaces)"));

/** For a field beside `ingress`. */
export const fixBesideRules = fixIn({
  from: "move it into a rule: write 'ingress:' and, under it, '- from:'",
  to: "move it into a rule: write 'egress:' and, under it, '- to:'",
  ports: "move it into a rule: write 'ingress:' (or 'egress:') and, under it, '- ports:'",
  ...each(['selector', 'matchLabels', 'labels'], () => "write 'podSelector: { matchLabels: … }' to select the pods of the policy"),
  namespaceSelector: 'set metadata.namespace: a policy selects pods of its own namespace only',
});

function fixInRule(peersField: 'from' | 'to', other: Fixes): FixOf {
  return fixIn({
    ...other,
    ...each(['podSelector', 'namespaceSelector', 'ipBlock'], field => `move it into the list of peers: write '${peersField}:' and, under it, '- ${field}: …'`),
    ...each(['port', 'protocol', 'endPort'], field => `move it into the list of ports: write 'ports:' and, under it, '- ${field}: …'`),
  });
}

/** For a field beside `from` and `ports`. */
export const fixInIngressRule = fixInRule('from', { to: "write 'from' in an ingress rule; 'to' belongs under 'egress:'" });

/** For a field beside `to` and `ports`. */
export const fixInEgressRule = fixInRule('to', { from: "write 'to' in an egress rule; 'from' belongs under 'ingress:'" });

/** For a field beside `podSelector` in a peer. */
export const fixInPeer = fixIn({
  ...each(['matchLabels', 'matchExpressions'], () => "move it under 'podSelector:' or 'namespaceSelector:' (indent it by two more spaces)"),
  ...each(['cidr', 'except'], () => "move it under 'ipBlock:' (indent it by two more spaces)"),
  ports: "move it into the rule, beside the list of peers (indent it like 'from:' or 'to:')",
  ...each(['port', 'protocol'], () => "move it into the 'ports:' of the rule, beside the list of peers"),
});

/** For a field beside `port`. */
export const fixInPort = fixIn({
  name: "write 'port: NAME' for a port that a container names",
  ...each(['number', 'containerPort', 'targetPort'], () => "write 'port:' with the port of the container, not of a Service"),
});

/** For a `port` that is text but not a valid name. */
export function portFix(port: string): string | undefined {
  const range = /^(\d+)\s*[-:]\s*(\d+)$/.exec(port);
  if (range !== null) { return `write 'port: ${range[1]}' and 'endPort: ${range[2]}' for a range`; }
  return /^\d+$/.test(port) ? `write the number without quotes: ${port}` : undefined;
}
