import { SpecVersion, VersionPair } from './arbitrary-versions';
import { distinct } from './claim-universe';
import { MatchingTier, peerMatches, results, resultsOnPort, selectsSubject, tierThatMatches } from './cluster-wide';
import { inBlock, peersMatch, policyTypes, portsMatch, rulesThatMatch, selects, SpecCluster, SpecEnd, SpecLabels, SpecPod } from './network-policy';

/*
 * The specification of a diff: it tries every connection that policies of two versions can tell apart. It shares no code with src/.
 *
 * A connection is gained if the new version allows it and the old one denies it. Its ends are pods of both versions: a pod that could exist, with the labels
 * that each version declares for its namespace, or a declared pod as each version has it. A version that lacks a declared pod takes it as the other one has it.
 */

/** One end of a connection in both versions. */
export interface ChangeEnd {
  namespace?: string;
  /** The labels of its namespace in each version. */
  namespaceLabels?: [SpecLabels, SpecLabels];
  /** In each version. */
  ends: [SpecEnd, SpecEnd];
  /** The name of a declared pod. */
  declared?: string;
  isAlone?: boolean;
}

export interface SpecChange { from: ChangeEnd; to: ChangeEnd; protocol: string; port: number; ports: SpecPod['ports'] }

export type Version = 0 | 1;

const OTHER = 'other-value';
const NAME = 'kubernetes.io/metadata.name';
const NEVER = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '::/127', 'fe80::/10', 'ff00::/8'];
/** One address for each set of blocks of arbitrary-versions.ts, and others that pods cannot have. */
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.1.0.9', '10.1.0.10', '172.16.0.1', '172.16.0.2', '127.0.0.1', 'fd00::1', '::1'];

/** For egress and ingress: the rules, and the Admin and the Baseline tier of each. */
interface Matching { sides: ReturnType<typeof rulesThatMatch>[]; tiers: MatchingTier[] }

interface Decided { protocol: string; port: number; ports: SpecPod['ports']; is: [string, string] }

/** Ends that no policy of either version tells apart. */
interface EndClass { ends: ChangeEnd[] }

const PORTS: [string, number][] = [
  ...[1, 53, 79, 80, 81, 82, 90, 91].map((port): [string, number] => ['TCP', port]), ['UDP', 53], ['UDP', 54], ['SCTP', 80],
];

/** What changes between two versions. */
export class SpecDiff {
  private readonly versions: [SpecVersion, SpecVersion];
  private readonly selectors: { pods: any[]; namespaces: any[]; blocks: any[] };
  /** The connections that the versions do not treat alike. */
  private readonly differing: (Decided & { from: ChangeEnd; to: ChangeEnd })[];

  constructor({ before, after }: VersionPair) {
    this.versions = [before, after];
    this.selectors = selectorsIn([before, after]);
    const classes = this.classes();
    this.differing = classes.flatMap(from => classes.flatMap(to => {
      const [one, other] = this.meeting(from, to) ?? [];
      return !one || !other ? [] : this.decisions(one, other).filter(({ is }) => is[0] !== is[1]).map(each => ({ ...each, from: one, to: other }));
    }));
  }

  /** One end of each class, which can have a connection. */
  private meeting(from: EndClass, to: EndClass): [ChangeEnd, ChangeEnd] | undefined {
    for (const one of from.ends) {
      const other = to.ends.find(end => this.canMeet(one, end));
      if (other) { return [one, other]; }
    }
    return undefined;
  }

  /** The connections that one version certainly allows and the other one certainly denies. */
  changes(allowing: Version): SpecChange[] {
    return this.differing.filter(({ is }) => is[allowing] === 'yes' && is[1 - allowing] === 'no');
  }

  /** True if a version leaves open whether some connection passes that the other one does not treat alike. */
  get isOpen(): boolean {
    return this.differing.some(({ is }) => is.includes('open'));
  }

