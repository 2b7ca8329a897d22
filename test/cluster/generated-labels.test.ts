import { readCluster } from '../../src/cluster/read-cluster';

/* The labels that Kubernetes adds to pods (kubernetes.io/docs/reference/labels-annotations-taints). */

const NODE = ['topology.kubernetes.io/zone?', 'topology.kubernetes.io/region?'];
const spec = { containers: [{ name: 'c', image: 'i' }] };

/** The pods of the first workload: their known labels, and the keys of the others: with `?` if a pod may lack the label, and with the form. */
function podsOf(...objects: object[]) {
  const { cluster, findings } = readCluster(objects.map((object, i) => ({ object: object as any, origin: { at: () => ({ file: `object ${i}` }) }, named: true })));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return cluster.workloads[0].pods.map(({ labels, generated = [] }) => ({
    labels, generated: generated.map(({ key, optional, form }) => `${key}${optional ? '?' : ''}${form === undefined ? '' : ` ${form}`}`),
  }));
}

const template = (labels = {}) => ({ metadata: { labels: { app: 'a', ...labels } }, spec });
const metadata = { name: 'a.b', namespace: 'x' };
const made = (apiVersion: string, kind: string, own: object = {}, labels = {}, meta: object = metadata) =>
  ({ apiVersion, kind, metadata: meta, spec: { selector: { matchLabels: { app: 'a' } }, template: template(labels), ...own } });
const job = (own: object = {}, labels = {}, meta?: object) => made('batch/v1', 'Job', { selector: undefined, ...own, template: { ...template(labels), spec: { ...spec, restartPolicy: 'Never' } } }, labels, meta);
const cronJob = (own: object = {}) => {
  const { spec: jobSpec } = job(own);
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { schedule: '* * * * *', jobTemplate: { spec: jobSpec } } };
};
const statefulSet = (own: object = {}, labels = {}) => made('apps/v1', 'StatefulSet', own, labels);
const UIDS = ['batch.kubernetes.io/controller-uid', 'controller-uid'];
const nameOf = (ordinal: number) => ({ 'app': 'a', 'statefulset.kubernetes.io/pod-name': `a.b-${ordinal}`, 'apps.kubernetes.io/pod-index': `${ordinal}` });

