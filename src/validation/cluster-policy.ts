import { FieldError, FieldErrors, FieldPath, isAbsent } from './field-errors';
import { validateMetadata } from './metadata';
import { Cidr, parseCidr, parseCidrWithHostBits } from '../k8s/address';
import { isObject } from '../k8s/objects';

/*
 * What the API server refuses about cluster-wide policies, by the published definitions of their kinds with the rules in them: ClusterNetworkPolicy of
 * network-policy-api v0.3.0, AdminNetworkPolicy and BaselineAdminNetworkPolicy of v0.1.8 (both the experimental channel, which has every field), and
 * ClusterNetworkPolicy of the Amazon VPC CNI (github.com/aws/amazon-network-policy-controller-k8s, pkg/crd).
 */

/** What differs between the kinds. */
export interface ClusterPolicySchema {
  readonly specFields: readonly string[];
  /** The maximum number of rules, peers and ports. */
  readonly maxItems: number;
  readonly actions: readonly string[];
  readonly egressPeers: readonly string[];
  readonly portsField: 'protocols' | 'ports';
  /** True if pods are selected by both selectors, and false if the one of namespaces may be absent. */
  readonly needsNamespaces: boolean;
  /** Reads a network; a sentence about what is wrong with it. Absent if any text is accepted. */
  readonly readNetwork?: (text: string) => Cidr | string;
  /** True if the API server demands what the texts say: a range that starts before it ends, and exactly one field for a port. */
  readonly checksPorts: { readonly ranges: boolean; readonly oneField: boolean; readonly namesBesidePods: boolean };
  /** True if domain names are refused in a rule that does not accept. */
  readonly domainsOnlyAccept?: boolean;
  /** The only name of an object of this kind. */
  readonly name?: string;
}

const TIERED = ['tier', 'priority', 'subject', 'ingress', 'egress'];

const CLUSTER_NETWORK_POLICY: ClusterPolicySchema = {
  specFields: TIERED,
  maxItems: 25,
  actions: ['Accept', 'Deny', 'Pass'],
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
  portsField: 'protocols',
  needsNamespaces: false,
  readNetwork: parseCidr,
  checksPorts: { ranges: true, oneField: true, namesBesidePods: true },
};

const ADMIN_NETWORK_POLICY: ClusterPolicySchema = {
  specFields: ['priority', 'subject', 'ingress', 'egress'],
  maxItems: 100,
  actions: ['Allow', 'Deny', 'Pass'],
  egressPeers: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
  portsField: 'ports',
  needsNamespaces: true,
  readNetwork: parseCidrWithHostBits,
  checksPorts: { ranges: false, oneField: true, namesBesidePods: true },
};

const SCHEMAS: Readonly<Record<string, ClusterPolicySchema>> = {
  'policy.networking.k8s.io/v1beta1 ClusterNetworkPolicy': CLUSTER_NETWORK_POLICY,
  'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy': CLUSTER_NETWORK_POLICY,
  'policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy': ADMIN_NETWORK_POLICY,
  'policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy': {
    ...ADMIN_NETWORK_POLICY,
    specFields: ['subject', 'ingress', 'egress'],
    actions: ['Allow', 'Deny'],
    egressPeers: ['namespaces', 'pods', 'nodes', 'networks'],
    name: 'default',
  },
  'networking.k8s.aws/v1alpha1 ClusterNetworkPolicy': {
    specFields: TIERED,
    maxItems: 100,
    actions: ['Accept', 'Deny', 'Pass'],
    egressPeers: ['namespaces', 'pods', 'networks', 'domainNames'],
    portsField: 'ports',
    needsNamespaces: true,
    checksPorts: { ranges: true, oneField: false, namesBesidePods: false },
    domainsOnlyAccept: true,
  },
};

/** What the API server checks for a kind in a version. Undefined for a kind that is no cluster-wide policy. */
export function clusterPolicySchema(apiVersion: string, kind: string): ClusterPolicySchema | undefined {
  const key = `${apiVersion} ${kind}`;
  return Object.hasOwn(SCHEMAS, key) ? SCHEMAS[key] : undefined;
}

