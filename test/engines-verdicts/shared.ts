import * as fs from 'fs';
import * as path from 'path';

/** A folder of reference data that lies beside the checkout, or nothing, said loudly, where it does not. */
export function sharedFolder(name: string, what: string): string | undefined {
  const folder = path.join(__dirname, '../../../shared', name);
  if (fs.existsSync(folder)) { return folder; }
  console.warn(`SKIPPED: ${what}: the reference data shared/${name} does not lie beside this checkout`);
  return undefined;
}
