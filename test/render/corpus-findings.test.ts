import * as path from 'path';
import { folderOf } from './programs';
import { ALWAYS_EXPLAINED, COLLECTIONS, CORPUS, countsOfInput, Explained, findingsIn, FoundIn, inputsOf, ofLint, unexplained } from '../lint/corpus-findings';

/* What lint finds in what kustomize and helm make of real projects. test/lint/corpus.test.ts has what it finds in their files. */

const KUSTOMIZE = folderOf('kustomize');
const HELM = folderOf('helm');

/** Every kustomization of Argo CD that is a part of the whole. */
const ARGO_PARTS = /^argo-cd\/manifests\/(base|ha\/base)\/(commit-server|dex|redis|redis-ha|repo-server)$/;

const EXPLAINED: readonly Explained[] = [
  ...ALWAYS_EXPLAINED,
  {
    severity: 'note',
    code: 'NP135',
    inputs: ARGO_PARTS,
    message: / lets nobody in: no pod of namespace default has app\.kubernetes\.io\/name=argocd-/,
    count: 12,
    because: 'each part of Argo CD names clients that are other parts, and none of them is in the input if a part is rendered alone',
  },
  {
    severity: 'note',
    code: 'NP141',
    inputs: /^argo-cd\/manifests\/ha\/base\/controller-deployment$/,
    message: /^namespace default has no default deny: 2 of 9 workloads \(default\/argocd-application-controller\[Deployment\] and default\/argocd-application-controller\[StatefulSet\]\)/,
    count: 1,
    because: 'the policy of the application controller is part of the other base, which has it as a StatefulSet',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^argo-cd\/manifests\/(base\/application-controller-deployment|ha\/base\/overlays)$/,
    message: /^the input has no policy, so the pods of all [23] workloads of namespace default let everybody in$/,
    count: 2,
    because: 'this kustomization has no policy for the controller that it adds, and the folder of patches only looks like workloads if somebody names it alone',
  },
  {
    severity: 'note',
    code: 'NP141',
    inputs: /^longhorn$/,
    message: /^namespace (default|longhorn-system) has no default deny/,
    count: 2,
    because: 'no policy selects the prerequisites, nor the servers for tests of backups',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^longhorn\/deploy(\/|$)/,
    message: /^the input has no policy, so the pods of /,
    count: 7,
    because: 'Longhorn installs its prerequisites without any policy, and the servers for tests of backups have none',
  },
  {
    severity: 'warning',
    code: 'NP141',
    inputs: /^microservices-demo\/(kubernetes-manifests|kustomize\/base)$/,
    message: /^the input has no policy, so the pods of all 1[12] workloads of namespace default let everybody in$/,
    count: 2,
    because: 'without its components, the demo has no policy',
  },
  {
    severity: 'note',
    code: 'NP141',
    inputs: /^microservices-demo(\/kustomize)?$/,
    message: /^no policy of the input is applied, so the pods of all 12 workloads of namespace default let everybody in$/,
    count: 1,
    because: 'the policies are a component, which the kustomization does not use unless somebody adds it',
  },
  {
    severity: 'warning',
    code: 'NP137',
    inputs: /^microservices-demo\/kustomize\/tests(\/|$)/,
    message: /^no policy lets anybody in to the pods of default\/opentelemetrycollector\[Deployment\]/,
    count: 1,
    because: "the component of the collector has no policy for it, and 'deny-all' of the other component cuts it off",
  },
  {
    severity: 'warning',
    code: 'NP129',
    inputs: /^microservices-demo\/kustomize\/tests(\/service-mesh-istio-with-all-components)?$/,
    message: /^HTTPRoute default\/frontend-route leads to default\/frontend\[Deployment\] on TCP 8080, but the policies of Istio do not let it out to that/,
    count: 1,
    because: "Istio makes the pods of the Gateway in the Gateway's namespace, where 'deny-all' selects them too",
  },
  {
    severity: 'warning',
    code: 'NP132',
    inputs: /^microservices-demo\/kustomize\/tests\/(memorystore|spanner)-with-all-components$/,
    message: /^default\/redis-cart selects no pod: no workload of namespace default has app=redis-cart$/,
    count: 1,
    because: 'the components of other databases remove the Redis of the cart, and its policy stays',
  },
];

/** The findings about the input in what is rendered of each collection. */
const INPUT_FINDINGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Two kustomizations name files that are not there. The base and the one for high availability declare the same objects: they are alternatives.
  'argo-cd': { NP032: 2, NP036: 45, NP331: 2, NP332: 3 },
  // The bases name files on the network.
  'flux2': { NP331: 4 },
  'kube-prometheus': { NP303: 2 },
  'longhorn': { NP010: 2, NP304: 2 },
  // The plain manifests and the kustomization are alternatives, too. Only the images of the containers differ.
  'microservices-demo': { NP032: 10, NP036: 13, NP332: 2 },
};

(CORPUS === undefined || KUSTOMIZE === undefined || HELM === undefined ? describe.skip : describe)('in what kustomize and helm make of real projects,', () => {
  const { PATH, HTTPS_PROXY } = process.env;
  let found: FoundIn[];
  beforeAll(async () => {
    // Nothing else is on the PATH, and nothing is fetched from the network.
    process.env.PATH = [KUSTOMIZE, HELM].join(path.delimiter);
    process.env.HTTPS_PROXY = 'http://127.0.0.1:9';
    found = [];
    for (const input of inputsOf('folders')) { found.push(...await findingsIn(input, 'auto')); }
  });
  afterAll(() => {
    process.env.PATH = PATH;
    if (HTTPS_PROXY === undefined) { delete process.env.HTTPS_PROXY; } else { process.env.HTTPS_PROXY = HTTPS_PROXY; }
  });

  test('each finding has an explanation, and each explanation has its findings', () => {
    expect(unexplained(ofLint(found), EXPLAINED)).toEqual([]);
  });

  test('the findings about the input itself are these, and the collections are all of them', () => {
    expect(Object.fromEntries(COLLECTIONS.map(name => [name, countsOfInput(found.filter(({ input }) => input === name))]))).toEqual(INPUT_FINDINGS);
  });
});
