import * as fs from 'fs';
import * as path from 'path';
import { FOLDER, outputOf, rulePage } from './rule-page';
import { terminalOf } from './tier-programs';
import { LINT_CODES } from '../../src/findings/codes';

/* Writes what lint prints for the bad examples into the pages of docs/rules. */

for (const code of LINT_CODES) {
  const { text, bad, cni, output } = rulePage(code);
  if (bad === undefined || output === undefined) { continue; }
  const printed = bad.language === 'yaml' ? outputOf(code, bad, cni) : terminalOf(code, 'bad', require);
  fs.writeFileSync(path.join(FOLDER, `${code}.md`), text.replace(`\`\`\`text\n${output}\`\`\``, () => `\`\`\`text\n${printed}\`\`\``));
}
