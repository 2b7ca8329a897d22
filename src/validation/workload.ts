import { FieldError, FieldErrors, isAbsent, FieldPath } from './field-errors';
import { validateLabels, validateLabelSelector, validateIdentity } from './metadata';
import { portNameErrors, portNumberErrors } from '../k8s/names';
import { ApiResource, isObject, PROTOCOLS } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { PodTemplate } from '../k8s/workloads';

/** Kinds whose selector has to match their own pods. */
const SELECTING_KINDS: readonly unknown[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];

const METADATA = FieldPath.to('metadata');
const SELECTOR = FieldPath.to('spec', 'selector');

/**
 * What the API server would refuse about a workload, of what answers depend on: its name, the labels and
 * ports of its pods, its selector. The rest of a pod is none of our business.
 */
export function validateWorkload(object: ApiResource, template: PodTemplate): readonly FieldError[] {
  const errors = new FieldErrors();
  const { metadata } = object;
  validateIdentity(errors, isObject(metadata) ? metadata : {}, METADATA);
  const trail = FieldPath.to(...template.path);
  const pod = template.path.reduce<unknown>((at, step) => isObject(at) ? at[step] : undefined, object);
  if (!isObject(pod)) {
    errors.add('FieldValueRequired', trail, 'is required', { fix: "write the pod's metadata and spec there" });
    return errors.errors;
  }
  const labels = isObject(pod.metadata) ? pod.metadata.labels : undefined;
  validateLabels(errors, labels, trail.child('metadata').child('labels'));
  const spec = isObject(pod.spec) ? pod.spec : {};
  for (const field of ['containers', 'initContainers']) {
    const path = trail.child('spec').child(field);
    errors.list(spec[field], path).forEach((container, i) => {
      if (isObject(container)) { validatePorts(errors, container.ports, path.child(i).child('ports')); }
    });
  }
  if (SELECTING_KINDS.includes(object.kind)) { validateOwnSelector(errors, object, template); }
  return errors.errors;
}

function validatePorts(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const names = new Set<string>();
  errors.list(value, path).forEach((port, i) => {
    if (!isObject(port)) {
      errors.add('WrongType', path.child(i), 'must be an object', { fix: "write '- containerPort: 8080'" });
      return;
    }
    if (isAbsent(port.containerPort)) {
      // A slip of the pen (`containerport`) in someone's workload: the port is not there, and the rest stands.
      errors.add('FieldValueRequired', path.child(i).child('containerPort'), 'is required, so that this port is not counted', {
        fix: 'write the number of the port, as in containerPort: 8080', harmless: true,
      });
    }
    const number = errors.integer(port.containerPort, path.child(i).child('containerPort'), 32);
    for (const message of number === undefined ? [] : portNumberErrors(number)) { errors.add('FieldValueInvalid', path.child(i).child('containerPort'), `${number} ${message}`); }
    validatePortProtocol(errors, port.protocol, path.child(i).child('protocol'));
    const name = errors.text(port.name, path.child(i).child('name'));
    if (!name) { return; }
    for (const message of portNameErrors(name)) { errors.add('FieldValueInvalid', path.child(i).child('name'), `'${name}' ${message}`); }
    if (names.has(name)) { errors.add('FieldValueInvalid', path.child(i).child('name'), `two ports of one container are named '${name}'`, { fix: 'give each a name of its own' }); }
    names.add(name);
  });
}

function validatePortProtocol(errors: FieldErrors, value: unknown, path: FieldPath): void {
  const protocol = errors.text(value, path);
  // Unlike a policy's, a container's empty protocol is TCP.
  if (!protocol || PROTOCOLS.some(p => p === protocol)) { return; }
  const meant = PROTOCOLS.find(p => p === protocol.toUpperCase());
  errors.add('FieldValueNotSupported', path, `'${protocol}' is none of ${PROTOCOLS.join(', ')}`, { fix: meant && `write ${meant}` });
}

function validateOwnSelector(errors: FieldErrors, object: ApiResource, template: PodTemplate): void {
  // The template that was found is in the spec.
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
