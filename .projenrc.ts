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

  // The lowest supported peers: one release works with all later versions of cdk8s 2.
  cdk8sVersion: '2.68.12',
  constructsVersion: '10.3.0',
  bundledDeps: ['yaml@^2', 'ipaddr.js@^2', 'commander@^14'],
  devDeps: [
    '@arethetypeswrong/cli@^0.18',
    // Lays out the map of a report when netpol writes it. `npm run page` compiles it in. CommonJS cannot load version 2 and later with its types.
    '@dagrejs/dagre@^1.1.8',
    '@jest/expect@^30',
    // The published JSON schema of SARIF, and a matcher that validates by it.
    '@microsoft/jest-sarif@1.0.0-beta.0',
    // Version 10 needs Node 22.
    '@stryker-mutator/api@^9',
    '@stryker-mutator/core@^9',
    '@types/node@^20',
    // The page of a report in a real browser (npm run test:report).
    'axe-core@^4',
    'cdk8s-plus-27@2.9.5',
    'cdk8s-plus-33@2.5.57',
    'cdk8s-plus-34@2.0.54',
    'cdk8s-cli@2.207.60',
    // Compiles the code of the page, and the library that lays out its map, into files of src/report/private (npm run page).
    'esbuild@^0.28',
    'eslint-plugin-import@^2',
    'fast-check@^4',
    'jest-circus@^30',
    'jest-mock@^30',
    // The benchmark measures `netpol list` in multiples of it.
    'js-yaml@^5',
    'playwright-core@^1',
    'preact@^10',
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
    // A different snapshot is a failure, not an update.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    jestConfig: {
      // Coverage takes most of the time of a run: npm run test:full collects it.
      collectCoverage: false,
      coverageReporters: ['text-summary', 'lcov'],
      // The page has tests of its own in a browser, besides those of its model.
      coveragePathIgnorePatterns: ['/node_modules/', '<rootDir>/page/', '<rootDir>/src/report/private/layout-library.ts'],
      setupFiles: ['<rootDir>/test/support/seed.ts'],
      // jest must not find second copies of the package in the baseline of its API, in build output and in the sandboxes of mutation tests.
      modulePathIgnorePatterns: ['<rootDir>/test/compat/', '<rootDir>/lib/', '<rootDir>/dist/', '<rootDir>/.stryker-tmp/', '<rootDir>/.bench/'],
      // The same as the paths of tsconfig.dev.json.
      moduleNameMapper: { '^cdk8s-netpol$': '<rootDir>/src', '^(cdk8s|constructs)$': '<rootDir>/node_modules/$1' },
      testTimeout: 60_000,
      // jest leaves one core free, which on two cores is half of the time.
      maxWorkers: '100%',
      // These need a server (npm run test:apiserver), kustomize and helm (npm run test:render), the built package (npm run test:package), the compiled
      // command and several programs (npm run test:integrations), or a browser (npm run test:report).
      testPathIgnorePatterns: [
        '/node_modules/', '<rootDir>/test/apiserver/', '<rootDir>/test/render/', '<rootDir>/test/package/', '<rootDir>/test/integrations/',
        '<rootDir>/test/browser/',
      ],
    },
  },

  pullRequestTemplateContents: [
    'What a user gets:',
    '',
    '',
    '- [ ] a test that fails without it',
    '- [ ] documentation, and a line in CHANGELOG.md if users notice the change',
    '- [ ] the YAML of existing programs, codes and verdicts do not change, or docs/versioning.md allows it for this version',
    '- [ ] `.ci/run` passes',
  ],

  // A release is a decision: see CONTRIBUTING.md.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  // projen adds provenance for npm. PyPI's attestations need a trusted publisher.
  publishToPypi: { distName: 'cdk8s-netpol', module: 'cdk8s_netpol', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdk8snetpol',
    mavenGroupId: 'io.github.cdk8s-netpol',
    mavenArtifactId: 'cdk8s-netpol',
  },
  publishToGo: { moduleName: 'github.com/cdk8s-netpol/cdk8s-netpol-go' },
  publishToNuget: { dotNetNamespace: 'Cdk8sNetpol', packageId: 'Cdk8sNetpol' },
});
// Version 1.13 depends on platform packages that are not published.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// The package reads only the API objects of cdk8s-plus, so any version works. As a peer dependency in jsii's sense it would be required
// in every language. This makes it optional.
project.package.addField('peerDependenciesMeta', { 'cdk8s-plus-27': { optional: true } });

