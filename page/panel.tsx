import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { explainPair, type FixView, type RuleMatch, type SideView } from './explain';
import type { ClusterModel } from './model';
import { portsText } from './ports';
import type { State, Update } from './state';
import type { PageDocument, PagePolicy, PageRule } from '../src/report/page-document';

const VERDICTS = { yes: 'allowed', no: 'denied', undecided: 'undecided' } as const;

/** The explanation of one pair. */
export function Panel({ page, model, state, update }: { page: PageDocument; model: ClusterModel; state: State; update: Update }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [state.row, state.column]);
  const row = model.rowByRef(state.row);
  const service = model.data.services.find(({ namespace, name }) => `svc/${namespace}/${name}` === state.column);
  const column = model.columnByRef(state.column);
  const close = () => {
    update({ row: '', column: '' });
    document.querySelector<HTMLElement>('[role=treegrid]')?.focus();
  };
  const frame = (content: ComponentChildren) => <aside class="panel" aria-label="Explanation" onKeyDown={event => { if (event.key === 'Escape') { close(); } }}>
    <button type="button" class="close" onClick={close} aria-label="Close the explanation">✕</button>
    {content}
  </aside>;
  const heading = <h2 ref={title} tabIndex={-1}>{state.row} <span aria-hidden="true">→</span><span class="sr"> to </span> {state.column}</h2>;
  if (row === undefined || (column === undefined && service === undefined)) {
    return frame(<>{heading}<p>This report does not have such a pair. The link may be from an older report.</p></>);
  }
  if (service !== undefined) {
    const { verdict } = model.serviceCell(row, service);
    return frame(<>
      {heading}
      <p class="headline"><Badge verdict={verdict} /> {verdict === 'yes' ? `${state.row} reaches every endpoint of the Service.` : verdict === 'no' ? `${state.row} does not reach every endpoint of the Service.` : 'It is undecided whether it reaches every endpoint.'}</p>
      <p>Service of type {service.type}, <code>{service.place}</code>{service.ports.length === 0 ? '' : `, ports ${service.ports.join(', ')}`}. Policies judge the endpoint and its port, not the address of the Service.</p>
      {service.nowhere !== undefined && <p>{service.nowhere}.</p>}
      <ul class="plain">{service.targets.map(target => {
        const name = target.column === undefined ? target.name! : model.columnName(target.column);
        return <li><Badge verdict={model.targetVerdict(row, target)} /> {target.port ?? 'any port'} → {target.column === undefined ? name
          : <button type="button" class="link" onClick={() => update({ column: name })}>{name}</button>} on {target.ports === undefined ? 'any port' : portsText(target.ports)}
        {target.doubt === undefined ? '' : `: ${model.data.reasons[target.doubt].text}`}</li>;
      })}</ul>
    </>);
  }
  const explanation = explainPair(model, row, column!);
  const [source, destination] = [model.data.ends[row], model.data.ends[column!]];
  return frame(<>
    {heading}
    <p class="headline"><Badge verdict={explanation.verdict} /> {explanation.headline}</p>
    {explanation.reasons.length > 0 && <><h3>Why it is undecided</h3><ul>{explanation.reasons.map(reason => <li>{reason}</li>)}</ul></>}
    {explanation.fixes.length > 0 && <><h3>{explanation.fixes.length > 1 ? 'Fix: both sides need one' : 'Fix'}</h3>{explanation.fixes.map(fix => <Fix fix={fix} />)}</>}
    {explanation.noFix !== undefined && <p>{explanation.noFix}</p>}
    {explanation.sides.map(side => <Side side={side} />)}
    {!explanation.isComplete && <p>The rules above do not tell the whole story. Run the command below.</p>}
    <h3>Who they are</h3>
    <dl>{[[state.row, source], [state.column, destination]].map(([name, end]) => typeof end === 'object' && <>
      <dt>{name as string} ({end.kind})</dt><dd><code>{end.place}</code>{end.labels !== '' && <>, labels {end.labels}</>}{end.hostNetwork && ', on the network of its node'}</dd></>)}</dl>
    <h3>The same on the command line</h3>
    <Copy text={commandFor(page, model, source?.ref ?? model.data.sources[row - model.data.ends.length].ref, destination?.ref ?? model.data.targets[column! - model.data.ends.length].ref)} />
  </>);
}

