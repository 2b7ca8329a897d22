const Sequencer = require('@jest/test-sequencer').default;

/*
 * A mutant of src/room/concept.ts is tried by test/room/concept.test.ts, and by those further tests that MORE
 * names: what a file promises is said by the tests of its own name, and a mutant takes a second.
 */

/** Further tests, of a file or of all in a room. */
const MORE = {
  // The evaluator as a whole, against the specification on random clusters.
  'reach/': ['reach/reachability', 'reach/re-evaluation'],
};

class OwnTests extends Sequencer {
  constructor(options) {
    super(options);
    // The files that Stryker asks for related tests of: the one with the mutant, or all of them before the first.
    const files = options.globalConfig.nonFlagArgs.map(file => /src\/(.*)\.ts$/.exec(file.replaceAll('\\', '/'))?.[1] ?? '');
    this.own = files.flatMap(file => [file, ...Object.keys(MORE).filter(key => file.startsWith(key)).flatMap(key => MORE[key])]);
  }

  sort(tests) {
    return tests.filter(({ path }) => this.own.some(file => path.replaceAll('\\', '/').endsWith(`/test/${file}.test.ts`)));
  }
}

module.exports = OwnTests;
