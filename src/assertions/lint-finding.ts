/**
 * Something that is valid in a cluster, but is probably not what its author meant: what `netpol lint` prints. `docs/rules` of this package has a page for
 * each code.
 */
export interface LintFinding {
  /** The code, such as 'NP112'. It never changes its meaning. */
  readonly code: string;

  /** 'error', 'warning' or 'note'. */
  readonly severity: string;

  /** Where it is: a file with line and column (`shop.yaml:12:5`), or the path of a construct. */
  readonly place: string;

  /** What is wrong. */
  readonly message: string;

  /**
   * What to do about it.
   *
   * @default - the message says it
   */
  readonly fix?: string;

  /** All of this on one line, as `netpol lint` prints it. */
  readonly text: string;
}
