// Compiles the code of the report page into src/report/private/page-script.ts and page-style.ts, which are part of the package: npm run page.
import { writeFileSync } from 'fs';
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

function write(name, constant, what, text) {
  // The type is written, because otherwise the declaration would repeat the whole text as its type.
  const comment = `// Written by page/build.mjs. Change page/ and run: npm run page\n/* eslint-disable */\n\n/** ${what} */\n`;
  writeFileSync(join(target, name), `${comment}export const ${constant}: string = ${JSON.stringify(text)};\n`);
}

const script = await compiled({ entryPoints: ['main.tsx'], format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' });
if (/<\/script|<!--/i.test(script)) { throw new Error('the script would end its element'); }
write('page-script.ts', 'PAGE_SCRIPT', 'The script of the report page.', script);
write('page-style.ts', 'PAGE_STYLE', 'The style of the report page.', await compiled({ entryPoints: ['style.css'] }));