function commandFor({ paths, options }: PageDocument, { data }: ClusterModel, from: string, to: string): string {
  const cluster = data.name === undefined ? [] : ['--cluster', data.name];
  return ['netpol', 'explain', ...paths, ...options, ...cluster, '--from', from, '--to', to].map(quoted).join(' ');
}

/** A word of a command line for a shell. */
export function quoted(word: string): string { return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`; }

export function Badge({ verdict }: { verdict: string }) {
  return <span class={`badge ${verdict}`}>{VERDICTS[verdict as keyof typeof VERDICTS] ?? verdict}</span>;
}

function Side({ side }: { side: SideView }) {
  const { direction, subject, verdict, ports, why, policies, mayBeOpen, allowedBy, admin, baseline, reasons } = side;
  return <section>
    <h3>{direction === 'egress' ? 'Egress' : 'Ingress'} of {subject}: {verdict === 'yes' ? `allows ${portsText(ports)}` : verdict === 'no' ? 'denied' : 'undecided'}</h3>
    {reasons.length > 0 && <ul>{reasons.map(reason => <li>Undecided, because {reason}</li>)}</ul>}
    <Rules title="Rules of the Admin tier" matches={admin} />
    {why !== undefined && <p>{why}</p>}
    {policies.length > 0 && <>
      <p>These policies isolate it{mayBeOpen ? ', if one of them selects it' : ''}, so only what they allow may {direction === 'egress' ? 'leave' : 'enter'} it:</p>
      <ul>{policies.map(policy => <li>
        <code>{policy.name}</code> <span class="place">{policy.place}</span><Coverage of={policy} />
        {verdict === 'yes' ? null : policy[direction].length === 0 ? <div>It has no {direction} rule, so it allows nothing.</div>
          : <ul>{policy[direction].slice(0, 12).map(rule => <li><code>{rule.path}</code> <span class="place">{rule.place}</span>: only {direction === 'egress' ? 'to' : 'from'} {rule.text}</li>)}
            {policy[direction].length > 12 && <li>and {policy[direction].length - 12} more rules</li>}</ul>}
      </li>)}</ul>
      {allowedBy.length === 0 && <p>{verdict === 'undecided' ? 'Whether one of their rules allows it is undecided.' : 'No rule allows it.'}</p>}
    </>}
    <Rules title={verdict === 'yes' ? 'Allowed by' : 'Rules that match the other end'} matches={allowedBy} />
    <Rules title="Rules of the Baseline tier" matches={baseline} />
  </section>;
}

function Rules({ title, matches }: { title: string; matches: readonly RuleMatch[] }) {
  return matches.length === 0 ? null : <>
    <h4>{title}</h4>
    <ul>{matches.map(({ policy, rule, ports, isSure }) => <li>
      <code>{policy.name} {rule.path}</code> <span class="place">{rule.place}</span>{policy.tier === undefined ? '' : ` (${policy.tier}; ${rule.action}${isSure ? '' : ', if it matches'})`}: {portsText(ports)}
      {policy.tier === undefined && !isSure ? ', if it matches' : ''}<div class="faint">{rule.text}</div><Coverage of={rule} /></li>)}</ul>
  </>;
}

/** Which claims cover a rule or a policy, if the report is about that. */
function Coverage({ of: { coverage } }: { of: PageRule | PagePolicy }) {
  return coverage === undefined ? null : <div class={coverage.state === 'uncovered' ? undefined : 'faint'}>Claims: {coverage.text}.</div>;
}

function Fix({ fix: { instruction, yaml, notes } }: { fix: FixView }) {
  return <div class="fix"><p>{instruction[0].toUpperCase()}{instruction.slice(1)}:</p><Copy text={yaml} />{notes.map(note => <p>{note}</p>)}</div>;
}

/** Text with a button that copies it. */
export function Copy({ text }: { text: string }) {
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    const code = button.previousElementSibling!;
    try { await navigator.clipboard.writeText(text); } catch {
      // A page from disk may not use the clipboard, but a selection can be copied by hand.
      getSelection()!.selectAllChildren(code);
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  };
  return <div class="copy"><pre tabIndex={0}>{text.trimEnd()}</pre><button type="button" onClick={copy}>Copy</button></div>;
}
