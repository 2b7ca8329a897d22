import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { manifestOf } from '../../cdk8s/app-objects';
import { withArticle } from '../../cdk8s/call-arguments';
import { callError } from '../../cdk8s/call-error';
import { apiObjectOf } from '../../cdk8s/workload';
import { isObject } from '../../k8s/objects';
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
    default: return callError(where, `${path} is ${withArticle(object.kind)}, which has no pods of its own`, WRITE_A_PEER);
  }
}

/** A policy sees the pods and addresses behind a Service, not the Service. The fix names them. */
function serviceError(where: string, path: string, service: ApiObject): Error {
  const { type, externalName, selector } = specOf(service);
  if (type === 'ExternalName') {
    return callError(where, `${path} is a Service for the DNS name ${externalName}, and a NetworkPolicy has no domain names`,
      'write Peer.cidr(...) for the addresses behind the name, or Peer.publicInternet()');
  }
  const labels = Object.entries(stringMap(selector)).map(([key, value]) => `${/^[a-z]\w*$/i.test(key) ? key : `'${key}'`}: '${value}'`);
  if (labels.length === 0) {
    return callError(where, `${path} is a Service, and policies select pods and addresses`,
      'write the workload behind it, or Peer.cidr(...) for the addresses of its endpoints');
  }
  const namespace = service.metadata.namespace === undefined ? '' : `, namespace: '${service.metadata.namespace}'`;
  return callError(where, `${path} is a Service, and policies select pods and addresses`,
    `write the workload behind it, or Peer.pods({ labels: { ${labels.join(', ')} }${namespace} })`);
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
