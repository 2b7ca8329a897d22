import { ADDRESSES, NAMESPACES, OTHER_PODS } from './neighbourhood';
import { PEERS } from './peers';
import { CHART_NAMESPACES, destinationsOf, EndPlan, PortMeaning, Program } from './program';
import { SpecCluster, SpecEnd, SpecPod } from '../spec/network-policy';

/*
 * What a program of tiers means, computed without policies. The synthesized policies must allow the same.
 */

/** A pod for each tier of a program, and the pods of the neighbourhood. */
export function podsOf({ tiers }: Program): SpecPod[] {
  const own = tiers.map(({ chart, id, pods }, i): SpecPod => ({
    namespace: CHART_NAMESPACES[chart],
    name: `tier-${i}`,
    labels: pods.example(id),
    ips: [],
    ports: [{ name: 'http', protocol: 'TCP', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 85 }],
  }));
  return [...own, ...OTHER_PODS];
}

/** The cluster of a program, with the policies among these objects. */
export function clusterWith(program: Program, objects: readonly any[]): SpecCluster {
  return { namespaces: NAMESPACES, pods: podsOf(program), policies: objects.filter(o => o.kind === 'NetworkPolicy') };
}

/** Every pod and address that can be the source or the destination of a connection. */
export function endsOf(cluster: SpecCluster): SpecEnd[] {
  return [...cluster.pods.map(pod => ({ pod })), ...ADDRESSES.map(ip => ({ ip }))];
}

/** An edge of the program. */
interface EdgePlan {
  readonly source: EndPlan;
  readonly destination: EndPlan;
  readonly ports: readonly PortMeaning[];
}

/** Answers whether a program allows a connection. */
export class Meaning {
  private readonly edges: readonly EdgePlan[];

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

  /** A namespace with a tier has a default deny. If it is turned off, only the pods of tiers with edges are isolated. */
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

  private holds(plan: EndPlan, end: SpecEnd, home: string): boolean {
    return 'tier' in plan ? 'pod' in end && this.isTierOf(plan, end.pod) : PEERS[plan.peer].holds(end, home);
  }

  private isTierOf(plan: EndPlan, pod: SpecPod): boolean {
    if (!('tier' in plan)) { return false; }
    const { chart, id, pods } = this.program.tiers[plan.tier];
    return CHART_NAMESPACES[chart] === pod.namespace && pods.holds(pod.labels, id);
  }

  private defaultPorts(plan: EndPlan): readonly PortMeaning[] {
    if ('tier' in plan) {
      const { ports, pods } = this.program.tiers[plan.tier];
      return ports ?? single((pods.containerPorts ?? []).map(port => ['TCP', port]));
    }
    return single(PEERS[plan.peer].ports ?? []);
  }
}

function single(ports: readonly [protocol: string, port: number][]): PortMeaning[] {
  return ports.map(([protocol, port]) => ({ holds: (p, n) => p === protocol && n === port }));
}

function onPorts(ports: readonly PortMeaning[], to: SpecEnd, protocol: string, port: number): boolean {
  const named = (name: string) => 'pod' in to && to.pod.ports.some(p => p.name === name && p.protocol === protocol && p.containerPort === port);
  return ports.some(meaning => meaning.holds(protocol, port, named));
}
