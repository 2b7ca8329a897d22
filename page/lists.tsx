import type { PageCluster, PageDocument, PageFinding } from '../src/report/page-document';
import type { Filter } from './model';
import { Badge, Copy } from './panel';
import type { State, Update } from './state';
import { Table, type TableRow } from './table';

type Props = { page: PageDocument; cluster: PageCluster; filter: Filter; state: State; update: Update };

/** What the outside world reaches, and which pods that do not exist yet could reach a workload. */
export function ExposedView({ cluster, filter, state, update }: Props) {
  const { exposed, exposure, exposureOf, ends, namespaces, mayExposeMore } = cluster;
  const isWanted = (namespace: string) => filter.namespace === '' || namespace === filter.namespace;
  return <>
    <h3>What the outside world reaches</h3>
    <Table caption="Ways in from outside" head={['through', 'from', 'to', 'answer']} state={state} update={update}
      empty={`No Ingress, Gateway route, Route, LoadBalancer, NodePort or port of a node leads to a workload${mayExposeMore ? ' in what was read; the rest of the input may have some' : ''}.`}
      rows={exposed.filter(({ namespace }) => isWanted(namespace)).map(({ via, place, hosts, from, to, answer, reasons, assumptions }) => ({
        text: `${via} ${hosts.join(' ')} ${from} ${to} ${answer}`,
        cells: [<>{via}{hosts.length > 0 && ` (${hosts.join(', ')})`}<div class="place">{place}</div></>, from, <>{to}{[...reasons, ...assumptions].map(text => <div class="faint">{text}</div>)}</>, <Badge verdict={answer} />],
      }))} />
    <h3>What the policies open to pods that may not exist yet</h3>
    <p>Each row is about the policies of one workload alone. The policies of the other end may still deny it, but a pod that somebody deploys next year may have none.</p>
    <Table caption="What the policies of each workload open" head={['workload', 'direction', 'peer', 'ports']} state={state} update={update} rows={ends.flatMap(({ ref, namespace }, i) =>
      !isWanted(namespaces[namespace].name) ? [] : exposure[exposureOf[i]].map(({ direction, peer, ports, isWide }) => ({
        text: `${ref} ${direction} ${peer} ${ports}`,
        cells: [ref, direction === 'ingress' ? 'could be reached by' : 'could reach', isWide ? <strong>{peer}</strong> : peer, ports],
      })))} />
  </>;
}

/** A row of a table of findings. */
export function findingRow({ severity, code, message, place, related, fix, insert }: PageFinding): TableRow {
  return {
    text: `${severity} ${code} ${message} ${place} ${fix ?? ''}`,
    cells: [
      <span class={`badge ${severity}`}>{severity}</span>, code,
      <>{message}<div class="place">{place}</div>{related.map(one => <div class="faint">{one.name} <span class="place">{one.place}</span></div>)}</>,
      <>{fix}{insert !== undefined && <Copy text={insert} />}</>,
    ],
  };
}

export function FindingsView({ page: { findings, suppressed }, state, update }: Props) {
  return <>
    <Table caption="Findings" head={['severity', 'code', 'what is wrong', 'fix']} state={state} update={update} empty="netpol found nothing that is probably not meant." rows={findings.map(findingRow)} />
    {suppressed > 0 && <p>{suppressed} {suppressed === 1 ? 'finding is' : 'findings are'} suppressed.</p>}
  </>;
}

export function ClaimsView({ page: { claims = [] }, state, update }: Props) {
  return <Table caption="Claims" head={['verdict', 'claim', 'judged for', 'details']} state={state} update={update} empty="No intent file was given. Write --intent FILE to judge claims." rows={claims.map(one => ({
    text: `${one.answer} ${one.cluster ?? ''} ${one.claim} ${one.description ?? ''} ${one.details.join(' ')}`,
    cells: [
      <span class={`badge ${one.answer}`}>{one.answer}</span>,
      <>{one.cluster !== undefined && `cluster ${one.cluster}: `}{one.claim}{one.description !== undefined && <div>{one.description}</div>}<div class="place">{one.place}</div></>,
      one.scope,
      one.details.length === 0 ? 'It rests on no assumption.' : <details open={one.answer !== 'holds'}><summary>{one.details[0].split('\n')[0]}</summary><pre tabIndex={0}>{one.details.join('\n')}</pre></details>,
    ],
  }))} />;
}

