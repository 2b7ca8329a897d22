import { Interned, runsOf } from './interned';
import { DisplayNames } from './names';
import { groupOutside, OutsideGroup, OutsideRow } from './outside-ranges';
import { mapOf } from './page-map';
import { reasonText } from './passing';
import { clauseText, portsText } from './side-text';
import { policyName, PortClause } from '../../cluster/cluster';
import { ClusterPeerClause, clusterPolicyName, ClusterRule, tierText } from '../../cluster/cluster-policy';
import { ConnectionSet, portPoint } from '../../evaluator/connections';
import { Reason } from '../../findings/answer';
import { enumerate } from '../../findings/enumeration';
import { formatPath, formatPlace, printable } from '../../findings/finding';
import { AddressRange, cidrsOf, formatAddress } from '../../k8s/address';
import { PROTOCOLS } from '../../k8s/objects';
import { ClusterResults } from '../../query/cluster-results';
import { ConnectionEnd, Passing } from '../../query/connectivity';
import { ExposedEndpoint } from '../../query/exposed';
import { ExposureRow } from '../../query/exposure';
import { Direction, FixStart, Overview, OverviewEnd, OverviewService, OverviewSide, OverviewTarget } from '../../query/overview';
import { formatServicePort } from '../../query/service-targets';
import { exposedCells } from '../exposed';
import { exposureCells } from '../exposure';
import {
  PageAddresses, PageCluster, PageConnections, PageEnd, PageExposed, PageExposureRow, PageFix, PageNamespace, PagePeer, PagePolicy, PagePort,
  PageReason, PageRule, PageService, PageSide, PageTarget,
} from '../page-document';
import { tierPeerText } from '../verdict-text';

/** A fix for more blocks than this would not be read. */
const MAX_BLOCKS = 16;

/** A cluster as data for the page. */
export function pageCluster(results: ClusterResults): PageCluster {
  return new ClusterWriter(results).write();
}

class ClusterWriter {
  private readonly names: DisplayNames;
  private readonly numbers = new Map<string, number>();
  private readonly connections = new Interned<PageConnections>();
  private readonly reasons = new Interned<PageReason>();
  private readonly rows = new Interned<string>();
  private readonly sets = new Interned<string>();
  private readonly sides = new Interned<PageSide>();
  private readonly fixes = new Interned<PageFix>();
  private readonly policies = new Map<unknown, number>();
  private targets: readonly OutsideGroup[] = [];
  private sources: readonly OutsideGroup[] = [];
  /** The number of a set of connections: millions of rows have few of them. */
  private readonly known = new Map<ConnectionSet, Map<readonly Reason[], number>>();

  constructor(private readonly results: ClusterResults) {
    const { ends, policies } = results.overview;
    this.names = new DisplayNames(ends.map(({ end }) => end));
    ends.forEach(({ end }, i) => this.numbers.set(end.name, i));
    policies.forEach((policy, i) => this.policies.set(policy, i));
  }

  public write(): PageCluster {
    const { name, overview, exposed, mayExposeMore, exposures, assumptions } = this.results;
    const matrix = this.matrix();
    const classes = new Map([...overview.classes].map(([index, sides], i) => [index, { number: i, sides }]));
    const ends = overview.ends.map((end, i) => this.end(end, classes.get(end.index)!.number, this.namespaces.of[i]));
    const exposureRows = new Interned<readonly PageExposureRow[]>();
    const exposureOf = overview.ends.map(() => 0);
    for (const { subject, rows } of exposures) { exposureOf[this.numbers.get(subject.name)!] = exposureRows.add(rows.map(exposureRow)); }
    const base = {
      ...name === undefined ? {} : { name },
      namespaces: this.namespaces.all,
      ends,
      targets: this.targets.map(addressesOf),
      sources: this.sources.map(addressesOf),
      ...matrix,
    };
    return {
      ...base,
      services: overview.services.map(one => this.service(one)),
      policies: overview.policies.map(policy => this.policy(policy)),
      classes: [...classes.values()].map(({ sides }) => [this.side(sides.ingress), this.side(sides.egress)] as const),
      exposed: exposed.map(pageExposed),
      mayExposeMore,
      exposure: exposureRows.all,
      exposureOf,
      map: mapOf({ ...base, connections: this.connections.all, rows: this.rows.all }),
      assumptions,
      // These are complete only now.
      connections: this.connections.all,
      rows: this.rows.all,
      sets: this.sets.all,
      sides: this.sides.all,
      fixes: this.fixes.all,
      reasons: this.reasons.all,
    };
  }

