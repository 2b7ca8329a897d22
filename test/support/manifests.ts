import { Cluster, ClusterFacts } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';
import { Resource } from '../../src/manifests/resources';

/** The cluster of API objects. Throws if one has an error, so that no test passes on half of its input. */
export function clusterOfObjects(objects: readonly any[], facts?: ClusterFacts): Cluster {
  return clusterOf(objects.map((object, i) => ({ object, origin: { at: () => ({ file: `object ${i}` }) }, named: true })), facts);
}

/** The cluster of YAML manifests. Throws if one has an error. */
export function clusterOfYaml(yaml: string): Cluster {
  const { resources, findings } = readText({ file: 'test.yaml', content: yaml, named: true });
  if (findings.length > 0) { throw new Error(findings.map(formatFinding).join('\n')); }
  return clusterOf(resources);
}

/** The evaluated cluster of YAML manifests. */
export function reachOfYaml(yaml: string): Reachability {
  return new Reachability(clusterOfYaml(yaml));
}

function clusterOf(resources: readonly Resource[], facts?: ClusterFacts): Cluster {
  const { cluster, findings } = readCluster([...resources], facts);
  const errors = findings.filter(one => one.severity === 'error');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  return cluster;
}
