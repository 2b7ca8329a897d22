import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { FindingCode } from '../../src/findings/codes';
import { formatFinding, formatWithoutPlace } from '../../src/findings/finding';
import { lint } from '../../src/lint/lint';
import { readText } from '../../src/manifests/read-text';

/* What one rule finds in API objects. The objects are read as a file, because these rules look at kinds that are not part of the model. */

/** The findings with a code, without their places. Throws if the objects have an error, besides that of two declarations (NP032). */
export function foundIn(code: FindingCode, ...objects: readonly object[]): string[] {
  const { resources } = readText({ file: 'input.yaml', content: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), named: true });
  const { cluster, findings } = readCluster(resources);
  const errors = findings.filter(one => one.severity === 'error' && one.code !== 'NP032');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  let reach: Reachability | undefined;
  return lint([{ cluster, resources, reach: () => reach ??= new Reachability(cluster) }]).findings
    .filter(one => one.code === code).map(one => formatWithoutPlace({ ...one, related: undefined }));
}

/** An object of a kind that netpol does not evaluate. `name` is `namespace/name`, or the name alone. */
export function object(apiVersion: string, kind: string, name: string, fields: object): object {
  const [own, space] = name.split('/').reverse();
  return { apiVersion, kind, metadata: space === undefined ? { name: own } : { namespace: space, name: own }, ...fields };
}

/** A Service `namespace/name` for the pods with a label `app`. */
export function service(name: string, app: string, ports: readonly object[], metadata: object = {}): object {
  const made: any = object('v1', 'Service', name, { spec: { selector: { app }, ports } });
  return { ...made, metadata: { ...made.metadata, ...metadata } };
}
