import * as fs from 'fs';
import * as path from 'path';
import { findingsPage } from './findings-page';

fs.writeFileSync(path.join(__dirname, '../../docs/findings.md'), findingsPage());
