import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PROJECT } from './built';
import { publicTypes } from '../support/assembly';

/* The generated bindings for C# have the names of the TypeScript API. Compiling them would need a .NET SDK. */

const types = publicTypes();
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dotnet-'));
  execFileSync(path.join(PROJECT, 'node_modules', '.bin', 'jsii-pacmak'), ['--target', 'dotnet', '--code-only', '--rosetta-unknown-snippets', 'translate', '--outdir', folder, PROJECT],
    { env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' } });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function source(type: string): string {
  return fs.readFileSync(path.join(folder, 'dotnet', 'Cdk8sNetpol', 'Cdk8sNetpol', `${type}.cs`), 'utf8');
}

function pascal(name: string): string { return name[0].toUpperCase() + name.slice(1); }

test('the package and its namespace are called Cdk8sNetpol', () => {
  const project = fs.readFileSync(path.join(folder, 'dotnet', 'Cdk8sNetpol', 'Cdk8sNetpol.csproj'), 'utf8');
  expect(project).toContain('<PackageId>Cdk8sNetpol</PackageId>');
  expect(source('Tier')).toContain('namespace Cdk8sNetpol\n');
});

test('every type exists under its name, and every struct also has an interface', () => {
  for (const { name, kind, datatype } of types) {
    const isInterface = kind === 'interface' && datatype !== true;
    expect(source(name)).toMatch(new RegExp(`^    public ${kind === 'enum' ? 'enum' : isInterface ? 'interface' : 'class'} ${name}\\b`, 'm'));
    if (datatype) { expect(source(`I${name}`)).toMatch(new RegExp(`^    public interface I${name}\\b`, 'm')); }
  }
});

test('every method and property has its TypeScript name with an upper-case first letter', () => {
  let count = 0;
  for (const { name, methods = [], properties = [] } of types) {
    // The name in jsii, and the name in the declaration below it.
    const declared = new Map([...source(name).matchAll(/\[Jsii(?:Method|Property)\(name: "(\w+)".*\n(?:\s+\[.*\n)*[^(\n]*?(\w+)(?:\(.*)?$/gm)]
      .map(match => [match[1], match[2]]));
    for (const member of [...methods, ...properties]) {
      expect({ type: name, member: member.name, declared: declared.get(member.name) })
        .toEqual({ type: name, member: member.name, declared: pascal(member.name) });
      count++;
    }
  }
  expect(count).toBeGreaterThan(70);
});

test('every member of an enum has its TypeScript name', () => {
  for (const { name, members = [] } of types.filter(type => type.kind === 'enum')) {
    const declared = [...source(name).matchAll(/\[JsiiEnumMember\(name: "(\w+)"\)\]\s+(\w+)/g)].map(match => match[2]);
    expect(declared.sort()).toEqual(members.map(member => member.name).sort());
  }
});

test('the examples in the documentation are in C#', () => {
  expect(source('Peer')).toContain('backend.AllowTo(Peer.PublicInternet(), new AllowOptions { Ports = new [] { Port.Tcp(443) } });');
  expect(source('Tier')).toMatch(/var frontend = new Tier\(this, (?:"|&quot;)frontend(?:"|&quot;)\);/);
});
