/*
 * What to write instead of a field that a NetworkPolicy does not have: the mistakes that people make, of
 * which each is a policy that does other than it seems to where it is not refused.
 */

const PEERS = ['podSelector', 'namespaceSelector', 'ipBlock'];
const PORTS = ['port', 'protocol', 'endPort'];

/** For a field beside `spec`. */
export function policyAdvice(field: string): string | undefined {
  return ['podSelector', 'policyTypes', 'ingress', 'egress'].includes(field) ? 'it belongs under \'spec:\': indent it by two spaces' : undefined;
}

/** For a field beside `ingress`. */
export function specAdvice(field: string): string | undefined {
  switch (field) {
    case 'from': return "it belongs in a rule: write 'ingress:' and under it '- from:'";
    case 'to': return "it belongs in a rule: write 'egress:' and under it '- to:'";
    case 'ports': return "it belongs in a rule: write 'ingress:' (or 'egress:') and under it '- ports:'";
    case 'selector': case 'matchLabels': case 'labels': return "the pods that a policy is for are selected by 'podSelector: { matchLabels: … }'";
    case 'namespaceSelector': return 'a policy is for pods of its own namespace, which metadata.namespace names';
  }
  return undefined;
}

/** For a field beside `from` (or `to`) and `ports`. */
export function ruleAdvice(peersField: 'from' | 'to'): (field: string) => string | undefined {
  return field => {
    if (field === 'from') { return "an egress rule says 'to'; 'from' belongs under 'ingress:'"; }
    if (field === 'to') { return "an ingress rule says 'from'; 'to' belongs under 'egress:'"; }
    if (PEERS.includes(field)) { return `it belongs in the list of peers: write '${peersField}:' and under it '- ${field}: …'`; }
    if (PORTS.includes(field)) { return `it belongs in the list of ports: write 'ports:' and under it '- ${field}: …'`; }
    return undefined;
  };
}

/** For a field beside `podSelector` in a peer. */
export function peerAdvice(field: string): string | undefined {
  switch (field) {
    case 'matchLabels': case 'matchExpressions': return "it belongs under 'podSelector:' or 'namespaceSelector:': indent it by two spaces more";
    case 'cidr': case 'except': return "it belongs under 'ipBlock:': indent it by two spaces more";
    case 'ports': return "it belongs beside the list of peers, in the rule: indent it as far as 'from:' (or 'to:')";
    case 'port': case 'protocol': return "it belongs in the rule's 'ports:', beside the list of peers";
  }
  return undefined;
}

/** For a field beside `port`. */
export function portAdvice(field: string): string | undefined {
  switch (field) {
    case 'name': return "a port that a container names is written 'port: NAME'";
    case 'number': case 'containerPort': case 'targetPort': return "write 'port:'; it is the port of the container, not of a Service";
  }
  return undefined;
}

/** For a `port` that is text and no name. */
export function portValueAdvice(port: string): string | undefined {
  const range = /^(\d+)\s*[-:]\s*(\d+)$/.exec(port);
  if (range !== null) { return `a range is written 'port: ${range[1]}' and 'endPort: ${range[2]}'`; }
  if (/^\d+$/.test(port)) { return `in quotes it is a port's name: write the number without them, port: ${port}`; }
  return undefined;
}
