import { readdirSync } from 'fs';
import * as path from 'path';

/** The project, with the package that `npm run test:package` has just built in dist/. */
export const PROJECT = path.join(__dirname, '..', '..');

/** What npm would publish. */
export function tarball(): string {
  const folder = path.join(PROJECT, 'dist', 'js');
  const [name, ...others] = readdirSync(folder).filter(file => file.endsWith('.tgz'));
  if (name === undefined || others.length > 0) { throw new Error('dist/js has to hold one tarball, just built. Instead of jest alone, run npm run test:package.'); }
  return path.join(folder, name);
}
