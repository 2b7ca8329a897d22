import * as fs from 'fs';
import * as path from 'path';
import Python from 'jsii-pacmak/lib/targets/python';

/*
 * Makes the Python package, as `jsii-pacmak --target python` does, and adds two things that jsii does not know (jsii issue 380). `str(x)` is
 * `x.to_string()`. And a verdict is as true as its claim, because `assert connectivity.check_denied(a, b)` would otherwise always pass.
 */

const MODULE = path.join('src', 'cdk8s_netpol', '__init__.py');

const TO_STRING = `        return typing.cast(builtins.str, jsii.invoke(self, "toString", []))
`;
const STR = `
    def __str__(self) -> builtins.str:
        return self.to_string()
`;
const HOLDS = `        return typing.cast(builtins.bool, jsii.get(self, "holds"))
`;
const BOOL = `
    def __bool__(self) -> builtins.bool:
        return self.holds
`;

function insertAfter(code: string, place: string, method: string): string {
  if (!code.includes(place)) { throw new Error(`jsii-pacmak no longer generates this, so ${__filename} must change:\n${place}`); }
  return code.replaceAll(place, place + method);
}

const { generateCode } = Python.prototype;
Python.prototype.generateCode = async function (outDir, tarball) {
  await generateCode.call(this, outDir, tarball);
  const file = path.join(outDir, MODULE);
  const code = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, insertAfter(insertAfter(code, TO_STRING, STR), HOLDS, BOOL));
};

process.argv.push('-v', '--target', 'python', '--rosetta-unknown-snippets', 'translate');
// The command line of jsii-pacmak.
void import('jsii-pacmak/bin/jsii-pacmak.js');
