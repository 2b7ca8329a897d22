import { GuardrailEnd, PodsOfPolicy } from './guardrail-ends';
import { callError } from '../../cdk8s/call-error';
import { NetworkPolicyPort } from '../../k8s/objects';
import { GuardrailTier, GuardrailVersion } from '../guardrail-options';
import { Direction, unknownPorts } from '../network';
import { Port } from '../port';

/*
 * The cluster-wide policies of a guardrail. A guardrail is one statement, so all of its rules have the same action. Splitting them over several rules and
 * policies of the same priority therefore changes nothing.
 */

/** What a guardrail does with the connections that it is about. */
export type GuardrailAction = 'allow' | 'deny' | 'delegate';

/** A policy that a guardrail needs, before it is split to fit the limits of the API. */
export interface PolicyPlan {
  /** The end of its name, if the guardrail has several policies. */
  readonly suffix: string;
  readonly direction: Direction;
  readonly subject: () => PodsOfPolicy;
  readonly rules: readonly RulePlan[];
}

interface RulePlan {
  readonly pods: readonly (() => PodsOfPolicy)[];
  readonly networks: readonly string[];
  readonly ports: PortsPlan;
}

/** Undefined means every port. */
type Ports = readonly NetworkPolicyPort[] | undefined;

/** The ports of a rule: known, or those of a workload at synth. */
type PortsPlan = { readonly known: Ports } | { readonly atSynth: () => Ports };

const EVERY_PORT: PortsPlan = { known: undefined };

/**
 * The policies about connections from sources to destinations.
 *
 * A connection is accepted if both of its ends accept it, so `allow` and `delegate` are for both ends. To deny it, one end is enough: that of the
 * destination, or for addresses, which have no policies, that of the source.
 *
 * @param where begins an error: the path of the guardrail, and the call
 * @param ports the ports that the call names
 */
export function connectionPlans(where: string, action: GuardrailAction, sources: readonly GuardrailEnd[], destinations: readonly GuardrailEnd[],
  ports: readonly Port[] | undefined): PolicyPlan[] {
  const outside = sources.find(({ networks }) => networks.length > 0);
  if (outside !== undefined) {
    throw callError(where, `the source is ${outside.end.title}, and rules of a cluster-wide policy for ingress name only pods and namespaces`,
      outside.isEverything ? 'write Peer.allNamespaces() for every pod' : 'write a Tier, or a Peer of pods or namespaces, as the source');
  }
  const from = sources.flatMap(({ pods }) => pods);
  const ends = destinations.map(destination => ({ ...destination, ports: portsOf(where, action, destination, ports) }));
  const egress = merged(ends.map(({ pods, networks, isEverything, ports: ofEnd }): RulePlan =>
    // The blocks of everything contain the pods.
    ({ pods: action === 'deny' || isEverything ? [] : pods, networks, ports: ofEnd })).filter(rule => rule.pods.length + rule.networks.length > 0));
  const ingress = ends.filter(({ isEverything }) => action !== 'deny' || !isEverything)
    .flatMap(({ pods, ports: ofEnd }) => pods.map((subject): PolicyPlan =>
      ({ suffix: 'ingress', direction: 'ingress', subject, rules: [{ pods: from, networks: [], ports: ofEnd }] })));
  return [...egress.length === 0 ? [] : from.map((subject): PolicyPlan => ({ suffix: 'egress', direction: 'egress', subject, rules: egress })), ...ingress];
}

/** One rule for all that have the same ports, so that a guardrail needs few rules. They have one action, so their order does not matter. */
function merged(rules: readonly RulePlan[]): RulePlan[] {
  const groups = new Map<unknown, RulePlan>();
  for (const rule of rules) {
    const { pods, networks, ports } = rule;
    const key = 'known' in ports ? JSON.stringify(ports) : ports;
    const before = groups.get(key) ?? { pods: [], networks: [] };
    groups.set(key, { pods: [...before.pods, ...pods], networks: [...new Set([...before.networks, ...networks])], ports });
  }
  return [...groups.values()];
}

