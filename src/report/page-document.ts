/*
 * The data of the report page: one JSON document, which `netpol report` writes into the page and the code in page/ reads. Numbers stand for entries of
 * lists, so that nothing is written twice. Ports are numbered over all protocols: 0 for SCTP, 65536 for TCP and 131072 for UDP, plus the port.
 */

/** The whole document. The same inputs give the same document. */
export interface PageDocument {
  /** The version of this form. */
  readonly format: 1;
  /** `netpol 0.1.0` */
  readonly tool: string;
  /** The paths of the input, as its user wrote them. */
  readonly paths: readonly string[];
  /** The options that say how the input is read, as `netpol explain` takes them too. */
  readonly options: readonly string[];
  readonly clusters: readonly PageCluster[];
  readonly findings: readonly PageFinding[];
  /** The number of findings that are suppressed. */
  readonly suppressed: number;
  /** Absent if no intent was given. */
  readonly claims?: readonly PageClaim[];
  /** What the claims cover in each cluster. Absent if that was not asked for. */
  readonly coverage?: readonly PageCoverage[];
  /** Absent if no earlier version was given. */
  readonly diff?: PageDiff;
  /** What was read and what was left out, in lines. */
  readonly summary: readonly string[];
  readonly evidence: PageEvidence;
}

/** One cluster of the input. */
export interface PageCluster {
  /** Absent if the input has one cluster. */
  readonly name?: string;
  readonly namespaces: readonly PageNamespace[];
  /** Sorted by namespace, so that those of one namespace follow each other. */
  readonly ends: readonly PageEnd[];
  /** Addresses outside the cluster. The columns of the matrix are the ends and then these. */
  readonly targets: readonly PageAddresses[];
  /** The rows of the matrix are the ends and then these. */
  readonly sources: readonly PageAddresses[];
  readonly connections: readonly PageConnections[];
  /** Runs of columns with the same connections, as `start,length,connections` of entries of `connections`, joined by `;`. */
  readonly rows: readonly string[];
  /** For each row of the matrix, the entry of `rows`. */
  readonly rowOf: readonly number[];
  readonly services: readonly PageService[];
  readonly policies: readonly PagePolicy[];
  readonly sides: readonly PageSide[];
  /** For each class, the entries of `sides` for ingress and egress. */
  readonly classes: readonly (readonly [ingress: number, egress: number])[];
  /** Sets of ends: runs as `start,length`, joined by `;`. */
  readonly sets: readonly string[];
  readonly fixes: readonly PageFix[];
  /** Sentences: why something is undecided. */
  readonly reasons: readonly PageReason[];
  readonly exposed: readonly PageExposed[];
  readonly mayExposeMore: boolean;
  /** Rows of `list --exposure`; `exposureOf` has the entry of each end. */
  readonly exposure: readonly (readonly PageExposureRow[])[];
  readonly exposureOf: readonly number[];
  readonly map: PageMap;
  /** The sentences of what the answers of this cluster assume. */
  readonly assumptions: readonly string[];
}