  /** What a version does with a connection: `yes`, `no`, or `open` if the specification leaves it open. */
  decide(version: Version, from: ChangeEnd, to: ChangeEnd, protocol: string, port: number): 'yes' | 'no' | 'open' {
    return decide(this.matching(version, from, to), protocol, port, to.ends[version]);
  }

  /** The rules of a version that matter for two ends. */
  private matching(version: Version, from: ChangeEnd, to: ChangeEnd): Matching {
    const cluster = this.clusterWith(version, from, to);
    const [source, destination] = [from.ends[version], to.ends[version]];
    const [egress, ingress] = [rulesThatMatch(cluster, 'Egress', source, destination), rulesThatMatch(cluster, 'Ingress', destination, source)];
    const tiers = [
      ...(['Admin', 'Baseline'] as const).map(tier => tierThatMatches(cluster, tier, 'Egress', source, destination)),
      ...(['Admin', 'Baseline'] as const).map(tier => tierThatMatches(cluster, tier, 'Ingress', destination, source)),
    ];
    return { sides: [egress, ingress], tiers };
  }

  canMeet(from: ChangeEnd, to: ChangeEnd): boolean {
    if (!('pod' in from.ends[0]) && !('pod' in to.ends[0])) { return false; }
    if (from.declared !== undefined && from.declared === to.declared) { return false; }
    // A namespace has one set of labels in each version.
    if (from.namespace !== undefined && from.namespace === to.namespace
      && JSON.stringify(from.namespaceLabels) !== JSON.stringify(to.namespaceLabels)) { return false; }
    return !(from.isAlone && to.isAlone && ipsOf(from.ends[0]).join() === ipsOf(to.ends[0]).join());
  }

  private decisions(from: ChangeEnd, to: ChangeEnd): Decided[] {
    const matching = ([0, 1] as const).map(version => this.matching(version, from, to));
    // The same rules for the same ports have the same answer.
    const [one, other] = matching.map((rules, version) => JSON.stringify([rules, portsOf(to.ends[version])]));
    if (one === other) { return []; }
    return PORTS.flatMap(([protocol, port]) => this.portSets(to, protocol, port).map((ports): Decided => {
      const own = ports === undefined ? to : withPorts(to, ports);
      return {
        protocol,
        port,
        ports: ports ?? [],
        is: matching.map((rules, version) => decide(rules, protocol, port, own.ends[version])) as [string, string],
      };
    }));
  }

  /** The named ports that a possible pod may have on the port of a connection. Undefined for other ends. */
  private portSets({ ends: [end], declared }: ChangeEnd, protocol: string, containerPort: number): (SpecPod['ports'] | undefined)[] {
    if (!('pod' in end) || declared !== undefined) { return [undefined]; }
    const named = (name: string) => ({ name, protocol, containerPort });
    return [[], [named('http')], [named('web')], [named('http'), named('web')]];
  }

