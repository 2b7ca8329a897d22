import { FieldError, FieldErrors, isAbsent } from './field-error';
import { validateLabelSelector } from './label-validation';
import { validateMetadata } from './metadata-validation';
import { Path } from './origin';
import { peerAdvice, policyAdvice, portAdvice, portValueAdvice, ruleAdvice, specAdvice } from './policy-advice';
import { maskedCidr, parseCidr } from '../api/address';
import { portNameErrors, portNumberErrors } from '../api/names';

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
const PORT_FIELDS = ['protocol', 'port', 'endPort'];
const POLICY_TYPES = ['Ingress', 'Egress'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** What the API server would refuse about a NetworkPolicy; nothing where it is valid. */
export function validateNetworkPolicy(object: unknown): readonly FieldError[] {
  const errors = new FieldErrors();
  const policy = errors.object(object, [], POLICY_FIELDS, policyAdvice);
  if (policy === undefined) { return errors.errors; }
  validateMetadata(errors, policy.metadata);
  const spec = errors.object(policy.spec, ['spec'], SPEC_FIELDS, specAdvice);
  if (spec === undefined) { return errors.errors; }
  validateLabelSelector(errors, spec.podSelector, ['spec', 'podSelector']);
  validateRules(errors, spec.ingress, ['spec', 'ingress'], 'from');
  validateRules(errors, spec.egress, ['spec', 'egress'], 'to');
  validatePolicyTypes(errors, spec.policyTypes, ['spec', 'policyTypes']);
  return errors.errors;
}

function validatePolicyTypes(errors: FieldErrors, value: unknown, path: Path): void {
  const types = errors.list(value, path);
  const tooMany = types.length > POLICY_TYPES.length;
  if (tooMany) { errors.add('FieldValueInvalid', path, 'may not specify more than two policyTypes'); }
  types.forEach((item, i) => {
    const type = errors.text(item, [...path, i]);
    // As the server does: of too many it is not said which of them it does not know.
    if (type === undefined || POLICY_TYPES.includes(type) || tooMany) { return; }
    const meant = POLICY_TYPES.find(t => t.toLowerCase() === type.toLowerCase());
    errors.add('FieldValueNotSupported', [...path, i], `'${type}' is none of ${POLICY_TYPES.join(' and ')}`, { suggestion: meant && `write ${meant}` });
  });
}

function validateRules(errors: FieldErrors, value: unknown, path: Path, peersField: 'from' | 'to'): void {
  errors.list(value, path).forEach((item, i) => {
    const rule = errors.object(item, [...path, i], [peersField, 'ports'], ruleAdvice(peersField));
    if (rule === undefined) { return; }
    errors.list(rule.ports, [...path, i, 'ports']).forEach((port, j) => validatePort(errors, port, [...path, i, 'ports', j]));
    errors.list(rule[peersField], [...path, i, peersField]).forEach((peer, j) => validatePeer(errors, peer, [...path, i, peersField, j]));
  });
}

function validatePeer(errors: FieldErrors, value: unknown, path: Path): void {
  const peer = errors.object(value, path, PEER_FIELDS, peerAdvice);
  if (peer === undefined) { return; }
  validateLabelSelector(errors, peer.podSelector, [...path, 'podSelector']);
  validateLabelSelector(errors, peer.namespaceSelector, [...path, 'namespaceSelector']);
  if (!isAbsent(peer.ipBlock)) { validateIpBlock(errors, peer.ipBlock, [...path, 'ipBlock']); }
  const count = PEER_FIELDS.filter(field => !isAbsent(peer[field])).length;
  if (count === 0) {
    errors.add('FieldValueRequired', path, 'must specify a peer', { suggestion: "write 'podSelector: {}' for all pods of the namespace, or leave the whole list out for every peer" });
  } else if (count > 1 && !isAbsent(peer.ipBlock)) {
    errors.add('FieldValueForbidden', path, 'may not specify both ipBlock and another peer', { suggestion: "make it two items of the list, each with its own '- '" });
  }
}

function validateIpBlock(errors: FieldErrors, value: unknown, path: Path): void {
  const ipBlock = errors.object(value, path, ['cidr', 'except']);
  if (ipBlock === undefined) { return; }
  const text = errors.text(ipBlock.cidr, [...path, 'cidr']);
  const except = errors.list(ipBlock.except, [...path, 'except']);
  if (text === '') { errors.add('FieldValueRequired', [...path, 'cidr'], 'is required', { suggestion: 'write an address block, as in 10.0.0.0/8' }); }
  const block = text ? parseCidr(text) : undefined;
  if (typeof block === 'string') { errors.add('FieldValueInvalid', [...path, 'cidr'], `'${text}' ${block}`); }
  // What is refused for its host bits alone is a block all the same.
  const outer = text && maskedCidr(text);
  except.forEach((item, i) => {
    const hole = errors.text(item, [...path, 'except', i]);
    // As the server does: without a block to be inside of, there is nothing more to say of these.
    if (hole === undefined || !outer) { return; }
    const inner = parseCidr(hole);
    if (typeof inner === 'string') {
      errors.add('FieldValueInvalid', [...path, 'except', i], `'${hole}' ${inner}`);
    } else if (!(inner.first >= outer.first && inner.last <= outer.last && inner.prefix > outer.prefix)) {
      errors.add('FieldValueInvalid', [...path, 'except', i], `'${hole}' must be a strict subset of \`cidr\`, which is ${text}`);
    }
  });
}

function validatePort(errors: FieldErrors, value: unknown, path: Path): void {
  const entry = errors.object(value, path, PORT_FIELDS, portAdvice);
  if (entry === undefined) { return; }
  validateProtocol(errors, entry.protocol, [...path, 'protocol']);
  const endPort = errors.integer(entry.endPort, [...path, 'endPort'], 32);
  const { port } = entry;
  const endPath = [...path, 'endPort'];
  if (isAbsent(port)) {
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is not specified', { suggestion: 'write the first port of the range as port' }); }
  } else if (typeof port === 'string') {
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is non-numeric', { suggestion: portValueAdvice(port) }); }
    for (const message of portNameErrors(port)) { errors.add('FieldValueInvalid', [...path, 'port'], `'${port}' ${message}`, { suggestion: portValueAdvice(port) }); }
  } else {
    const first = errors.integer(port, [...path, 'port'], 32);
    if (first === undefined) { return; }
    for (const message of portNumberErrors(first)) { errors.add('FieldValueInvalid', [...path, 'port'], `${first} ${message}`); }
    if (endPort === undefined) { return; }
    if (endPort < first) { errors.add('FieldValueInvalid', endPath, `${endPort} must be greater than or equal to \`port\`, which is ${first}`); }
    for (const message of portNumberErrors(endPort)) { errors.add('FieldValueInvalid', endPath, `${endPort} ${message}`); }
  }
}

function validateProtocol(errors: FieldErrors, value: unknown, path: Path): void {
  // Of all fields here, null and the empty text differ in this one: null is TCP.
  const protocol = isAbsent(value) ? undefined : errors.text(value, path);
  if (protocol === undefined || PROTOCOLS.includes(protocol)) { return; }
  const meant = PROTOCOLS.find(p => p === protocol.toUpperCase());
  errors.add('FieldValueNotSupported', path, `'${protocol}' is none of ${PROTOCOLS.join(', ')}`, {
    suggestion: meant === undefined ? 'a NetworkPolicy knows no other protocol; leave ports out to allow all of them' : `write ${meant}`,
  });
}
