import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { manifestOf } from '../../cdk8s/app-objects';
import { callError } from '../../cdk8s/call-error';
import { apiObjectOf, namedConstruct, workloadsWith } from '../../cdk8s/workload';
import { lastingLabels } from '../../k8s/lasting-labels';
import { isObject, Labels } from '../../k8s/objects';
import { stringMap } from '../../k8s/workloads';

/** The fix. */
export const WRITE_A_PEER = 'write a Tier, one of the factories of Peer, or a workload or a peer of cdk8s-plus';

/** The error for a construct that stands for no pods and no addresses. */
export function noPeerError(where: string, given: IConstruct): Error {
  const { path } = given.node;
  if ('endpointName' in given) {
    return callError(where, `Endpoint is for claims, and '${given.endpointName}' names nothing that is in the app`,
      'write the workload itself, or Peer.cidr(...) for addresses');
  }
  const object = apiObjectOf(given);
  if (object === undefined) { return callError(where, `${path} is neither a Tier nor a Peer, and its default child is no workload`, WRITE_A_PEER); }
  switch (`${object.apiVersion} ${object.kind}`) {
    case 'v1 Namespace': return callError(where, `${path} is the API object of a namespace`, `write Peer.namespace('${object.name}') for its pods`);
    case 'v1 Service': return serviceError(where, path, object);
    default: return callError(where, `${path} is a ${object.kind}, which has no pods of its own`, WRITE_A_PEER);
  }
}

/** A policy sees the pods and addresses behind a Service, not the Service. The fix names them. */
function serviceError(where: string, path: string, service: ApiObject): Error {
  const { type, externalName, selector } = specOf(service);
  if (type === 'ExternalName') {
    return callError(where, `${path} is a Service for the DNS name ${externalName}, and a NetworkPolicy has no domain names`,
      'write Peer.cidr(...) for the addresses behind the name, or Peer.publicInternet()');
  }
  const labels = stringMap(selector);
  const { namespace } = service.metadata;
  const behind = Object.keys(labels).length === 0 ? [] : [...new Set(workloadsWith(service, labels).map(workload => namedConstruct(workload).node.path))];
  const names = behind.length === 0 || behind.length > MAX_NAMES ? '' : `, ${behind.join(' or ')}`;
  return callError(where, `${path} is a Service, and policies select pods and addresses`,
    `write ${behind.length > 1 ? 'one of the workloads' : 'the workload'} behind it${names}${otherPeer(labels, namespace)}`);
}

/** More workloads behind a Service than this are not named. */
const MAX_NAMES = 5;

/** The peer that means what a Service leads to. The address label and a version would not last. */
function otherPeer(labels: Labels, namespace: string | undefined): string {
  const lasting = Object.entries(lastingLabels(labels)).map(([key, value]) => `${/^[a-z]\w*$/i.test(key) ? key : `'${key}'`}: '${value}'`);
  if (lasting.length > 0) { return `, or Peer.pods({ labels: { ${lasting.join(', ')} }${namespace === undefined ? '' : `, namespace: '${namespace}'`} })`; }
  return Object.keys(labels).length > 0 ? '' : ', or Peer.cidr(...) for the addresses of its endpoints';
}

function specOf(service: ApiObject): Record<string, unknown> {
  try {
    const { spec } = manifestOf(service);
    return isObject(spec) ? spec : {};
  } catch {
    // It may not be complete yet: a Service of cdk8s-plus without ports cannot be rendered.
    return {};
  }
}
