import type { ComponentChildren } from 'preact';
import type { PageCause, PageClusterDiff, PageDocument, PageFinding, PageRegion, PageUndecidedRegion } from '../src/report/page-document';
import { findingRow } from './lists';
import type { ClusterModel } from './model';
import { Copy, quoted } from './panel';
import { fragmentOf, type State, type Update } from './state';
import { Table, type TableRow } from './table';

/** How many groups of connections changed, or may have. Undefined if the report compares nothing. */
export function changeCount({ diff }: PageDocument): number | undefined {
  return diff?.clusters.reduce((sum, { opens, adds, closes, undecided }) => sum + opens.length + adds.length + closes.length + undecided.length, 0);
}

/** What changed since an earlier version: the verdict, then what opens, what closes, and what is undecided. */
export function ChangesView({ page: { diff }, models, state, update }: { page: PageDocument; models: readonly ClusterModel[]; state: State; update: Update }) {
  if (diff === undefined) {
    return <p>The report compares nothing. Write <code>--base REVISION</code> or <code>--old VERSION</code> to see what opened and closed since then.</p>;
  }
  const list = { state, update };
  const presence = diff.clusters.flatMap(one => one.presence ?? []);
  return <>
    <p class="headline"><strong>{diff.verdict}</strong></p>
    <p>From <code>{diff.old}</code> to <code>{diff.new}</code>. A group of connections changed for one reason; some of its connections may be as they were. Its examples changed.</p>
    <List title="Clusters" texts={presence} />
    {diff.clusters.map(one => <Cluster one={one} model={models.find(({ data }) => one.name === undefined || data.name === one.name)} list={list} />)}
    {diff.findings !== undefined && <>
      <h3>New findings</h3>
      <Findings caption="New findings" findings={diff.findings.new} empty="The new version has no finding that the old one does not have." list={list} />
      {diff.findings.gone.length > 0 && <><h3>Findings that are gone</h3><Findings caption="Findings that are gone" findings={diff.findings.gone} list={list} /></>}
    </>}
    {diff.command !== undefined && <><h3>The same on the command line</h3><Copy text={diff.command.map(quoted).join(' ')} /></>}
  </>;
}

type ListProps = { readonly state: State; readonly update: Update };

function Cluster({ one, model, list }: { one: PageClusterDiff; model?: ClusterModel; list: ListProps }) {
  const of = one.name === undefined ? '' : ` in cluster ${one.name}`;
  const hidden = one.pairCount - one.pairs.length;
  const section = (title: string, head: readonly string[], rows: readonly TableRow[]) => rows.length > 0 && <><h3>{title}{of}</h3><Table caption={`${title}${of}`} head={head} rows={rows} {...list} /></>;
  const head = ['what', 'from', 'to', 'ports', 'why', 'for example'];
  return <>
    {section('Opens', head, one.opens.map(regionRow))}
    {section('Adds for new workloads', head, one.adds.map(regionRow))}
    {section('Closes', head, one.closes.map(regionRow))}
    {section('Undecided', ['may', 'from', 'to', 'ports', 'why'], one.undecided.map(undecidedRow))}
    {section('Workloads whose connections change', ['from', 'to', 'old', 'new', 'why', ''], one.pairs.map(({ from, to, old, new: now, byWorkload }) => ({
      text: `${from} ${to} ${old} ${now}`,
      cells: [from, to, old || 'nothing', now || 'nothing', byWorkload ? 'a workload is new or gone, by rules that did not change' : 'see the groups above',
        model?.rowByRef(from) !== undefined && model.columnByRef(to) !== undefined && <Explain from={from} to={to} cluster={model.data.name ?? ''} {...list} />],
    })))}
    {hidden > 0 && <p>{hidden} more pairs are not in this page. netpol diff -o json has all of them.</p>}
    <List title={`Namespaces${of}`} texts={one.namespaces} />
    <List title={`What the comparison assumes${of}`} texts={one.assumptions} />
  </>;
}

/** A link to the explanation of a pair, as the new version has it. */
function Explain({ from, to, cluster, state, update }: { from: string; to: string; cluster: string } & ListProps) {
  const change = { view: 'matrix', cluster, ns: '', from: '', to: '', port: '', verdict: '', row: from, column: to, q: '' };
  return <a href={fragmentOf({ ...state, ...change })} aria-label={`Explain ${from} to ${to}`} onClick={event => { event.preventDefault(); update(change); }}>explain</a>;
}

function regionRow({ kind, notes, from, to, ports, causes, moreCauses, examples, moreExamples }: PageRegion): TableRow {
  return {
    text: `${kind} ${notes.join(' ')} ${from} ${to} ${ports} ${causes.map(causeText).join(' ')} ${examples.join(' ')}`,
    cells: [
      <><span class={`badge ${kind}`}>{kind}</span>{notes.map(text => <div class="faint">{text}</div>)}</>,
      from, to, ports,
      <Items items={causes.map(cause => <Cause cause={cause} />)} more={moreCauses} />,
      <Items items={examples} more={moreExamples} />,
    ],
  };
}

function undecidedRow({ may, from, to, ports, causes, moreCauses, reasons }: PageUndecidedRegion): TableRow {
  return {
    text: `${may} ${from} ${to} ${ports} ${causes.map(causeText).join(' ')} ${reasons.join(' ')}`,
    cells: [<span class="badge undecided">{may}</span>, from, to, ports, <Items items={[...causes.map(cause => <Cause cause={cause} />), ...reasons.map(text => <>undecided, because {text}</>)]} more={moreCauses} />],
  };
}

function causeText({ text, place = '' }: PageCause): string { return `${text} ${place}`; }

function Cause({ cause: { text, place } }: { cause: PageCause }) {
  return <>{text}{place !== undefined && <div class="place">{place}</div>}</>;
}

/** The first of several items, and the others on demand. */
function Items({ items, more }: { items: readonly ComponentChildren[]; more: number }) {
  const [first, ...others] = items;
  return <>{first}{others.length > 0 && <details><summary>{others.length + more} more</summary><ul>{others.map(one => <li>{one}</li>)}{more > 0 && <li>and {more} more</li>}</ul></details>}</>;
}

function List({ title, texts }: { title: string; texts: readonly string[] }) {
  return texts.length === 0 ? null : <><h3>{title}</h3><ul>{texts.map(text => <li>{text}</li>)}</ul></>;
}

function Findings({ caption, findings, empty, list }: { caption: string; findings: readonly PageFinding[]; empty?: string; list: ListProps }) {
  return <Table caption={caption} head={['severity', 'code', 'what is wrong', 'fix']} empty={empty} rows={findings.map(findingRow)} {...list} />;
}
