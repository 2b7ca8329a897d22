import * as fs from 'fs';
import * as path from 'path';
import { mistakesPage } from './mistakes-page';

void mistakesPage().then(page => fs.writeFileSync(path.join(__dirname, '../../docs/mistakes.md'), page));
