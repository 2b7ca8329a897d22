import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Documentation, Language } from 'jsii-docgen';

/*
 * Writes API.md. By itself, jsii-docgen reads every assembly under node_modules, also the newer `constructs` of projen
 * and cdk8s-cli, and would show members that users of the lowest peers do not have. Here it gets only the package and
 * its peers.
 */

const PARTS = ['.', 'node_modules/cdk8s', 'node_modules/constructs'];

async function main() {
  const assemblies = fs.mkdtempSync(path.join(os.tmpdir(), 'docgen-'));
  try {
    for (const part of PARTS) {
      const { name } = JSON.parse(fs.readFileSync(path.join(part, 'package.json'), 'utf8'));
      fs.mkdirSync(path.join(assemblies, name));
      for (const file of fs.readdirSync(part).filter(f => f === 'package.json' || f.startsWith('.jsii'))) {
        fs.copyFileSync(path.join(part, file), path.join(assemblies, name, file));
      }
    }
    const docs = await Documentation.forAssembly('cdk8s-netpol', assemblies);
    const markdown = await docs.toMarkdown({ language: Language.TYPESCRIPT });
    fs.writeFileSync('API.md', markdown.render());
  } finally {
    fs.rmSync(assemblies, { recursive: true });
  }
}

void main();
