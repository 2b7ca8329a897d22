import { DOMAIN_NAME, isNullItem, validateSelectorTypes } from './cluster-policy';
import { FieldError, FieldErrors, FieldPath, isAbsent } from './field-errors';
import { validateMetadata } from './metadata';
import { isObject } from '../k8s/objects';

/*
 * What the API server refuses about an ApplicationNetworkPolicy of the Amazon VPC CNI, by the published definition
 * (github.com/aws/amazon-network-policy-controller-k8s, pkg/crd). The definition checks types, and that domain names stand alone in a peer. So it accepts
 * much of which no text says what it means.
 */

const SPEC = FieldPath.to('spec');
const SELECTORS = ['podSelector', 'namespaceSelector'];

/** Returns what the API server refuses. An empty list means that the policy is valid. */
export function validateApplicationNetworkPolicy(object: unknown): readonly FieldError[] {
  const errors = new FieldErrors();
  const policy = errors.object(object, FieldPath.start, ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  if (policy === undefined) { return errors.errors; }
  validateMetadata(errors, policy.metadata);
  if (isAbsent(policy.spec)) { return errors.errors; }
  const spec = errors.object(policy.spec, SPEC, ['podSelector', 'policyTypes', 'ingress', 'egress']);
  if (spec === undefined) { return errors.errors; }
  if (isAbsent(spec.podSelector)) {
    errors.add('FieldValueRequired', SPEC.child('podSelector'), 'is required', { place: SPEC, fix: "write 'podSelector: {}' for all pods of the namespace" });
  } else {
    validateSelectorTypes(errors, spec.podSelector, SPEC.child('podSelector'));
  }
  errors.list(spec.policyTypes, SPEC.child('policyTypes')).forEach((type, i) => errors.text(type, SPEC.child('policyTypes').child(i)));
  validateRules(errors, spec.ingress, SPEC.child('ingress'), 'from', []);
  validateRules(errors, spec.egress, SPEC.child('egress'), 'to', ['domainNames']);
  return errors.errors;
}

function validateRules(errors: FieldErrors, value: unknown, path: FieldPath, peersField: 'from' | 'to', more: readonly string[]): void {
  errors.list(value, path).forEach((item, i) => {
    if (isNullItem(errors, item, path.child(i))) { return; }
    const rule = errors.object(item, path.child(i), [peersField, 'ports']);
    if (rule === undefined) { return; }
    const [peers, ports] = [peersField, 'ports'].map(field => path.child(i).child(field));
    errors.list(rule[peersField], peers).forEach((peer, j) => validatePeer(errors, peer, peers.child(j), more));
    errors.list(rule.ports, ports).forEach((entry, j) => {
      if (isNullItem(errors, entry, ports.child(j))) { return; }
      const port = errors.object(entry, ports.child(j), ['protocol', 'port', 'endPort']);
      if (port === undefined) { return; }
      errors.text(port.protocol, ports.child(j).child('protocol'));
      errors.integer(port.endPort, ports.child(j).child('endPort'), 32);
      if (typeof port.port !== 'string') { errors.integer(port.port, ports.child(j).child('port')); }
    });
  });
}

function validatePeer(errors: FieldErrors, value: unknown, path: FieldPath, more: readonly string[]): void {
  if (isNullItem(errors, value, path)) { return; }
  const count = errors.errors.length;
  const peer = errors.object(value, path, [...SELECTORS, 'ipBlock', ...more]);
  if (peer === undefined) { return; }
  for (const field of SELECTORS) {
    if (!isAbsent(peer[field])) { validateSelectorTypes(errors, peer[field], path.child(field)); }
  }
  if (!isAbsent(peer.ipBlock)) {
    const at = path.child('ipBlock');
    const block = errors.object(peer.ipBlock, at, ['cidr', 'except']);
    if (block !== undefined && isAbsent(block.cidr)) { errors.add('FieldValueRequired', at.child('cidr'), 'is required', { place: at, fix: 'write a CIDR block, like 10.0.0.0/8' }); }
    errors.text(block?.cidr, at.child('cidr'));
    errors.list(block?.except, at.child('except')).forEach((text, i) => errors.text(text, at.child('except').child(i)));
  }
  validateDomains(errors, peer.domainNames, path.child('domainNames'));
  if (errors.errors.length > count || isAbsent(peer.domainNames)) { return; }
  for (const field of ['ipBlock', ...SELECTORS].filter(one => !isAbsent(peer[one]))) {
    errors.add('FieldValueInvalid', path, `${field} and domainNames are mutually exclusive`, { fix: 'write two items' });
  }
}

function validateDomains(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const list = errors.list(value, path);
  if (Array.isArray(value) && list.length === 0) { errors.add('FieldValueInvalid', path, 'must have an item', { fix: 'add one, or remove the field' }); }
  list.forEach((item, i) => {
    const text = errors.text(item, path.child(i));
    if (text !== undefined && !DOMAIN_NAME.test(text)) { errors.add('FieldValueInvalid', path.child(i), `'${text}' is not a domain name`, { fix: 'write it like example.com or *.example.com' }); }
    if (list.indexOf(item) < i) { errors.add('FieldValueDuplicate', path.child(i), `'${String(item)}' is in the list already`, { fix: 'remove it' }); }
  });
}

/** True for a rule with domain names among its peers. */
export function hasDomainNames(rule: unknown): boolean {
  return isObject(rule) && Array.isArray(rule.to) && rule.to.some(peer => isObject(peer) && !isAbsent(peer.domainNames));
}
