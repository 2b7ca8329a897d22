/** Text as it stands in a cell of a Markdown table or in running text. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

/** A row of a table, its cells escaped. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
}

/** A block of code, fenced by more backticks than it has itself. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}\n`;
}

/** A function that works out its result once for each argument: long lists say the same few things again and again. */
export function remembered<Argument, Result>(work: (argument: Argument) => Result): (argument: Argument) => Result {
  const results = new Map<Argument, Result>();
  return argument => {
    let result = results.get(argument);
    if (result === undefined) {
      result = work(argument);
      results.set(argument, result);
    }
    return result;
  };
}
