import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { State, Update } from './state';

export interface TableRow {
  /** What the search looks at. */
  readonly text: string;
  readonly cells: readonly ComponentChildren[];
}

/** More rows than this are shown on demand. */
const PAGE = 200;

/** A table with a search. */
export function Table({ caption, head, rows, state, update, empty = 'There is nothing to show.' }: {
  caption: string; head: readonly string[]; rows: readonly TableRow[]; state: State; update: Update; empty?: string;
}) {
  const [count, setCount] = useState(PAGE);
  const words = state.q.toLowerCase().split(/\s+/);
  const found = rows.filter(({ text }) => words.every(word => text.toLowerCase().includes(word)));
  if (rows.length === 0) { return <p>{empty}</p>; }
  return <>
    {rows.length > 5 && <p class="tools"><label>Search in this list <input type="search" value={state.q} onInput={event => update({ q: event.currentTarget.value })} /></label> <span role="status">{found.length} of {rows.length}</span></p>}
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}><table>
      <caption class="sr">{caption}</caption>
      <thead><tr>{head.map(one => <th scope="col">{one === '' ? <span class="sr">action</span> : one}</th>)}</tr></thead>
      <tbody>{found.slice(0, count).map(({ cells }) => <tr>{cells.map(cell => <td>{cell}</td>)}</tr>)}</tbody>
    </table></div>
    {found.length > count && <p><button type="button" onClick={() => setCount(count + PAGE * 5)}>Show more ({found.length - count} are left)</button></p>}
  </>;
}
