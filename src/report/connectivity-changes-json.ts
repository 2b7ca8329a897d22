import { ConnectivityChange } from '../analysis/connectivity-changes';

/** Changes as one line of JSON: `gained` and `lost` hold rows as `list` prints them, `changed` also what the connections were. */
export function connectivityChangesJson(files: readonly string[], changes: readonly ConnectivityChange[]): string {
  const gained: object[] = [];
  const lost: object[] = [];
  const changed: object[] = [];
  for (const { source: src, destination: dst, before, after } of changes) {
    if (before.isEmpty) {
      gained.push({ src, dst, conn: after.toString() });
    } else if (after.isEmpty) {
      lost.push({ src, dst, conn: before.toString() });
    } else {
      changed.push({ src, dst, conn: after.toString(), was: before.toString() });
    }
  }
  return `${JSON.stringify({ files, gained, lost, changed })}\n`;
}