// Tests take every branch of the modules that every answer rests on. projen's own option has no thresholds per folder.
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

// For TypeScript settings that ignore `exports`, as in an app from `cdk8s init`.
project.package.addField('typesVersions', { '*': { jest: ['./lib/assertions/jest.d.ts'] } });

// ESLint uses one TypeScript project, so that rules see the same types in src and test.
const lint = project.tryFindObjectFile('.eslintrc.json');
lint?.addDeletionOverride('parserOptions.projectService');
lint?.addOverride('parserOptions.project', './tsconfig.dev.json');

// These files work with bit sets and the bits of addresses.
project.eslint?.addOverride({ files: ['src/evaluator/**/*.ts', 'src/search/{constraint,nogood}-search.ts', 'src/k8s/address.ts', 'bench/*.ts'], rules: { 'no-bitwise': 'off' } });
// The verdicts stand in one column, as on the page that shows these programs.
project.eslint?.addOverride({ files: ['test/claims-page/*.ts'], rules: { '@stylistic/no-multi-spaces': ['error', { ignoreEOLComments: true }] } });


project.eslint?.addRules({ 'import/no-restricted-paths': ['error', { zones: boundaries() }] });
// Otherwise npm would publish output of deleted files.
project.preCompileTask.exec('rm -rf lib');
// npm makes a command executable when it installs a package. The Python wheel takes the tarball as it is, so the file must be executable there.
project.compileTask.exec('chmod +x lib/cli/main.js');
// Types and lint come first, because they take less time than the tests. jest does not check types.
project.testTask.reset('tsc --noEmit -p tsconfig.dev.json');
project.testTask.exec('tsc --noEmit -p page/tsconfig.json');
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
// Inline source maps would double the size of the package in every language.
for (const option of ['inlineSourceMap', 'inlineSources']) {
  project.tryFindObjectFile('tsconfig.json')?.addOverride(`compilerOptions.${option}`, false);
  dev?.addOverride(`compilerOptions.${option}`, true);
}
dev?.addOverride('include', ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts']);
// Tests run examples, which import the package by its name and may have libraries of their own. Here they use those of the project.
dev?.addOverride('compilerOptions.paths', { 'cdk8s-netpol': ['./src'], 'cdk8s': ['./node_modules/cdk8s'], 'constructs': ['./node_modules/constructs'] });

// What is released is what the baseline has: test/compat has the assembly that `npm run compat` compares with. Experimental members count too.
project.tasks.tryFind('compat')?.reset('jsii-diff test/compat . --keys --error-on all --ignore-file .compatignore');
project.addTask('compat:baseline', {
  description: 'Takes the API of the compiled package as the one that npm run compat compares with: after a release, or while nothing is released',
  exec: 'cp .jsii test/compat/.jsii',
});
project.gitignore.include('/test/compat/.jsii');

// Documents only the members that users of the lowest peers have: see the script.
project.tasks.tryFind('docgen')?.reset('ts-node -T projenrc/docgen.ts');

// Translates the examples of docstrings into the language of each package.
for (const language of ['java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${language}`)?.reset(`jsii-pacmak -v --target ${language} --rosetta-unknown-snippets translate`);
}
project.tasks.tryFind('package:python')?.reset('ts-node -T projenrc/package-python.ts');

// `npm run shop` of the README, and the tasks of the other examples.
addExamples(project);

project.addTask('fuzz', {
  description: 'Compares the evaluator with the specification on random clusters: -- --minutes 5',
  // A larger nursery saves garbage collections of the many short-lived objects.
  env: { TS_NODE_PROJECT: 'tsconfig.dev.json', TS_NODE_TRANSPILE_ONLY: 'true', NODE_OPTIONS: '--max-semi-space-size=64' },
  steps: [{ exec: 'node -r ts-node/register test/fuzz/main.ts', receiveArgs: true }],
});

project.addTask('mutation', {
  description: 'Checks that the tests notice each small change to the code of answers and reports: -- src/k8s/selector.ts for a part',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/mutation/main.ts', receiveArgs: true }],
});

project.addTask('corpus', {
  description: 'Lists the connections of real collections of manifests: each must have an answer, and what rendering changes must be undecided: -- FOLDER for others',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/corpus/main.ts', receiveArgs: true }],
});

// The bench is compiled first, so that the figures do not include the start and memory of a compiler.
const compileBench = [{ exec: 'tsc -p bench/tsconfig.json' }, { exec: 'cp package.json .bench/' }];
project.addTask('bench', {
  description: 'Measures everything that has a target, and says which targets are met: -- --quick for a run in seconds, -- --only clusters,clusterwide,claims,synthesis,commands,report,million for parts',
  steps: [...compileBench, { exec: 'node .bench/bench/main.js', receiveArgs: true }],
});
project.addTask('bench:peers', {
  description: 'Measures other analyzers on the same manifests in the same run (needs Go)',
  steps: [...compileBench, { exec: 'node .bench/bench/peers.js', receiveArgs: true }],
});

project.addTask('test:apiserver', {
  description: 'Checks synthesized objects and our validation on a real API server, which is built once (needs Go and Debian\'s etcd-server)',
  exec: 'jest --ci --coverage=false --runInBand --reporters=default --testPathIgnorePatterns=/node_modules/ '
    + '--globalSetup=./test/apiserver/start.ts --globalTeardown=./test/apiserver/stop.ts test/apiserver/',
  receiveArgs: true,
});

project.addTask('test:render', {
  description: 'Checks the rendering of folders with real programs: kustomize and helm, which are built once (needs Go)',
  exec: 'jest --ci --coverage=false --reporters=default --testPathIgnorePatterns=/node_modules/ --runInBand test/render/',
  receiveArgs: true,
});

project.addTask('page', {
  description: 'Compiles page/, the code of the report page, and the library that lays out its map, into files of src/report/private',
  exec: 'node page/build.mjs',
});
project.addTask('test:report', {
  description: 'Opens reports in a real browser: every view, keyboard, axe-core, and how fast they are (installs Debian\'s chromium if it can)',
  steps: [{ exec: 'test/browser/run.sh', receiveArgs: true }],
});
project.addTask('screenshots', {
  description: 'Takes the screenshots of docs/report.md (needs chromium)',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/browser/screenshots.ts' }],
});

project.addTask('test:package', {
  description: 'Checks what npm would publish, and installs it as users do: with old and new peers, from CommonJS and ES modules (needs a registry)',
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

project.addTask('test:integrations', {
  description: 'Runs the steps of the GitHub Action, the GitLab template, the pre-commit hooks, the image and the recipes, and completes lines in shells (needs git)',
  steps: [
    { spawn: 'pre-compile' },
    { spawn: 'compile' },
    { exec: 'jest --testPathIgnorePatterns=/node_modules/ --ci --coverage=false --reporters=default --runInBand test/integrations/', receiveArgs: true },
  ],
});

project.addTask('docs:check', {
  description: 'Compiles every example of the README, the docs and the docstrings',
  // The README is read from the assembly.
  steps: [{ exec: 'jsii --silence-warnings=reserved-word' }, { exec: 'jsii-rosetta extract --compile --strict .' }],
});

project.addTask('engines:record', {
  description: 'Generates clusters and policies, and records the verdicts of other engines on them (needs Go)',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/engines/record.ts' }],
});
project.addTask('engines:check', {
  description: 'Checks that the other engines still give the recorded verdicts, if Go is installed',
  steps: [{ exec: 'ts-node -T --project tsconfig.dev.json test/engines/record.ts --check' }],
});

// Output of tests and benches.
for (const pattern of ['.jsii.tabl.json', '/.stryker-tmp/', '/reports/', '/.bench/']) {
  project.gitignore.exclude(pattern);
}
const unpublished = [
  '/examples/', '/docs/', '/page/', '/rosetta/', '/bench/', '/.ci/', '/CONTRIBUTING.md', '/SECURITY.md', '.jsii.tabl.json', '/tsconfig.dev.json',
  '/.stryker-tmp/', '/reports/', '/.bench/', '/integrations/', '/action.yml', '/Dockerfile', '/.dockerignore', '/.pre-commit-hooks.yaml',
];
for (const pattern of unpublished) {
  project.npmignore?.exclude(pattern);
}

// Without this variable npm uses the user's registry. The project names none.
project.tryFindObjectFile('.github/workflows/release.yml')?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();
