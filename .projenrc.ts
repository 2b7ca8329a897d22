import { cdk8s, javascript, release } from 'projen';
import { addExamples } from './projenrc/examples';
import { boundaries } from './projenrc/modules';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-netpol',
  description: 'Network segmentation for cdk8s: tiers in, default-deny NetworkPolicies out, connectivity proven at synth time',
  author: 'The cdk8s-netpol authors',
  authorAddress: 'maintainers@users.noreply.github.com',
  authorOrganization: true,
  copyrightOwner: 'The cdk8s-netpol authors',
  repositoryUrl: 'https://github.com/cdk8s-netpol/cdk8s-netpol.git',
  license: 'Apache-2.0',
  keywords: ['kubernetes', 'networkpolicy', 'network-policy', 'segmentation', 'default-deny', 'zero-trust'],
  stability: 'experimental',

  packageManager: javascript.NodePackageManager.NPM,
  projenVersion: '0.103.25',
  projenrcTs: true,
  tsconfigDevFile: 'tsconfig.dev.json',
  defaultReleaseBranch: 'main',
  majorVersion: 0,
  sampleCode: false,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '20.x',
  bumpPackage: 'commit-and-tag-version@^12',

  // The lowest peers: one release serves every line of cdk8s 2 from here on.
  cdk8sVersion: '2.68.12',
  constructsVersion: '10.3.0',
  bundledDeps: ['js-yaml@^5', 'yaml@^2', 'ipaddr.js@^2', 'commander@^14'],
  devDeps: [
    '@arethetypeswrong/cli@^0.18',
    // 10 wants Node 22.
    '@stryker-mutator/core@^9',
    '@stryker-mutator/jest-runner@^9',
    '@types/node@^20',
    'cdk8s-plus-27@2.9.5',
    'cdk8s-plus-33@2.5.57',
    'cdk8s-cli@2.207.60',
    'eslint-plugin-import@^2',
    'fast-check@^4',
    'publint@^0.3',
    'ts-node@^10',
  ],
  bin: { netpol: 'lib/cli/main.js' },

  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'bench'],
    // Linting reports and changes nothing. `npm run eslint -- --fix` changes the files.
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] },
  },
  jestOptions: {
    // A snapshot that no longer fits is a failure, not an update.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestConfig: {
      // Coverage takes most of the time of a run: npm run test:full collects it.
      collectCoverage: false,
      coverageReporters: ['text-summary', 'lcov'],
      setupFiles: ['<rootDir>/test/support/seed.ts'],
      // Checks of the built package read lib/, which jest must not take for a second copy of src/; nor what mutants are tried in.
      modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/', '<rootDir>/.stryker-tmp/', '<rootDir>/.bench/'],
      // The same as the paths of tsconfig.dev.json.
      moduleNameMapper: { '^cdk8s-netpol$': '<rootDir>/src', '^(cdk8s|constructs)$': '<rootDir>/node_modules/$1' },
      testTimeout: 60_000,
      // They want a server, npm run test:apiserver, or the package built, npm run test:package.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/apiserver/', '<rootDir>/test/package/'],
    },
  },

  pullRequestTemplateContents: [
    'What a user gets:',
    '',
    '',
    '- [ ] a test that fails without it',
    '- [ ] documents, and a line in CHANGELOG.md for what a user notices',
    '- [ ] the YAML of existing programs, codes and verdicts are as before, or docs/versioning.md says which version this is for',
    '- [ ] `.ci/run` passes',
  ],

  // A release is a decision: see CONTRIBUTING.md.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  // npm gets provenance by itself; PyPI's attestations want a trusted publisher.
  publishToPypi: { distName: 'cdk8s-netpol', module: 'cdk8s_netpol', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdk8snetpol',
    mavenGroupId: 'io.github.cdk8s-netpol',
    mavenArtifactId: 'cdk8s-netpol',
  },
  publishToGo: { moduleName: 'github.com/cdk8s-netpol/cdk8s-netpol-go' },
  publishToNuget: { dotNetNamespace: 'Cdk8sNetpol', packageId: 'Cdk8sNetpol' },
});
// 1.13 names platform packages that are not published.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// cdk8s-plus is read by its API objects alone, whatever its line. Were it a plain peer, jsii would make
// it a hard dependency in every language, optional or not; here it is optional in any version.
project.package.addField('peerDependenciesMeta', { 'cdk8s-plus-27': { optional: true } });

