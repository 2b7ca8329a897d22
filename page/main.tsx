import { render } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { PageDocument } from '../src/report/page-document';
import { changeCount, ChangesView } from './changes';
import { CoverageSection } from './coverage';
import { ClaimsView, EvidenceView, ExposedView, FindingsView, UndecidedView } from './lists';
import { MapView } from './map';
import { Matrix } from './matrix';
import { ClusterModel, type Filter } from './model';
import { Panel } from './panel';
import { readPorts } from './ports';
import { fragmentOf, type State, type Update, usePageState } from './state';

/** The views, each with the question that it answers. */
const VIEWS: readonly { readonly id: string; readonly name: string; readonly question: string; readonly hasPairs?: true; readonly count?: (page: PageDocument) => number | undefined }[] = [
  { id: 'matrix', name: 'Matrix', question: 'Who reaches whom?', hasPairs: true },
  { id: 'map', name: 'Map', question: 'How does it hang together?', hasPairs: true },
  { id: 'exposed', name: 'Exposed', question: 'What is open to the outside, and to pods that do not exist yet?' },
  { id: 'findings', name: 'Findings', question: 'What is probably not meant?', count: ({ findings }) => findings.length },
  { id: 'claims', name: 'Claims', question: 'Do the intents hold?', count: ({ claims = [] }) => claims.length },
  { id: 'changes', name: 'Changes', question: 'What does the change open and close?', count: changeCount },
  { id: 'undecided', name: 'Undecided', question: 'What is undecided, and what was left out?' },
  { id: 'evidence', name: 'Evidence', question: 'What does this report rest on?' },
];

function App({ page, models }: { page: PageDocument; models: readonly ClusterModel[] }) {
  const [state, update] = usePageState();
  const model = models.find(({ data }) => data.name === state.cluster) ?? models[0];
  const view = VIEWS.find(({ id }) => id === state.view) ?? VIEWS[0];
  const filter = useMemo((): Filter => ({
    namespace: state.ns, from: state.from, to: state.to, ports: readPorts(state.port), verdict: state.verdict as Filter['verdict'],
  }), [state.ns, state.from, state.to, state.port, state.verdict]);
  useEffect(() => {
    if (state.theme === '') { delete document.documentElement.dataset.theme; } else { document.documentElement.dataset.theme = state.theme; }
  }, [state.theme]);
  useEffect(() => { document.title = `${view.question} ${page.paths.join(', ')}`; }, [view]);
  const props = { page, cluster: model.data, filter, state, update };
  const { ends, policies, namespaces } = model.data;
  return <>
    <a class="skip" href="#main" onClick={event => { event.preventDefault(); document.getElementById('main')!.focus(); }}>Skip to the content</a>
    <header>
      <h1>Network policies of {page.paths.join(', ')}</h1>
      <p>{ends.length} {ends.length === 1 ? 'workload' : 'workloads'} in {namespaces.length} {namespaces.length === 1 ? 'namespace' : 'namespaces'}, {policies.length} {policies.length === 1 ? 'policy' : 'policies'}. {page.tool}</p>
      <nav aria-label="Views"><ul>{VIEWS.map(({ id, name, count }) => <li>
        <a href={fragmentOf({ ...state, view: id, row: '', column: '', q: '' })} aria-current={view.id === id ? 'page' : undefined}
          onClick={event => { event.preventDefault(); update({ view: id, row: '', column: '', q: '' }); }}>{name}{count?.(page) === undefined ? '' : ` (${count(page)})`}</a></li>)}</ul></nav>
      <div class="settings">
        {models.length > 1 && <label>Cluster <select value={model.data.name} onChange={event => update({ cluster: event.currentTarget.value, ns: '', row: '', column: '', open: '' })}>
          {models.map(({ data: { name } }) => <option value={name}>{name}</option>)}</select></label>}
        <label>Colours <select value={state.theme} onChange={event => update({ theme: event.currentTarget.value })}>
          <option value="">as the system</option><option value="light">light</option><option value="dark">dark</option></select></label>
      </div>
    </header>
    <main id="main" tabIndex={-1} class={view.id}>
      <h2>{view.question}</h2>
      {(view.hasPairs || view.id === 'exposed') && <Filters model={model} state={state} update={update} isBadPort={state.port !== '' && filter.ports === undefined} hasPairs={view.hasPairs === true} hasFold={view.id === 'matrix'} />}
      {view.id === 'matrix' && <><Matrix model={model} filter={filter} state={state} update={update} /><Legend /></>}
      {view.id === 'map' && <MapView model={model} filter={filter} state={state} update={update} />}
      {view.id === 'exposed' && <ExposedView {...props} />}
      {view.id === 'findings' && <FindingsView {...props} />}
      {view.id === 'claims' && <><ClaimsView {...props} /><CoverageSection page={page} state={state} update={update} /></>}
      {view.id === 'changes' && <ChangesView page={page} models={models} state={state} update={update} />}
      {view.id === 'undecided' && <UndecidedView {...props} />}
      {view.id === 'evidence' && <EvidenceView {...props} />}
    </main>
    {view.hasPairs && state.row !== '' && <Panel page={page} model={model} state={state} update={update} />}
  </>;
}

