import { printable } from '../../findings/finding';

/** Text with Markdown's own characters escaped, for a table cell or a paragraph. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

/**
 * Text for a comment at a code host: nothing in it mentions a person (`@name`), refers to an issue (`#1`) or becomes a link. An empty HTML comment keeps the
 * characters apart, and nobody sees it.
 */
export function inertMarkdown(text: string): string {
  return escapeMarkdown(printable(text)).replace(/[~$&]/g, '\\$&').replace(/[@#]|:(?=\/\/)|\bwww(?=\.)/g, '$&<!-- -->');
}

/** The same as code, which code hosts leave as it is. No cell of a table can have a `|` in code. */
export function codeMarkdown(text: string): string {
  const line = printable(text);
  if (line.includes('|') || line === '') { return inertMarkdown(text); }
  const ticks = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const gap = /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${ticks}${gap}${line}${gap}${ticks}`;
}

/** A table row. Escapes the cells. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
}

/** A fenced code block. The fence has more backticks than the text. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}
