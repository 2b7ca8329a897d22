import { ChangedRegion, UndecidedRegion } from '../changes/diff';
import { printable } from '../findings/finding';
import { diffText } from '../report/diff';
import { ClusterDiff, diffVerdict } from '../report/diff-verdict';
import { PLAIN } from '../report/layout';
import { causeLine, endText, examplesOf, regionTitle, undecidedTexts } from '../report/region-text';

/** Connections that a change opened or closed for one reason: some of those from `source` to `destination`, on some of the ports. */
export interface ChangedConnections {
  /** The pods and addresses that the connections come from: `pods app=web of namespace shop`. */
  readonly source: string;

  /** The pods and addresses that they lead to. */
  readonly destination: string;

  /** `every port`, `TCP 80 and TCP 443`. */
  readonly ports: string;

  /** What made the difference, each with its place: `ingress rule 1 of shop/db is new (k8s/db.yaml:12:5)`. */
  readonly causes: string[];

  /** One of the connections, between declared workloads if there is one: `shop/web → shop/db: TCP 5432`. */
  readonly example: string;

  /**
   * The name of the cluster.
   *
   * @default - there is one cluster only
   */
  readonly cluster?: string;
}

/** The parts of each diff. They are not in the diff itself, whose JSON form has its public fields only. */
const CLUSTERS = new WeakMap<ConnectivityDiff, readonly ClusterDiff[]>();

/**
 * What a change opens and closes, for every pod that could exist: what `netpol diff` prints.
 */
export class ConnectivityDiff {
  /** @internal */
  public static _of(clusters: readonly ClusterDiff[]): ConnectivityDiff {
    return new ConnectivityDiff(clusters);
  }

  /** The connections that are new, of workloads that both versions have and of pods that could exist. */
  public readonly opened: ChangedConnections[];

  /** The connections that only workloads gain which are new. */
  public readonly added: ChangedConnections[];

  /** The connections that are gone. */
  public readonly closed: ChangedConnections[];

  /** What may open or close, and why that is not known; each a sentence. */
  public readonly undecided: string[];

  /** Whether the change opens anything, and for which pods that is said, in one sentence. The text may change from release to release. */
  public readonly verdict: string;

  private constructor(clusters: readonly ClusterDiff[]) {
    CLUSTERS.set(this, clusters);
    const gains = clusters.flatMap(({ cluster, diff }) => diff.gains.map(region => ({ region, cluster })));
    this.opened = gains.filter(({ region }) => region.isBroadening).map(changedConnections);
    this.added = gains.filter(({ region }) => !region.isBroadening).map(changedConnections);
    this.closed = clusters.flatMap(({ cluster, diff }) => diff.losses.map(region => changedConnections({ region, cluster })));
    this.undecided = clusters.flatMap(({ cluster, diff }) => diff.undecided.map(region => `${clusterPrefix(cluster)}${undecidedText(region)}`));
    this.verdict = diffVerdict(clusters);
  }

  /**
   * What may open, of what is undecided.
   * @internal
   */
  public get _mayOpen(): boolean {
    return CLUSTERS.get(this)!.some(({ diff }) => diff.undecided.some(({ may }) => may !== 'close'));
  }

  /** The verdict, what opens, what closes and what is undecided, with causes and examples, as `netpol diff` prints it. */
  public toString(): string {
    return [...diffText({ before: 'before', after: 'after', clusters: CLUSTERS.get(this)! }, PLAIN)].join('').trimEnd();
  }
}

function changedConnections({ region, cluster }: { readonly region: ChangedRegion; readonly cluster?: string }): ChangedConnections {
  const { from, to, ports, causes } = region;
  return {
    source: endText(from),
    destination: endText(to),
    ports: printable(ports.text),
    causes: causes.map(causeLine),
    example: examplesOf(region)[0],
    cluster,
  };
}

function undecidedText(region: UndecidedRegion): string {
  return `${regionTitle(region)}: may ${region.may}, because ${undecidedTexts(region).join('; ')}`;
}

function clusterPrefix(cluster: string | undefined): string {
  return cluster === undefined ? '' : `cluster ${printable(cluster)}: `;
}
