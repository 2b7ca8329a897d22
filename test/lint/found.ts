import { ClusterFacts } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { FindingCode } from '../../src/findings/codes';
import { Finding, formatFinding, formatPath, formatWithoutPlace } from '../../src/findings/finding';
import { LabelSelector } from '../../src/k8s/objects';
import { Selector } from '../../src/k8s/selector';
import { lint } from '../../src/lint/lint';
import { LintInput, lintInputOf, NamedGroup } from '../../src/lint/lint-input';
import { Resource } from '../../src/manifests/resources';
import { Unread } from '../../src/manifests/unread';
import { parsePortQuery, PortQuery } from '../../src/query/ports';
import { labelled } from '../support/cluster-objects';

/* What rules find in API objects, and short ways to write the objects. Those of namespace `app` are in app-objects.ts. */

/** A tier of an app. */
export interface Group {
  /** `namespace/name`; the name is that of a tier. */
  readonly name: string;
  readonly selector: LabelSelector;
  /** The name of the workload that the group was made from. */
  readonly workload?: string;
}

export interface FoundOptions extends Pick<ClusterFacts, 'podCidrs'>, Pick<LintInput, 'dnsDecided'> {
  readonly groups?: readonly Group[];
  /** Claims on the pods of a workload: `[workload, port]`. */
  readonly claims?: readonly (readonly [workload: string, port: string])[];
  /** Namespaces that have workloads which the objects do not declare. */
  readonly open?: readonly string[];
  /** Namespaces that are made elsewhere, with their labels. */
  readonly stated?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Parts of the input that were not read. */
  readonly unread?: readonly Unread[];
}

/**
 * What lint finds. A place is the position of the object in the list and the field: `object 2 spec.podSelector`. Throws if an object has an error, so that no
 * test passes on half of its input; two declarations of one object are none (NP032).
 */
export function findingsIn(objects: readonly object[], { groups = [], claims = [], open, stated = {}, podCidrs, unread, dnsDecided = new Set(['app']) }: FoundOptions = {}): readonly Finding[] {
  const resources = objects.map((one, i): Resource => ({
    object: one as Resource['object'], origin: { at: path => ({ file: `object ${i} ${formatPath(path ?? [])}`.trim() }) }, named: true,
  }));
  const namespaces = Object.entries(stated).map(([name, labels]) => ({ name, labels, place: { file: 'stated' } }));
  const { cluster, findings } = readCluster(resources, { namespaces, openNamespaces: open, podCidrs }, unread);
  const errors = findings.filter(({ severity, code }) => severity === 'error' && code !== 'NP032');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  const workloadNamed = (full: string) => cluster.workloads.find(({ namespace, name }) => `${namespace}/${name}` === full)!;
  return lint([{
    ...lintInputOf({ cluster, resources }),
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

/** The findings with one of the codes. */
export function findingsOf(codes: readonly FindingCode[], objects: readonly object[], options?: FoundOptions): Finding[] {
  return findingsIn(objects, options).filter(({ code }) => codes.includes(code));
}

/** The same as text: `object 2 spec.podSelector: warning NP132: …`. */
export function found(code: FindingCode, objects: readonly object[], options?: FoundOptions): string[] {
  return findingsOf([code], objects, options).map(formatFinding);
}

/** The same with the object as the place: `object 2: warning NP132: …`. */
export function foundFor(code: FindingCode): (objects: readonly object[], options?: FoundOptions) => string[] {
  return (objects, options) => findingsOf([code], objects, options).map(one => formatFinding(withObjects(one)));
}

/** A finding whose places are objects. */
export function withObjects(one: Finding): Finding {
  const objectOf = ({ file, ...place }: Finding['place']) => ({ ...place, file: file?.replace(/^(object \d+) .*$/, '$1') });
  return { ...one, place: objectOf(one.place), related: one.related?.map(other => ({ ...other, place: objectOf(other.place) })) };
}

/** The findings with a code, without places. */
export function foundIn(code: FindingCode, ...objects: readonly object[]): string[] {
  return findingsOf([code], objects).map(one => formatWithoutPlace({ ...one, related: undefined }));
}

/** The severities of the findings with a code. */
export function severities(code: FindingCode, objects: readonly object[], options?: FoundOptions): string[] {
  return findingsOf([code], objects, options).map(({ severity }) => severity);
}

export function tier(name: string, labels: Readonly<Record<string, string>>, workload?: string): Group {
  return { name, selector: labelled(labels), workload };
}

/** A policy `namespace/name` that lets peers into the pods of an app. */
export function ingress(name: string, app: string | undefined, from: readonly object[] | undefined, ports?: readonly object[]): object {
  return networkPolicy(name, { podSelector: app === undefined ? {} : labelled({ app }), ingress: [{ from, ports }] });
}

export function networkPolicy(name: string, spec: object): object {
  return object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec });
}

/** A peer: the pods with a label `app` in the namespace of the policy. */
export function podsOf(app: string): object {
  return { podSelector: labelled({ app }) };
}

/** A Service `namespace/name` for the pods with a label `app`. */
export function serviceOf(name: string, app: string, ports: readonly object[], spec: object = {}, metadata: object = {}): object {
  const made: any = object('v1', 'Service', name, { spec: { selector: { app }, ports, ...spec } });
  return { ...made, metadata: { ...made.metadata, ...metadata } };
}

/** An object of any kind. `name` is `namespace/name`, or the name alone. */
export function object(apiVersion: string, kind: string, name: string, fields: object): object {
  const [own, space] = name.split('/').reverse();
  return { apiVersion, kind, metadata: space === undefined ? { name: own } : { namespace: space, name: own }, ...fields };
}
