import { ApiObject, App, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { PEERS } from './peers';
import { DefaultDeny, DefaultDenyProps, LabelExpression, Peer, Policies, PolicyLayout, Port, Protocol, Tier, TierProps } from '../../src';
import { SpecLabels } from '../spec/network-policy';

/*
 * Random programs of tiers, as data. `buildApp` runs a program with the constructs, and meaning.ts computes what it means.
 */

/** The ports that a `Port` means. `named` tells whether the destination pod has this port under a name. */
export interface PortMeaning {
  readonly holds: (protocol: string, port: number, named: (name: string) => boolean) => boolean;
}

export interface PortPlan extends PortMeaning {
  readonly make: () => Port;
}

export interface TierPlan {
  readonly chart: number;
  readonly id: string;
  readonly pods: PodsPlan;
  /** If absent, the tier has those of its containers, or none. */
  readonly ports?: readonly PortPlan[];
}

/** The pods of a tier. */
export interface PodsPlan {
  readonly props?: TierProps;
  readonly holds: (labels: SpecLabels, id: string) => boolean;
  /** The labels of some pod of the tier. */
  readonly example: (id: string) => Record<string, string>;
  /** If present, the tier is made from a Deployment with these ports. */
  readonly containerPorts?: readonly number[];
  readonly everyPod?: boolean;
}

/** An end of an edge: the index of a tier of the program, or the index of one of PEERS. */
export type EndPlan = { readonly tier: number } | { readonly peer: number };

export interface Call {
  readonly kind: 'allowFrom' | 'allowTo' | 'allowInternally';
  readonly tier: number;
  /** One, or several for `Peer.anyOf`. Empty for `allowInternally`. */
  readonly others: readonly EndPlan[];
  readonly ports?: readonly PortPlan[];
  readonly description?: string;
}

/** How the program configures the default deny of a namespace. With `automatic` it does not. */
export type DenyPlan = 'automatic' | 'all' | 'ingress' | 'egress' | 'noDns' | 'off';

export interface Program {
  readonly tiers: readonly TierPlan[];
  readonly calls: readonly Call[];
  readonly denies: { readonly x: DenyPlan; readonly y: DenyPlan };
  /** Names of hand-written policies in `x`, which select no pod. Policies of the tiers ask for the same names. */
  readonly taken: readonly string[];
}

/** The namespace of each chart. Two charts have the same. */
export const CHART_NAMESPACES = ['x', 'y', 'x'] as const;

const LONG_ID = 'a-tier-whose-id-is-as-long-as-the-value-of-a-label-may-be-0123456';
const IDS = ['web', 'api', 'web-to-api', 'internally', LONG_ID.slice(0, 63), 'Web'];

const PODS: PodsPlan[] = [
  { holds: (labels, id) => labels.app === id, example: id => ({ app: id }) },
  { props: { labels: { role: 'front' } }, holds: labels => labels.role === 'front', example: () => ({ role: 'front' }) },
  {
    props: { labels: { app: 'web' }, matchExpressions: [LabelExpression.doesNotExist('canary')] },
    holds: labels => labels.app === 'web' && labels.canary === undefined,
    example: () => ({ app: 'web', role: 'back' }),
  },
  {
    props: { matchExpressions: [LabelExpression.isIn('role', ['front', 'back']), LabelExpression.isNotIn('app', ['web'])] },
    holds: labels => ['front', 'back'].includes(labels.role ?? '') && labels.app !== 'web',
    example: () => ({ role: 'back' }),
  },
  { holds: (labels, id) => labels.workload === id, example: id => ({ workload: id }), containerPorts: [80, 8080] },
  { everyPod: true, holds: () => true, example: () => ({}) },
];

const PROTOCOLS = [Protocol.TCP, Protocol.UDP, Protocol.SCTP];
const RANGES = { TCP: Port.tcpRange, UDP: Port.udpRange, SCTP: Port.sctpRange };
const SINGLE = { TCP: Port.tcp, UDP: Port.udp, SCTP: Port.sctp };
const WHOLE = { TCP: Port.allTcp, UDP: Port.allUdp, SCTP: Port.allSctp };

const port: fc.Arbitrary<PortPlan> = fc.oneof(
  fc.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(53, 80, 8080, 65535)).map(([p, n]): PortPlan =>
    ({ make: () => SINGLE[p](n), holds: (protocol, number) => protocol === p && number === n })),
  fc.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom([80, 90], [1, 65535], [80, 80], [85, 443])).map(([p, [first, last]]): PortPlan =>
    ({ make: () => RANGES[p](first, last), holds: (protocol, number) => protocol === p && first <= number && number <= last })),
  fc.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom('http', 'dns')).map(([p, name]): PortPlan =>
    ({ make: () => Port.named(name, p), holds: (protocol, _, named) => protocol === p && named(name) })),
  fc.constantFrom(...PROTOCOLS).map((p): PortPlan => ({ make: () => WHOLE[p](), holds: protocol => protocol === p })),
  fc.constant<PortPlan>({ make: () => Port.all(), holds: () => true }),
);