function Filters({ model, state, update, isBadPort, hasPairs, hasFold }: { model: ClusterModel; state: State; update: Update; isBadPort: boolean; hasPairs: boolean; hasFold: boolean }) {
  const field = (key: keyof State) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) => update({ [key]: event.currentTarget.value });
  return <form class="tools" role="search" aria-label="Filters" onSubmit={event => event.preventDefault()}>
    <label>Namespace <select value={state.ns} onChange={field('ns')}><option value="">all</option>{model.data.namespaces.map(({ name }) => <option value={name}>{name}</option>)}</select></label>
    {hasPairs && <>
      <label>From <input type="search" value={state.from} onInput={field('from')} placeholder="name or label" /></label>
      <label>To <input type="search" value={state.to} onInput={field('to')} placeholder="name or label" /></label>
      <label>Port <input type="search" class="short" value={state.port} onInput={field('port')} placeholder="tcp/8080" aria-invalid={isBadPort} aria-describedby={isBadPort ? 'bad-port' : undefined} /></label>
      <label>Verdict <select value={state.verdict} onChange={field('verdict')}>
        <option value="">any</option><option value="yes">allowed</option><option value="all">allowed on every port</option><option value="undecided">undecided</option><option value="no">denied</option></select></label>
    </>}
    {hasFold && <><button type="button" onClick={() => update({ open: '*' })}>Unfold all</button> <button type="button" onClick={() => update({ open: '-' })}>Fold all</button></>}
    {hasPairs && <button type="button" onClick={() => update({ ns: '', from: '', to: '', port: '', verdict: '' })}>Clear</button>}
    {isBadPort && <span id="bad-port" role="alert">Write a port as 8080, tcp/8080 or udp/5000-5010.</span>}
  </form>;
}

function Legend() {
  return <p class="legend">
    <span><span class="cell yes">443</span> allowed on this port</span>
    <span><span class="cell yes">9000…</span> on a range that starts there</span>
    <span><span class="cell yes">53+1</span> on one more range</span>
    <span><span class="cell yes every">all</span> on every port</span>
    <span><span class="cell undecided">?</span> undecided</span>
    <span><span class="cell no" /> denied</span>
    <span><span class="cell self" /> the same pod</span>
    <span><span class="cell sum yes part">7/20</span> 7 of 20 pairs of a namespace</span>
    <span>Arrow keys move, Enter opens an explanation or a fold.</span>
  </p>;
}

const page = JSON.parse(document.getElementById('data')!.textContent!) as PageDocument;
render(<App page={page} models={page.clusters.map(data => new ClusterModel(data))} />, document.getElementById('app')!);
document.documentElement.dataset.ready = '';
