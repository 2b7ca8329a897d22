import { listAt, NamedObject, textAt, valueAt, WrittenObjects } from './written-objects';
import { Path } from '../../findings/finding';
import { Resource } from '../../manifests/resources';

/* The Services that the API server calls: webhooks of admission and conversion, and APIs of their own (kubernetes.io, "Dynamic Admission Control"). */

/** A call of the API server that an object asks for. */
export interface Call {
  readonly caller: NamedObject;
  /** Where the object names the Service. */
  readonly path: Path;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** The calls, by the port of the Service. */
export function callsOfApiServer(resources: readonly Resource[]): ReadonlyMap<string, readonly Call[]> {
  const written = WrittenObjects.of(resources);
  const calls = new Map<string, Call[]>();
  const add = (caller: NamedObject, path: Path) => {
    const service = valueAt(caller.object, ...path);
    const [namespace, name, written443] = [textAt(service, 'namespace'), textAt(service, 'name'), valueAt(service, 'port')];
    if (namespace === undefined || name === undefined) { return; }
    const port = typeof written443 === 'number' ? written443 : 443;
    const key = `${namespace}/${name} ${port}`;
    const alike = calls.get(key) ?? [];
    calls.set(key, alike);
    if (!alike.some(one => one.caller === caller)) { alike.push({ caller, path, namespace, name, port }); }
  };
  for (const config of written.ofKinds('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration')) {
    listAt(config.object, 'webhooks').forEach((_, i) => { add(config, ['webhooks', i, 'clientConfig', 'service']); });
  }
  for (const service of written.ofKinds('apiregistration.k8s.io', 'APIService')) { add(service, ['spec', 'service']); }
  for (const definition of written.ofKinds('apiextensions.k8s.io', 'CustomResourceDefinition')) {
    add(definition, ['spec', 'conversion', 'webhook', 'clientConfig', 'service']);
  }
  return calls;
}
