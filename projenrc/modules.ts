/** One folder of `src/`. */
export interface Module {
  readonly name: string;
  /** What lives there, for the table in docs/architecture.md. */
  readonly holds: string;
  /** The modules that it may import. `module/file` is one file of a module's front door, and no other. */
  readonly imports: readonly string[];
}

/**
 * The modules of `src/`, in the order in which data flows. The lint rule, `test/modules.test.ts` and the table in
 * docs/architecture.md are made from this list.
 *
 * Files at the top of a module's folder are its front door. Only the module itself imports from its `private/`.
 */
export const MODULES: readonly Module[] = [
  {
    name: 'k8s',
    holds: 'the vocabulary of the Kubernetes API: types of objects, formats of names, labels, ports and addresses, where each workload kind keeps its pods',
    imports: [],
  },
  {
    name: 'findings',
    holds: 'findings (code, severity, message, place, related places and fix), and the three answers with their reasons and assumptions',
    imports: ['k8s'],
  },
  {
    name: 'manifests',
    holds: 'text and folders become objects with places: YAML, JSON, lists, and kustomizations and charts, which a renderer of the caller renders',
    imports: ['k8s', 'findings'],
  },
  {
    name: 'validation',
    holds: 'what the API server refuses, field by field, and the fix. The reader of fields is also for files that only netpol reads',
    imports: ['k8s', 'findings'],
  },
  {
    name: 'cluster',
    holds: 'objects become the model: namespaces, workloads and their pods, Services and ways in from outside, policies of kinds that are evaluated or not',
    imports: ['k8s', 'findings', 'manifests', 'validation'],
  },
  {
    name: 'evaluator',
    holds: 'the model becomes an answer for every pair: layers, endpoint classes, address atoms, re-evaluation',
    imports: ['k8s', 'findings', 'cluster'],
  },
  {
    name: 'query',
    holds: 'questions to the evaluator: endpoints, parties, Services, possible pods, flows, explanations and fixes, the lists of connections and exposure, changes',
    imports: ['k8s', 'findings', 'cluster', 'evaluator'],
  },
  {
    name: 'search',
    holds: 'the search for a connection between pods that could exist, in one version of a cluster or in several at once',
    imports: ['k8s', 'findings', 'cluster', 'evaluator'],
  },
  {
    name: 'claims',
    holds: 'claims, intent files and the search for a witness',
    imports: ['k8s', 'findings', 'manifests', 'validation', 'cluster', 'evaluator', 'query', 'search'],
  },
  {
    name: 'changes',
    holds: 'what a change opens and closes, and in which order to apply it',
    imports: ['k8s', 'findings', 'cluster', 'evaluator', 'query', 'search'],
  },
  {
    name: 'intent-coverage',
    holds: 'what claims leave open: connections, rules and changes of policies that no claim notices, and the claims that would',
    imports: ['k8s', 'findings', 'cluster', 'evaluator', 'query', 'search', 'claims'],
  },
  {
    name: 'lint',
    holds: 'rules about what is valid, but is probably not what its author meant: one rule, one file',
    imports: ['k8s', 'findings', 'manifests', 'cluster', 'evaluator', 'query'],
  },
  {
    name: 'report',
    holds: 'writers: results become text, JSON, Markdown, Mermaid, DOT, CSV, JUnit and SARIF',
    // Writers take results. Of the evaluator they know the sets of connections that results hold, and never ask it a question.
    imports: ['k8s', 'findings', 'cluster', 'evaluator/connections', 'query', 'claims', 'changes', 'intent-coverage'],
  },
  {
    name: 'cdk8s',
    holds: 'everything that touches the internals of cdk8s and cdk8s-plus',
    imports: ['k8s', 'findings', 'manifests'],
  },
  {
    name: 'constructs',
    holds: 'what people write: `Tier`, `Peer`, `Port`, `DefaultDeny`, `Guardrail`, `PolicyLayout`',
    imports: ['k8s', 'cdk8s'],
  },
  {
    name: 'assertions',
    holds: 'the evaluator inside an app and inside tests: `Connectivity`, `ConnectivityIntent`, `Verdict`, the jest matchers',
    imports: ['k8s', 'findings', 'manifests', 'validation', 'cluster', 'evaluator', 'query', 'claims', 'changes', 'intent-coverage', 'lint', 'report', 'cdk8s', 'constructs'],
  },
  {
    name: 'plugin',
    holds: 'the validation plugin for cdk8s-cli',
    imports: ['k8s', 'findings', 'manifests', 'cluster', 'evaluator', 'query', 'claims', 'changes', 'lint', 'report'],
  },
  {
    name: 'cli',
    holds: 'the `netpol` command, a file for each subcommand',
    imports: ['k8s', 'findings', 'manifests', 'validation', 'cluster', 'evaluator', 'query', 'claims', 'changes', 'intent-coverage', 'lint', 'report'],
  },
];

/** What `from` a module must not import, and why. */
export function boundaries(): { target: string; from: string[]; except?: string[]; message: string }[] {
  const names = MODULES.map(({ name }) => name);
  return MODULES.flatMap(({ name, imports }) => {
    const files = imports.filter(other => other.includes('/'));
    const isFileOf = (other: string) => (file: string) => file.startsWith(`${other}/`);
    const closed = names.filter(other => other !== name && !imports.includes(other) && !files.some(isFileOf(other)));
    const message = `src/${name} does not import from there: see projenrc/modules.ts`;
    return [
      { target: `./src/${name}`, from: closed.map(other => `./src/${other}`), message },
      ...names.filter(other => files.some(isFileOf(other))).map(other => ({
        target: `./src/${name}`, from: [`./src/${other}`], except: files.filter(isFileOf(other)).map(file => `./${file.slice(other.length + 1)}.ts`), message,
      })),
      {
        target: `./src/${name}`,
        from: names.filter(other => other !== name).map(other => `./src/${other}/private`),
        message: 'only a module itself imports from its private/ folder',
      },
    ];
  });
}
