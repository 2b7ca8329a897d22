import * as fs from 'fs';

/*
 * Reports for each language whether its shop synthesized the same bytes as the one in TypeScript. A shop that was not
 * synthesized is skipped with a warning, because not every machine has every language.
 */

const YAML = 'dist/shop.k8s.yaml';

function main(): void {
  const wanted = fs.readFileSync(`examples/shop/${YAML}`);
  for (const folder of ['shop-python', 'shop-java', 'shop-go']) {
    const file = `examples/${folder}/${YAML}`;
    if (!fs.existsSync(file)) {
      console.log(`SKIPPED  ${file} does not exist: run npm run ${folder.replace('-', ':')}`);
    } else if (fs.readFileSync(file).equals(wanted)) {
      console.log(`same     ${file}: ${wanted.length} bytes, as in examples/shop/${YAML}`);
    } else {
      console.log(`DIFFERS  ${file}: run diff examples/shop/${YAML} ${file}`);
      process.exitCode = 1;
    }
  }
}

main();
