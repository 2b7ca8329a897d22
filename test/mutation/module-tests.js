const Sequencer = require('@jest/test-sequencer').default;

/*
 * Stryker runs the tests of the module that a mutant is in: src/<module>/** belongs to test/<module>/**. Among them it selects those that
 * reach the mutant.
 */

/** Further folders of test/, by module. */
const MORE = {
  // The evaluator as a whole: the specification on random clusters, and the laws of NetworkPolicy.
  evaluator: ['spec', 'laws'],
};

class ModuleTests extends Sequencer {
  constructor(options) {
    super(options);
    // Stryker asks for the tests that are related to these files: all mutated files in the first run, and then the file of one mutant.
    const modules = options.globalConfig.nonFlagArgs.map(file => /\bsrc\/([^/]+)\//.exec(file.replaceAll('\\', '/'))?.[1] ?? '');
    this.folders = [...new Set(modules)].flatMap(name => [name, ...MORE[name] ?? []]);
  }

  sort(tests) {
    return tests.filter(({ path }) => this.folders.some(folder => path.replaceAll('\\', '/').includes(`/test/${folder}/`)));
  }
}

module.exports = ModuleTests;
