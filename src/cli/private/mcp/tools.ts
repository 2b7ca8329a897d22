import { Argument, GivenArguments, Tool } from './tool';

/* The tools. Their texts are for an agent that has never seen netpol: what the tool answers, and how to write its arguments. */

const ENDPOINT = 'namespace/name (a workload or pod, such as shop/web), namespace/Kind/name if two share a name, a selector that means every pod that could exist with '
  + 'these labels (ns=shop,app=web), an IP address, or a CIDR block';

const PATHS: Argument = {
  type: 'texts',
  names: 'path',
  description: 'files and folders of Kubernetes manifests (YAML or JSON), relative to the working directory of the server. Default: that directory. '
    + 'Name the folder that is applied: every policy in it counts',
};

const PORT: Argument = {
  type: 'text',
  option: '--port',
  description: 'tcp/8080, udp/53, sctp/7000, a range tcp/8000-8010, a port by name tcp/http; 8080 means tcp/8080. For a Service: its own port. Default: any port counts',
};

/** How to read the input. */
const READING: Readonly<Record<string, Argument>> = {
  cluster: { type: 'text', option: '--cluster', description: 'judge this cluster, if the manifests are of several (annotation cdk8s-netpol/cluster)' },
  assumeNamespaces: {
    type: 'texts',
    option: '--assume-namespaces',
    names: 'path-or-fact',
    description: 'namespaces that are made elsewhere, with their labels: NAME, NAME:key=value,key=value, or a file of namespaces',
  },
  podCidrs: { type: 'texts', option: '--pod-cidr', description: 'blocks that the addresses of pods come from, such as 10.0.0.0/8' },
  cni: { type: 'text', option: '--cni', description: 'the network plugin, such as cilium@1.16: what it enforces, and what it does differently. Default: nothing is assumed' },
};

/** How to read and judge the input. */
const INPUT: Readonly<Record<string, Argument>> = {
  strict: { type: 'flag', option: '--strict', description: 'assume nothing: an answer that would rest on an assumption is undecided, and a claim that would rest on one does not hold. Default: false' },
  ...READING,
};

const WORKING_DIRECTORY = ['.'];

function pathsOf(given: GivenArguments): readonly string[] {
  return given.texts('paths') ?? WORKING_DIRECTORY;
}

const LIST: Tool = {
  name: 'list',
  title: 'List allowed connections',
  description: 'Every connection that the NetworkPolicies of Kubernetes manifests allow, between workloads and addresses outside the cluster. '
    + 'A row is { src, dst, conn }: src and dst are namespace/name[Kind], or first-last[External] for addresses; conn is the allowed protocols and ports, or All Connections. '
    + 'A pair without a row cannot connect. A row with undecided lists why something about it is not known. Use from, to, namespaces and port to ask for less.',
  arguments: {
    paths: PATHS,
    from: { type: 'text', option: '--from', description: `only from here: ${ENDPOINT}` },
    to: { type: 'text', option: '--to', description: `only to there: ${ENDPOINT}, or a Service: svc/NAMESPACE/NAME` },
    namespaces: { type: 'texts', option: '--namespace', description: 'only rows with an end in one of these namespaces' },
    port: { ...PORT, description: `only this port: ${PORT.description}` },
    ...INPUT,
  },
  statuses: { 0: 'done' },
  resultSchema: {
    type: 'array',
    items: {
      type: 'object',
      properties: { cluster: { type: 'string' }, src: { type: 'string' }, dst: { type: 'string' }, conn: { type: 'string' }, undecided: { type: 'array', items: { type: 'string' } } },
      required: ['src', 'dst', 'conn'],
    },
  },
  narrowing: 'give from, to, namespaces or port',
  operands: pathsOf,
};

const CAN_REACH: Tool = {
  name: 'can-reach',
  title: 'Ask whether one endpoint reaches another',
  description: 'Whether one endpoint reaches another under the NetworkPolicies of Kubernetes manifests, with the explanation: the rules that decide, with file and line, and the fix. '
    + 'yes: every pod of from reaches every pod of to on the port. no: some pod does not. undecided: the manifests do not say; the reasons tell what is missing. '
    + 'Ask this instead of reading policies.',
  arguments: {
    paths: PATHS,
    from: { type: 'text', option: '--from', isRequired: true, description: `the source: ${ENDPOINT}` },
    to: { type: 'text', option: '--to', isRequired: true, description: `the destination: ${ENDPOINT}, or a Service: svc/NAMESPACE/NAME` },
    port: PORT,
    ...INPUT,
  },
  statuses: { 0: 'yes', 1: 'no', 3: 'undecided' },
  resultSchema: {
    type: 'object',
    properties: { answer: { type: 'string', enum: ['yes', 'no', 'undecided'] }, allowed: { type: ['boolean', 'null'] }, egress: { type: ['boolean', 'null'] }, ingress: { type: ['boolean', 'null'] } },
    required: ['answer'],
  },
  isExplained: true,
  narrowing: 'ask about one workload, or give port',
  operands: pathsOf,
};

