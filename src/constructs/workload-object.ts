import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { callError } from './call-error';
import { isWorkloadKind, WORKLOAD_KINDS } from '../api/workloads';

/** The API object of a workload. Throws where there is none, or it is of another kind. */
export function readWorkload(path: string, workload: IConstruct): ApiObject {
  const object = apiObjectOf(workload);
  const kinds = WORKLOAD_KINDS.join(', ');
  if (object === undefined) {
    throw callError(path, `${workload?.node?.path ?? workload} has no API object as its default child`,
      `give a workload (${kinds}), or its API object to Tier.fromApiObject(...)`);
  }
  if (!isWorkloadKind(object.apiVersion, object.kind)) {
    throw callError(path, `${object.node.path} is a ${object.kind} of ${object.apiVersion}, which makes no pods that are known of`,
      `give a workload (${kinds}), or the pods' labels: new Tier(scope, id, { labels: { app: '...' } })`);
  }
  return object;
}

function apiObjectOf(construct: IConstruct | undefined): ApiObject | undefined {
  if (construct === undefined || ApiObject.isApiObject(construct)) { return construct; }
  return apiObjectOf(construct.node?.defaultChild);
}
