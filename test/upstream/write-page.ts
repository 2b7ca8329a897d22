import * as fs from 'fs';
import * as path from 'path';
import { SCENARIOS } from './scenarios';
import { pageOf } from './truth-table';

fs.writeFileSync(path.join(__dirname, '../../docs/upstream-table.md'), pageOf(SCENARIOS));