describe('a label that the manifest does not determine', () => {
  test.each<[string, object, string[]]>([
    ['the template hash of a Deployment', made('apps/v1', 'Deployment'), ['pod-template-hash']],
    ['the revision and generation of a DaemonSet', made('apps/v1', 'DaemonSet'), ['controller-revision-hash', 'pod-template-generation #']],
    ['the Job of a CronJob', cronJob(), ['batch.kubernetes.io/job-name a.b-#', 'job-name a.b-#', ...UIDS]],
    ['the name of a Job that the API server generates', job({}, {}, { generateName: 'a-', namespace: 'x' }), ['batch.kubernetes.io/job-name a-*', 'job-name a-*', ...UIDS]],
    ['nothing else of a ReplicaSet', made('apps/v1', 'ReplicaSet'), []],
    ['nothing else of a Pod', { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { app: 'a' } }, spec }, []],
    ['nothing else of a Pod with an empty status', { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { app: 'a' } }, spec, status: { podIPs: [], phase: '' } }, []],
  ])('is %s', (_, object, generated) => {
    expect(podsOf(object)).toEqual([{ labels: { app: 'a' }, generated: [...generated, ...NODE] }]);
  });

  test('has any value if the node may overwrite it', () => {
    expect(podsOf(made('apps/v1', 'ReplicaSet', {}, { 'topology.kubernetes.io/zone': 'z' })))
      .toEqual([{ labels: { app: 'a' }, generated: ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region?'] }]);
  });

  test('has any value if Kubernetes overwrites it', () => {
    expect(podsOf(made('apps/v1', 'Deployment', {}, { 'pod-template-hash': 'x' }))).toEqual([{ labels: { app: 'a' }, generated: ['pod-template-hash', ...NODE] }]);
  });
});

describe('the labels of a Job', () => {
  test('are its name and the generated identity of its controller', () => {
    expect(podsOf(job())).toEqual([{ labels: { 'app': 'a', 'batch.kubernetes.io/job-name': 'a.b', 'job-name': 'a.b' }, generated: [...UIDS, ...NODE] }]);
  });

  test('have an index for each completion, up to a thousand, and any number after that', () => {
    const INDEX = 'batch.kubernetes.io/job-completion-index';
    const indexed = (completions?: number) => podsOf(job({ completionMode: 'Indexed', completions }));
    expect(indexed().map(({ labels }) => labels[INDEX])).toEqual(['0']);
    const many = indexed(1001);
    expect(many).toHaveLength(1001);
    expect(many[1000].generated).toContain(`${INDEX} #`);
  });

  test('are not added with manualSelector', () => {
    expect(podsOf(job({ manualSelector: true, selector: { matchLabels: { app: 'a' } } }))).toEqual([{ labels: { app: 'a' }, generated: NODE }]);
  });

  test('keep the values that a cluster has printed', () => {
    const uids = { 'batch.kubernetes.io/controller-uid': 'u', 'controller-uid': 'u' };
    expect(podsOf(job({}, uids))).toEqual([{ labels: { 'app': 'a', ...uids, 'batch.kubernetes.io/job-name': 'a.b', 'job-name': 'a.b' }, generated: NODE }]);
  });

  test.each([['a Job', job], ['a CronJob', cronJob]])('have the index of each pod if %s is indexed', (_, make) => {
    const indexes = podsOf(make({ completionMode: 'Indexed', completions: 3 })).map(({ labels }) => labels['batch.kubernetes.io/job-completion-index']);
    expect(indexes).toEqual(['0', '1', '2']);
    expect(podsOf(make({ completionMode: 'NonIndexed', completions: 3 }))).toHaveLength(1);
  });
});

describe('the labels of a StatefulSet', () => {
  const generated = ['controller-revision-hash', ...NODE];

  test.each<[string, object, number[]]>([
    ['one pod without replicas', {}, [0]],
    ['each replica', { replicas: 3 }, [0, 1, 2]],
    ['each replica from the first ordinal on', { replicas: 2, ordinals: { start: 5 } }, [5, 6]],
    ['one pod with zero replicas: it may be scaled up', { replicas: 0 }, [0]],
  ])('name %s', (_, own, ordinals) => {
    expect(podsOf(statefulSet(own))).toEqual(ordinals.map(ordinal => ({ labels: nameOf(ordinal), generated })));
  });

  test('replace what the template has', () => {
    expect(podsOf(statefulSet({}, { 'apps.kubernetes.io/pod-index': '7', 'controller-revision-hash': 'h' }))).toEqual([{ labels: nameOf(0), generated }]);
  });

  test('name at most a thousand pods one by one; the others have any number', () => {
    const pods = podsOf(statefulSet({ replicas: 1_000_000 }));
    expect(pods).toHaveLength(1001);
    expect(pods[1000]).toEqual({
      labels: { app: 'a' },
      generated: ['controller-revision-hash', 'statefulset.kubernetes.io/pod-name a.b-#', 'apps.kubernetes.io/pod-index #', ...NODE],
    });
  });

  test.each<[string, object, number]>([
    ['a HorizontalPodAutoscaler', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { minReplicas: 2 } }, 2],
    ['a HorizontalPodAutoscaler without a least number', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: {} }, 1],
    ['a ScaledObject of KEDA', { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', spec: {} }, 0],
  ])('name the pods that %s always keeps; further ones have any number', (_, scaler: any, known) => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'a.b' };
    const pods = podsOf(statefulSet({ replicas: 9 }), { ...scaler, metadata: { name: 's', namespace: 'x' }, spec: { ...scaler.spec, scaleTargetRef } });
    expect(pods.map(({ labels }) => labels['apps.kubernetes.io/pod-index'])).toEqual([...Array(known).keys()].map(String).concat([undefined as any]));
  });

  test.each<[string, object]>([
    ['of another workload', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'other' } } }],
    ['of a Deployment, which it scales by default', { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', spec: { scaleTargetRef: { name: 'a.b' } } }],
    ['without a target', { spec: {} }],
    ['without a spec', {}],
    ['of another group', { apiVersion: 'acme.io/v1', spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'a.b' } } }],
  ])('do not depend on an autoscaler %s', (_, scaler) => {
    const pods = podsOf(statefulSet({ replicas: 3 }), { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 's', namespace: 'x' }, ...scaler });
    expect(pods).toHaveLength(3);
  });
});

describe('a pod that a cluster has printed', () => {
  const owned = { ...metadata, labels: { app: 'a' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'a', uid: 'u', controller: true }] };
  test.each<[string, object]>([
    ['with an owner', { metadata: owned }],
    ['with a status', { metadata: { ...metadata, labels: { app: 'a' }, ownerReferences: [] }, status: { phase: 'Running' } }],
  ])('%s has the labels that are written, and no others', (_, own) => {
    expect(podsOf({ apiVersion: 'v1', kind: 'Pod', spec, ...own })).toEqual([{ labels: { app: 'a' }, generated: [] }]);
  });
});
