import type { Grid } from './grid';

/** So many columns fit on a page. */
const COLUMNS = 15;

/** A matrix with more cells would be a book. */
const MAX_CELLS = 6_000;

/** The matrix on paper: tables of as many columns as fit on a page, each with its headers. */
export function PrintedMatrix({ grid }: { grid: Grid }) {
  const { rows, columns } = grid;
  if (rows.length * columns.length > MAX_CELLS) {
    return <p>The matrix has {rows.length} rows and {columns.length} columns, which is too much for paper. Fold namespaces or filter it before you print it.</p>;
  }
  const parts = Array.from({ length: Math.ceil(columns.length / COLUMNS) }, (_, i) => columns.slice(i * COLUMNS, (i + 1) * COLUMNS));
  return <>{parts.map((part, i) => <table class="printed">
    <caption>{parts.length === 1 ? 'Rows are sources, columns are destinations.' : `Rows are sources, columns are destinations: columns ${i * COLUMNS + 1} to ${i * COLUMNS + part.length} of ${columns.length}.`}</caption>
    <thead><tr><th />{part.map(item => <th scope="col" class={item.kind}><span>{grid.shortName(item, grid.columnName(item))}</span></th>)}</tr></thead>
    <tbody>{rows.map(row => <tr class={row.kind}>
      <th scope="row" class={`${row.kind}${row.kind === 'end' && row.namespace !== undefined ? ' inside' : ''}`}>{grid.shortName(row, grid.rowName(row))}</th>
      {part.map(column => {
        const { shade, brief } = grid.text(row, column);
        return <td class={`cell ${shade}`}>{brief}</td>;
      })}
    </tr>)}</tbody>
  </table>)}</>;
}
