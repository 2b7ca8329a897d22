import type { PageCluster, PageCoverage, PageCoverageCounts, PageDocument, PageRuleCoverage } from '../src/report/page-document';
import type { State, Update } from './state';
import { Table, type TableRow } from './table';

/** What the claims cover: by namespace and in total, the connections that no claim is about, and what claims say about each rule. */
export function CoverageSection({ page: { coverage = [], clusters }, state, update }: { page: PageDocument; state: State; update: Update }) {
  return <>{coverage.map(one => <ClusterCoverage one={one} cluster={clusters.find(({ name }) => name === one.cluster)} state={state} update={update} />)}</>;
}

function ClusterCoverage({ one: { cluster: name, claims, total, namespaces, uncovered, uncoveredCount }, cluster, state, update }: { one: PageCoverage; cluster?: PageCluster; state: State; update: Update }) {
  const of = name === undefined ? '' : ` in cluster ${name}`;
  const list = { state, update };
  return <>
    <h3>What the claims cover{of}</h3>
    <p>{claims} {claims === 1 ? 'claim holds and counts' : 'claims hold and count'}. A rule is covered if claims would notice that it, or one of its peers, is removed, and that it allows every peer.</p>
    <Table caption={`Coverage by namespace${of}`} head={['namespace', 'connections', 'of them stated', 'rules', 'policies']} {...list}
      rows={[...namespaces.map(counts => countsRow(counts.name, counts)), countsRow('total', total)]} />
    <h3>Connections that no claim states or permits{of}</h3>
    <Table caption={`Connections that no claim states or permits${of}`} head={['connection']} empty="Claims state or permit every connection." {...list} rows={uncovered.map(text => ({ text, cells: [text] }))} />
    {uncoveredCount > uncovered.length && <p>{uncoveredCount - uncovered.length} more are not in this page. netpol check --coverage -o json has all of them.</p>}
    <h3>Policies and rules{of}</h3>
    <Table caption={`Policies and rules${of}`} head={['policy', 'rule', 'claims']} empty="There is no NetworkPolicy." {...list} rows={(cluster?.policies ?? []).flatMap(policy => [
      ...ruleRow(policy.name, '', policy.place, '', policy.coverage),
      ...[...policy.ingress, ...policy.egress].flatMap(rule => ruleRow(policy.name, rule.path, rule.place, rule.text, rule.coverage)),
    ])} />
  </>;
}

function countsRow(name: string, { connections, rules, policies }: PageCoverageCounts): TableRow {
  return { text: name, cells: [name, share(connections), connections.stated, share(rules), share(policies)] };
}

function share({ covered, total }: { covered: number; total: number }): string {
  return total === 0 ? '-' : `${covered} of ${total} (${Math.floor(100 * covered / total)} %)`;
}

const STATES = { covered: ['holds', 'covered'], uncovered: ['undecided', 'not covered'], idle: ['', 'does nothing'] } as const;

function ruleRow(policy: string, path: string, place: string, text: string, coverage: PageRuleCoverage | undefined): TableRow[] {
  if (coverage === undefined) { return []; }
  const [badge, label] = STATES[coverage.state];
  return [{
    text: `${policy} ${path} ${place} ${text} ${label} ${coverage.text}`,
    cells: [<>{policy}<div class="place">{place}</div></>, path === '' ? 'the whole policy' : <><code>{path}</code><div class="faint">{text}</div></>, <><span class={`badge ${badge}`}>{label}</span> {coverage.text}</>],
  }];
}
