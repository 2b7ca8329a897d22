import { ApiObject, Chart, JsonPatch, Lazy, Testing } from 'cdk8s';
import { newChart } from './synthesized';
import { withoutAddress, WorkloadPods } from '../../src/constructs/private/pod-source';

const ADDRESS = 'cdk8s.io/metadata.addr';

function deployment(labels: Record<string, string>, spec: object = {}, selector?: object): ApiObject {
  const props = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector, template: { metadata: { labels }, spec: { containers: [], ...spec } } } };
  return new ApiObject(newChart(), 'web', props);
}

describe('pods of a workload are selected', () => {
  test('by what the workload itself selects, expressions too', () => {
    const matchExpressions = [{ key: 'tier', operator: 'In', values: ['a'] }];
    expect(new WorkloadPods(deployment({ app: 'web', tier: 'a', version: '1' }, {}, { matchLabels: { app: 'web' }, matchExpressions })).selector())
      .toEqual({ matchLabels: { app: 'web' }, matchExpressions });
  });

  test("by the template's labels where it selects nothing", () => {
    expect(new WorkloadPods(deployment({ app: 'web' })).selector()).toEqual({ matchLabels: { app: 'web' } });
  });

  test('without the address of cdk8s, which changes when a construct is renamed, where there is anything else', () => {
    expect(new WorkloadPods(deployment({ app: 'web', [ADDRESS]: 'x' }, {}, { matchLabels: { [ADDRESS]: 'x' } })).selector())
      .toEqual({ matchLabels: { app: 'web' } });
    expect(new WorkloadPods(deployment({ [ADDRESS]: 'x' }, {}, { matchLabels: { [ADDRESS]: 'x' } })).selector())
      .toEqual({ matchLabels: { [ADDRESS]: 'x' } });
  });

  test('by the labels that were asked for', () => {
    expect(new WorkloadPods(deployment({ app: 'web', version: '1' }), { version: '1' }).selector()).toEqual({ matchLabels: { version: '1' } });
  });

  test('of a Pod, not by the labels that the chart gives to all of its objects', () => {
    const chart = new Chart(Testing.app(), 'shop', { labels: { team: 'a' } });
    const props = { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
    expect(new WorkloadPods(new ApiObject(chart, 'web', props)).selector()).toEqual({ matchLabels: { app: 'web' } });
    const bare = new ApiObject(chart, 'bare', { apiVersion: 'v1', kind: 'Pod', ...{ spec: { containers: [] } } });
    expect(new WorkloadPods(bare).problems()).toEqual([expect.stringContaining('the pods of shop/bare carry no label of their own')]);
  });
});

test('ports are read when they are asked for, with their protocols; those of sidecars count', () => {
  const containers: object[] = [];
  const pods = new WorkloadPods(deployment({ app: 'web' }, {
    containers: Lazy.any({ produce: () => containers }),
    initContainers: [
      { name: 'sidecar', restartPolicy: 'Always', ports: [{ containerPort: 9090, name: 'metrics' }] },
      { name: 'init', ports: [{ containerPort: 1 }] },
    ],
  }));
  containers.push({ name: 'main', ports: [{ containerPort: 53, protocol: 'UDP' }] });
  expect(pods.containerPorts()).toEqual([{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 9090, name: 'metrics' }]);
});

test('patches of the object count', () => {
  const object = deployment({ app: 'web' });
  object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers', [{ name: 'main', ports: [{ containerPort: 80 }] }]));
  expect(new WorkloadPods(object).containerPorts()).toEqual([{ protocol: 'TCP', port: 80 }]);
});

describe('what keeps policies from selecting the pods', () => {
  test("the host's network", () => {
    expect(new WorkloadPods(deployment({ app: 'web' }, { hostNetwork: true })).problems())
      .toEqual([expect.stringMatching(/^the pods of shop\/web use the host's network.*Instead, set hostNetwork to false/)]);
  });

  test('labels that the pods do not carry', () => {
    expect(new WorkloadPods(deployment({ app: 'web', a: '1' }), { app: 'db', a: '1', b: '2' }).problems())
      .toEqual([expect.stringMatching(/^the tier selects app=db,b=2, which the pods of shop\/web do not carry\. Instead, add the label/)]);
  });

  test('no label at all', () => {
    expect(new WorkloadPods(deployment({})).problems()).toEqual([expect.stringMatching(/carry no label of their own.*Tier\.wholeNamespace/)]);
  });

  test('an object that can not be rendered', () => {
    const object = deployment({ app: 'web' }, { containers: Lazy.any({ produce: () => { throw new Error('needs a container'); } }) });
    expect(new WorkloadPods(object).problems()).toEqual([expect.stringContaining('needs a container')]);
  });

  test('nothing, most of the time', () => {
    expect(new WorkloadPods(deployment({ app: 'web' })).problems()).toEqual([]);
  });
});

test('labels without the address and without those that all have in common', () => {
  expect(withoutAddress({ [ADDRESS]: 'x', app: 'web', team: 'a' }, { team: 'a', app: 'other' })).toEqual({ app: 'web' });
});