  private everyEnd(): ChangeEnd[] {
    const [before, after] = this.versions;
    const known = distinct([...before.pods, ...after.pods].flatMap(({ ips }) => ips));
    const knownIn = this.versions.map(({ pods }) => pods.flatMap(({ ips }) => ips));
    const hasFamily = (ip: string) => knownIn.every(all => all.length === 0 || all.some(other => other.includes(':') === ip.includes(':')));
    const every = distinct(ADDRESSES, ip => [ip.includes(':'), NEVER.some(cidr => inBlock(ip, cidr)), known.includes(ip), ip === '10.0.0.1', this.selectors.blocks.map(({ cidr, except = [] }) => inBlock(ip, cidr) && !except.some((one: string) => inBlock(ip, one)))]);
    const forPods = every.filter(ip => !known.includes(ip) && hasFamily(ip) && !NEVER.some(cidr => inBlock(ip, cidr)));
    const forNodes = every.filter(ip => !NEVER.some(cidr => inBlock(ip, cidr)) && hasFamily(ip) && !this.versions
      .some(({ pods }) => pods.some(pod => !pod.hostNetwork && pod.ips.includes(ip))));
    const possible = this.namespaces().flatMap(space => this.everyLabels().flatMap(labels => forPods.map((ip): ChangeEnd => {
      const pod = { namespace: space.name, name: 'possible', labels, ips: [ip], ports: [] };
      return { namespace: space.name, namespaceLabels: space.labels, ends: [{ pod }, { pod }], isAlone: ip === '10.0.0.1' };
    })));
    const names = distinct([...before.pods, ...after.pods].map(({ name }) => name));
    const declared = names.flatMap(name => {
      const own = this.versions.map(({ pods }) => pods.find(pod => pod.name === name));
      const [one, other] = [own[0] ?? own[1]!, own[1] ?? own[0]!];
      return this.namespaces().filter(space => space.name === one.namespace).flatMap(space =>
        addresses(one, forPods, forNodes).flatMap(ips => addresses(other, forPods, forNodes)
          .filter(others => one.ips.length + other.ips.length > 0 || one.hostNetwork !== other.hostNetwork || ips.join() === others.join())
          .map((others): ChangeEnd => ({
            namespace: space.name,
            namespaceLabels: space.labels,
            declared: name,
            isAlone: ips.join() === '10.0.0.1',
            ends: [{ pod: { ...one, ips } }, { pod: { ...other, ips: others } }],
          }))));
    });
    return [...declared, ...possible, ...every.filter(ip => !known.includes(ip)).map((ip): ChangeEnd => ({ ends: [{ ip }, { ip }] }))];
  }

  /** Each namespace with its labels in both versions. */
  private namespaces(): { name: string; labels: [SpecLabels, SpecLabels] }[] {
    const anything = distinct<SpecLabels>([{}, { team: 'a' }, { team: 'b' }, { team: OTHER }], own => this.selectors.namespaces.map(selector => selects(selector, own)));
    return [
      ...['x', 'y', 'used'].flatMap(name => {
        const own = this.versions.map(({ namespaces }) => namespaces[name]);
        const isUsed = this.versions.map(({ pods, policies }) => pods.some(pod => pod.namespace === name) || policies
          .some(({ metadata }) => metadata.namespace === name));
        if (own[0] === undefined && own[1] === undefined) {
          return anything
            .map(labels => ({ name, labels: [labels, labels] as [SpecLabels, SpecLabels] }));
        }
        const labels = ([0, 1] as const).map(i => own[i] ?? (isUsed[i] ? {} : own[1 - i])) as [SpecLabels, SpecLabels];
        return [{ name, labels }];
      }),
      ...anything.map((labels, i) => ({ name: `new-${i}`, labels: [labels, labels] as [SpecLabels, SpecLabels] })),
    ];
  }

  private classes(): EndClass[] {
    const classes = new Map<string, EndClass>();
    for (const end of this.everyEnd()) {
      const differs = JSON.stringify(end.namespaceLabels?.[0]) !== JSON.stringify(end.namespaceLabels?.[1]);
      // A workload that has changed is a cause, so regions name it.
      const hasChanged = JSON.stringify(end.ends[0]) !== JSON.stringify(end.ends[1]);
      const key = `${this.keyOf(end)} ${differs ? end.namespace : ''} ${hasChanged ? end.declared ?? '' : ''}`;
      const own = classes.get(key) ?? { ends: [] };
      classes.set(key, own);
      own.ends.push(end);
    }
    for (const own of classes.values()) { own.ends = distinct(own.ends, end => [end.namespace, end.namespaceLabels, end.declared, end.isAlone]); }
    return [...classes.values()];
  }

