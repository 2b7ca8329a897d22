import * as fc from 'fast-check';
import { Cluster } from '../../src/cluster/cluster';
import { LiveCluster } from '../../src/cluster/live-cluster';
import { loadCluster } from '../../src/cluster/read-cluster';
import { Resource } from '../../src/manifests/resources';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, namespace, pod, podOf, policy } from '../support/cluster-objects';
import { randomRuns } from '../support/random-runs';

const resource = (object: any): Resource => ({ object, origin: { at: () => ({ file: 'test.yaml' }) }, named: true });

function live(...objects: object[]): LiveCluster {
  const resources = objects.map(resource);
  return new LiveCluster(loadCluster(resources), resources);
}

/** What is in a cluster, whatever the order. */
function contents({ namespaces, workloads, policies }: Cluster): object {
  const sorted = (all: readonly object[]) => all.map(one => JSON.stringify(one, (key, value) => {
    if (key === 'origin') { return undefined; }
    return typeof value === 'bigint' ? `${value}` : value;
  })).sort();
  return { namespaces: sorted([...namespaces.values()]), workloads: sorted(workloads), policies: sorted(policies) };
}

const WEB = deployment('x/web', { app: 'web' });
const DENY = policy('x/deny', { podSelector: {} });

describe('a cluster whose objects come and go', () => {
  test('is what its objects are read into, whatever the way to them', () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 12 });
    fc.assert(fc.property(anyCluster, anyCluster, steps, (one, other, changes) => {
      const [start, more] = [one, other].map(manifestsOf);
      const cluster = live(...start);
      const present = new Map<string, any>(start.map(object => [idOf(object), object]));
      for (const [at, removes] of changes) {
        const object = more[at % more.length];
        if (removes) {
          expect(cluster.remove(resource(object))).toBe(present.delete(idOf(object)));
        } else {
          cluster.apply(resource(object));
          present.set(idOf(object), object);
        }
        expect(contents(cluster.cluster)).toEqual(contents(loadCluster([...present.values()].map(resource)).cluster));
      }
    }), { numRuns: randomRuns(300) });
  });

  test('keeps the objects that a change does not touch', () => {
    const cluster = live(namespace('x', { team: 'a' }), WEB, deployment('y/web', { app: 'web' }), DENY, policy('y/deny', { podSelector: {} }));
    const before = cluster.cluster;
    cluster.apply(resource(policy('x/deny', { podSelector: { matchLabels: { app: 'web' } } })));
    cluster.apply(resource(deployment('x/db', { app: 'db' })));
    const after = cluster.cluster;
    expect(after.policies.map(p => before.policies.includes(p))).toEqual([false, true]);
    expect(after.workloads.find(w => w.namespace === 'y')).toBe(before.workloads.find(w => w.namespace === 'y'));
    expect(after.namespaces.get('x')).toBe(before.namespaces.get('x'));
    expect(after.namespaces.get('y')).toBe(before.namespaces.get('y'));
  });

  test('stays what it was where an object is refused', () => {
    const cluster = live(WEB, DENY);
    const before = cluster.cluster;
    expect(() => cluster.apply(resource(policy('x/deny', { podSelector: {}, ingress: 'all' })))).toThrow('NetworkPolicy x/deny: spec.ingress');
    expect(() => cluster.apply(resource({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'x', name: 'UPPER' }, spec: {} }))).toThrow('Deployment x/UPPER');
    expect(cluster.cluster).toBe(before);
  });

  test('groups pods with what owns them, whoever came first', () => {
    const cluster = live(podOf('db', 'x/db-0', { app: 'db' }));
    cluster.apply(resource(podOf('db', 'x/db-1', { app: 'db' })));
    expect(cluster.cluster.workloads.map(w => [w.name, w.kind, w.pods.length])).toEqual([['db', 'StatefulSet', 2]]);
    cluster.remove(resource(podOf('db', 'x/db-0', {})));
    expect(cluster.cluster.workloads.map(w => w.pods.map(p => p.name))).toEqual([['db-1']]);
    cluster.remove(resource(podOf('db', 'x/db-1', {})));
    expect([cluster.cluster.workloads, [...cluster.cluster.namespaces.keys()]]).toEqual([[], []]);
  });

  test('takes an object whose name is generated for a new one each time', () => {
    const generated = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 'x', generateName: 'deny-' }, spec: { podSelector: {} } };
    const cluster = live(WEB, generated, generated);
    expect(cluster.cluster.policies).toHaveLength(2);
    cluster.apply(resource(generated));
    expect(cluster.cluster.policies).toHaveLength(3);
    expect(cluster.remove(resource(generated))).toBe(false);
  });

  test("does not take another kind's object for a policy of Kubernetes", () => {
    const calico = { apiVersion: 'crd.projectcalico.org/v1', kind: 'NetworkPolicy', metadata: { namespace: 'x', name: 'deny' }, spec: {} };
    const cluster = live(WEB, DENY);
    expect(cluster.apply(resource(calico)).map(({ message }) => message)).toEqual([expect.stringContaining('which netpol does not evaluate')]);
    expect(cluster.remove(resource(calico))).toBe(false);
    expect(cluster.cluster.policies).toHaveLength(1);
    // It has been told of once, and is not again with each change of the namespace.
    expect(live(WEB, calico).apply(resource(deployment('x/db', {})))).toEqual([]);
  });

  test('loses a policy that is taken away, and no other', () => {
    const cluster = live(WEB, namespace('deny'), DENY, policy('x/other', { podSelector: {} }));
    expect([cluster.remove(resource(DENY)), cluster.remove(resource(DENY))]).toEqual([true, false]);
    expect(cluster.cluster.policies.map(({ name }) => name)).toEqual(['other']);
    expect([...cluster.cluster.namespaces.keys()].sort()).toEqual(['deny', 'x']);
  });

  test('says so where there is nothing to remove', () => {
    const cluster = live(WEB, pod('y/a'));
    const before = cluster.cluster;
    expect([DENY, namespace('x'), deployment('x/db', {}), pod('z/a')].map(object => cluster.remove(resource(object)))).toEqual([false, false, false, false]);
    expect(cluster.cluster).toBe(before);
  });

  test('has an undeclared namespace with the label of its name alone, and a declared one as it is declared', () => {
    const cluster = live(WEB);
    cluster.apply(resource(namespace('x', { team: 'a' })));
    expect(cluster.cluster.namespaces.get('x')!.labels).toEqual({ 'team': 'a', 'kubernetes.io/metadata.name': 'x' });
    cluster.remove(resource(namespace('x')));
    expect(cluster.cluster.namespaces.get('x')!.labels).toEqual({ 'kubernetes.io/metadata.name': 'x' });
  });
});

function idOf({ kind, metadata: { namespace: place = 'default', name } }: any): string {
  return kind === 'Namespace' ? `Namespace ${name}` : `${kind} ${place}/${name}`;
}