  private get namespaces(): { readonly all: readonly PageNamespace[]; readonly of: readonly number[] } {
    const all: { name: string; first: number; count: number }[] = [];
    const of = this.results.overview.ends.map(({ end }, i) => {
      const { namespace } = end.workload;
      if (all.at(-1)?.name !== namespace) { all.push({ name: namespace, first: i, count: 0 }); }
      all.at(-1)!.count++;
      return all.length - 1;
    });
    Object.defineProperty(this, 'namespaces', { value: { all, of } });
    return { all, of };
  }

  /** The rows of ends and of addresses, each distinct row once. */
  private matrix(): Pick<PageCluster, 'rowOf'> {
    const { ends, list } = this.results.overview;
    const [egress, ingress]: [OutsideRow[], OutsideRow[]] = [[], []];
    const cells: [column: number, value: number][][] = ends.map(() => []);
    for (const { source, destination, connections, undecided } of list.connections) {
      if (source.kind === 'addresses') {
        ingress.push({ range: source.range, workload: destination as OutsideRow['workload'], connections, undecided });
      } else if (destination.kind === 'addresses') {
        egress.push({ range: destination.range, workload: source, connections, undecided });
      } else {
        cells[this.numberOf(source)].push([this.numberOf(destination), this.value({ connections, undecided })]);
      }
    }
    this.targets = groupOutside(egress);
    this.sources = groupOutside(ingress);
    this.targets.forEach(({ passing }, i) => {
      for (const [end, one] of passing) { cells[this.numberOf(end)].push([ends.length + i, this.value(one)]); }
    });
    const outside = this.sources.map(({ passing }) => [...passing]
      .map(([end, one]): [number, number] => [this.numberOf(end), this.value(one)]).sort(([a], [b]) => a - b));
    return { rowOf: [...cells, ...outside].map(row => this.rows.add(runsOf(row))) };
  }

  private numberOf({ name }: ConnectionEnd): number { return this.numbers.get(name)!; }

  private value({ connections, undecided }: Passing): number {
    const byReasons = this.known.get(connections) ?? new Map<readonly Reason[], number>();
    this.known.set(connections, byReasons);
    const known = byReasons.get(undecided);
    if (known !== undefined) { return known; }
    const reasons = undecided.map(reason => this.reason(reason));
    const number = this.connections.add({ ports: boundsOf(connections), ...reasons.length === 0 ? {} : { undecided: reasons } });
    byReasons.set(undecided, number);
    return number;
  }

  private reason(reason: Reason): number { return this.reasons.add({ code: reason.code, text: reasonText(reason) }); }

