import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, Chart, Cron, Include } from 'cdk8s';
import * as kplus27 from 'cdk8s-plus-27';
import { Line, LINES } from './cdk8s-plus-lines';
import { connectionsOf, newChart, objectsOf, policyOf, synthError } from './synthesized';
import { Tier } from '../../src';
import { Selector } from '../../src/k8s/selector';
import { podTemplateOf } from '../../src/k8s/workloads';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'] as const;

/** A workload of a kind, with one container on TCP 8080. */
function workload(k: Line, kind: typeof KINDS[number], chart: Chart, id: string, props: Partial<kplus27.DeploymentProps> = {}): kplus27.AbstractPod {
  const common = { containers: [{ name: 'main', image: 'main', portNumber: 8080 }], ...props };
  switch (kind) {
    case 'StatefulSet':
      return new k.StatefulSet(chart, id, { ...common, service: new k.Service(chart, `${id}-service`, { ports: [{ port: 80 }] }) } as kplus27.StatefulSetProps);
    case 'CronJob': return new k.CronJob(chart, id, { ...common, schedule: Cron.daily() } as kplus27.CronJobProps);
    default: return new k[kind](chart, id, common as object);
  }
}

describe.each(LINES)('%s', (_, k) => {
  describe.each(KINDS)('%s', kind => {
    test('can be a tier, whose policies select its pods on the ports of its containers', () => {
      const chart = newChart();
      const made = workload(k, kind, chart, 'web');
      Tier.of(made).allowInternally();
      const { spec } = policyOf(chart, 'allow-web-internally');
      expect(spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
      expect(Object.keys(spec.podSelector!.matchLabels!)).toEqual(['cdk8s.io/metadata.addr']);
      const { labels } = podTemplateOf(objectsOf(chart).find(o => o.kind === kind)!)!;
      expect(Selector.from(spec.podSelector!).matches(labels)).toBe(true);
    });

    test('is selected by the labels of its pods if they have any', () => {
      const chart = newChart();
      const made = workload(k, kind, chart, 'web', kind === 'Pod' ? { metadata: { labels: { app: 'x' } } } : { podMetadata: { labels: { app: 'x' } } });
      Tier.of(made).allowInternally();
      expect(policyOf(chart, 'allow-web-internally').spec.podSelector).toEqual({ matchLabels: { app: 'x' } });
    });

    test('can get containers after it became a tier', () => {
      const chart = newChart();
      const made = workload(k, kind, chart, 'web');
      Tier.of(made).allowInternally();
      made.addContainer({ name: 'dns', image: 'dns', ports: [{ number: 53, protocol: k.Protocol.UDP }], securityContext: { user: 1000 } });
      expect(policyOf(chart, 'allow-web-internally').spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 8080 }, { protocol: 'UDP', port: 53 }]);
    });

    test('has policies in the namespace of its object', () => {
      const chart = newChart('app');
      Tier.of(workload(k, kind, chart, 'web', { metadata: { namespace: 'jobs' } })).allowInternally();
      expect(policyOf(chart, 'allow-web-internally').metadata.namespace).toBe('jobs');
    });

    test("makes synth throw if it uses the host's network", () => {
      const chart = newChart();
      Tier.of(workload(k, kind, chart, 'web', { hostNetwork: true }));
      expect(synthError(chart)).toContain("[shop/web/tier] the pods of shop/web/Resource use the host's network");
    });
  });

  test('tiers of workloads have only the connections that are allowed', () => {
    const chart = newChart();
    const [web, db, other] = ['web', 'db', 'other'].map(id => workload(k, 'Deployment', chart, id, { metadata: { name: id } }));
    Tier.of(db).allowFrom(Tier.of(web));
    expect(other.node.children.map(({ node }) => node.id)).toEqual(['Resource']);
    expect(connectionsOf(chart)).toEqual(['app/web[Deployment] -> app/db[Deployment]: TCP 8080']);
  });

  test('a workload with spread is written with the same affinity, whether it is a tier or not', () => {
    const synthesized = (withTier: boolean) => {
      const chart = newChart();
      const made = workload(k, 'Deployment', chart, 'web', { spread: true, podMetadata: { labels: { app: 'x' } } });
      if (withTier) { Tier.of(made).allowInternally(); }
      return chart.node.findAll().filter(c => ApiObject.isApiObject(c) && c.kind === 'Deployment').map(c => {
        chart.node.findAll().forEach(other => other.node.validate());
        return (c as ApiObject).toJson();
      });
    };
    expect(synthesized(true)).toEqual(synthesized(false));
  });

  test('a workload without a container makes synth throw the error of cdk8s-plus', () => {
    const chart = newChart();
    Tier.of(new k.Deployment(chart, 'web'));
    expect(synthError(chart)).toMatch(/\[shop\/web\/tier\] .*PodSpec must have at least 1 container/);
  });
});

describe('a tier can be made from', () => {
  const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: front }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, pod: hash } }
    spec:
      containers: [{ name: web, image: web, ports: [{ containerPort: 53, protocol: UDP }, { name: http, containerPort: 80 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
`;

  test('an object of an Include', () => {
    const chart = newChart();
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'netpol.')), 'web.yaml');
    fs.writeFileSync(file, MANIFEST);
    const [web] = new Include(chart, 'include', { url: file }).apiObjects;
    Tier.fromApiObject(chart, 'web', web).allowInternally();
    const { metadata, spec } = policyOf(chart, 'allow-web-internally');
    expect(metadata.namespace).toBe('front');
    expect(spec.podSelector).toEqual({ matchLabels: { app: 'web' } });
    expect(spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 80 }, { protocol: 'UDP', port: 53 }]);
  });

  test('an API object of a kind that cdk8s-plus does not have', () => {
    const chart = newChart();
    const props = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      spec: { selector: { app: 'old' }, template: { metadata: { labels: { app: 'old' } }, spec: { containers: [{ name: 'm', image: 'm', ports: [{ containerPort: 1 }] }] } } },
    };
    Tier.of(new ApiObject(chart, 'old', props)).allowInternally();
    const { spec } = policyOf(chart, 'allow-old-internally');
    expect(spec.podSelector).toEqual({ matchLabels: { app: 'old' } });
    expect(spec.ingress![0].ports).toEqual([{ protocol: 'TCP', port: 1 }]);
  });
});
