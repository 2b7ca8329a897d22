import { cdk8s, github, TaskStep } from 'projen';

/*
 * The examples: the shop in four languages, and a construct library that is built on this one. Each is a project of its
 * own under examples/. It installs the built package as users install it from a registry, synthesizes with cdk8s-cli
 * and runs its tests.
 */

/** Shows the YAML and the connections. */
const SHOW: TaskStep[] = [{ exec: 'cat dist/shop.k8s.yaml' }, { exec: 'node ../../lib/cli/main.js list dist' }];

/** Without this, jsii warns about the end of life of Node 20 at every start. */
const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

/** Installs the tarball by its file name, so that npm does not take an older one from its cache. */
const NPM_INSTALL = 'npm install --no-save --no-package-lock --no-audit --no-fund --prefer-offline ../../dist/js/*.tgz';

/** Adds a task for each example. */
export function addExamples(project: cdk8s.ConstructLibraryCdk8s): void {
  /** Builds the package for a language, and runs the other steps in the folder of an example. */
  const shop = (name: string, folder: string, { before = [], build, install, test }: {
    readonly before?: TaskStep[];
    /** These steps also delete the results of earlier builds. */
    readonly build: TaskStep[];
    readonly install: string[];
    readonly test: string;
  }) => {
    const inside = (step: TaskStep): TaskStep => ({ ...step, cwd: `examples/${folder}` });
    project.addTask(name, {
      env: QUIET,
      description: `Builds the package, installs it in examples/${folder}, synthesizes, shows the YAML and the connections, and runs the tests`,
      steps: [
        { spawn: 'compile' },
        ...before,
        ...build,
        ...[
          ...install.map(exec => ({ exec })),
          { exec: 'cdk8s synth --no-check-upgrade' },
          ...SHOW,
          { exec: test },
        ].map(inside),
      ],
    });
  };

  shop('shop', 'shop', {
    // The check fails, because the tutorial starts with faulty policies. That is not a failure of this task.
    before: [{ exec: 'node lib/cli/main.js check examples/shop-by-hand/manifests --intent examples/shop-by-hand/intents.yaml || true' }],
    build: [{ exec: 'rm -rf dist/js' }, { spawn: 'package:js' }],
    install: [NPM_INSTALL],
    test: 'npm test -- --ci',
  });

  shop('shop:python', 'shop-python', {
    build: [{ exec: 'rm -rf dist/python' }, { spawn: 'package:python' }],
    install: [
      'python3 -m venv .venv',
      '.venv/bin/pip install --quiet --requirement requirements.txt ../../dist/python/*.whl',
      // The code may have changed although the version has not.
      '.venv/bin/pip install --quiet --no-deps --force-reinstall ../../dist/python/*.whl',
    ],
    // The tests in test/python are about the package and not about the shop: its errors in Python, and its command.
    test: '.venv/bin/pytest . ../../test/python',
  });

  shop('shop:java', 'shop-java', {
    build: [{ exec: 'rm -rf dist/java' }, { spawn: 'package:java' }],
    install: [
      'mvn --batch-mode --quiet install:install-file -Dfile=$(ls ../../dist/java/io/github/cdk8s-netpol/cdk8s-netpol/*/*[0-9].jar) '
        + '-DpomFile=$(ls ../../dist/java/io/github/cdk8s-netpol/cdk8s-netpol/*/*.pom)',
    ],
    test: 'mvn --batch-mode test',
  });

  shop('shop:go', 'shop-go', {
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

  project.addTask('shop:compare', {
    description: 'Compares the YAML of the shops of all languages byte by byte',
    exec: 'ts-node -T projenrc/compare-shops.ts',
  });

  const names = ['shop', 'shop:python', 'shop:java', 'shop:go', 'shop:compare', 'own-construct', 'test:package'];
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

  for (const pattern of ['/examples/*/dist/', '/examples/*/node_modules/', '/examples/shop-python/.venv/', '/examples/shop-java/target/', '/examples/shop-go/bindings/',
    '/examples/own-construct/lib/', '/examples/own-construct/tsconfig.json', '__pycache__/', '.pytest_cache/']) {
    project.gitignore.exclude(pattern);
  }
}
