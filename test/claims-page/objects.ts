import { ApiObject, Chart } from 'cdk8s';

/** A Deployment whose pods have these labels. */
export function deployment(chart: Chart, name: string, labels: Record<string, string>, ports: readonly object[] = []): ApiObject {
  return new ApiObject(chart, `deployment-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name, image: 'example.com/image:1', ports }] } } },
  });
}

/** A DaemonSet whose pods use the network of their nodes. */
export function hostNetworkDaemonSet(chart: Chart, name: string, namespace: string, labels: Record<string, string>): ApiObject {
  return new ApiObject(chart, `daemonset-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { hostNetwork: true, containers: [{ name, image: 'example.com/image:1' }] } } },
  });
}

/** A Pod with these labels. */
export function pod(chart: Chart, name: string, labels: Record<string, string>): ApiObject {
  return new ApiObject(chart, `pod-${name}`, {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers: [{ name, image: 'example.com/image:1' }] },
  });
}