function portsOf(where: string, action: GuardrailAction, { end, networks }: GuardrailEnd, given: readonly Port[] | undefined): PortsPlan {
  if (given === undefined && action !== 'allow') { return EVERY_PORT; }
  if (given === undefined && end.tier?._workload() !== undefined) {
    return {
      atSynth: () => {
        const own = end.ports();
        if (own === undefined) { throw new Error(`${unknownPorts(end)}, because no container declares a port`); }
        return checkedPorts(where, Port._policyPorts(own));
      },
    };
  }
  const ports = given ?? end.ports();
  if (ports === undefined) {
    throw callError(where, unknownPorts(end), 'write ports: [Port.tcp(8080)] in this call; if you mean every port, write ports: [Port.all()]');
  }
  const known = checkedPorts(where, Port._policyPorts(ports));
  const named = known?.find(({ port }) => typeof port === 'string');
  if (named !== undefined && networks.length > 0) {
    throw callError(where, `port '${named.port}' is a name, which only pods have, and ${end.title} has addresses`,
      'write the number of the port, such as Port.tcp(8080), or name pods as the destination');
  }
  return { known };
}

/** The ports, if the API can express them. */
function checkedPorts(where: string, ports: Ports): Ports {
  const named = ports?.find(({ port, protocol }) => typeof port === 'string' && protocol !== 'TCP');
  if (named === undefined) { return ports; }
  throw callError(where, `the port name '${named.port}' is for ${named.protocol}, and cluster-wide policies have no protocol beside a name`,
    `write the number of the port, such as Port.${named.protocol!.toLowerCase()}(53)`);
}

const EXISTS = 'Exists';

/**
 * The policies that keep the namespaces with different values of a label apart. A policy cannot compare two labels, so each value has a policy of
 * its own. The last policy is for namespaces with another value: what has one of them in common cannot be told, so nothing with the label reaches them.
 */
export function tenantPlans(label: string, tenants: readonly string[]): PolicyPlan[] {
  const exists = { key: label, operator: EXISTS } as const;
  const notIn = (values: readonly string[]) => ({ key: label, operator: 'NotIn', values } as const);
  return [
    ...tenants.map(tenant => ({ suffix: tenant, subject: { matchLabels: { [label]: tenant } }, from: [exists, notIn([tenant])] })),
    { suffix: 'others', subject: { matchExpressions: [exists, notIn(tenants)] }, from: [exists] },
  ].map(({ suffix, subject, from }) => denyFrom(suffix, { namespaces: subject }, { namespaces: { matchExpressions: from } }));
}

/** The policies that let no other namespace reach the namespaces with these values of a label. */
export function namespacePlans(label: string, namespaces: readonly string[]): PolicyPlan[] {
  return namespaces.map(name => denyFrom(name, { namespaces: { matchLabels: { [label]: name } } },
    { namespaces: { matchExpressions: [{ key: label, operator: 'NotIn', values: [name] }] } }));
}

function denyFrom(suffix: string, subject: PodsOfPolicy, source: PodsOfPolicy): PolicyPlan {
  return { suffix, direction: 'ingress', subject: () => subject, rules: [{ pods: [() => source], networks: [], ports: EVERY_PORT }] };
}

/** The limits of an API, and its words. */
interface Api {
  readonly apiVersion: string;
  /** The maximum number of rules in one direction, of peers in a rule and of ports in a rule. */
  readonly maxItems: number;
  readonly actions: Readonly<Record<GuardrailAction, string>>;
  readonly portsField: 'protocols' | 'ports';
  port(port: NetworkPolicyPort): object;
}

const CLUSTER_NETWORK_POLICY = {
  maxItems: 25,
  actions: { allow: 'Accept', deny: 'Deny', delegate: 'Pass' },
  portsField: 'protocols',
  port: (port: NetworkPolicyPort) => {
    if (typeof port.port === 'string') { return { destinationNamedPort: port.port }; }
    const { first, last } = numbersOf(port);
    return { [port.protocol!.toLowerCase()]: { destinationPort: first === last ? { number: first } : { range: { start: first, end: last } } } };
  },
} as const;