export function UndecidedView({ page, cluster, state, update }: Props) {
  const { reasons } = cluster;
  return <>
    <h3>What was read and what was left out</h3>
    <ul>{page.summary.map(line => <li>{line.trim()}</li>)}</ul>
    <h3>Why answers are undecided</h3>
    <Table caption="Reasons" head={['code', 'reason']} state={state} update={update} empty="Every answer about these workloads is decided." rows={reasons.map(({ code, text }) => ({ text: `${code} ${text}`, cells: [code, text] }))} />
    <h3>What the answers assume</h3>
    {cluster.assumptions.length === 0 ? <p>The connections rest on no assumption.</p> : <ul>{cluster.assumptions.map(text => <li>{text}</li>)}</ul>}
  </>;
}

function inputRow({ file, sha256, bytes }: PageDocument['evidence']['inputs'][number]): TableRow {
  return { text: `${file} ${sha256}`, cells: [file, <code>{sha256}</code>, bytes] };
}

export function EvidenceView({ page: { evidence }, state, update }: Props) {
  const { inputs, facts, clusters, claims, change, coverage = [], findings, controls, netpol } = evidence;
  return <>
    <p>This page has no date and no name of a machine: the same inputs and the same version give the same bytes. Whoever checks it runs the command again and compares.</p>
    <h3>Inputs</h3>
    <p>{netpol}. {facts.strict ? 'Nothing was assumed (--strict).' : ''}</p>
    <Table caption="Inputs" head={['file', 'SHA-256', 'bytes']} state={state} update={update} rows={inputs.map(inputRow)} />
    {change !== undefined && <>
      <h3>Change</h3>
      <p>Since <code>{change.old}</code>: {change.verdict}</p>
      <Table caption="Inputs of the earlier version" head={['file', 'SHA-256', 'bytes']} state={state} update={update} empty="The earlier version has no input." rows={change.inputs.map(inputRow)} />
    </>}
    <h3>Facts and assumptions</h3>
    <ul>
      <li>Blocks of pod addresses: {facts.podCidrs.length === 0 ? 'not stated' : facts.podCidrs.join(', ')}</li>
      <li>Network plugin: {facts.cni ?? 'not stated'}</li>
      <li>Namespaces made elsewhere: {facts.namespaces.length === 0 ? 'none stated' : facts.namespaces.join('; ')}</li>
      {clusters.flatMap(({ name, assumptions }) => assumptions.map(text => <li>{name === undefined ? '' : `cluster ${name}: `}{text}</li>))}
    </ul>
    <h3>Result</h3>
    <ul>
      {clusters.map(({ name, workloads, policies, namespaces }) => <li>{name === undefined ? '' : `cluster ${name}: `}{workloads} workloads, {policies} policies, {namespaces} namespaces</li>)}
      <li>{findings.error} errors, {findings.warning} warnings, {findings.note} notes, {findings.suppressed} suppressed findings</li>
      <li>{claims.length} claims: {['holds', 'fails', 'undecided'].map(answer => `${claims.filter(one => one.answer === answer).length} ${answer === 'holds' ? 'hold' : answer === 'fails' ? 'fail' : 'undecided'}`).join(', ')}</li>
    </ul>
    {coverage.length > 0 && <ul>{coverage.map(({ cluster, total: { connections, rules, policies } }) => <li>{cluster === undefined ? '' : `cluster ${cluster}: `}claims cover {connections.covered} of {connections.total} connections, {rules.covered} of {rules.total} rules and {policies.covered} of {policies.total} policies</li>)}</ul>}
    <h3>Requirements of standards</h3>
    <p>The report supports an assessment. It is not one: what a cluster enforces also depends on its network plugin, and on the objects that are in it.</p>
    {controls.map(({ standard, id, requirement, source, shows, doesNotShow, facts: own }) => <section class="control">
      <h4>{standard} {id}</h4>
      <p><strong>Requirement:</strong> {requirement}</p>
      <p><strong>The report shows:</strong> {shows}</p>
      {own.length > 0 && <ul>{own.map(text => <li>{text}</li>)}</ul>}
      <p><strong>It does not show:</strong> {doesNotShow}</p>
      <p class="place">Source: {source}</p>
    </section>)}
  </>;
}
