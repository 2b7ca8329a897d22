/** The parts of a stream of Node that say whether it is a terminal. */
interface MaybeTerminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * The width of the terminal behind a stream, and whether to use colours: on a terminal, unless `NO_COLOR` has a value (https://no-color.org) or the
 * terminal is `dumb`. `FORCE_COLOR` decides if it is there: `0` means no colours, and anything else colours everywhere.
 */
export function terminalOf(
  stream: MaybeTerminal, env: Readonly<Record<string, string | undefined>>,
): { readonly width?: number; readonly hasColours: boolean } {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR: no = '', FORCE_COLOR: force, TERM: term } = env;
  const hasColours = force === undefined ? isTerminal && no === '' && term !== 'dumb' : force !== '0';
  return { width: isTerminal ? stream.columns : undefined, hasColours };
}