const ports = fc.array(port, { minLength: 1, maxLength: 3 });

const tier: fc.Arbitrary<TierPlan> = fc.record({
  chart: fc.nat({ max: CHART_NAMESPACES.length - 1 }),
  id: fc.constantFrom(...IDS),
  pods: fc.constantFrom(...PODS),
  ports: fc.option(ports, { nil: undefined, freq: 2 }),
});

const call = (tiers: number): fc.Arbitrary<Call> => {
  const number = fc.nat({ max: tiers - 1 });
  const end: fc.Arbitrary<EndPlan> = fc.oneof(
    { weight: 3, arbitrary: number.map(n => ({ tier: n })) },
    { weight: 2, arbitrary: fc.nat({ max: PEERS.length - 1 }).map(n => ({ peer: n })) },
  );
  const common = { tier: number, ports: fc.option(ports, { nil: undefined, freq: 2 }), description: fc.constantFrom(undefined, 'because', 'why not') };
  return fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('allowFrom', 'allowTo'), others: fc.array(end, { minLength: 1, maxLength: 2 }), ...common }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('allowInternally'), others: fc.constant<EndPlan[]>([]), ...common }) },
  ) as fc.Arbitrary<Call>;
};

const deny = fc.oneof(
  { weight: 3, arbitrary: fc.constant<DenyPlan>('automatic') },
  { weight: 2, arbitrary: fc.constantFrom<DenyPlan>('all', 'ingress', 'egress', 'noDns', 'off') },
);

/** Two tiers of the same pods in two charts. The synth would fail. */
function repeatsPods(tiers: readonly TierPlan[]): boolean {
  const pods = (chart: number) => tiers.filter(t => t.chart === chart).map(t => `${PODS.indexOf(t.pods)} ${t.pods.props === undefined && !t.pods.everyPod ? t.id : ''}`);
  return pods(0).some(one => pods(2).includes(one));
}

/** A random valid program: a call names ports if the destination has none. */
export const arbitraryProgram: fc.Arbitrary<Program> = fc.uniqueArray(tier, { minLength: 1, maxLength: 4, selector: t => `${t.chart} ${t.id}` })
  .filter(tiers => !repeatsPods(tiers))
  .chain(tiers => fc.record({
    tiers: fc.constant(tiers),
    calls: fc.array(call(tiers.length), { minLength: 1, maxLength: 6 }),
    denies: fc.record({ x: deny, y: deny }),
    taken: fc.subarray(['allow-web', 'allow-web-internally', 'allow-api-to-web', 'default-deny-all'], { maxLength: 2 }),
  }))
  .map(program => ({
    ...program,
    calls: program.calls.map(c => c.ports !== undefined || destinationsOf(c).every(d => hasPorts(program, d)) ? c : { ...c, ports: [FALLBACK] }),
  }));

const FALLBACK: PortPlan = { make: () => Port.tcp(80), holds: (protocol, number) => protocol === 'TCP' && number === 80 };

/** The destinations of a call. */
export function destinationsOf(c: Call): readonly EndPlan[] {
  return c.kind === 'allowTo' ? c.others : [{ tier: c.tier }];
}

