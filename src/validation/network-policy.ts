import { FieldError, FieldErrors, FieldPath, isAbsent } from './field-errors';
import { validateLabelSelector } from './labels';
import { validateMetadata } from './metadata';
import { FixOf, fixBesideRules, fixBesideSpec, fixInEgressRule, fixInIngressRule, fixInPeer, fixInPort, portFix } from './private/misplaced-fields';
import { cidrFix, maskedCidr, parseCidr } from '../k8s/address';
import { portNameErrors, portNumberErrors } from '../k8s/names';
import { PROTOCOLS } from '../k8s/objects';

/*
 * What the API server of Kubernetes 1.36 refuses about a NetworkPolicy: first strict decoding, which kubectl asks for, then
 * pkg/apis/networking/validation.
 */

// The API had `status` from 1.24 to 1.27, and `kubectl get -o yaml` of those versions writes it. Today's API server refuses the field, but
// it does not affect connections, and a server wrote it rather than a person. So netpol accepts it to read such a dump.
const POLICY_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const SPEC_FIELDS = ['podSelector', 'policyTypes', 'ingress', 'egress'];
const PEER_FIELDS = ['podSelector', 'namespaceSelector', 'ipBlock'];
const BLOCK_FIELDS = ['cidr', 'except'];
const PORT_FIELDS = ['protocol', 'port', 'endPort'];
const POLICY_TYPES = ['Ingress', 'Egress'];

/** The fields of a rule, by direction. */
interface RuleFields {
  readonly peers: 'from' | 'to';
  readonly known: readonly string[];
  readonly fixOf: FixOf;
}

const INGRESS_RULE: RuleFields = { peers: 'from', known: ['from', 'ports'], fixOf: fixInIngressRule };
const EGRESS_RULE: RuleFields = { peers: 'to', known: ['to', 'ports'], fixOf: fixInEgressRule };

const SPEC = FieldPath.to('spec');
const POD_SELECTOR = SPEC.child('podSelector');
const INGRESS = SPEC.child('ingress');
const EGRESS = SPEC.child('egress');
const TYPES = SPEC.child('policyTypes');

/** Returns what the API server refuses about a NetworkPolicy. An empty list means that the policy is valid. */
export function validateNetworkPolicy(object: unknown): readonly FieldError[] {
  const errors = new FieldErrors();
  const policy = errors.object(object, FieldPath.start, POLICY_FIELDS, fixBesideSpec);
  if (policy === undefined) { return errors.errors; }
  validateMetadata(errors, policy.metadata);
  const spec = errors.object(policy.spec, SPEC, SPEC_FIELDS, fixBesideRules);
  if (spec === undefined) { return errors.errors; }
  validateLabelSelector(errors, spec.podSelector, POD_SELECTOR);
  validateRules(errors, spec.ingress, INGRESS, INGRESS_RULE);
  validateRules(errors, spec.egress, EGRESS, EGRESS_RULE);
  validatePolicyTypes(errors, spec.policyTypes, TYPES);
  return errors.errors;
}

function validatePolicyTypes(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const types = errors.list(value, path);
  const tooMany = types.length > POLICY_TYPES.length;
  if (tooMany) { errors.add('FieldValueInvalid', path, 'may not specify more than two policyTypes'); }
  types.forEach((item, i) => {
    const type = errors.text(item, path.child(i));
    // If there are too many types, the API server does not check each of them.
    if (type !== undefined && !tooMany) { errors.supported(type, path.child(i), POLICY_TYPES); }
  });
}

function validateRules(errors: FieldErrors, value: unknown, path: FieldPath, { peers: peersField, known, fixOf }: RuleFields): void {
  errors.list(value, path).forEach((item, i) => {
    const rule = errors.object(item, path.child(i), known, fixOf);
    if (rule === undefined) { return; }
    const ports = path.child(i).child('ports');
    const peers = path.child(i).child(peersField);
    errors.list(rule.ports, ports).forEach((port, j) => validatePort(errors, port, ports.child(j)));
    errors.list(rule[peersField], peers).forEach((peer, j) => validatePeer(errors, peer, peers.child(j)));
  });
}

