import * as fc from 'fast-check';
import { Cluster } from '../../src/cluster/cluster';
import { LiveCluster } from '../../src/cluster/live-cluster';
import { loadCluster, readCluster } from '../../src/cluster/read-cluster';
import { keepUnchanged } from '../../src/cluster/unchanged';
import { Resource } from '../../src/manifests/resources';
import { anyCluster, manifestsOf } from '../spec/arbitrary-cluster';
import { deployment, namespace, pod, podOf, policy } from '../support/cluster-objects';
import { randomRuns } from '../support/random-runs';

const resource = (object: any): Resource => ({ object, origin: { at: () => ({ file: 'test.yaml' }) }, named: true });

function live(...objects: object[]): LiveCluster {
  const resources = objects.map(resource);
  return new LiveCluster(loadCluster(resources), resources);
}

/** The contents of a cluster in any order. */
function contents({ namespaces, workloads, policies, unevaluated }: Cluster): object {
  const sorted = (all: readonly object[]) => all.map(one => JSON.stringify(one, (key, value) => {
    if (key === 'origin') { return undefined; }
    return typeof value === 'bigint' ? `${value}` : value;
  })).sort();
  return { namespaces: sorted([...namespaces.values()]), workloads: sorted(workloads), policies: sorted(policies), unevaluated: sorted(unevaluated) };
}

const WEB = deployment('x/web', { app: 'web' });
const DENY = policy('x/deny', { podSelector: {} });