const CHECK: Tool = {
  name: 'check',
  title: 'Check claims',
  description: 'Whether claims about the connections of Kubernetes manifests hold, for every pod that could exist and not only for those of the manifests. A claim that fails has a '
    + 'witness (the two pods and the port), the deciding rules with file and line, and the fix. holds: all claims hold. fails: one does not. undecided: one is undecided, and none fails.',
  arguments: {
    paths: PATHS,
    intents: { type: 'texts', names: 'path', option: '--intent', description: 'intent files: YAML files of claims. Give these, or intentText, or both' },
    intentText: {
      type: 'text',
      description: 'the text of an intent file, in YAML or JSON, such as: '
        + 'allowed: [{ from: app/frontend, to: app/backend, port: tcp/8080 }]\\ndenied: [{ from: app/frontend, to: app/db }]\\n'
        + 'admitsOnly: [{ to: app/db, from: [app/backend] }]\\nreachesOnly: [{ from: app/db, to: [dns] }]. '
        + 'allowed: every pod of from reaches every pod of to. denied: no pod does. admitsOnly: nothing else gets in. reachesOnly: it reaches nothing else. '
        + 'An end is an endpoint as in can-reach, one of the words dns, internet and anything, or { namespace: app, labels: { app: db } }. Messages call this text -',
    },
    ...INPUT,
  },
  statuses: { 0: 'holds', 1: 'fails', 3: 'undecided' },
  resultSchema: {
    type: 'array',
    items: { type: 'object', properties: { intent: { type: 'string' }, answer: { type: 'string', enum: ['holds', 'fails', 'undecided'] } }, required: ['intent', 'answer'] },
  },
  narrowing: 'give fewer claims in intentText',
  operands: pathsOf,
  fault: given => given.texts('intents') === undefined && given.text('intentText') === undefined ? 'there is no claim: give intents (files) or intentText' : undefined,
};

const DIFF: Tool = {
  name: 'diff',
  title: 'Compare two versions',
  description: 'What a change of Kubernetes manifests opens and closes: the connections that pods gain and lose, for pods that could exist too, with the file and line that makes the difference. '
    + 'Give old and new, or base to compare with a git revision. passes: no difference of the kind that failOn names. fails: there is one. undecided: the manifests do not say.',
  arguments: {
    old: { type: 'text', names: 'version', description: 'the version before: a file or folder, or REVISION:path for a git revision, such as HEAD~1:k8s' },
    new: { type: 'text', names: 'version', description: 'the version after, in the same forms' },
    base: { type: 'text', option: '--base', description: 'a git revision, such as origin/main: compares its merge base with HEAD to the files of paths as they are now. Give this or old and new' },
    paths: { ...PATHS, description: `with base: ${PATHS.description}` },
    failOn: {
      type: 'text',
      option: '--fail-on',
      choices: ['broadened', 'narrowed', 'added', 'any'],
      description: 'which differences make the status fails. broadened: a workload of the old version, or a pod that could exist, gains a connection. narrowed: something loses one. added: new workloads gain connections. Default: any',
    },
    ...READING,
  },
  statuses: { 0: 'passes', 1: 'fails', 3: 'undecided' },
  resultSchema: { type: 'object' },
  narrowing: 'compare fewer files',
  operands: given => given.text('base') === undefined ? [given.text('old')!, given.text('new')!] : pathsOf(given),
  fault: given => {
    const [hasBase, hasOld, hasNew, hasPaths] = ['base', 'old', 'new', 'paths'].map(name => given.values(name).length > 0);
    if (hasBase) { return hasOld || hasNew ? 'base compares with the files of paths: leave out old and new, or leave out base' : undefined; }
    if (hasPaths) { return 'paths belongs to base: give base, or give old and new and leave out paths'; }
    return hasOld && hasNew ? undefined : 'there are no two versions: give old and new, or base';
  },
};

export const TOOLS: readonly Tool[] = [LIST, CAN_REACH, CHECK, DIFF];
