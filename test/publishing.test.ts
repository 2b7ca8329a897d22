import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/* The release workflow that projen writes: it publishes to five registries, with provenance. */

const PROJECT = path.join(__dirname, '..');
function read(file: string): string { return fs.readFileSync(path.join(PROJECT, file), 'utf8'); }

const { on, jobs } = parse(read('.github/workflows/release.yml'));

function environment(job: string): Record<string, string> {
  return jobs[job].steps.find((step: { name?: string }) => step.name === 'Release').env;
}

test('a maintainer starts a release by hand and can make a dry run', () => {
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(on.workflow_dispatch.inputs.dry_run.type).toBe('boolean');
});

test('a release publishes to npm, PyPI, Maven, NuGet and the Go module after the tests', () => {
  const publishing = Object.keys(jobs).filter(job => /^release_(?!github)/.test(job)).sort();
  expect(publishing).toEqual(['release_golang', 'release_maven', 'release_npm', 'release_nuget', 'release_pypi']);
  for (const job of publishing) {
    expect(jobs[job].needs).toBe('release');
    expect(environment(job).PUBLIB_DRYRUN).toBe('${{ inputs.dry_run }}');
  }
});

test('npm and PyPI show from which commit and workflow a package comes', () => {
  expect(environment('release_npm').NPM_CONFIG_PROVENANCE).toBe('true');
  expect(environment('release_pypi').PYPI_TRUSTED_PUBLISHER).toBe('true');
  for (const job of ['release_npm', 'release_pypi']) { expect(jobs[job].permissions['id-token']).toBe('write'); }
});

test('each language has a package under a name of this project', () => {
  expect(JSON.parse(read('package.json')).jsii.targets).toEqual({
    java: { package: 'io.github.cdk8snetpol', maven: { groupId: 'io.github.cdk8s-netpol', artifactId: 'cdk8s-netpol' } },
    python: { distName: 'cdk8s-netpol', module: 'cdk8s_netpol' },
    dotnet: { namespace: 'Cdk8sNetpol', packageId: 'Cdk8sNetpol' },
    go: { moduleName: 'github.com/cdk8s-netpol/cdk8s-netpol-go' },
  });
});

test('neither the workflow nor the lock file names a registry, so that users can use their own', () => {
  expect(environment('release_npm')).not.toHaveProperty('NPM_REGISTRY');
  expect(JSON.parse(read('package.json')).publishConfig).toEqual({ access: 'public' });
  expect(read('package-lock.json')).not.toContain('"resolved": "http');
});