const POLICY_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const INGRESS_PEERS = ['namespaces', 'pods'];
const MAX_NETWORKS = 25;
const MAX_NETWORK_LENGTH = 43;
const MAX_RULE_NAME = 100;
const MAX_PRIORITY = 1000;
const TRANSPORTS = ['tcp', 'udp', 'sctp'];

/** A domain name. `*` may be the first label, and no label begins or ends with a dash or an underscore. */
export const DOMAIN_NAME = /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

const SPEC = FieldPath.to('spec');

type Fields = Readonly<Record<string, unknown>>;

/** Returns what the API server refuses about a cluster-wide policy. An empty list means that the policy is valid. */
export function validateClusterPolicy(object: unknown, schema: ClusterPolicySchema): readonly FieldError[] {
  const errors = new FieldErrors();
  const policy = errors.object(object, FieldPath.start, POLICY_FIELDS, field => schema.specFields.includes(field) ? "move it under 'spec:'" : undefined);
  if (policy === undefined) { return errors.errors; }
  // The API server clears the namespace of an object that has none.
  validateMetadata(errors, isObject(policy.metadata) ? { ...policy.metadata, namespace: undefined } : policy.metadata);
  const spec = required(errors, policy, 'spec', FieldPath.start) && errors.object(policy.spec, SPEC, schema.specFields);
  if (spec) { new SpecValidator(errors, schema).validate(spec); }
  if (schema.name !== undefined && errors.errors.length === 0 && (policy.metadata as Fields).name !== schema.name) {
    errors.add('FieldValueInvalid', FieldPath.start, `a cluster can have only one ${String(policy.kind)}, with the name '${schema.name}'`, {
      place: ['metadata', 'name'], fix: `write 'name: ${schema.name}'`,
    });
  }
  return errors.errors;
}

function required(errors: FieldErrors, object: Fields, field: string, path: FieldPath, fix?: string): boolean {
  if (!isAbsent(object[field])) { return true; }
  errors.add('FieldValueRequired', path.child(field), 'is required', { place: path, fix });
  return false;
}

/** Reports an item of a list that is null. The API server drops a field that is null, but refuses such an item. */
export function isNullItem(errors: FieldErrors, item: unknown, path: FieldPath): boolean {
  if (!isAbsent(item)) { return false; }
  errors.add('WrongType', path, 'must not be null', { fix: 'remove the item' });
  return true;
}

class SpecValidator {
  constructor(private readonly errors: FieldErrors, private readonly schema: ClusterPolicySchema) {}

  public validate(spec: Fields): void {
    const { errors, schema } = this;
    if (schema.specFields.includes('tier') && required(errors, spec, 'tier', SPEC, "write 'tier: Admin' or 'tier: Baseline'")) {
      this.oneOf(spec.tier, SPEC.child('tier'), ['Admin', 'Baseline']);
    }
    if (schema.specFields.includes('priority') && required(errors, spec, 'priority', SPEC, `write a number of 0–${MAX_PRIORITY}; the lower one decides first`)) {
      this.number(spec.priority, SPEC.child('priority'), 0, MAX_PRIORITY);
    }
    if (required(errors, spec, 'subject', SPEC, "write 'subject: { namespaces: {} }' for all pods")) {
      this.podSelection(this.oneField(spec.subject, SPEC.child('subject'), INGRESS_PEERS), SPEC.child('subject'));
    }
    this.rules(spec.ingress, SPEC.child('ingress'), 'from', INGRESS_PEERS);
    this.rules(spec.egress, SPEC.child('egress'), 'to', schema.egressPeers);
  }