function validatePeer(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const peer = errors.object(value, path, PEER_FIELDS, fixInPeer);
  if (peer === undefined) { return; }
  validateLabelSelector(errors, peer.podSelector, path.child('podSelector'));
  validateLabelSelector(errors, peer.namespaceSelector, path.child('namespaceSelector'));
  if (!isAbsent(peer.ipBlock)) { validateIpBlock(errors, peer.ipBlock, path.child('ipBlock')); }
  const count = PEER_FIELDS.filter(field => !isAbsent(peer[field])).length;
  if (count === 0) {
    errors.add('FieldValueRequired', path, 'must specify a peer', { fix: "write 'podSelector: {}' for all pods of the namespace, or remove the whole list for every peer" });
  } else if (count > 1 && !isAbsent(peer.ipBlock)) {
    errors.add('FieldValueForbidden', path, 'may not specify both ipBlock and another peer', { fix: "write two items, each with its own '- '" });
  }
}

function validateIpBlock(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const ipBlock = errors.object(value, path, BLOCK_FIELDS);
  if (ipBlock === undefined) { return; }
  const cidr = errors.text(ipBlock.cidr, path.child('cidr'));
  const except = errors.list(ipBlock.except, path.child('except'));
  if (cidr === '') { errors.add('FieldValueRequired', path.child('cidr'), 'is required', { fix: 'write a CIDR block, like 10.0.0.0/8' }); }
  if (cidr) { parseBlock(errors, cidr, path.child('cidr')); }
  // The API server compares the exceptions even with a block that it refuses, if only its host bits or leading zeros are wrong.
  const outer = cidr && maskedCidr(cidr);
  except.forEach((item, i) => {
    const text = errors.text(item, path.child('except').child(i));
    // Without a block, the API server does not check the exceptions.
    if (text === undefined || !outer) { return; }
    const inner = parseBlock(errors, text, path.child('except').child(i));
    if (inner !== undefined && !(inner.first >= outer.first && inner.last <= outer.last && inner.prefix > outer.prefix)) {
      errors.add('FieldValueInvalid', path.child('except').child(i), `'${text}' must be a strict subset of \`cidr\`, which is ${cidr}`);
    }
  });
}

function parseBlock(errors: FieldErrors, text: string, path: FieldPath) {
  const block = parseCidr(text);
  if (typeof block !== 'string') { return block; }
  errors.add('FieldValueInvalid', path, `'${text}' ${block}`, { fix: cidrFix(text) });
  return undefined;
}

function validatePort(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const entry = errors.object(value, path, PORT_FIELDS, fixInPort);
  if (entry === undefined) { return; }
  validateProtocol(errors, entry.protocol, path.child('protocol'));
  const endPath = path.child('endPort');
  const endPort = errors.integer(entry.endPort, endPath, 32);
  const { port } = entry;
  if (isAbsent(port)) {
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is not specified', { fix: 'write the first port of the range as port' }); }
  } else if (typeof port === 'string') {
    const fix = portFix(port);
    if (endPort !== undefined) { errors.add('FieldValueInvalid', endPath, 'may not be specified when `port` is non-numeric', { fix }); }
    errors.addInvalid(path.child('port'), portNameErrors(port), `'${port}' `, { fix });
  } else {
    const first = errors.integer(port, path.child('port'), 32);
    if (first === undefined) { return; }
    errors.addInvalid(path.child('port'), portNumberErrors(first), `${first} `);
    if (endPort === undefined) { return; }
    if (endPort < first) { errors.add('FieldValueInvalid', endPath, `${endPort} must be greater than or equal to \`port\`, which is ${first}`); }
    errors.addInvalid(endPath, portNumberErrors(endPort), `${endPort} `);
  }
}

function validateProtocol(errors: FieldErrors, value: unknown, path: FieldPath): void {
  // Only here do null and the empty string differ: null is TCP, and the empty string is refused.
  const protocol = isAbsent(value) ? undefined : errors.text(value, path);
  if (protocol !== undefined) { errors.supported(protocol, path, PROTOCOLS, 'remove the ports of the rule to allow every protocol'); }
}
