// Compiles the code of the report page, and the library that lays out its map, into files of src/report/private, which are part of the package: npm run page.
import { readFileSync, writeFileSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';
import { build } from 'esbuild';

const page = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(page, '..', 'src', 'report', 'private');

const common = { bundle: true, minify: true, write: false, charset: 'ascii', target: 'es2022', legalComments: 'none', absWorkingDir: page };

async function compiled(options) {
  const { outputFiles: [{ text }] } = await build({ ...common, ...options });
  return text.trim();
}

/** The license of a library, which must go with its code. */
function notice(what, name) {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const license = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
  return `/*! ${what}\n\n${license}\n*/\n`;
}

function write(name, code) {
  writeFileSync(join(target, name), `// Written by page/build.mjs. Change page/ and run: npm run page\n/* eslint-disable */\n${code}\n`);
}

function writeText(name, constant, what, text) {
  // The type is written, because otherwise the declaration would repeat the whole text as its type.
  write(name, `\n/** ${what} */\nexport const ${constant}: string = ${JSON.stringify(text)};`);
}

const script = notice('This script has preact: https://preactjs.com', 'preact')
  + await compiled({ entryPoints: ['main.tsx'], format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' });
if (/<\/script|<!--/i.test(script)) { throw new Error('the script would end its element'); }
writeText('page-script.ts', 'PAGE_SCRIPT', 'The script of the report page.', script);
writeText('page-style.ts', 'PAGE_STYLE', 'The style of the report page.', await compiled({ entryPoints: ['style.css'] }));

// The map is laid out when the page is written, so this code is not in the page.
const dagre = await compiled({
  stdin: { contents: 'export { graphlib, layout } from "@dagrejs/dagre";', resolveDir: page }, format: 'iife', globalName: 'library', platform: 'node',
});
write('layout-library.ts', `// @ts-nocheck
${notice('dagre and graphlib: https://github.com/dagrejs', '@dagrejs/dagre')}
/** The parts of dagre that lay out a graph. Its types are those of the library, which only who builds the package has. */
export const LAYOUT_LIBRARY: any = (() => { ${dagre} return library; })();`);
