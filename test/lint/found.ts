import { ClusterFacts } from '../../src/cluster/cluster';
import { readCluster } from '../../src/cluster/read-cluster';
import { Reachability } from '../../src/evaluator/reachability';
import { FindingCode } from '../../src/findings/codes';
import { Finding, formatFinding, formatPath } from '../../src/findings/finding';
import { lint } from '../../src/lint/lint';
import { LintInput } from '../../src/lint/lint-input';
import { Resource } from '../../src/manifests/resources';
import { Unread } from '../../src/manifests/unread';

/* What one rule finds in API objects. A place is the position of the object in the list and the field: `object 2 spec.podSelector`. */

export interface FoundOptions extends Pick<LintInput, 'groups'> {
  /** Namespaces that have workloads which the objects do not declare. */
  readonly open?: readonly string[];
  /** Namespaces that are made elsewhere, with their labels. */
  readonly stated?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly unread?: readonly Unread[];
}

/** The findings with one of the codes. Throws if an object has an error, so that no test passes on half of its input. */
export function findingsOf(codes: readonly FindingCode[], objects: readonly object[], options: FoundOptions = {}): Finding[] {
  const { open, stated = {}, unread, groups } = options;
  const resources = objects.map((object, i): Resource => ({
    object: object as Resource['object'], origin: { at: path => ({ file: `object ${i} ${formatPath(path ?? [])}`.trim() }) }, named: true,
  }));
  const facts: ClusterFacts = {
    namespaces: Object.entries(stated).map(([name, labels]) => ({ name, labels, place: { file: 'stated' } })), openNamespaces: open,
  };
  const { cluster, findings } = readCluster(resources, facts, unread);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) { throw new Error(errors.map(formatFinding).join('\n')); }
  return [...lint([{ cluster, resources, groups, reach: () => new Reachability(cluster) }]).findings].filter(({ code }) => codes.includes(code));
}

/** The same as text: `object 2 spec.podSelector: warning NP132: …`. */
export function found(code: FindingCode, objects: readonly object[], options?: FoundOptions): string[] {
  return findingsOf([code], objects, options).map(formatFinding);
}

/** The severities of the findings with a code. */
export function severities(code: FindingCode, objects: readonly object[], options?: FoundOptions): string[] {
  return findingsOf([code], objects, options).map(({ severity }) => severity);
}

/** A policy `namespace/name` that lets peers into the pods of an app. */
export function ingress(name: string, app: string | undefined, from: readonly object[] | undefined, ports?: readonly object[]): object {
  return networkPolicy(name, { podSelector: app === undefined ? {} : { matchLabels: { app } }, ingress: [{ from, ports }] });
}

export function networkPolicy(name: string, spec: object): object {
  const [namespace, own] = name.split('/');
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name: own }, spec };
}

/** A peer: the pods with a label `app` in the namespace of the policy. */
export function podsOf(app: string): object {
  return { podSelector: { matchLabels: { app } } };
}

export function serviceOf(name: string, app: string, ports: readonly object[], more: object = {}): object {
  const [namespace, own] = name.split('/');
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: own }, spec: { selector: { app }, ports, ...more } };
}
