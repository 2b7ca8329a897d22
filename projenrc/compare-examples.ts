import * as fs from 'fs';
import * as path from 'path';

/*
 * Reports for each language whether its example synthesized the same bytes as the one in TypeScript. The arguments are the folders under
 * examples/, the one in TypeScript first. An example that was not synthesized is skipped with a warning, because not every machine has every language.
 */

/** The files that an example has synthesized, by name. Undefined if it was not synthesized. */
function filesOf(example: string): Map<string, Buffer> | undefined {
  const dist = path.join('examples', example, 'dist');
  if (!fs.existsSync(dist)) { return undefined; }
  return new Map(fs.readdirSync(dist).sort().map(file => [file, fs.readFileSync(path.join(dist, file))]));
}

function main([typescript, ...others]: string[]): void {
  const wanted = filesOf(typescript);
  if (wanted === undefined) { throw new Error(`examples/${typescript}/dist does not exist: run npm run ${typescript}`); }
  for (const example of others) {
    const files = filesOf(example);
    if (files === undefined) {
      console.log(`SKIPPED  examples/${example}/dist does not exist: run npm run ${example.replace('-', ':')}`);
      continue;
    }
    for (const file of new Set([...wanted.keys(), ...files.keys()])) {
      const [a, b] = [wanted.get(file), files.get(file)];
      if (a !== undefined && b !== undefined && a.equals(b)) {
        console.log(`same     examples/${example}/dist/${file}: ${a.length} bytes, as in examples/${typescript}`);
      } else {
        console.log(`DIFFERS  examples/${example}/dist/${file}: run diff -r examples/${typescript}/dist examples/${example}/dist`);
        process.exitCode = 1;
      }
    }
  }
}

main(process.argv.slice(2));