export interface PageNamespace {
  readonly name: string;
  /** The first end, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** A workload or a pod. */
export interface PageEnd {
  /** The name without the namespace. */
  readonly name: string;
  readonly kind: string;
  readonly namespace: number;
  readonly place: string;
  /** As `--from` and `--to` take it. */
  readonly ref: string;
  readonly labels: string;
  /** The class, an entry of `classes`. */
  readonly of: number;
  /** The pods are several, so the connections of the end with itself count. */
  readonly several?: true;
  readonly hostNetwork?: true;
  /** Container ports: the number over all protocols, and the name if it has one. */
  readonly ports: readonly (readonly [port: number, name?: string])[];
  /** The pod selector of a rule that means this end. */
  readonly selector?: object;
  /** Entries of `fixes`. */
  readonly fix?: { readonly ingress?: number; readonly egress?: number };
}

export interface PageAddresses {
  readonly label: string;
  /** Absent if there are too many. */
  readonly blocks?: readonly string[];
  /** One address of them, as `--from` and `--to` take it. */
  readonly ref: string;
}

export interface PageConnections {
  /** The bounds of ranges of ports, both included. */
  readonly ports: readonly number[];
  /** Entries of `reasons`: why it is undecided whether more passes. */
  readonly undecided?: readonly number[];
}

export interface PageReason {
  readonly code: string;
  readonly text: string;
}

export interface PageService {
  readonly namespace: string;
  readonly name: string;
  readonly place: string;
  readonly type: string;
  /** `TCP 80` */
  readonly ports: readonly string[];
  /** Why it leads nowhere. */
  readonly nowhere?: string;
  readonly targets: readonly PageTarget[];
}

export interface PageTarget {
  /** A column of the matrix. Absent if no connection leads to the address. */
  readonly column?: number;
  /** The name of an address. */
  readonly name?: string;
  /** The port of the Service. Absent for a headless Service. */
  readonly port?: string;
  /** Ports of the endpoint, as bounds. Absent: any. */
  readonly ports?: readonly number[];
  /** Why only the running cluster knows whether it is an endpoint. */
  readonly doubt?: number;
}

export interface PagePolicy {
  readonly name: string;
  readonly place: string;
  /** For a cluster-wide policy: `Admin tier, priority 10`. */
  readonly tier?: string;
  readonly isAdmin?: true;
  readonly ingress: readonly PageRule[];
  readonly egress: readonly PageRule[];
  /** See PageRule. */
  readonly coverage?: PageRuleCoverage;
}

export interface PageRule {
  /** `spec.ingress[0]` */
  readonly path: string;
  readonly place: string;
  /** For a cluster-wide policy. */
  readonly action?: 'accept' | 'deny' | 'pass';
  /** Absent: every peer. */
  readonly peers?: readonly PagePeer[];
  /** Absent: every port. */
  readonly ports?: readonly PagePort[];
  /** The peers and the ports in words. */
  readonly text: string;
  /** Absent if coverage was not asked for, or does not look at the rule. */
  readonly coverage?: PageRuleCoverage;
}

/** What claims say about a rule or a policy. */
export interface PageRuleCoverage {
  /** `idle`: its removal changes nothing, so no claim has to cover it. */
  readonly state: 'covered' | 'uncovered' | 'idle';
  /** The claims that cover it, or the changes that no claim would notice: a sentence without a full stop. */
  readonly text: string;
}

/** What claims cover in one cluster (docs/coverage.md). */
export interface PageCoverage {
  readonly cluster?: string;
  /** The number of claims that hold. */
  readonly claims: number;
  readonly total: PageCoverageCounts;
  readonly namespaces: readonly (PageCoverageCounts & { readonly name: string })[];
  /** Connections that no claim states or permits, as far as they fit: there are `uncoveredCount` lines. */
  readonly uncovered: readonly string[];
  readonly uncoveredCount: number;
}

export interface PageCoverageCounts {
  readonly connections: { readonly total: number; readonly covered: number; readonly stated: number };
  readonly rules: { readonly total: number; readonly covered: number };
  readonly policies: { readonly total: number; readonly covered: number };
}

export interface PagePeer {
  readonly text: string;
  /** Entries of `sets`. */
  readonly surely: number;
  readonly maybe: number;
  /** Entries of `targets` and `sources`. */
  readonly targets?: readonly number[];
  readonly sources?: readonly number[];
}

/** A range of ports, or a named port of a protocol (0–2). */
export type PagePort = readonly [first: number, last: number] | readonly [name: string, protocol: number];

export interface PageSide {
  readonly isolatedBy: readonly number[];
  readonly mayBeOpen?: true;
  /** Cluster-wide policies that select the pods, in their order, and whether they surely do. */
  readonly tiers?: readonly (readonly [policy: number, isSure: boolean])[];
  readonly reasons?: readonly number[];
}

export interface PageFix {
  readonly instruction: string;
  readonly section?: 'ingress' | 'egress';
  readonly policy?: { readonly namespace: string; readonly nameStart: string; readonly podSelector: object; readonly policyType: string };
  readonly opens?: string;
}

export interface PageExposed {
  readonly via: string;
  readonly place: string;
  readonly hosts: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly namespace: string;
  readonly answer: 'yes' | 'no' | 'undecided';
  readonly reasons: readonly string[];
  readonly assumptions: readonly string[];
}

export interface PageExposureRow {
  readonly direction: 'ingress' | 'egress';
  readonly peer: string;
  readonly ports: string;
  /** The peer is not limited to pods that the input declares: it may be any pod or any address. */
  readonly isWide?: true;
}

export interface PageFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly place: string;
  readonly related: readonly { readonly name: string; readonly place: string }[];
  readonly fix?: string;
  /** Inserting this text is the whole fix. */
  readonly insert?: string;
}

export interface PageClaim {
  readonly cluster?: string;
  readonly claim: string;
  readonly description?: string;
  readonly place: string;
  readonly answer: 'holds' | 'fails' | 'undecided';
  /** `every possible pod, 3 declared workloads among them` */
  readonly scope: string;
  /** The witness, the deciding rules and the fix; for a claim that holds, its assumptions. */
  readonly details: readonly string[];
}

