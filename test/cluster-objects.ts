import { clusterOfObjects } from './manifests';
import { Reachability } from '../src/evaluator/reachability';
import { partyNamed, Endpoint, Party } from '../src/query/endpoints';
import { FlowAnswer, query } from '../src/query/flow';
import { parsePortQuery, PortQuery } from '../src/query/ports';

/*
 * API objects in few words, and questions about them, for tests that say one thing about small clusters.
 * Objects are named `namespace/name`.
 */

export interface PodOptions {
  /** Each in a container of its own, since a container may have a port's name once. */
  readonly ports?: readonly { readonly name?: string; readonly protocol?: string; readonly containerPort: number }[];
  readonly ips?: readonly string[];
  readonly hostNetwork?: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export function namespace(name: string, labels: Labels = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function pod(name: string, labels: Labels = {}, { ips = [], ...options }: PodOptions = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata(name), labels }, spec: podSpec(options), status: { podIPs: ips.map(ip => ({ ip })) } };
}

export function deployment(name: string, labels: Labels, options: PodOptions = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(options) } },
  };
}

/** A pod that a StatefulSet made: it is a workload's, and known by its own name. */
export function podOf(owner: string, name: string, labels: Labels, options: PodOptions = {}): object {
  const made: any = pod(name, labels, options);
  made.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: owner, controller: true }];
  return made;
}

export function policy(name: string, spec: object): any {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(name), spec };
}

/** Labels as a selector. */
export function labelled(labels: Labels): object {
  return { matchLabels: labels };
}

export function reachOf(...objects: object[]): Reachability {
  return new Reachability(clusterOfObjects(objects));
}

/** The party of a name, which must be one. */
export function party(reach: Reachability, name: string): Party {
  const found = partyNamed(reach, name);
  if (typeof found === 'string') { throw new Error(found); }
  return found;
}

/** The only member of a party. */
export function member(reach: Reachability, name: string): Endpoint {
  const { endpoints: members } = party(reach, name);
  if (members.length !== 1) { throw new Error(`${name} is ${members.length} members`); }
  return members[0];
}

/** `tcp/80` as a question. */
export function port(text: string): PortQuery {
  const question = parsePortQuery(text);
  if (typeof question === 'string') { throw new Error(question); }
  return question;
}

export function answer(reach: Reachability, from: string, to: string, on?: string): FlowAnswer {
  return query(reach, party(reach, from), party(reach, to), on === undefined ? undefined : port(on));
}

/** Does `from` reach `to`, on this port or, without one, at all? */
export function reaches(reach: Reachability, from: string, to: string, on?: string): boolean {
  return answer(reach, from, to, on).answer === 'yes';
}

/** All that may pass between two endpoints that have one member each, as `list` prints it. */
export function passing(reach: Reachability, from: string, to: string): string {
  return reach.connections(member(reach, from).index, member(reach, to).index).toString();
}

function metadata(name: string): { namespace: string; name: string } {
  const [space, own] = name.split('/');
  return { namespace: space, name: own };
}

function podSpec({ ports = [], hostNetwork }: PodOptions): object {
  const containers = ports.map((own, i) => ({ name: `c${i}`, image: 'i', ports: [own] }));
  return { hostNetwork, containers: containers.length === 0 ? [{ name: 'c', image: 'i' }] : containers };
}