const APIS: Readonly<Record<GuardrailVersion, Api>> = {
  V1BETA1: { apiVersion: 'policy.networking.k8s.io/v1beta1', ...CLUSTER_NETWORK_POLICY },
  V1ALPHA2: { apiVersion: 'policy.networking.k8s.io/v1alpha2', ...CLUSTER_NETWORK_POLICY },
  ADMIN_NETWORK_POLICY: {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    maxItems: 100,
    actions: { allow: 'Allow', deny: 'Deny', delegate: 'Pass' },
    portsField: 'ports',
    port: port => {
      if (typeof port.port === 'string') { return { namedPort: port.port }; }
      const { first, last } = numbersOf(port);
      const { protocol } = port;
      return first === last ? { portNumber: { protocol, port: first } } : { portRange: { protocol, start: first, end: last } };
    },
  },
};

/** The numbers of a port without a name. The APIs have no way to write "every port of a protocol" except by the numbers. */
function numbersOf({ port, endPort }: NetworkPolicyPort): { readonly first: number; readonly last: number } {
  return port === undefined ? { first: 1, last: 65535 } : { first: Number(port), last: endPort ?? Number(port) };
}

/** How many blocks one peer may have, in all APIs. */
const MAX_NETWORKS = 25;

/** The kind and version of the policies of a guardrail. */
export function policyKind(version: GuardrailVersion, tier: GuardrailTier): { readonly apiVersion: string; readonly kind: string } {
  const { apiVersion } = APIS[version];
  if (version !== GuardrailVersion.ADMIN_NETWORK_POLICY) { return { apiVersion, kind: 'ClusterNetworkPolicy' }; }
  return { apiVersion, kind: tier === GuardrailTier.ADMIN ? 'AdminNetworkPolicy' : 'BaselineAdminNetworkPolicy' };
}

/** A policy that fits the limits of the API. */
export interface FittingPolicy {
  readonly suffix: string;
  readonly direction: Direction;
  /** `subject`, and `ingress` or `egress`. Throws if a workload cannot be rendered, or has more ports than fit. */
  spec(): object;
}

/**
 * Splits a policy until it fits.
 *
 * @param name the name of its rules, at most 100 characters
 */
export function fitted(plan: PolicyPlan, version: GuardrailVersion, action: GuardrailAction, name: string): FittingPolicy[] {
  const { suffix, direction, subject, rules } = plan;
  const { maxItems, actions, portsField, port } = APIS[version];
  const peersField = direction === 'ingress' ? 'from' : 'to';
  const written = rules.flatMap(({ pods, networks, ports }) => {
    const peers: (() => object)[] = [...pods, ...chunks(networks, MAX_NETWORKS).map(blocks => () => ({ networks: blocks }))];
    return chunks(peers, maxItems).flatMap(some => {
      const rule = (of: Ports) =>
        ({ name, action: actions[action], [peersField]: some.map(peer => peer()), ...of === undefined ? {} : { [portsField]: of.map(port) } });
      const rulesFor = (of: Ports) => (of === undefined ? [undefined] : chunks(of, maxItems)).map(one => () => rule(one));
      return 'known' in ports ? rulesFor(ports.known).map(one => () => [one()]) : [() => rulesFor(ports.atSynth()).map(one => one())];
    });
  });
  return chunks(written, maxItems).map(some => ({
    suffix,
    direction,
    spec: () => {
      const all = some.flatMap(one => one());
      if (all.length > maxItems) { throw new Error(`the ports of the destination need ${all.length} rules, and a policy may have ${maxItems}`); }
      return { subject: subject(), [direction]: all };
    },
  }));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += size) { parts.push(items.slice(i, i + size)); }
  return parts;
}
