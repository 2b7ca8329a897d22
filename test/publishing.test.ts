import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/* What the workflow that projen writes does when somebody starts it: five registries, and where the package comes from. */

const PROJECT = path.join(__dirname, '..');
function read(file: string): string { return fs.readFileSync(path.join(PROJECT, file), 'utf8'); }

const { on, jobs } = parse(read('.github/workflows/release.yml'));

function environment(job: string): Record<string, string> {
  return jobs[job].steps.find((step: { name?: string }) => step.name === 'Release').env;
}

test('a release is started by hand, and can be tried dry', () => {
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(on.workflow_dispatch.inputs.dry_run.type).toBe('boolean');
});

test('it goes to npm, PyPI, Maven, NuGet and the Go module, after the tests', () => {
  const publishing = Object.keys(jobs).filter(job => /^release_(?!github)/.test(job)).sort();
  expect(publishing).toEqual(['release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi']);
  for (const job of publishing) {
    expect(jobs[job].needs).toBe('release');
    expect(environment(job).PUBLIB_DRYRUN).toBe('${{ inputs.dry_run }}');
  }
});

test('npm says from which commit and workflow a package comes, and PyPI too', () => {
  expect(environment('release_npm').NPM_CONFIG_PROVENANCE).toBe('true');
  expect(environment('release_pypi').PYPI_TRUSTED_PUBLISHER).toBe('true');
  for (const job of ['release_npm', 'release_pypi']) { expect(jobs[job].permissions['id-token']).toBe('write'); }
});

test('each language has its package, under a name of this project', () => {
  expect(JSON.parse(read('package.json')).jsii.targets).toEqual({
    java: { package: 'io.github.cdk8snetpol', maven: { groupId: 'io.github.cdk8s-netpol', artifactId: 'cdk8s-netpol' } },
    python: { distName: 'cdk8s-netpol', module: 'cdk8s_netpol' },
    dotnet: { namespace: 'Cdk8sNetpol', packageId: 'Cdk8sNetpol' },
    go: { moduleName: 'github.com/cdk8s-netpol/cdk8s-netpol-go' },
  });
});

test('no registry is named, by the workflow or by the lock: whoever installs may have one of their own', () => {
  expect(environment('release_npm')).not.toHaveProperty('NPM_REGISTRY');
  expect(JSON.parse(read('package.json')).publishConfig).toEqual({ access: 'public' });
  expect(read('package-lock.json')).not.toContain('"resolved": "http');
});
