import * as fs from 'fs';

/*
 * Says of each language's shop whether it gave the same bytes as the one in TypeScript. Those that were not
 * synthesized here are named, and are no failure: not every machine has every language.
 */

const YAML = 'dist/shop.k8s.yaml';

function main(): void {
  const wanted = fs.readFileSync(`examples/shop/${YAML}`);
  for (const folder of ['shop-python', 'shop-java', 'shop-go']) {
    const file = `examples/${folder}/${YAML}`;
    if (!fs.existsSync(file)) {
      console.log(`SKIPPED  ${file} is not there: npm run ${folder.replace('-', ':')}`);
    } else if (fs.readFileSync(file).equals(wanted)) {
      console.log(`same     ${file}: the ${wanted.length} bytes of examples/shop/${YAML}`);
    } else {
      console.log(`DIFFERS  ${file}: diff examples/shop/${YAML} ${file}`);
      process.exitCode = 1;
    }
  }
}

main();
