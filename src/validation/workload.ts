import { FieldError, FieldErrors, FieldPath, isAbsent } from './field-errors';
import { validateLabels, validateLabelSelector } from './labels';
import { validateIdentity, validateMeantMetadata, validateMeantObject } from './metadata';
import { portNameErrors, portNumberErrors } from '../k8s/names';
import { ApiResource, isObject, PROTOCOLS } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { PodTemplate } from '../k8s/workloads';

/** The kinds whose selector has to select their own pods. */
const SELECTING_KINDS: readonly unknown[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];

const SELECTOR = FieldPath.to('spec', 'selector');

/**
 * Returns what the API server refuses about the parts of a workload that answers depend on: its name, the labels and ports of its pods,
 * and its selector. netpol does not validate the rest.
 */
export function validateWorkload(object: ApiResource, template: PodTemplate): readonly FieldError[] {
  const errors = new FieldErrors();
  validateMeantObject(errors, object);
  validateMeantMetadata(errors, object.metadata);
  validateIdentity(errors, isObject(object.metadata) ? object.metadata : {});
  const path = FieldPath.to(...template.path);
  const pod = template.path.reduce<unknown>((parent, step) => isObject(parent) ? parent[step] : undefined, object);
  if (!isObject(pod)) {
    errors.add('FieldValueRequired', path, 'is required', { fix: 'write the metadata and spec of the pods here' });
    return errors.errors;
  }
  if (template.path.length > 0) { validateMeantMetadata(errors, pod.metadata, path.child('metadata')); }
  validateLabels(errors, isObject(pod.metadata) ? pod.metadata.labels : undefined, path.child('metadata').child('labels'));
  const spec = isObject(pod.spec) ? pod.spec : {};
  for (const field of ['containers', 'initContainers']) {
    const list = path.child('spec').child(field);
    errors.list(spec[field], list).forEach((container, i) => {
      if (isObject(container)) { validatePorts(errors, container.ports, list.child(i).child('ports')); }
    });
  }
  if (SELECTING_KINDS.includes(object.kind)) { validateOwnSelector(errors, object, template); }
  return errors.errors;
}

function validatePorts(errors: FieldErrors, value: unknown, list: FieldPath): void {
  const names = new Set<string>();
  errors.list(value, list).forEach((port, i) => {
    const path = list.child(i);
    if (!isObject(port)) {
      errors.add('WrongType', path, 'must be an object', { fix: "write '- containerPort: 8080'" });
      return;
    }
    if (isAbsent(port.containerPort)) {
      // This is often a typing error, such as `containerport`. The workload can be read without the port.
      errors.add('FieldValueRequired', path.child('containerPort'), 'is required; netpol ignores this port', {
        fix: 'write the number of the port, like containerPort: 8080', harmless: true,
      });
    }
    const number = errors.integer(port.containerPort, path.child('containerPort'), 32);
    if (number !== undefined) { errors.addInvalid(path.child('containerPort'), portNumberErrors(number), `${number} `); }
    const protocol = errors.text(port.protocol, path.child('protocol'));
    // Unlike in a policy, the empty protocol is TCP.
    if (protocol) { errors.supported(protocol, path.child('protocol'), PROTOCOLS); }
    const name = errors.text(port.name, path.child('name'));
    if (!name) { return; }
    errors.addInvalid(path.child('name'), portNameErrors(name), `'${name}' `);
    if (names.has(name)) { errors.add('FieldValueInvalid', path.child('name'), `two ports of one container have the name '${name}'`, { fix: 'give each its own name' }); }
    names.add(name);
  });
}

function validateOwnSelector(errors: FieldErrors, object: ApiResource, template: PodTemplate): void {
  // The spec is an object, because it has the template.
  const { selector } = object.spec as { readonly selector?: unknown };
  if (isAbsent(selector)) { return; }
  const before = errors.errors.length;
  if (object.kind === 'ReplicationController') {
    validateLabels(errors, selector, SELECTOR);
  } else {
    validateLabelSelector(errors, selector, SELECTOR);
  }
  if (errors.errors.length > before) { return; }
  const own = Selector.from(template.selector!);
  if (!own.matches(template.labels)) {
    errors.add('FieldValueInvalid', FieldPath.to(...template.path, 'metadata', 'labels'), `\`selector\` does not match template \`labels\`: it selects ${own}`, {
      fix: 'write the same labels in spec.selector.matchLabels and here',
    });
  }
}