function hasPorts({ tiers }: Program, plan: EndPlan): boolean {
  return 'tier' in plan
    ? tiers[plan.tier].ports !== undefined || tiers[plan.tier].pods.containerPorts !== undefined
    : PEERS[plan.peer].ports !== undefined;
}

/** A statement of a program. */
export type Step = { readonly tier: number } | { readonly call: Call } | { readonly deny: 'x' | 'y' } | { readonly taken: string };

/** The statements of a program, in their usual order. */
export function stepsOf({ tiers, calls, taken }: Program): Step[] {
  return [...tiers.map((_, i) => ({ tier: i })), ...calls.map(c => ({ call: c })), { deny: 'x' as const }, { deny: 'y' as const }, ...taken.map(name => ({ taken: name }))];
}

/** One layout for all tiers, or one for each. */
export type Layouts = PolicyLayout | readonly PolicyLayout[];

/** Runs a program. A tier is made when a step first needs it. */
export function buildApp(program: Program, layouts: Layouts = PolicyLayout.PER_EDGE, steps: readonly Step[] = stepsOf(program)): App {
  const app = new App();
  const charts = CHART_NAMESPACES.map((namespace, i) => new Chart(app, `chart-${i}`, { namespace }));
  const made = new Map<number, Tier>();
  const tierOf = (i: number): Tier => {
    const known = made.get(i) ?? makeTier(charts[program.tiers[i].chart], program.tiers[i], typeof layouts === 'string' ? undefined : layouts[i]);
    made.set(i, known);
    return known;
  };
  const peerOf = (plan: EndPlan): IConstruct => 'tier' in plan ? tierOf(plan.tier) : PEERS[plan.peer].make();
  if (typeof layouts === 'string') { Policies.of(app).useLayout(layouts); }
  for (const step of steps) {
    if ('tier' in step) { tierOf(step.tier); }
    if ('deny' in step) { makeDeny(charts[CHART_NAMESPACES.indexOf(step.deny)], program.denies[step.deny]); }
    if ('taken' in step) { makeForeignPolicy(charts[0], step.taken); }
    if ('call' in step) {
      const { kind, tier: subject, others, ports: own, description } = step.call;
      const options = { ports: own?.map(p => p.make()), description };
      if (kind === 'allowInternally') {
        tierOf(subject).allowInternally(options);
      } else {
        tierOf(subject)[kind](others.length === 1 ? peerOf(others[0]) : Peer.anyOf(others.map(peerOf)), options);
      }
    }
  }
  return app;
}

/** The objects of all charts of an app. */
export function objectsOf(app: App): any[] {
  return app.charts.flatMap(chart => chart.toJson());
}

function makeTier(chart: Chart, { id, pods, ports: own }: TierPlan, layout: PolicyLayout | undefined): Tier {
  const options = { ports: own?.map(p => p.make()), layout };
  if (pods.everyPod) { return Tier.wholeNamespace(chart, id, options); }
  if (pods.containerPorts === undefined) { return new Tier(chart, id, { ...pods.props, ...options }); }
  const labels = pods.example(id);
  return Tier.fromApiObject(chart, id, new ApiObject(chart, `deployment-${id}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'main', ports: pods.containerPorts.map(containerPort => ({ containerPort })) }] } },
    },
  }), options);
}

const DENY_PROPS: Record<Exclude<DenyPlan, 'automatic' | 'off'>, DefaultDenyProps> = {
  all: {}, ingress: { egress: false }, egress: { ingress: false }, noDns: { dns: false },
};

function makeDeny(chart: Chart, plan: DenyPlan): void {
  if (plan === 'automatic') { return; }
  if (plan === 'off') { DefaultDeny.turnOff(chart, 'deny'); } else { new DefaultDeny(chart, 'deny', DENY_PROPS[plan]); }
}

function makeForeignPolicy(chart: Chart, name: string): void {
  new ApiObject(chart, `by-hand-${name}`, {
    apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec: { podSelector: { matchLabels: { app: 'nobody' } } },
  });
}
