import { labelled, policy } from '../support/cluster-objects';

/* Short ways to write objects of namespace `app`, for tests of rules about them. */

export const ports = (...numbers: number[]) => ({ ports: numbers.map(containerPort => ({ containerPort })) });
/** A policy `app/p` that lets peers into the pods of an app. */
export const ingress = (app: string, from: object[] | undefined, entries?: object[], name = 'app/p') =>
  policy(name, { podSelector: labelled({ app }), ingress: [{ from, ports: entries }] });
export const egress = (app: string, to: object[] | undefined, entries?: object[], name = 'app/e') =>
  policy(name, { podSelector: labelled({ app }), policyTypes: ['Egress'], egress: [{ to, ports: entries }] });
export const pods = (app: string) => ({ podSelector: labelled({ app }) });
/** A peer by the name of a namespace. */
export const inNamespace = (name: string) => ({ namespaceSelector: labelled({ 'kubernetes.io/metadata.name': name }) });
/** A peer of addresses. */
export const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...except.length === 0 ? {} : { except } } });
export const service = (name: string, app: string, entries: object[], more: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'app' }, spec: { selector: { app }, ports: entries, ...more } });
