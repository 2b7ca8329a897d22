import { ApiObject, Chart } from 'cdk8s';

/*
 * The cluster in which the recipes are checked: a shop and its neighbours. Without a recipe, no pod is isolated.
 *
 *   shop         web (TCP 8080 'http', TCP 9090 'metrics'), db (TCP 5432), client, batch
 *   ops          prometheus, console
 *   partner      client: the same labels as the shop's client, in another namespace
 *   kube-system  coredns (UDP 53, TCP 53), konnectivity-agent
 */

/** An address outside the cluster. */
export const OUTSIDE = '52.94.0.10';

type Ports = [name: string, protocol: string, containerPort: number][];

const namespace = (name: string, labels: Record<string, string>) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

const pod = (where: string, name: string, labels: Record<string, string>, ports: Ports = []) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: where, name, labels },
  spec: { containers: [{ name, image: name, ports: ports.map(([port, protocol, containerPort]) => ({ name: port, protocol, containerPort })) }] },
});

const WORLD = [
  namespace('shop', { team: 'shop' }),
  namespace('ops', { team: 'ops' }),
  namespace('partner', { team: 'partner' }),
  namespace('kube-system', {}),
  pod('shop', 'web', { app: 'web' }, [['http', 'TCP', 8080], ['metrics', 'TCP', 9090]]),
  pod('shop', 'db', { app: 'db' }, [['sql', 'TCP', 5432]]),
  pod('shop', 'client', { app: 'client', role: 'reader' }, [['http', 'TCP', 8080]]),
  pod('shop', 'batch', { app: 'batch', role: 'writer' }),
  pod('ops', 'prometheus', { app: 'prometheus', role: 'monitoring' }),
  pod('ops', 'console', { app: 'console' }),
  pod('partner', 'client', { app: 'client', role: 'reader' }, [['http', 'TCP', 8080]]),
  pod('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }, [['dns', 'UDP', 53], ['dns-tcp', 'TCP', 53]]),
  pod('kube-system', 'konnectivity-agent', { 'k8s-app': 'konnectivity-agent' }),
];

/** What the manifests do not say about the cluster. */
export const WORLD_FACTS = { podCidrs: ['10.0.0.0/8'] };

/** The cluster as manifests. */
export const WORLD_YAML = WORLD.map(object => JSON.stringify(object)).join('\n---\n');

/** The cluster as objects of an app. */
export function addWorld(chart: Chart): void {
  WORLD.forEach((object, i) => new ApiObject(chart, `object-${i}`, object));
}
