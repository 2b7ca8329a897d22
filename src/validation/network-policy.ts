import { FieldError, FieldErrors, isAbsent, FieldPath } from './field-errors';
import { validateLabelSelector, validateMetadata } from './metadata';
import { maskedCidr, parseCidr } from '../k8s/address';
import { portNameErrors, portNumberErrors } from '../k8s/names';

/*
 * What the API server of Kubernetes 1.36 refuses about a NetworkPolicy: strict decoding, as kubectl asks
 * for it, and then pkg/apis/networking/validation.
 */

// `status` was in the API from 1.24 to 1.27, and `kubectl get -o yaml` of those versions writes it. A server of
// today refuses the field when it is applied; it says nothing of connections, and was written by a server
// rather than a person, so that a dump is read all the same.
const POLICY_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const SPEC_FIELDS = ['podSelector', 'policyTypes', 'ingress', 'egress'];
const PEER_FIELDS = ['podSelector', 'namespaceSelector', 'ipBlock'];
const BLOCK_FIELDS = ['cidr', 'except'];
const PORT_FIELDS = ['protocol', 'port', 'endPort'];
const RULES = {
  from: { fields: ['from', 'ports'], advice: ruleAdvice('from') },
  to: { fields: ['to', 'ports'], advice: ruleAdvice('to') },
};
const POLICY_TYPES = ['Ingress', 'Egress'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

const SPEC = FieldPath.to('spec');
const POD_SELECTOR = SPEC.child('podSelector');
const INGRESS = SPEC.child('ingress');
const EGRESS = SPEC.child('egress');
const TYPES = SPEC.child('policyTypes');

/** What the API server would refuse about a NetworkPolicy; nothing where it is valid. */
export function validateNetworkPolicy(object: unknown): readonly FieldError[] {
  const errors = new FieldErrors();
  const policy = errors.object(object, FieldPath.start, POLICY_FIELDS, policyAdvice);
  if (policy === undefined) { return errors.errors; }
  validateMetadata(errors, policy.metadata);
  const spec = errors.object(policy.spec, SPEC, SPEC_FIELDS, specAdvice);
  if (spec === undefined) { return errors.errors; }
  validateLabelSelector(errors, spec.podSelector, POD_SELECTOR);
  validateRules(errors, spec.ingress, INGRESS, 'from');
  validateRules(errors, spec.egress, EGRESS, 'to');
  validatePolicyTypes(errors, spec.policyTypes, TYPES);
  return errors.errors;
}

function validatePolicyTypes(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const types = errors.list(value, path);
  const tooMany = types.length > POLICY_TYPES.length;
  if (tooMany) { errors.add('FieldValueInvalid', path, 'may not specify more than two policyTypes'); }
  types.forEach((item, i) => {
    const type = errors.text(item, path.child(i));
    // As the server does: of too many it is not said which of them it does not know.
    if (type === undefined || POLICY_TYPES.includes(type) || tooMany) { return; }
    const meant = POLICY_TYPES.find(t => t.toLowerCase() === type.toLowerCase());
    errors.add('FieldValueNotSupported', path.child(i), `'${type}' is none of ${POLICY_TYPES.join(' and ')}`, { fix: meant && `write ${meant}` });
  });
}

function validateRules(errors: FieldErrors, value: unknown, path: FieldPath, peersField: 'from' | 'to'): void {
  const { fields, advice } = RULES[peersField];
  errors.list(value, path).forEach((item, i) => {
    const rule = errors.object(item, path.child(i), fields, advice);
    if (rule === undefined) { return; }
    const ports = path.child(i).child('ports');
    const peers = path.child(i).child(peersField);
    errors.list(rule.ports, ports).forEach((port, j) => validatePort(errors, port, ports.child(j)));
    errors.list(rule[peersField], peers).forEach((peer, j) => validatePeer(errors, peer, peers.child(j)));
  });
}

function validatePeer(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const peer = errors.object(value, path, PEER_FIELDS, peerAdvice);
  if (peer === undefined) { return; }
  validateLabelSelector(errors, peer.podSelector, path.child('podSelector'));
  validateLabelSelector(errors, peer.namespaceSelector, path.child('namespaceSelector'));
  if (!isAbsent(peer.ipBlock)) { validateIpBlock(errors, peer.ipBlock, path.child('ipBlock')); }
  const count = PEER_FIELDS.filter(field => !isAbsent(peer[field])).length;
  if (count === 0) {
    errors.add('FieldValueRequired', path, 'must specify a peer', { fix: "write 'podSelector: {}' for all pods of the namespace, or leave the whole list out for every peer" });
  } else if (count > 1 && !isAbsent(peer.ipBlock)) {
    errors.add('FieldValueForbidden', path, 'may not specify both ipBlock and another peer', { fix: "make it two items of the list, each with its own '- '" });
  }
}

function validateIpBlock(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const ipBlock = errors.object(value, path, BLOCK_FIELDS);
  if (ipBlock === undefined) { return; }
  const text = errors.text(ipBlock.cidr, path.child('cidr'));
  const except = errors.list(ipBlock.except, path.child('except'));
  if (text === '') { errors.add('FieldValueRequired', path.child('cidr'), 'is required', { fix: 'write an address block, as in 10.0.0.0/8' }); }
  const block = text ? parseCidr(text) : undefined;
  if (typeof block === 'string') { errors.add('FieldValueInvalid', path.child('cidr'), `'${text}' ${block}`); }
  // What is refused for its host bits alone is a block all the same.
  const outer = text && maskedCidr(text);
  except.forEach((item, i) => {
    const hole = errors.text(item, path.child('except').child(i));
    // As the server does: without a block to be inside of, there is nothing more to say of these.
    if (hole === undefined || !outer) { return; }
    const inner = parseCidr(hole);
    if (typeof inner === 'string') {
      errors.add('FieldValueInvalid', path.child('except').child(i), `'${hole}' ${inner}`);
    } else if (!(inner.first >= outer.first && inner.last <= outer.last && inner.prefix > outer.prefix)) {
      errors.add('FieldValueInvalid', path.child('except').child(i), `'${hole}' must be a strict subset of \`cidr\`, which is ${text}`);
    }
  });
}

function validatePort(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const entry = errors.object(value, path, PORT_FIELDS, portAdvice);
  if (entry === undefined) { return; }
  validateProtocol(errors, entry.protocol, path.child('protocol'));
  const endPort = errors.integer(entry.endPort, path.child('endPort'), 32);
  const { port } = entry;
  const endPath = path.child('endPort');
  if (isAbsent(port)) {
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is not specified', { fix: 'write the first port of the range as port' }); }
  } else if (typeof port === 'string') {
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is non-numeric', { fix: portValueAdvice(port) }); }
    for (const message of portNameErrors(port)) { errors.add('FieldValueInvalid', path.child('port'), `'${port}' ${message}`, { fix: portValueAdvice(port) }); }
  } else {
    const first = errors.integer(port, path.child('port'), 32);
    if (first === undefined) { return; }
    for (const message of portNumberErrors(first)) { errors.add('FieldValueInvalid', path.child('port'), `${first} ${message}`); }
    if (endPort === undefined) { return; }
    if (endPort < first) { errors.add('FieldValueInvalid', endPath, `${endPort} must be greater than or equal to \`port\`, which is ${first}`); }
    for (const message of portNumberErrors(endPort)) { errors.add('FieldValueInvalid', endPath, `${endPort} ${message}`); }
  }
}

function validateProtocol(errors: FieldErrors, value: unknown, path: FieldPath): void {
  // Of all fields here, null and the empty text differ in this one: null is TCP.
  const protocol = isAbsent(value) ? undefined : errors.text(value, path);
  if (protocol === undefined || PROTOCOLS.includes(protocol)) { return; }
  const meant = PROTOCOLS.find(p => p === protocol.toUpperCase());
  errors.add('FieldValueNotSupported', path, `'${protocol}' is none of ${PROTOCOLS.join(', ')}`, {
    fix: meant === undefined ? 'a NetworkPolicy knows no other protocol; leave ports out to allow all of them' : `write ${meant}`,
  });
}

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
