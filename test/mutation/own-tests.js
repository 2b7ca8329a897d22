const Sequencer = require('@jest/test-sequencer').default;

/*
 * A mutant of src/room/concept.ts is tried by test/room/concept.test.ts, and by those further tests that
 * MORE names: what a file promises is said by the tests of its own name, and a mutant takes a second.
 */

/** Tests that are the ones of another file, too. */
const MORE = {
  'cluster/policy-validation': ['engines/api-server'],
};

class OwnTests extends Sequencer {
  constructor(options) {
    super(options);
    const files = options.globalConfig.nonFlagArgs.map(file => /src\/(.*)\.ts$/.exec(file.replaceAll('\\', '/'))?.[1]);
    this.own = files.flatMap(file => [file, ...MORE[file] ?? []]);
  }

  sort(tests) {
    return tests.filter(({ path }) => this.own.some(file => path.replaceAll('\\', '/').endsWith(`/test/${file}.test.ts`)));
  }
}

module.exports = OwnTests;
