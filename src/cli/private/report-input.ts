import { Input, InputOptions, noteUnenforced, readCheckedInput } from './input';
import { BadInputError, Io } from './io';
import { versionDiff } from './version-diff';
import { showVersionFindings } from './version-findings';
import { readVersions } from './versions';
import { DiffReport } from '../../report/diff-verdict';
import { InputHashes } from '../../report/input-hashes';
import { PageEvidence } from '../../report/page-document';

/** What a report is made from. */
export interface ReportReading {
  readonly paths: readonly string[];
  readonly options: Omit<InputOptions, 'paths'>;
  /** The value of `--base`. */
  readonly base?: string;
  /** The value of `--old`. */
  readonly old?: string;
  /** Gets what is read of the new version. */
  readonly inputs: InputHashes;
}

/** The input of a report, and what changed since an earlier version if one was named. */
export interface ReportInput {
  readonly input: Input;
  readonly diff?: DiffReport;
  /** What was read of the earlier version. */
  readonly oldInputs: PageEvidence['inputs'];
  /** True if a finding about one of the versions is an error. */
  readonly isFaulty: boolean;
}

/**
 * Reads the input of a report, and prints the findings.
 * @throws BadInputError if the clusters do not account for an error, and if a version does not exist
 */
export async function readReportInput({ paths, options, base, old, inputs }: ReportReading, io: Io): Promise<ReportInput> {
  const ofInput = { onRead: (name: string, content: string | Buffer) => inputs.add(name, content) };
  if (base === undefined && old === undefined) {
    const input = await readCheckedInput({ paths, ...options, ...ofInput }, io);
    addFacts(inputs, input);
    return { input, oldInputs: [], isFaulty: input.isFaulty };
  }
  const { cluster, ...shared } = options;
  const before = new InputHashes();
  const ofOld = { onRead: (name: string, content: string | Buffer) => before.add(name, content) };
  // The earlier version may lack the cluster.
  const versions = await readVersions({ paths, base, old }, { ...shared, ...ofOld }, io, { cluster, ...ofInput });
  const isFaulty = showVersionFindings(versions, io);
  if (versions.before.input.isUnusable || versions.after.input.isUnusable) { throw new BadInputError(); }
  const { input } = versions.after;
  noteUnenforced(input, io);
  addFacts(inputs, input);
  addFacts(before, versions.before.input);
  return { input, diff: versionDiff(versions, { cluster, lint: true }), oldInputs: before.all(), isFaulty };
}

function addFacts(inputs: InputHashes, { factFiles }: Input): void {
  for (const [name, content] of factFiles) { inputs.add(name, Buffer.from(content, 'latin1')); }
}
