import { readdirSync } from 'fs';
import * as path from 'path';

/** The folder of the project. `npm run test:package` has built the package in its dist/. */
export const PROJECT = path.join(__dirname, '..', '..');

/** The path of the tarball that npm would publish. */
export function tarball(): string {
  const folder = path.join(PROJECT, 'dist', 'js');
  const [name, ...others] = readdirSync(folder).filter(file => file.endsWith('.tgz'));
  if (name === undefined || others.length > 0) { throw new Error('dist/js must contain one tarball. Run npm run test:package, which builds it.'); }
  return path.join(folder, name);
}
