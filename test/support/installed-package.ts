import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const PROJECT = path.join(__dirname, '..', '..');

/** The package as npm would install it, compiled from the present sources, because lib/ may be out of date. */
export class InstalledPackage {
  /** A folder from which Node finds the libraries of the package. */
  public readonly folder = path.join(PROJECT, 'node_modules', '.cache', `netpol-${process.pid}`);

  constructor() {
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
    for (const file of readdirSync(path.join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))) {
      const target = path.join(this.folder, 'lib', file.replace(/\.ts$/, '.js'));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, transpileModule(readFileSync(path.join(PROJECT, 'src', file), 'utf8'), { compilerOptions }).outputText);
    }
    copyFileSync(path.join(PROJECT, 'package.json'), path.join(this.folder, 'package.json'));
  }

  /** The path of the `netpol` script. */
  public get netpol(): string { return path.join(this.folder, 'lib', 'cli', 'main.js'); }

  public remove(): void { rmSync(this.folder, { recursive: true }); }
}