describe('a cluster whose objects change', () => {
  test('is the same as one that is read from all of its objects', () => {
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

  test('keeps the identity of everything that a change does not touch', () => {
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

  test('stays the same if an object has an error', () => {
    const cluster = live(WEB, DENY);
    const before = cluster.cluster;
    expect(() => cluster.apply(resource(policy('x/deny', { podSelector: {}, ingress: 'all' })))).toThrow('NetworkPolicy x/deny: spec.ingress');
    expect(() => cluster.apply(resource({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'x', name: 'UPPER' }, spec: {} }))).toThrow('Deployment x/UPPER');
    expect(cluster.cluster).toBe(before);
  });

  test('groups pods by their owners', () => {
    const cluster = live(podOf('db', 'x/db-0', { app: 'db' }));
    cluster.apply(resource(podOf('db', 'x/db-1', { app: 'db' })));
    expect(cluster.cluster.workloads.map(w => [w.name, w.kind, w.pods.length])).toEqual([['db', 'StatefulSet', 2]]);
    cluster.remove(resource(podOf('db', 'x/db-0', {})));
    expect(cluster.cluster.workloads.map(w => w.pods.map(p => p.name))).toEqual([['db-1']]);
    cluster.remove(resource(podOf('db', 'x/db-1', {})));
    expect([cluster.cluster.workloads, [...cluster.cluster.namespaces.keys()]]).toEqual([[], []]);
  });

  test('gets a new object for each object with a generated name', () => {
    const generated = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace: 'x', generateName: 'deny-' }, spec: { podSelector: {} } };
    const cluster = live(WEB, generated, generated);
    expect(cluster.cluster.policies).toHaveLength(2);
    cluster.apply(resource(generated));
    expect(cluster.cluster.policies).toHaveLength(3);
    expect(cluster.remove(resource(generated))).toBe(false);
  });

  test('can have a policy of another kind with the same name', () => {
    const calico = { apiVersion: 'crd.projectcalico.org/v1', kind: 'NetworkPolicy', metadata: { namespace: 'x', name: 'deny' }, spec: {} };
    const cluster = live(WEB, DENY);
    expect(cluster.apply(resource(calico)).map(({ message }) => message)).toEqual([expect.stringMatching(/^NetworkPolicy x\/deny of Calico is of a kind that netpol does not evaluate; /)]);
    const names = () => [cluster.cluster.policies, cluster.cluster.unevaluated].map(all => all.map(({ name }) => name));
    expect(names()).toEqual([['deny'], ['deny']]);
    expect([cluster.remove(resource(DENY)), names()]).toEqual([true, [[], ['deny']]]);
    expect([cluster.remove(resource(calico)), cluster.remove(resource(calico)), names()]).toEqual([true, false, [[], []]]);
    // A later change reports no finding that is known.
    expect(live(WEB, calico).apply(resource(deployment('x/db', {})))).toEqual([]);
  });

  test('loses only the policy that is removed', () => {
    const cluster = live(WEB, namespace('deny'), DENY, policy('x/other', { podSelector: {} }));
    expect([cluster.remove(resource(DENY)), cluster.remove(resource(DENY))]).toEqual([true, false]);
    expect(cluster.cluster.policies.map(({ name }) => name)).toEqual(['other']);
    expect([...cluster.cluster.namespaces.keys()].sort()).toEqual(['deny', 'x']);
  });

  test('stays the same if there is no object to remove', () => {
    const cluster = live(WEB, pod('y/a'));
    const before = cluster.cluster;
    expect([DENY, namespace('x'), deployment('x/db', {}), pod('z/a')].map(object => cluster.remove(resource(object)))).toEqual([false, false, false, false]);
    expect(cluster.cluster).toBe(before);
  });

  test('has only the label of its name for a namespace that is no longer declared', () => {
    const cluster = live(WEB);
    cluster.apply(resource(namespace('x', { team: 'a' })));
    expect(cluster.cluster.namespaces.get('x')!.labels).toEqual({ 'team': 'a', 'kubernetes.io/metadata.name': 'x' });
    cluster.remove(resource(namespace('x')));
    expect(cluster.cluster.namespaces.get('x')!.labels).toEqual({ 'kubernetes.io/metadata.name': 'x' });
  });
});

test('a cluster keeps its facts when it changes', () => {
  const facts = { namespaces: [{ name: 'x', labels: { team: 'a' }, place: {} }] };
  const resources = [resource(WEB)];
  const cluster = new LiveCluster(loadCluster(resources, [], facts), resources, facts);
  cluster.apply(resource(DENY));
  expect(cluster.cluster.namespaces.get('x')!.labels).toMatchObject({ team: 'a' });
});

describe('the later of two readings', () => {
  const cilium = (name: string) => ({ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { namespace: 'x', name }, spec: {} });
  const read = (...resources: Resource[]) => readCluster(resources).cluster;

  test('has the objects of the earlier one if they did not change', () => {
    const resources = [namespace('x', { team: 'a' }), WEB, DENY, cilium('lock')].map(resource);
    const [before, after] = [read(...resources), read(...resources)];
    const kept = keepUnchanged(before, after);
    expect([kept.workloads[0], kept.policies[0], kept.namespaces.get('x')]).toEqual([before.workloads[0], before.policies[0], before.namespaces.get('x')]);
    expect([kept.workloads[0] === before.workloads[0], kept.policies[0] === before.policies[0], kept.namespaces.get('x') === before.namespaces.get('x')])
      .toEqual([true, true, true]);
    expect(kept.unevaluated).toBe(before.unevaluated);
  });

  test('has its own objects if they were read again', () => {
    const [before, after] = [read(...[WEB, DENY, cilium('lock')].map(resource)), read(...[WEB, DENY, cilium('lock')].map(resource))];
    const kept = keepUnchanged(before, after);
    expect([kept.workloads[0] === after.workloads[0], kept.policies[0] === after.policies[0]]).toEqual([true, true]);
    expect(kept.unevaluated[0]).toBe(after.unevaluated[0]);
  });

  test('has its own workload if some of its pods changed', () => {
    const [first, second] = [podOf('db', 'x/db-0', { app: 'db' }), podOf('db', 'x/db-1', { app: 'db' })].map(resource);
    const kept = keepUnchanged(read(first), read(first, second));
    expect(kept.workloads[0].pods).toHaveLength(2);
  });

  test('has its own namespace if the labels or the declaration changed', () => {
    const web = resource(WEB);
    const labelsOf = (before: Resource[], after: Resource[]) => {
      const later = read(...after);
      const kept = keepUnchanged(read(...before), later);
      return [kept.namespaces.get('x') === later.namespaces.get('x'), { ...kept.namespaces.get('x')!.labels }.team];
    };
    expect(labelsOf([web], [web, resource(namespace('x'))])).toEqual([true, undefined]);
    expect(labelsOf([web, resource(namespace('x', { team: 'a' }))], [web, resource(namespace('x', { team: 'b' }))])).toEqual([true, 'b']);
    expect(labelsOf([web, resource(namespace('x', { team: 'a' }))], [web, resource(namespace('x', { team: 'a' }))])).toEqual([false, 'a']);
  });

  test('has another list of policies of other kinds if one was added or removed', () => {
    const [one, two] = [cilium('one'), cilium('two')].map(resource);
    for (const [before, after] of [[[one], [one, two]], [[one, two], [one]], [[one, two], [two, one]]]) {
      const earlier = read(...before);
      const kept = keepUnchanged(earlier, read(...after));
      expect(kept.unevaluated).not.toBe(earlier.unevaluated);
      expect(kept.unevaluated.map(({ name }) => name)).toEqual(after.map(({ object }: any) => object.metadata.name));
    }
  });
});

function idOf({ kind, metadata: { namespace: place = 'default', name } }: any): string {
  return kind === 'Namespace' ? `Namespace ${name}` : `${kind} ${place}/${name}`;
}