  private keyOf(end: ChangeEnd): string {
    return JSON.stringify(([0, 1] as const).map(version => {
      const cluster = this.clusterWith(version, end);
      const own = end.ends[version];
      const { policies, clusterPolicies } = this.versions[version];
      return [
        policies.map(policy => 'pod' in own && !own.pod.hostNetwork && policy.metadata.namespace === own.pod.namespace && selects(policy.spec.podSelector ?? {}, own.pod.labels)),
        policies.map(policy => policyTypes(policy.spec).flatMap(type => ((type === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [])
          .map((rule: any) => (rule.from ?? rule.to ?? []).map((peer: any) => peersMatch(cluster, policy, [peer], own))))),
        clusterPolicies.map(policy => [selectsSubject(cluster, policy, own), [...policy.spec.ingress, ...policy.spec.egress]
          .map((rule: any) => (rule.from ?? rule.to).map((peer: any) => peerMatches(cluster, peer, own)))]),
        'pod' in own, end.declared !== undefined && 'pod' in own && own.pod.ports,
      ];
    }));
  }

  private everyLabels(): SpecLabels[] {
    const values = [undefined, 'a', 'b', OTHER];
    const all = values.flatMap(app => values.map((tier): SpecLabels =>
      ({ ...app === undefined ? {} : { app }, ...tier === undefined ? {} : { tier } })));
    return distinct(all, labels => this.selectors.pods.map(selector => selects(selector, labels)));
  }

  clusterWith(version: Version, ...ends: ChangeEnd[]): SpecCluster {
    const namespaces: SpecCluster['namespaces'] = {};
    for (const { namespace, namespaceLabels } of ends) { if (namespace !== undefined) { namespaces[namespace] = namespaceLabels![version]; } }
    const { policies, clusterPolicies } = this.versions[version];
    return { namespaces, pods: [], policies, clusterPolicies };
  }
}

function decide({ sides, tiers }: Matching, protocol: string, port: number, destination: SpecEnd): 'yes' | 'no' | 'open' {
  const answers = sides.map((rules, i) => {
    const step = rules === 'not isolated' ? 'pass' : rules.some(rule => portsMatch(rule.ports, destination, protocol, port)) ? 'allow' : 'deny';
    return results([resultsOnPort(tiers[2 * i], destination, protocol, port), [step], resultsOnPort(tiers[2 * i + 1], destination, protocol, port)]);
  });
  if (answers.some(answer => !answer.has('allow'))) { return 'no'; }
  return answers.every(answer => !answer.has('deny')) ? 'yes' : 'open';
}

function portsOf(end: SpecEnd): SpecPod['ports'] { return 'pod' in end ? end.pod.ports : []; }

function addresses({ ips, hostNetwork }: SpecPod, forPods: string[], forNodes: string[]): string[][] {
  return ips.length > 0 ? [ips] : (hostNetwork ? forNodes : forPods).map(ip => [ip]);
}

function selectorsIn(versions: SpecVersion[]): { pods: any[]; namespaces: any[]; blocks: any[] } {
  const peers = versions.flatMap(({ policies }) => policies).flatMap(({ spec }) => [...spec.ingress ?? [], ...spec.egress ?? []])
    .flatMap(rule => rule.from ?? rule.to ?? []);
  const tiers = versions.flatMap(({ clusterPolicies }) => clusterPolicies)
    .flatMap(({ spec }) => [spec.subject, ...[...spec.ingress, ...spec.egress].flatMap((rule: any) => rule.from ?? rule.to)]);
  return {
    pods: distinct([...versions.flatMap(({ policies }) => policies.map(({ spec }) => spec.podSelector)), ...peers
      .flatMap(peer => peer.podSelector ?? []), ...tiers.flatMap(peer => peer.pods?.podSelector ?? [])]),
    namespaces: distinct([...peers.flatMap(peer => peer.namespaceSelector ?? []), ...tiers
      .flatMap(peer => peer.namespaces ?? peer.pods?.namespaceSelector ?? [])]),
    blocks: distinct([...peers.flatMap(peer => peer.ipBlock ?? []), ...tiers
      .flatMap(peer => (peer.networks ?? []).map((cidr: string) => ({ cidr })))]),
  };
}

export function withPorts(end: ChangeEnd, ports: SpecPod['ports']): ChangeEnd {
  return { ...end, ends: end.ends.map(one => 'pod' in one ? { pod: { ...one.pod, ports } } : one) as [SpecEnd, SpecEnd] };
}

export function ipsOf(end: SpecEnd): string[] { return 'pod' in end ? end.pod.ips : [end.ip]; }

export { NAME };
