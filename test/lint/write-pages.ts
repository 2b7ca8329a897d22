import * as fs from 'fs';
import * as path from 'path';
import { FOLDER, outputOf, rulePage } from './rule-page';
import { LINT_CODES } from '../../src/lint/suppression';

/* Writes what lint prints for the bad examples into the pages of docs/rules. */

for (const code of LINT_CODES) {
  const { text, bad, cni, output } = rulePage(code);
  if (bad?.language !== 'yaml' || output === undefined) { continue; }
  fs.writeFileSync(path.join(FOLDER, `${code}.md`), text.replace(`\`\`\`text\n${output}\`\`\``, () => `\`\`\`text\n${outputOf(code, bad, cni)}\`\`\``));
}
