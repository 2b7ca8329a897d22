import { spawnSync } from 'child_process';
import { warnSkipped } from '../support/go';

/** `describe`, or a skipped one with a loud warning if a program is not on the PATH. */
export function whereInstalled(...programs: readonly string[]): jest.Describe {
  const missing = programs.filter(one => spawnSync('sh', ['-c', `command -v ${one}`]).status !== 0);
  if (missing.length === 0) { return describe; }
  warnSkipped(`the tests with ${programs.join(' and ')}`, `${missing.join(' and ')} is not installed`);
  return describe.skip as jest.Describe;
}
