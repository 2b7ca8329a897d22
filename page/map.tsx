import { useState } from 'preact/hooks';
import type { ClusterModel } from './model';
import type { Filter } from './model';
import type { State, Update } from './state';
import { Table } from './table';

/** Who reaches whom as a graph. The table below it says the same, for a keyboard and a screen reader. */
export function MapView({ model, filter, state, update }: { model: ClusterModel; filter: Filter; state: State; update: Update }) {
  const { map, namespaces, ends } = model.data;
  // Smaller text could not be read; the drawing scrolls.
  const fit = Math.max(0.5, Math.min(1, (innerWidth - 60) / map.width));
  const [zoom, setZoom] = useState(fit);
  const [chosen, setChosen] = useState(-1);
  const has = (text: string, wanted: string) => wanted.toLowerCase().split(/\s+/).every(word => text.toLowerCase().includes(word));
  const text = (node: number) => `${map.nodes[node].label} ${map.nodes[node].detail}`;
  const at = namespaces.find(({ name }) => name === filter.namespace);
  const isIn = (node: number) => at === undefined || [...map.nodes[node].rows, ...map.nodes[node].columns].some(i => i < ends.length && i >= at.first && i < at.first + at.count);
  const isShown = map.edges.map(({ from, to, row, column }) => (isIn(from) || isIn(to)) && has(text(from), filter.from) && has(text(to), filter.to)
    && (filter.ports === undefined && filter.verdict === '' || model.matches(filter, model.cell(row, column))));
  const isFocus = (edge: number) => isShown[edge] && (chosen < 0 || map.edges[edge].from === chosen || map.edges[edge].to === chosen);
  const near = new Set(map.edges.flatMap(({ from, to }, i) => isFocus(i) ? [from, to] : []));
  const open = (edge: number) => update({ row: model.rowName(map.edges[edge].row), column: model.columnName(map.edges[edge].column) });
  const shape = (points: readonly (readonly [number, number])[]) => {
    const [first, ...others] = points;
    // A smooth line through the middle of each two points.
    const middle = others.slice(0, -1).map(([x, y], i) => [x, y, (x + others[i + 1][0]) / 2, (y + others[i + 1][1]) / 2]);
    const last = others.at(-1)!;
    return `M${first.join(' ')} ${middle.map(([x, y, mx, my]) => `Q${x} ${y} ${mx} ${my}`).join(' ')} L${last.join(' ')}`;
  };
  if (map.nodes.length === 0) { return <p>There are no workloads, so there is nothing to draw.</p>; }
  const rows = map.edges.map((edge, i) => ({ edge, i })).filter(({ i }) => isFocus(i));
  return <>
    <p>{map.folded === 'workloads' ? 'Each box is a workload, or several that no policy tells apart, in the frame of its namespace.' : 'The cluster is large, so each box is a namespace. An arrow says that some workload of the one reaches some workload of the other.'}
      {' '}An arrow goes from the one that connects to the one that answers. Choose a box to see its arrows only, and an arrow for its explanation.</p>
    <p class="tools">
      <button type="button" onClick={() => setZoom(zoom * 1.25)} aria-label="Enlarge the map">+</button>
      <button type="button" onClick={() => setZoom(zoom / 1.25)} aria-label="Make the map smaller">−</button>
      <button type="button" onClick={() => setZoom(1)}>100 %</button>
      <button type="button" onClick={() => setZoom(fit)}>Fit</button>
      {chosen >= 0 && <button type="button" onClick={() => setChosen(-1)}>Show every arrow</button>}
    </p>
    <div class="drawing" tabIndex={0} role="region" aria-label="Map">
      <svg role="img" aria-label="Map of who reaches whom. The table below has the same arrows." width={map.width * zoom} height={map.height * zoom} viewBox={`0 0 ${map.width} ${map.height}`}>
        <defs>{['', 'all', 'undecided'].map(kind => <marker id={`arrow${kind}`} class={`tip ${kind}`} viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" /></marker>)}</defs>
        {map.groups.map(({ name, x, y, width, height }) => <g class="frame"><rect x={x} y={y} width={width} height={height} rx="6" /><text x={x + 8} y={y + 15}>{name}</text></g>)}
        {map.edges.map(({ label, points, isAll, isUndecided }, i) => {
          const kind = isUndecided ? 'undecided' : isAll ? 'all' : '';
          return <g class={`edge ${kind}${isFocus(i) ? '' : ' dim'}`} onClick={() => open(i)}>
            <title>{`${map.nodes[map.edges[i].from].label} → ${map.nodes[map.edges[i].to].label}: ${label}`}</title>
            <path class="hit" d={shape(points)} /><path d={shape(points)} marker-end={`url(#arrow${kind})`} />
            {isFocus(i) && <text x={points[points.length >> 1][0]} y={points[points.length >> 1][1] + 4}>{label}</text>}
          </g>;
        })}
        {map.nodes.map(({ label, detail, x, y, width, height, isOutside }, i) => <g
          class={`node${isOutside ? ' outside' : ''}${chosen === i ? ' chosen' : ''}${near.has(i) || chosen === i || near.size === 0 ? '' : ' dim'}`} onClick={() => setChosen(chosen === i ? -1 : i)}>
          <title>{detail}</title><rect x={x} y={y} width={width} height={height} rx={isOutside ? 17 : 4} /><text x={x + width / 2} y={y + height / 2 + 4}>{label}</text></g>)}
      </svg>
    </div>
    <h3>The arrows as a table</h3>
    <Table caption="Arrows of the map" head={['from', 'to', 'ports', '']} state={state} update={update} rows={rows.map(({ edge, i }) => ({
      text: `${text(edge.from)} ${text(edge.to)} ${edge.label}`,
      cells: [map.nodes[edge.from].label, map.nodes[edge.to].label, edge.label,
        <button type="button" class="link" onClick={() => open(i)} aria-label={`Explain ${map.nodes[edge.from].label} to ${map.nodes[edge.to].label}`}>explain</button>],
    }))} />
  </>;
}
