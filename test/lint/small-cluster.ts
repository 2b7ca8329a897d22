import { Reachability } from '../../src/evaluator/reachability';
import { FindingCode } from '../../src/findings/codes';
import { Finding, formatFinding } from '../../src/findings/finding';
import { Cidr } from '../../src/k8s/address';
import { LabelSelector } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { lint } from '../../src/lint/lint';
import { LintInput, NamedGroup } from '../../src/lint/lint-input';
import { Unread } from '../../src/manifests/unread';
import { parsePortQuery, PortQuery } from '../../src/query/ports';
import { labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What lint finds in small clusters. Places are `object N`, the position in the list of objects. */

export interface Group {
  /** `namespace/name`; the name is that of a tier. */
  readonly name: string;
  readonly selector: LabelSelector;
  /** The name of the workload that the group was made from. */
  readonly workload?: string;
}

export interface Options extends Partial<Pick<LintInput, 'dnsDecided'>> {
  readonly groups?: readonly Group[];
  /** Claims on the pods of a workload: `[workload, port]`. */
  readonly claims?: readonly (readonly [workload: string, port: string])[];
  /** Namespaces with workloads that the input does not declare. */
  readonly open?: readonly string[];
  /** The stated blocks of pod addresses. */
  readonly podCidrs?: readonly Cidr[];
  /** Parts of the input that were not read. */
  readonly unread?: readonly Unread[];
}

export function findingsIn(objects: readonly object[], { groups = [], claims = [], open, podCidrs, unread, dnsDecided = new Set(['app']) }: Options = {}): readonly Finding[] {
  const read = clusterOfObjects(objects, { namespaces: [], openNamespaces: open, podCidrs });
  const cluster = unread === undefined ? read : { ...read, unread };
  const workloadNamed = (full: string) => cluster.workloads.find(({ namespace: own, name }) => `${own}/${name}` === full)!;
  return lint([{
    resources: objects.map((object, i) => ({ object: object as Record<string, unknown>, origin: { at: () => ({ file: `object ${i}` }) }, named: true })),
    cluster,
    reach: () => new Reachability(cluster),
    dnsDecided,
    groups: groups.map(({ name, selector, workload }): NamedGroup => ({
      place: { constructPath: name },
      namespace: name.split('/')[0],
      selector: Selector.from(selector),
      workload: workload === undefined ? undefined : workloadNamed(workload),
    })),
    claimedPorts: claims.map(([name, port]) => ({
      place: { constructPath: 'intent' },
      name: 'the claim',
      ports: [parsePortQuery(port) as PortQuery],
      destinations: [{ workload: workloadNamed(name), pods: workloadNamed(name).pods }],
    })),
  }]).findings;
}

/** The findings of one code, as they are printed. */
export function foundFor(code: FindingCode): (objects: readonly object[], options?: Options) => string[] {
  return (objects, options) => findingsIn(objects, options).filter(one => one.code === code).map(formatFinding);
}

export const tier = (name: string, labels: Record<string, string>, workload?: string): Group => ({ name, selector: labelled(labels), workload });
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
