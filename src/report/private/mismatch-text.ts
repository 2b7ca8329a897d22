import { AddressesClause } from '../../cluster/cluster';
import { enumerate } from '../../findings/enumeration';
import { formatAddress } from '../../k8s/address';
import { pluginName } from '../../k8s/network-plugins';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Mismatch } from '../../query/explanation';
import { formatConnections, formatPortQuery } from '../../query/ports';

/** Why a rule does not allow a connection, as the second half of a sentence about the rule. */
export function mismatchText(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case 'other ports': return `it allows ${formatConnections(mismatch.allowed)}, not ${formatPortQuery(mismatch.asked)}`;
    case 'port name': {
      const { port: { protocol, name }, destination } = mismatch;
      return destination.kind === 'pod'
        ? `no container of ${destination.name} has a ${protocol} port named '${name}'`
        : `the port name '${name}' has no meaning for an address: give a number`;
    }
    case 'address': return `podSelector ${mismatch.clause.pods} selects pods, and ${mismatch.peer.name} is an address`;
    case 'host network': return `${mismatch.peer.name} is on its node's network, where only an ipBlock selects it`;
    case 'other namespace': return `without a namespaceSelector it selects pods of its own namespace '${mismatch.policy.namespace}' only, `
      + `and ${mismatch.peer.name} is in '${mismatch.peer.workload.namespace}'`;
    case 'labels differ': return labelsText(mismatch);
    case 'block': return blockMismatch(mismatch);
    case 'plugin': return `${blockText(mismatch.clause)} does not select ${mismatch.peer.name}: ${pluginName(mismatch.plugin)} matches pods by their labels only`;
  }
}

/** More exceptions of a block than this are counted. */
const MAX_EXCEPTIONS = 4;

/** An ipBlock with its exceptions: `ipBlock 10.0.0.0/8 except 10.1.0.0/16`. */
export function blockText({ block, except }: AddressesClause): string {
  return `ipBlock ${cidrText(block)}${except.length === 0 ? '' : ` except ${enumerate(except.map(cidrText), MAX_EXCEPTIONS)}`}`;
}

/** A block as messages name it: `10.0.0.0/8`. */
export function cidrText({ first, prefix }: AddressesClause['block']): string {
  return `${formatAddress(first)}/${prefix}`;
}

/** With more labels than this, only those that the selector asks for are shown. */
const MAX_LABELS = 4;

function labelsText({ of, peer, selector, labels, differences, isDeclared }: Extract<Mismatch, { kind: 'labels differ' }>): string {
  const all = Object.keys(labels).sort();
  const shown = all.length <= MAX_LABELS ? all : all.filter(key => differences.some(({ wanted }) => wanted.key === key));
  const absent = new Set(differences.filter(({ has }) => has === undefined).map(({ wanted, isGenerated }) => isGenerated === true ? `a generated label ${wanted.key}` : `no label ${wanted.key}`));
  const has = [...shown.map(key => `${key}=${labels[key]}`), ...absent].join(', ');
  const [field, object] = of === 'namespace' ? ['namespaceSelector', `namespace '${peer.workload.namespace}'`] : ['podSelector', peer.name];
  return `its ${field} ${selector} does not select ${object}, which has ${has}`
    + (isDeclared || differences.every(({ wanted }) => wanted.key === NAMESPACE_NAME_LABEL) ? '' : ' (the input has no Namespace object of that name, so its other labels are not known)');
}

function blockMismatch({ clause, peer, except }: Extract<Mismatch, { kind: 'block' }>): string {
  const block = blockText(clause);
  if (peer.kind === 'address') {
    return `${block} does not contain ${peer.name}${except === undefined ? '' : `: it is in ${cidrText(except)}, which is an exception`}`;
  }
  return peer.pod.addresses.length === 0
    ? `${block} does not contain every address that ${peer.name} may have, and its own address is not known`
    : `${block} does not contain ${peer.pod.addresses.map(formatAddress).join(' or ')}, the address of ${peer.name}`;
}