/** What changed since an earlier version, as `netpol diff` has it. */
export interface PageDiff {
  /** The names of the versions: `HEAD~1:k8s`, `k8s`. */
  readonly old: string;
  readonly new: string;
  /** Whether something opens or closes, and for which pods that is said: a sentence. */
  readonly verdict: string;
  readonly clusters: readonly PageClusterDiff[];
  /** Absent if findings were not compared. */
  readonly findings?: { readonly new: readonly PageFinding[]; readonly gone: readonly PageFinding[] };
  /** The words of the command that gives everything, also what is only counted here. Absent if there is none. */
  readonly command?: readonly string[];
}

export interface PageClusterDiff {
  /** Absent if there is one cluster. */
  readonly name?: string;
  /** `us is new`: only one version has the cluster. */
  readonly presence?: string;
  /** Groups of connections that changed for one reason. */
  readonly opens: readonly PageRegion[];
  readonly adds: readonly PageRegion[];
  readonly closes: readonly PageRegion[];
  readonly undecided: readonly PageUndecidedRegion[];
  /** Each row of the list of connections that changed, as far as it fits: `pairCount` rows changed. */
  readonly pairs: readonly PageChangedPair[];
  readonly pairCount: number;
  /** `ops is new`: Namespaces that only one version declares. */
  readonly namespaces: readonly string[];
  readonly assumptions: readonly string[];
}

/** Connections that changed for one reason. */
export interface PageRegion {
  readonly kind: 'opened' | 'widened' | 'closed' | 'narrowed';
  /** `other ports passed before between some of these ends`, `for workloads that both versions have` */
  readonly notes: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  readonly causes: readonly PageCause[];
  readonly moreCauses: number;
  /** Connections that changed: a witness, and the declared pairs as far as they fit. */
  readonly examples: readonly string[];
  readonly moreExamples: number;
}

export interface PageUndecidedRegion extends Omit<PageRegion, 'kind' | 'notes' | 'examples' | 'moreExamples'> {
  readonly may: 'open' | 'close' | 'open or close';
  /** Why, as sentences. */
  readonly reasons: readonly string[];
}

export interface PageCause {
  /** `ingress rule 1 of shop/db is new` */
  readonly text: string;
  readonly place?: string;
}

export interface PageChangedPair {
  readonly from: string;
  readonly to: string;
  /** `TCP 587`; empty if nothing passes. */
  readonly old: string;
  readonly new: string;
  /** A workload is new or gone, and no rule about it changed. */
  readonly byWorkload?: true;
}

/** What somebody signs who has checked the report. It has no time and no name of a machine. */
export interface PageEvidence {
  readonly netpol: string;
  readonly inputs: readonly { readonly file: string; readonly sha256: string; readonly bytes: number }[];
  readonly facts: { readonly podCidrs: readonly string[]; readonly cni?: string; readonly namespaces: readonly string[]; readonly strict: boolean };
  readonly clusters: readonly {
    readonly name?: string;
    readonly workloads: number;
    readonly policies: number;
    readonly namespaces: number;
    readonly assumptions: readonly string[];
  }[];
  readonly findings: { readonly error: number; readonly warning: number; readonly note: number; readonly suppressed: number };
  readonly claims: readonly Omit<PageClaim, 'description'>[];
  /** What the claims cover in each cluster. Absent if that was not asked for. */
  readonly coverage?: readonly Pick<PageCoverage, 'cluster' | 'claims' | 'total' | 'namespaces'>[];
  /** What changed, and the earlier version with what was read of it. Absent if none was given. */
  readonly change?: { readonly old: string; readonly new: string; readonly verdict: string; readonly inputs: PageEvidence['inputs'] };
  readonly undecided: readonly string[];
  readonly leftOut: readonly string[];
  readonly controls: readonly PageControl[];
}

/** A requirement of a standard, and what this report shows about it. */
export interface PageControl {
  readonly standard: string;
  readonly id: string;
  readonly requirement: string;
  readonly source: string;
  readonly shows: string;
  readonly doesNotShow: string;
  readonly facts: readonly string[];
}

/** The map, laid out. Lengths are in units of the drawing. */
export interface PageMap {
  readonly width: number;
  readonly height: number;
  /** `workloads` if each node is a group of workloads that no policy tells apart, `namespaces` if it is a namespace. */
  readonly folded: 'workloads' | 'namespaces';
  readonly groups: readonly { readonly name: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number }[];
  readonly nodes: readonly PageMapNode[];
  readonly edges: readonly PageMapEdge[];
}

export interface PageMapNode {
  readonly label: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isOutside?: true;
  /** Rows and columns of the matrix that it stands for. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

export interface PageMapEdge {
  readonly from: number;
  readonly to: number;
  /** `TCP 8080`, `all` */
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isUndecided?: true;
  readonly isAll?: true;
  /** One row and column of the matrix that the edge stands for. */
  readonly row: number;
  readonly column: number;
}
