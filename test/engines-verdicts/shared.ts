import * as fs from 'fs';
import * as path from 'path';

/** A folder of reference data beside the checkout. If it does not exist, warns loudly and returns undefined. */
export function sharedFolder(name: string, what: string): string | undefined {
  const folder = path.join(__dirname, '../../../shared', name);
  if (fs.existsSync(folder)) { return folder; }
  console.warn(`SKIPPED: ${what}: the reference data ../shared/${name} does not exist`);
  return undefined;
}
