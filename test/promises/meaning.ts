import { ADDRESSES, NAMESPACES, STRANGERS } from './neighbourhood';
import { PEERS } from './peers';
import { CHART_NAMESPACES, destinationsOf, PartyPlan, PortMeaning, Program } from './program';
import { SpecCluster, SpecEnd, SpecPod } from '../spec/network-policy';

/*
 * What a program of tiers says, worked out without a policy: the promise that the synthesized policies
 * are held against.
 */

/** The pods of a program, one for each tier, and those of the neighbourhood. */
export function podsOf({ tiers }: Program): SpecPod[] {
  const own = tiers.map(({ chart, id, pods }, i): SpecPod => ({
    namespace: CHART_NAMESPACES[chart],
    name: `tier-${i}`,
    labels: pods.example(id),
    ips: [],
    ports: [{ name: 'http', protocol: 'TCP', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 85 }],
  }));
  return [...own, ...STRANGERS];
}

/** The neighbourhood with these policies in it. */
export function clusterWith(program: Program, objects: readonly any[]): SpecCluster {
  return { namespaces: NAMESPACES, pods: podsOf(program), policies: objects.filter(o => o.kind === 'NetworkPolicy') };
}

/** All who could connect, and be connected to. */
export function endsOf(cluster: SpecCluster): SpecEnd[] {
  return [...cluster.pods.map(pod => ({ pod })), ...ADDRESSES.map(ip => ({ ip }))];
}

/** Somebody's part in an edge, and the ports. */
interface Said {
  readonly source: PartyPlan;
  readonly destination: PartyPlan;
  readonly ports: readonly PortMeaning[];
}

/** Does the program say that `from` may open a connection to `to`? */
export class Meaning {
  private readonly edges: readonly Said[];

  constructor(private readonly program: Program) {
    this.edges = program.calls.flatMap(call => {
      const others = call.kind === 'allowInternally' ? [{ tier: call.tier }] : call.others;
      const sources = call.kind === 'allowTo' ? [{ tier: call.tier }] : others;
      return sources.flatMap(source => destinationsOf(call).map(destination =>
        ({ source, destination, ports: call.ports ?? this.defaultPorts(destination) })));
    });
  }

  public allows(from: SpecEnd, to: SpecEnd, protocol: string, port: number): boolean {
    if ('pod' in from && 'pod' in to && from.pod === to.pod) { return true; }
    return this.leaves(from, to, protocol, port) && this.enters(from, to, protocol, port);
  }

  private leaves(from: SpecEnd, to: SpecEnd, protocol: string, port: number): boolean {
    if (!('pod' in from)) { return true; }
    const own = this.edges.filter(edge => this.isTierOf(edge.source, from.pod));
    if (!this.isIsolated(from.pod, 'egress', own.length > 0)) { return true; }
    return this.isDns(from.pod, to, protocol, port)
      || own.some(edge => this.holds(edge.destination, to, from.pod.namespace) && onPorts(edge.ports, to, protocol, port));
  }

  private enters(from: SpecEnd, to: SpecEnd, protocol: string, port: number): boolean {
    if (!('pod' in to)) { return true; }
    const own = this.edges.filter(edge => this.isTierOf(edge.destination, to.pod));
    if (!this.isIsolated(to.pod, 'ingress', own.length > 0)) { return true; }
    return own.some(edge => this.holds(edge.source, from, to.pod.namespace) && onPorts(edge.ports, to, protocol, port));
  }

  /** A namespace with a tier denies by itself; one whose deny is turned off isolates just the pods of the tiers that have edges. */
  private isIsolated({ namespace }: SpecPod, direction: 'ingress' | 'egress', hasEdges: boolean): boolean {
    if (namespace !== 'x' && namespace !== 'y') { return false; }
    switch (this.program.denies[namespace]) {
      case 'automatic': return this.program.tiers.some(t => CHART_NAMESPACES[t.chart] === namespace);
      case 'off': return hasEdges;
      case 'ingress': return direction === 'ingress';
      case 'egress': return direction === 'egress';
      case 'all':
      case 'noDns': return true;
    }
  }

  private isDns({ namespace }: SpecPod, to: SpecEnd, protocol: string, port: number): boolean {
    const deny = this.program.denies[namespace as 'x' | 'y'];
    return deny !== 'noDns' && deny !== 'off'
      && 'pod' in to && to.pod.labels['k8s-app'] === 'kube-dns' && port === 53 && protocol !== 'SCTP';
  }

  private holds(party: PartyPlan, end: SpecEnd, home: string): boolean {
    return 'tier' in party ? 'pod' in end && this.isTierOf(party, end.pod) : PEERS[party.peer].holds(end, home);
  }

  private isTierOf(party: PartyPlan, pod: SpecPod): boolean {
    if (!('tier' in party)) { return false; }
    const { chart, id, pods } = this.program.tiers[party.tier];
    return CHART_NAMESPACES[chart] === pod.namespace && pods.holds(pod.labels, id);
  }

  private defaultPorts(party: PartyPlan): readonly PortMeaning[] {
    if ('tier' in party) {
      const { ports, pods } = this.program.tiers[party.tier];
      return ports ?? single((pods.containerPorts ?? []).map(port => ['TCP', port]));
    }
    return single(PEERS[party.peer].ports ?? []);
  }
}

function single(ports: readonly [protocol: string, port: number][]): PortMeaning[] {
  return ports.map(([protocol, port]) => ({ holds: (p, n) => p === protocol && n === port }));
}

function onPorts(ports: readonly PortMeaning[], to: SpecEnd, protocol: string, port: number): boolean {
  const named = (name: string) => 'pod' in to && to.pod.ports.some(p => p.name === name && p.protocol === protocol && p.containerPort === port);
  return ports.some(plan => plan.holds(protocol, port, named));
}
