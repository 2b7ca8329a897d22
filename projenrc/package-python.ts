import * as fs from 'fs';
import * as path from 'path';
import Python from 'jsii-pacmak/lib/targets/python';

/*
 * Makes the Python package, as `jsii-pacmak --target python` does, and adds three things that jsii does not have:
 *
 * - `str(x)` is `x.to_string()` (jsii issue 380).
 * - A verdict is as true as its claim, because `assert connectivity.check_denied(a, b)` would otherwise always pass.
 * - The error for a wrong argument names the call, the argument and the fix: see python/_arguments.py.
 */

const MODULE = path.join('src', 'cdk8s_netpol');

const CHECK_OF_JSII = `from jsii._type_checking import cached_type_hints, check_type
`;
const OUR_CHECK = `from jsii._type_checking import cached_type_hints
from ._arguments import check_type
`;

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

function replace(code: string, old: string, young: string): string {
  if (!code.includes(old)) { throw new Error(`jsii-pacmak no longer generates this, so ${__filename} must change:\n${old}`); }
  return code.replaceAll(old, young);
}

const { generateCode } = Python.prototype;
Python.prototype.generateCode = async function (outDir, tarball) {
  await generateCode.call(this, outDir, tarball);
  const file = path.join(outDir, MODULE, '__init__.py');
  const code = replace(replace(fs.readFileSync(file, 'utf8'), TO_STRING, TO_STRING + STR), HOLDS, HOLDS + BOOL);
  fs.writeFileSync(file, replace(code, CHECK_OF_JSII, OUR_CHECK));
  fs.copyFileSync(path.join(__dirname, 'python', '_arguments.py'), path.join(outDir, MODULE, '_arguments.py'));
};

process.argv.push('-v', '--target', 'python', '--rosetta-unknown-snippets', 'translate');
// The command line of jsii-pacmak.
void import('jsii-pacmak/bin/jsii-pacmak.js');