  private rules(value: unknown, path: FieldPath, peersField: 'from' | 'to', peerFields: readonly string[]): void {
    const { errors, schema: { maxItems, portsField, actions } } = this;
    this.list(value, path, 0, maxItems).forEach((item, i) => {
      const at = path.child(i);
      const rule = errors.object(item, at, ['name', 'action', peersField, portsField], field => ruleFix(field, peersField, portsField));
      if (rule === undefined) { return; }
      const count = errors.errors.length;
      const name = errors.text(rule.name, at.child('name')) ?? '';
      if ([...name].length > MAX_RULE_NAME) { errors.add('FieldValueTooLong', at.child('name'), `may have ${MAX_RULE_NAME} characters, not ${[...name].length}`); }
      if (required(errors, rule, 'action', at, `write one of ${actions.join(', ')}`)) { this.oneOf(rule.action, at.child('action'), actions, actionFix(rule.action, actions)); }
      if (required(errors, rule, peersField, at, `write '${peersField}: [{ namespaces: {} }]' for every pod`)) {
        const peers = at.child(peersField);
        this.list(rule[peersField], peers, 1, maxItems).forEach((peer, j) => this.peer(peer, peers.child(j), peerFields));
      }
      this.list(rule[portsField], at.child(portsField), isAbsent(rule[portsField]) ? 0 : 1, maxItems)
        .forEach((port, j) => this.port(port, at.child(portsField).child(j)));
      // The rules that compare fields run only on fields that are valid each by itself.
      if (errors.errors.length === count) { this.together(rule, at, peersField); }
    });
  }

  /** What the API server checks about the fields of a rule together. */
  private together(rule: Fields, path: FieldPath, peersField: 'from' | 'to'): void {
    const { errors, schema: { portsField, checksPorts, domainsOnlyAccept } } = this;
    const peers = rule[peersField] as readonly Fields[];
    const has = (...fields: string[]) => peers.some(peer => fields.some(field => !isAbsent(peer[field])));
    const isNamed = ((rule[portsField] ?? []) as readonly Fields[]).some(port => !isAbsent(port.destinationNamedPort) || !isAbsent(port.namedPort));
    if (checksPorts.namesBesidePods && isNamed && has('networks', 'nodes', 'domainNames')) {
      errors.add('FieldValueInvalid', path, 'a port has a name, which only pods have, and a peer is not pods', { fix: 'write the number of the port, or two rules' });
    }
    if (domainsOnlyAccept && rule.action !== 'Accept' && has('domainNames')) {
      errors.add('FieldValueInvalid', path, 'domainNames are only for rules with the action Accept', { fix: 'remove the peer, or write networks' });
    }
  }

  private peer(value: unknown, path: FieldPath, fields: readonly string[]): void {
    const { errors } = this;
    const peer = this.oneField(value, path, fields, true);
    this.podSelection(peer, path);
    if (!isAbsent(peer?.nodes)) { validateSelectorTypes(errors, peer.nodes, path.child('nodes')); }
    if (!isAbsent(peer?.networks)) {
      this.texts(peer.networks, path.child('networks'), (text, at) => {
        const block = this.schema.readNetwork?.(text) ?? '';
        if (text.length > MAX_NETWORK_LENGTH) {
          errors.add('FieldValueTooLong', at, `may have ${MAX_NETWORK_LENGTH} characters, not ${text.length}`);
        } else if (typeof block === 'string' && block !== '') {
          errors.add('FieldValueInvalid', at, `'${text}' ${block}`, { fix: 'write a CIDR block, like 10.0.0.0/8' });
        }
      });
    }
    if (!isAbsent(peer?.domainNames)) {
      this.texts(peer.domainNames, path.child('domainNames'), (text, at) => {
        if (!DOMAIN_NAME.test(text)) { errors.add('FieldValueInvalid', at, `'${text}' is not a domain name`, { fix: 'write it like example.com or *.example.com' }); }
      });
    }
  }

