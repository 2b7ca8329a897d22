import { ALWAYS_EXPLAINED, COLLECTIONS, CORPUS, countsOfInput, Explained, findingsIn, FoundIn, inputsOf, ofLint, unexplained } from './corpus-findings';

/* What lint finds in the files of real projects. test/render has what it finds in what kustomize and helm make of them. */

const EXPLAINED: readonly Explained[] = [
  ...ALWAYS_EXPLAINED,
  {
    severity: 'note',
    code: 'NP141',
    inputs: /^longhorn$/,
    message: /^namespace longhorn-system has no default deny: the pods of longhorn-system\/longhorn-iscsi-selinux-workaround\[DaemonSet\] let everybody in$/,
    count: 1,
    because: 'no policy selects this prerequisite, and Longhorn has no default deny',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^longhorn\/deploy(\/prerequisite(\/longhorn-iscsi-selinux-workaround\.yaml)?)?$/,
    message: /^the input has no policy, so the pods of longhorn-system\/longhorn-iscsi-selinux-workaround\[DaemonSet\] let everybody in$/,
    count: 1,
    because: 'Longhorn installs its prerequisites without any policy',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^longhorn\/deploy\/backupstores\/base\/\w+\/\w+-backupstore\.yaml$/,
    message: /^the input has no policy, so the pods of default\/longhorn-test-\w+\[Deployment\] let everybody in$/,
    count: 4,
    because: 'the servers for tests of backups have no policy',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^argo-cd\/manifests\/ha\/base\/overlays$/,
    message: /^the input has no policy, so the pods of all 3 workloads of namespace default let everybody in$/,
    count: 1,
    because: 'these are patches, which only look like workloads where somebody names the folder of the patches alone',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^argo-cd\/manifests\/ha\/base\/redis-ha\/chart\/upstream\.yaml$/,
    message: /^the input has no policy, so the pods of all 2 workloads of namespace argocd let everybody in$/,
    count: 1,
    because: 'the chart of redis-ha is rendered to this file without policies, and the kustomization around it adds them',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^(argo-cd|kube-prometheus|microservices-demo)\/.*\.yaml$/,
    message: /^the input has no policy, so the pods of (default|monitoring)\/\S+\[\w+\] let everybody in$/,
    count: 27,
    because: 'the file of one workload has no policy if somebody names it alone: its policy is a file of its own, or a component',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^microservices-demo\/.*\/cartservice\.yaml$/,
    message: /^the input has no policy, so the pods of all 2 workloads of namespace default let everybody in$/,
    count: 1,
    because: 'the cart and its Redis are in one file, and their policies are a component',
  },
];

/** The findings about the input in the files of each collection. */
const INPUT_FINDINGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Kustomizations that are not rendered, because the test says so, and the bases, overlays and files that they do not use.
  'argo-cd': { NP330: 5, NP332: 3 },
  'flux2': { NP330: 4 },
  // The operator makes the pods of the Prometheus and of the Alertmanager.
  'kube-prometheus': { NP303: 2 },
  // Values for a chart beside manifests, pods on the network of their node, and four kustomizations.
  'longhorn': { NP010: 2, NP304: 2, NP330: 4 },
  'microservices-demo': { NP330: 2, NP332: 2 },
};

(CORPUS === undefined ? describe.skip : describe)('in the files of real projects, without rendering them,', () => {
  let found: FoundIn[];
  beforeAll(async () => {
    found = [];
    for (const input of [...inputsOf('folders'), ...inputsOf('files')]) { found.push(...await findingsIn(input, 'never')); }
  });

  test('each finding has an explanation, and each explanation has its findings', () => {
    expect(unexplained(ofLint(found), EXPLAINED)).toEqual([]);
  });

  test('the findings about the input itself are these, and the collections are all of them', () => {
    expect(Object.fromEntries(COLLECTIONS.map(name => [name, countsOfInput(found.filter(({ input }) => input === name))]))).toEqual(INPUT_FINDINGS);
  });

  test('a file that has only policies has no finding', () => {
    const policies = inputsOf('files').filter(name => /network-?policy/i.test(name));
    expect(policies.length).toBeGreaterThan(30);
    expect(found.filter(({ input }) => policies.includes(input))).toEqual([]);
  });
});
