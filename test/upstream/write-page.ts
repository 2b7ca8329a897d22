import * as fs from 'fs';
import * as path from 'path';
import { SCENARIOS } from './scenarios';
import { listOf, pageOf } from './truth-table';

const ROOT = path.join(__dirname, '../..');
const README = path.join(ROOT, 'README.md');

fs.writeFileSync(path.join(ROOT, 'docs/upstream-table.md'), pageOf(SCENARIOS));
fs.writeFileSync(README, fs.readFileSync(README, 'utf8').replace(/(upstream suite<\/summary>\n\n)[^]*?(\n<\/details>)/, (_, before, after) => before + listOf(SCENARIOS) + after));