  /** `namespaces` or `pods`, as a subject and a peer have them. */
  private podSelection(fields: Fields | undefined, path: FieldPath): void {
    const { errors, schema: { needsNamespaces } } = this;
    if (!isAbsent(fields?.namespaces)) { validateSelectorTypes(errors, fields.namespaces, path.child('namespaces')); }
    if (isAbsent(fields?.pods)) { return; }
    const at = path.child('pods');
    const pods = errors.object(fields.pods, at, ['namespaceSelector', 'podSelector']);
    if (pods === undefined) { return; }
    for (const field of ['namespaceSelector', 'podSelector']) {
      if (isAbsent(pods[field]) && field === 'namespaceSelector' && !needsNamespaces) { continue; }
      const all = field === 'podSelector' ? 'pods' : 'namespaces';
      if (required(errors, pods, field, at, `write '${field}: {}' for all ${all}`)) { validateSelectorTypes(errors, pods[field], at.child(field)); }
    }
  }

  private port(value: unknown, path: FieldPath): void {
    const { errors, schema: { portsField, checksPorts } } = this;
    const fields = portsField === 'protocols' ? [...TRANSPORTS, 'destinationNamedPort'] : ['portNumber', 'portRange', 'namedPort'];
    if (isNullItem(errors, value, path)) { return; }
    const port = checksPorts.oneField ? this.oneField(value, path, fields) : errors.object(value, path, fields);
    if (port === undefined) { return; }
    errors.text(port.destinationNamedPort, path.child('destinationNamedPort'));
    errors.text(port.namedPort, path.child('namedPort'));
    for (const transport of TRANSPORTS) {
      if (isAbsent(port[transport])) { continue; }
      const at = path.child(transport);
      const protocol = this.oneField(port[transport], at, ['destinationPort']);
      if (protocol === undefined || isAbsent(protocol.destinationPort)) { continue; }
      const destination = at.child('destinationPort');
      const numbers = this.oneField(protocol.destinationPort, destination, ['number', 'range']);
      if (!isAbsent(numbers?.number)) { this.number(numbers.number, destination.child('number'), 1, 65535); }
      if (!isAbsent(numbers?.range)) { this.range(numbers.range, destination.child('range'), ['start', 'end']); }
    }
    if (!isAbsent(port.portNumber)) {
      const at = path.child('portNumber');
      const number = errors.object(port.portNumber, at, ['protocol', 'port']);
      if (number !== undefined) {
        errors.text(number.protocol, at.child('protocol'));
        if (required(errors, number, 'port', at)) { this.number(number.port, at.child('port'), 1, 65535); }
      }
    }
    if (!isAbsent(port.portRange)) { this.range(port.portRange, path.child('portRange'), ['protocol', 'start', 'end']); }
  }

  private range(value: unknown, path: FieldPath, fields: readonly string[]): void {
    const { errors, schema: { checksPorts } } = this;
    const range = errors.object(value, path, fields);
    if (range === undefined) { return; }
    errors.text(range.protocol, path.child('protocol'));
    const [start, end] = ['start', 'end'].map(field =>
      required(errors, range, field, path) ? this.number(range[field], path.child(field), 1, 65535) : undefined);
    if (checksPorts.ranges && start !== undefined && end !== undefined && start >= end) {
      errors.add('FieldValueInvalid', path, `start must be less than end, but ${start} is not less than ${end}`, { fix: start === end ? "write 'number' for one port" : 'exchange the two' });
    }
  }

  /**
   * Reads an object that must have exactly one field. A peer may have a field that a later version of the API defines: then the API server of the input's
   * cluster knows it, and netpol does what the API demands of a program that does not.
   */
  private oneField(value: unknown, path: FieldPath, known: readonly string[], mayBeNewer = false): Fields | undefined {
    const { errors } = this;
    const fields = isObject(value) ? Object.keys(value).filter(field => !isAbsent(value[field])) : [];
    if (mayBeNewer && fields.length > 0 && fields.every(field => !known.includes(field))) {
      for (const field of fields) {
        errors.add('UnknownField', path.child(field), 'there is no such peer in this kind; the rule matches nothing if it accepts, and otherwise denies everything', {
          harmless: true, fix: `the peers here are ${known.join(', ')}`,
        });
      }
      return {};
    }
    const object = errors.object(isAbsent(value) ? {} : value, path, known);
    if (object === undefined) { return undefined; }
    if (fields.length === 0) {
      errors.add('FieldValueInvalid', path, 'must have one field', { fix: `write one of ${known.join(', ')}` });
    } else if (fields.length > 1) {
      const isItem = typeof path.path.at(-1) === 'number';
      errors.add('FieldValueTooMany', path, `must have one field, not ${fields.join(', ')}`, { fix: isItem ? 'write an item for each' : 'remove all but one' });
    }
    return object;
  }