// What every answer rests on has no branch that no test takes. projen's own option knows of no folders.
project.tryFindObjectFile('package.json')?.addOverride('jest.coverageThreshold', {
  'global': { branches: 95 },
  './src/cluster/': { branches: 100 },
  './src/evaluator/': { branches: 100 },
});

project.package.addField('type', 'commonjs');
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './jest': { types: './lib/assertions/jest.d.ts', default: './lib/assertions/jest.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
});

// For TypeScript that resolves modules as it did before there were `exports`: an app from `cdk8s init` does.
project.package.addField('typesVersions', { '*': { jest: ['./lib/assertions/jest.d.ts'] } });

// One project for everything that is linted: the rules see the same types in src and test.
const lint = project.tryFindObjectFile('.eslintrc.json');
lint?.addDeletionOverride('parserOptions.projectService');
lint?.addOverride('parserOptions.project', './tsconfig.dev.json');

// Sets of bits and the bits of addresses are what these are about.
project.eslint?.addOverride({ files: ['src/evaluator/**/*.ts', 'src/k8s/address.ts', 'bench/*.ts'], rules: { 'no-bitwise': 'off' } });


project.eslint?.addRules({ 'import/no-restricted-paths': ['error', { zones: boundaries() }] });
// What is compiled from a file that is no more would be published.
project.preCompileTask.exec('rm -rf lib');
// What fails first is what takes the least time. jest strips types without checking them.
project.testTask.reset('tsc --noEmit -p tsconfig.dev.json');
project.testTask.spawn(project.tasks.tryFind('eslint')!);
project.testTask.exec('jest --ci', { receiveArgs: true });
project.testTask.description = 'Checks the types, lints, and runs every test with fixed seeds';
project.addTask('test:full', {
  description: 'Runs every test with coverage thresholds, a new random seed and all runs of the random tests',
  env: {
    RANDOM_RUNS: '1',
    RANDOM_SEED: '$(node -p "process.env.RANDOM_SEED ?? Date.now() % 2 ** 31")',
  },
  steps: [
    { exec: 'echo "To run the same inputs again: RANDOM_SEED=$RANDOM_SEED npm run test:full"' },
    { exec: 'jest --ci --coverage', receiveArgs: true },
  ],
});
project.buildWorkflow?.addPostBuildSteps({ name: 'test:full', run: 'npx projen test:full' });
const dev = project.tryFindObjectFile('tsconfig.dev.json');
// Source maps with the sources in them were half of what every language's package weighs.
for (const option of ['inlineSourceMap', 'inlineSources']) {
  project.tryFindObjectFile('tsconfig.json')?.addOverride(`compilerOptions.${option}`, false);
  dev?.addOverride(`compilerOptions.${option}`, true);
}
dev?.addOverride('include', ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts']);
// Examples that tests run import the package by its name, and may have installed libraries of their own: here all are the project's.
dev?.addOverride('compilerOptions.paths', { 'cdk8s-netpol': ['./src'], 'cdk8s': ['./node_modules/cdk8s'], 'constructs': ['./node_modules/constructs'] });

// Shows just what users of the lowest peers have: see the script.
project.tasks.tryFind('docgen')?.reset('ts-node -T projenrc/docgen.ts');

// Examples in docstrings are in the language of the package that shows them.
for (const language of ['python', 'java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${language}`)?.reset(`jsii-pacmak -v --target ${language} --rosetta-unknown-snippets translate`);
}

// The README's first command, and its siblings.
addExamples(project);

project.addTask('fuzz', {
  description: 'Compares the evaluator with the specification on random clusters: -- --minutes 5',
  // The many small objects that live short need collecting less often with a larger nursery.
  env: { TS_NODE_PROJECT: 'tsconfig.dev.json', TS_NODE_TRANSPILE_ONLY: 'true', NODE_OPTIONS: '--max-semi-space-size=64' },
  steps: [{ exec: 'node -r ts-node/register test/fuzz/main.ts', receiveArgs: true }],
});

project.addTask('mutation', {
  description: 'Checks that the tests notice each small change to the code of answers and reports: -- src/k8s/selector.ts for a part',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/mutation/main.ts', receiveArgs: true }],
});

// Compiled, so that no compiler's memory and start count.
const compileBench = [{ exec: 'tsc -p bench/tsconfig.json' }, { exec: 'cp package.json .bench/' }];
project.addTask('bench', {
  description: 'Measures everything that has a target, and says which targets are met: -- --quick for a run in seconds, -- --only clusters,claims,synthesis,commands,million for parts',
  steps: [...compileBench, { exec: 'node .bench/bench/main.js', receiveArgs: true }],
});
project.addTask('bench:peers', {
  description: 'Times other analyzers on the same manifests in the same run (needs Go)',
  steps: [...compileBench, { exec: 'node .bench/bench/peers.js', receiveArgs: true }],
});

project.addTask('test:apiserver', {
  description: 'Tries all that is synthesized, and what we say is valid, on a real API server (built once; needs Go and Debian\'s etcd-server)',
  exec: 'jest --ci --coverage=false --runInBand --reporters=default --testPathIgnorePatterns=/node_modules/ '
    + '--globalSetup=./test/apiserver/start.ts --globalTeardown=./test/apiserver/stop.ts test/apiserver/',
  receiveArgs: true,
});

project.addTask('test:package', {
  description: 'Looks at what npm would publish, and installs it as its users do: beside old and new peers, from CommonJS and ES modules (needs a registry)',
  steps: [
    { spawn: 'pre-compile' },
    { spawn: 'compile' },
    { exec: 'rm -rf dist/js' },
    { spawn: 'package:js' },
    { exec: 'publint --strict dist/js/*.tgz' },
    { exec: 'attw --exclude-entrypoints .jsii -- dist/js/*.tgz' },
    { exec: 'jest --testPathIgnorePatterns=/node_modules/ --ci --coverage=false --reporters=default --runInBand test/package/', receiveArgs: true },
  ],
});

project.addTask('docs:check', {
  description: 'Compiles every example of the README, the docs and the docstrings',
  // The README is read from the assembly.
  steps: [{ exec: 'jsii --silence-warnings=reserved-word' }, { exec: 'jsii-rosetta extract --compile --strict .' }],
});

project.addTask('engines:record', {
  description: 'Makes clusters and policies anew and records what engines that we did not write say of them (needs Go)',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/engines/record.ts' }],
});
project.addTask('engines:check', {
  description: 'Asks those engines again about what is recorded, where Go is there',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/engines/record.ts --check' }],
});

// What checks leave behind.
for (const pattern of ['.jsii.tabl.json', '/.stryker-tmp/', '/reports/', '/.bench/']) {
  project.gitignore.exclude(pattern);
}
const unpublished = [
  '/examples/', '/docs/', '/rosetta/', '/bench/', '/.ci/', '/CONTRIBUTING.md', '.jsii.tabl.json', '/tsconfig.dev.json', '/.stryker-tmp/',
  '/reports/', '/.bench/',
];
for (const pattern of unpublished) {
  project.npmignore?.exclude(pattern);
}

// npm's own default: the project names no registry.
project.tryFindObjectFile('.github/workflows/release.yml')?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();
