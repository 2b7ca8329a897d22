import { clusterOfObjects } from './manifests';
import { Reachability } from '../../src/evaluator/reachability';
import { Endpoint } from '../../src/query/endpoints';
import { answerForEndpoints, FlowAnswer } from '../../src/query/flow';
import { partyNamed, Party } from '../../src/query/parties';
import { parsePortQuery, PortQuery } from '../../src/query/ports';

/* Short ways to write API objects and to ask about them, for tests of small clusters. Names have the form `namespace/name`. */

export interface PodOptions {
  /** Each port has a container of its own, because port names are unique within a container. */
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

/** A pod of a StatefulSet: it belongs to a workload and has a name of its own. */
export function podOf(owner: string, name: string, labels: Labels, options: PodOptions = {}): object {
  const made: any = pod(name, labels, options);
  made.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: owner, controller: true }];
  return made;
}

export function policy(name: string, spec: object): any {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(name), spec };
}

/** A selector for labels. */
export function labelled(labels: Labels): object {
  return { matchLabels: labels };
}

export function reachOf(...objects: object[]): Reachability {
  return new Reachability(clusterOfObjects(objects));
}

/** The endpoints that a name means. Throws if it means none. */
export function party(reach: Reachability, name: string): Party {
  const found = partyNamed(reach, name);
  if (typeof found === 'string') { throw new Error(found); }
  return found;
}

/** The only endpoint that a name means. Throws if there are several. */
export function member(reach: Reachability, name: string): Endpoint {
  const { endpoints: members } = party(reach, name);
  if (members.length !== 1) { throw new Error(`${name} means ${members.length} endpoints`); }
  return members[0];
}

/** The parsed form of a port such as `tcp/80`. */
export function port(text: string): PortQuery {
  const question = parsePortQuery(text);
  if (typeof question === 'string') { throw new Error(question); }
  return question;
}

export function answer(reach: Reachability, from: string, to: string, on?: string): FlowAnswer {
  return answerForEndpoints(reach, party(reach, from).endpoints, party(reach, to).endpoints, on === undefined ? undefined : port(on));
}

/** Whether `from` reaches `to` on this port, or on any port if none is given. */
export function reaches(reach: Reachability, from: string, to: string, on?: string): boolean {
  return answer(reach, from, to, on).answer === 'yes';
}

/** The connections between two endpoints, as `list` prints them. */
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