  /** Reads a list, and checks how many items it has. */
  private list(value: unknown, path: FieldPath, min: number, max: number): readonly unknown[] {
    const { errors } = this;
    const list = errors.list(value, path);
    if (list.length > max) { errors.add('FieldValueTooMany', path, `may have ${max} items, not ${list.length}`, { fix: 'split it' }); }
    if (list.length < min && Array.isArray(value)) { errors.add('FieldValueInvalid', path, 'must have an item', { fix: 'add one, or remove the field' }); }
    return list;
  }

  /** Reads a list of different texts. */
  private texts(value: unknown, path: FieldPath, check: (text: string, path: FieldPath) => void): void {
    const seen = new Set<unknown>();
    this.list(value, path, 1, MAX_NETWORKS).forEach((item, i) => {
      if (seen.has(item)) { this.errors.add('FieldValueDuplicate', path.child(i), `'${String(item)}' is in the list already`, { fix: 'remove it' }); }
      seen.add(item);
      if (isNullItem(this.errors, item, path.child(i))) { return; }
      const text = this.errors.text(item, path.child(i));
      if (text !== undefined) { check(text, path.child(i)); }
    });
  }

  private oneOf(value: unknown, path: FieldPath, values: readonly string[], fix?: string): void {
    const text = this.errors.text(value, path);
    if (text !== undefined) { this.errors.supported(text, path, values, fix); }
  }

  private number(value: unknown, path: FieldPath, min: number, max: number): number | undefined {
    const number = this.errors.integer(value, path, 32);
    if (number === undefined || (number >= min && number <= max)) { return number; }
    this.errors.add('FieldValueInvalid', path, `must be ${min}–${max}, not ${number}`, { fix: 'write a number in that range' });
    return undefined;
  }
}

function actionFix(action: unknown, actions: readonly string[]): string | undefined {
  if (action === 'Allow' || action === 'Accept') { return `write ${actions[0]}`; }
  return action === 'Pass' ? 'remove the rule: without a match, the next tier decides' : undefined;
}

function ruleFix(field: string, peersField: 'from' | 'to', portsField: 'protocols' | 'ports'): string | undefined {
  if (field === 'from' || field === 'to') { return `write '${peersField}' in this direction`; }
  return field === 'ports' || field === 'protocols' ? `write '${portsField}' in this kind` : undefined;
}

/** The definitions of custom resources check only the types of a selector. An operator may be any text. */
export function validateSelectorTypes(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const selector = errors.object(value, path, ['matchLabels', 'matchExpressions'], field =>
    /selector$/i.test(field) ? 'write matchLabels or matchExpressions here' : undefined);
  if (selector === undefined) { return; }
  const labels = path.child('matchLabels');
  const { matchLabels } = selector;
  const written = errors.object(matchLabels, labels, isObject(matchLabels) ? Object.keys(matchLabels) : []) ?? {};
  for (const [key, text] of Object.entries(written)) { errors.text(text, labels.child(key)); }
  const expressions = path.child('matchExpressions');
  errors.list(selector.matchExpressions, expressions).forEach((item, i) => {
    const at = expressions.child(i);
    const requirement = errors.object(item, at, ['key', 'operator', 'values']);
    if (requirement === undefined) { return; }
    for (const field of ['key', 'operator']) {
      if (required(errors, requirement, field, at)) { errors.text(requirement[field], at.child(field)); }
    }
    errors.list(requirement.values, at.child('values')).forEach((text, j) => {
      if (!isNullItem(errors, text, at.child('values').child(j))) { errors.text(text, at.child('values').child(j)); }
    });
  });
}
