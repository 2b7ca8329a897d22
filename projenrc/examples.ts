import { cdk8s, github, TaskStep } from 'projen';

/*
 * The examples: the shop in four languages, the boutique and the platform in two, and a construct library that is built on this one. Each
 * is a project of its own under examples/. It installs the built package as users install it from a registry, synthesizes with
 * cdk8s-cli and runs its tests.
 */

/** Shows the connections. */
const LIST = 'node ../../lib/cli/main.js list dist';

/** Without this, jsii warns about the end of life of Node 20 at every start. */
const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

/** Installs the tarball by its file name, so that npm does not take an older one from its cache. */
const NPM_INSTALL = 'npm install --no-save --no-package-lock --no-audit --no-fund --prefer-offline ../../dist/js/*.tgz';

/** How an example of a language is built and tested. */
interface Language {
  /** Builds the package for the language. These steps also delete the results of earlier builds. */
  readonly build: TaskStep[];
  readonly install: string[];
  readonly test: string;
}

const TYPESCRIPT: Language = {
  build: [{ exec: 'rm -rf dist/js' }, { spawn: 'package:js' }],
  install: [NPM_INSTALL],
  test: 'npm test -- --ci',
};

const PYTHON: Language = {
  build: [{ exec: 'rm -rf dist/python' }, { spawn: 'package:python' }],
  install: [
    'python3 -m venv .venv',
    '.venv/bin/pip install --quiet --requirement requirements.txt ../../dist/python/*.whl',
    // The code may have changed although the version has not.
    '.venv/bin/pip install --quiet --no-deps --force-reinstall ../../dist/python/*.whl',
  ],
  test: '.venv/bin/pytest',
};

/** Adds a task for each example. */
export function addExamples(project: cdk8s.ConstructLibraryCdk8s): void {
  /** Builds the package for a language, and runs the other steps in the folder of an example. */
  const example = (folder: string, { before = [], build, install, test }: Language & { readonly before?: TaskStep[] }) => {
    const isShop = folder.startsWith('shop');
    project.addTask(folder.replace('-', ':'), {
      env: QUIET,
      description: `Builds the package, installs it in examples/${folder}, synthesizes, shows ${isShop ? 'the YAML and ' : ''}the connections, and runs the tests`,
      steps: [
        { spawn: 'compile' },
        ...before,
        ...build,
        ...[
          ...install,
          'rm -rf dist',
          'cdk8s synth --no-check-upgrade',
          ...isShop ? ['cat dist/shop.k8s.yaml'] : [],
          LIST,
          test,
        ].map(exec => ({ exec, cwd: `examples/${folder}` })),
      ],
    });
  };

  example('shop', {
    ...TYPESCRIPT,
    // The check fails, because the tutorial starts with faulty policies. That is not a failure of this task.
    before: [{ exec: 'node lib/cli/main.js check examples/shop-by-hand/manifests --intent examples/shop-by-hand/intents.yaml || true' }],
  });
  // The tests in test/python are about the package and not about the shop: its errors in Python, and its command.
  example('shop-python', { ...PYTHON, test: '.venv/bin/pytest . ../../test/python' });
  example('boutique', TYPESCRIPT);
  example('boutique-python', PYTHON);
  example('platform', TYPESCRIPT);
  example('platform-python', PYTHON);

  example('shop-java', {
    build: [{ exec: 'rm -rf dist/java' }, { spawn: 'package:java' }],
    install: [
      'mvn --batch-mode --quiet install:install-file -Dfile=$(ls ../../dist/java/io/github/cdk8s-netpol/cdk8s-netpol/*/*[0-9].jar) '
        + '-DpomFile=$(ls ../../dist/java/io/github/cdk8s-netpol/cdk8s-netpol/*/*.pom)',
    ],
    test: 'mvn --batch-mode test',
  });

  example('shop-go', {
    // Also the bindings of cdk8s: see go.mod.
    build: [{ exec: 'rm -rf examples/shop-go/bindings' }, { exec: 'jsii-pacmak --target go --code-only --outdir examples/shop-go/bindings . node_modules/cdk8s' }],
    install: [],
    test: 'go test -v ./...',
  });

  const own = (exec: string): TaskStep => ({ exec, cwd: 'examples/own-construct' });
  project.addTask('own-construct', {
    env: QUIET,
    description: 'Builds the package and the construct library in examples/own-construct: compiles it with jsii, tests it, and generates its Python bindings',
    steps: [
      { spawn: 'compile' },
      { exec: 'rm -rf dist/js' },
      { spawn: 'package:js' },
      own(NPM_INSTALL),
      own('npm run build'),
      own('npm test -- --ci'),
      own('npm run package'),
    ],
  });

  for (const [name, ...others] of [['shop', 'shop-python', 'shop-java', 'shop-go'], ['boutique', 'boutique-python'], ['platform', 'platform-python']]) {
    project.addTask(`${name}:compare`, {
      description: `Compares the YAML of examples/${name} in all languages byte by byte`,
      exec: `ts-node -T projenrc/compare-examples.ts ${[name, ...others].join(' ')}`,
    });
  }

  const names = [
    'shop', 'shop:python', 'shop:java', 'shop:go', 'shop:compare', 'boutique', 'boutique:python', 'boutique:compare',
    'platform', 'platform:python', 'platform:compare', 'own-construct', 'test:package',
  ];
  const workflow = project.github!.addWorkflow('examples');
  workflow.on({ pullRequest: {}, workflowDispatch: {} });
  workflow.addJob('examples', {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ },
    env: { CI: 'true' },
    steps: [
      github.WorkflowSteps.checkout(),
      { uses: 'actions/setup-python@v7.0.0', with: { 'python-version': '3.x' } },
      { uses: 'actions/setup-java@v6.0.0', with: { 'distribution': 'corretto', 'java-version': '17' } },
      { uses: 'actions/setup-go@v7.0.0', with: { 'go-version': 'stable', 'cache': false } },
      ...project.renderWorkflowSetup({ mutable: false }),
      ...names.map(name => ({ name, run: `npm run ${name}` })),
    ],
  });

  for (const pattern of ['/examples/*/dist/', '/examples/*/node_modules/', '/examples/*/.venv/', '/examples/shop-java/target/', '/examples/shop-go/bindings/',
    '/examples/own-construct/lib/', '/examples/own-construct/tsconfig.json', '__pycache__/', '.pytest_cache/']) {
    project.gitignore.exclude(pattern);
  }
}
