import { Policy } from '../../cluster/cluster';

/** True for a policy that selects every pod of its namespace and allows nothing. */
export function isDefaultDeny({ subject, ingress = [], egress = [] }: Policy): boolean {
  return subject.isEverything && ingress.length === 0 && egress.length === 0;
}