  private end({ end, place, isSeveral, hostNetwork, ports, labels, selector, fixes }: OverviewEnd, of: number, namespace: number): PageEnd {
    const { workload } = end;
    const ref = this.names.of(end);
    const [ingress, egress] = [this.fix(fixes.ingress), this.fix(fixes.egress)];
    return {
      name: ref.slice(workload.namespace.length + 1).replace(/^[^/]*\//, ''),
      kind: printable(end.kind === 'pod' ? 'Pod' : workload.kind),
      namespace,
      place: formatPlace(place),
      ref,
      labels: printable(Object.entries(labels).map(([key, value]) => `${key}=${value}`).sort().join(', ')),
      of,
      ...isSeveral ? { several: true } : {},
      ...hostNetwork ? { hostNetwork: true } : {},
      ports: ports.map(({ protocol, port, name }) => name === undefined ? [portPoint(protocol, port)] : [portPoint(protocol, port), name]),
      ...selector === undefined ? {} : { selector },
      ...ingress === undefined && egress === undefined ? {} : { fix: { ingress, egress } },
    };
  }

  private fix(start: FixStart | undefined): number | undefined { return start === undefined ? undefined : this.fixes.add(start); }

  private side({ isolatedBy, mayBeOpen, tiers, reasons }: OverviewSide): number {
    return this.sides.add({
      isolatedBy: isolatedBy.map(policy => this.policies.get(policy)!),
      ...mayBeOpen ? { mayBeOpen: true } : {},
      ...tiers.length === 0 ? {} : { tiers: tiers.map(({ policy, isSure }) => [this.policies.get(policy)!, isSure] as const) },
      ...reasons.length === 0 ? {} : { reasons: reasons.map(reason => this.reason(reason)) },
    });
  }

  private policy(policy: Overview['policies'][number]): PagePolicy {
    const rules = (direction: Direction) => (policy[direction] ?? []).map(rule => this.rule(policy, rule));
    return {
      name: printable('tier' in policy ? clusterPolicyName(policy) : policyName(policy)),
      place: formatPlace(policy.origin.at()),
      ...'tier' in policy ? { tier: tierText(policy) } : {},
      ...'tier' in policy && policy.tier === 'Admin' ? { isAdmin: true } : {},
      ingress: rules('ingress'),
      egress: rules('egress'),
    };
  }

  private rule(policy: Overview['policies'][number], rule: NonNullable<Overview['policies'][number][Direction]>[number]): PageRule {
    const peers = rule.peers?.map(clause => this.peer(policy, clause));
    const ports = rule.ports?.map(portOf);
    const what = rule.peers === undefined ? 'every peer' : enumerate(peers!.map(({ text }) => text), MAX_BLOCKS, 'or') || 'nothing';
    return {
      path: formatPath(rule.path),
      place: formatPlace(policy.origin.at(rule.path)),
      ...'tier' in policy ? { action: (rule as ClusterRule).action } : {},
      ...peers === undefined ? {} : { peers },
      ...ports === undefined ? {} : { ports },
      text: `${what} on ${portsText(rule)}`,
    };
  }

  private peer(policy: Overview['policies'][number], clause: ClusterPeerClause): PagePeer {
    const { surely, maybe, ranges } = this.results.overview.peers(policy, clause);
    const isTouched = (group: OutsideGroup) => group.ranges.some(own => ranges.some(other => overlap(own, other)));
    const touched = (groups: readonly OutsideGroup[]) => groups.flatMap((group, i) => isTouched(group) ? [i] : []);
    const [targets, sources] = ranges.length === 0 ? [[], []] : [touched(this.targets), touched(this.sources)];
    return {
      text: printable('tier' in policy ? tierPeerText(clause) : clauseText(clause as Parameters<typeof clauseText>[0], policy.namespace)),
      surely: this.sets.add(runsOf(surely.map(number => [number]))),
      maybe: this.sets.add(runsOf(maybe.map(number => [number]))),
      ...targets.length === 0 ? {} : { targets },
      ...sources.length === 0 ? {} : { sources },
    };
  }

  private service({ service, targets }: OverviewService): PageService {
    const { namespace, name, origin, type, ports } = service;
    return {
      namespace,
      name,
      place: formatPlace(origin.at()),
      type,
      ports: ports.map(formatServicePort),
      ...typeof targets === 'string' ? { nowhere: targets, targets: [] } : { targets: targets.map(one => this.target(one)) },
    };
  }

  private target({ end, address, servicePort, doubt, connections }: OverviewTarget): PageTarget {
    const group = address === undefined ? -1 : this.targets.findIndex(({ ranges }) => ranges.some(range => overlap(range, address)));
    const column = end ?? (group < 0 ? undefined : this.results.overview.ends.length + group);
    return {
      ...column === undefined ? {} : { column },
      ...address === undefined ? {} : { name: formatAddress(address.first) },
      ...servicePort === undefined ? {} : { port: formatServicePort(servicePort) },
      ...connections === undefined ? {} : { ports: boundsOf(connections) },
      ...doubt === undefined ? {} : { doubt: this.reason(doubt) },
    };
  }
}

function overlap(a: AddressRange, b: AddressRange): boolean { return a.first <= b.last && b.first <= a.last; }

function boundsOf(connections: ConnectionSet): number[] {
  return connections.ranges().flatMap(({ protocol, first, last }) => [portPoint(protocol, first), portPoint(protocol, last)]);
}

function portOf({ protocol, name, first, last }: PortClause): PagePort {
  return name === undefined ? [portPoint(protocol, first), portPoint(protocol, last)] : [name, PROTOCOLS.indexOf(protocol)];
}

function addressesOf({ label, ranges }: OutsideGroup): PageAddresses {
  const blocks = ranges.flatMap(cidrsOf);
  return { label, ...blocks.length > MAX_BLOCKS ? {} : { blocks }, ref: formatAddress(ranges[0].first) };
}

function exposureRow(row: ExposureRow): PageExposureRow {
  const [[, peer, ports]] = exposureCells([row]);
  const isWide = row.peer.kind === 'anything' || (row.peer.kind === 'pods' && row.peer.namespaces.isEverything);
  return { direction: row.direction, peer, ports, ...isWide ? { isWide } : {} };
}

function pageExposed(one: ExposedEndpoint): PageExposed {
  const [, from, to] = exposedCells(one);
  const { via, origin, hosts, namespace = '', answer, reasons, assumptions } = one;
  return { via: printable(via), place: formatPlace(origin.at()), hosts: hosts.map(printable), from, to, namespace, answer, reasons, assumptions };
}

