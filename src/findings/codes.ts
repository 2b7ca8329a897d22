/** An error is wrong, a warning may be, and a note is information. The worst is the first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;

export type Severity = typeof SEVERITIES[number];

/** What a code stands for. */
export interface CodeDescription {
  /** The severity, unless the circumstances of a finding change it. */
  readonly severity: Severity;
  /** What a finding with this code says, in a sentence. */
  readonly title: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
}

/**
 * Every code of a finding. A code never changes its meaning, and a code that is no longer used is never given to another finding.
 * docs/findings.md has this list as a table.
 *
 * - NP0xx: input that netpol cannot read or that the API server refuses.
 * - NP1xx: what is valid, but is probably not what its author meant (lint).
 * - NP2xx: claims.
 * - NP3xx: what is undecided or assumed.
 * - NP4xx: what a change opens.
 */
const CODES = {
  // Files and text.
  NP001: {
    severity: 'error',
    title: 'The input has no Kubernetes object.',
    fix: 'Name a file of manifests, a folder with `.yaml`, `.yml` or `.json` files, or `-` for standard input.',
  },
  NP002: { severity: 'error', title: 'A file or folder cannot be read.', fix: 'Check the path and its permissions.' },
  NP003: { severity: 'error', title: 'A file is not text in UTF-8.', fix: 'Name a file of Kubernetes objects in YAML or JSON, and save it as UTF-8.' },
  NP004: { severity: 'error', title: 'A text is not valid YAML.', fix: 'Correct the syntax at the place of the finding, or in the line above it.' },
  NP005: { severity: 'error', title: 'A text is not valid JSON.', fix: 'Correct the syntax at the place of the finding.' },
  NP006: { severity: 'error', title: 'A text is too large or is nested too deeply.', fix: 'Split it. A text that is only too large can be written as JSON, which has no limit.' },
  NP007: {
    severity: 'error',
    title: 'An object has a field twice. For a kind without meaning for the network, this is a warning: the last of the two counts.',
    fix: 'Remove one of the two, or check the indentation.',
  },
  NP008: { severity: 'error', title: 'A YAML value cannot be part of a Kubernetes object.', fix: 'Write the value as plain text, a number, a list or an object.' },
  NP009: { severity: 'error', title: 'A file is a Helm template.', fix: 'Render the chart first: `helm template CHART | netpol list -`.' },
  NP010: {
    severity: 'error',
    title: 'A document is not a Kubernetes object. In a folder, this is a warning if it is not meant as one, such as a `values.yaml`.',
    fix: 'Write `apiVersion` and `kind`, or keep the file out of the input.',
  },
  NP011: { severity: 'error', title: 'The `items` of a List are not a list, or its objects are in another field.', fix: 'Write the objects under `items:`, and start each with `- `.' },
  NP012: {
    severity: 'warning',
    title: 'A YAML document is followed by text that kubectl ignores.',
    fix: 'Write `---` on a line of its own in front of the text, or remove the text.',
  },
  NP013: {
    severity: 'error',
    title: 'A file is a pointer of Git LFS: this clone does not have the content of the file.',
    fix: 'Fetch it: `git lfs pull`.',
  },

  // Objects that the API server refuses. NP020 to NP026 follow the types of its field errors.
  NP020: { severity: 'error', title: 'The value of a field is invalid.', fix: 'Write a value in the format that the message describes.' },
  NP021: { severity: 'error', title: 'A required field is missing. A container port without a number is a warning: netpol ignores the port.', fix: 'Write the field.' },
  NP022: { severity: 'error', title: 'A field is not allowed beside another one.', fix: 'Remove one of the two.' },
  NP023: { severity: 'error', title: 'The value of a field is not one of the supported values.', fix: 'Write one of the values in the message.' },
  NP024: { severity: 'error', title: 'The value of a field is too long, or a list has too many items.', fix: 'Shorten it.' },
  NP025: { severity: 'error', title: 'An object has no such field.', fix: 'Correct the name of the field, or move the field to the object that has it.' },
  NP026: { severity: 'error', title: 'The value of a field has the wrong type.', fix: 'Write text in quotes, numbers without quotes, and start each item of a list with `- `.' },
  NP030: { severity: 'error', title: 'An API group does not have a kind, or Kubernetes does not serve it in this API version.', fix: 'Write the kind or the API version in the message.' },
  NP031: {
    severity: 'warning',
    title: 'Kubernetes no longer serves a workload in this API version. netpol reads it as the current version.',
    fix: 'Write the API version in the message.',
  },
  NP032: {
    severity: 'error',
    title: 'An object is declared twice, with different content. Equal declarations are one object, as for `kubectl apply`.',
    fix: 'Remove one declaration, make both equal, or name the files of one cluster only. In an app of several clusters, call `ClusterBoundary.of(chart).add(…)`.',
  },
  NP033: { severity: 'warning', title: 'The address of a pod is not an IP address. netpol treats the address as not known.', fix: 'Correct `status.podIPs`.' },
  NP034: {
    severity: 'error',
    title: 'An app writes two objects to one file, so one of them is lost. cdk8s names the file of an object by its kind and name, without its namespace.',
    fix: 'Make the app with `yamlOutputType: YamlOutputType.FILE_PER_CHART`.',
  },
  NP035: {
    severity: 'warning',
    title: 'A Service, the endpoints of one, or an Ingress, Gateway or route cannot be read, or is declared twice with different content. netpol leaves it out.',
    fix: 'Correct the field that the message names, or remove one of the two declarations.',
  },
  NP036: { severity: 'note', title: 'An object is declared twice, with equal content. It is one object, as for `kubectl apply`.', fix: 'Remove one of the two declarations.' },
  NP040: { severity: 'error', title: 'A batch file is malformed.', fix: 'Write a list of objects with `from`, `to`, `protocol` and `port`.' },
  NP041: {
    severity: 'error',
    title: 'A fact about the cluster is malformed: a value of `--assume-namespaces`, `--pod-cidr` or `--cni`, or the configuration file.',
    fix: 'Write `--assume-namespaces NAME:key=value` and `--pod-cidr 10.0.0.0/8`, or `namespaces: [{ name: NAME, labels: { key: value } }]` and `podCidrs: [10.0.0.0/8]` in the file.',
  },

  // Lint.
  NP101: {
    severity: 'warning',
    title: 'A tier selects no workload, although its namespace has workloads.',
    fix: 'Correct the labels of the tier. If the workload is not of this app, state it: `ClusterFacts.of(scope).addOpenNamespace(...)`.',
  },
  NP102: {
    severity: 'warning',
    title: 'Two tiers have the same pods, which therefore have the connections of both.',
    fix: 'Select by labels that only the pods of one tier have.',
  },
  NP103: {
    severity: 'warning',
    title: 'The tier of a workload also selects the pods of another workload.',
    fix: 'Give the pods of each workload a label of their own.',
  },
  NP104: {
    severity: 'warning',
    title: 'A tier selects by `cdk8s.io/metadata.addr`, because the other labels of its workload do not tell it from another workload. The value changes when a construct is renamed or moved.',
    fix: 'Give the pods of each workload a label of their own.',
  },
  NP110: {
    severity: 'warning',
    title: 'An edge, a policy or an intent names a port that no container of the pods declares.',
    fix: 'Name a port of the containers, or declare the port.',
  },
  NP111: {
    severity: 'error',
    title: 'An edge, a policy or an intent names the port of a Service. Policies see the port of the container.',
    fix: "Name the container's port, which the message gives.",
  },
  NP112: {
    severity: 'error',
    title: 'An edge, a policy or an intent names a port by a name that no container of the pods has, so it means no port.',
    fix: "Correct the name, or name the container's port.",
  },
  NP113: {
    severity: 'note',
    title: 'A rule names a port by a name that has different numbers in the pods, so it opens each of them. If one pod has the name twice, this is a warning: the API does not say which of the two is meant.',
    fix: 'Give the ports different names, or write the number.',
  },
  NP114: {
    severity: 'warning',
    title: 'A block of a rule is the address of a Service. Policies usually see the addresses of the pods behind it, and the API leaves open which of the two counts.',
    fix: 'Select the pods behind the Service by their labels.',
  },
  NP115: {
    severity: 'warning',
    title: 'A block of a rule is the address of one pod, which changes when the pod restarts.',
    fix: 'Select the pod by its labels.',
  },
  NP120: {
    severity: 'error',
    title: 'A connection is open at one end only: the policies of the other pods do not let it through, or a policy of the Admin tier denies it there. In the second case, and if the rule may also mean pods that the input does not have, this is a warning.',
    fix: 'Open the other end as well: add a rule to a policy that selects the other pods. In an app, name a tier and not a peer, so that one call opens both. No NetworkPolicy overrules the Admin tier.',
  },
  NP121: {
    severity: 'warning',
    title: 'Pods may open connections, but may not ask DNS, so that no name leads anywhere.',
    fix: 'Allow UDP and TCP 53 to the DNS of the cluster. In an app: `tier.allowTo(Peer.clusterDns())`.',
  },
  NP122: {
    severity: 'warning',
    title: 'A default deny is in a namespace that has nothing else, although the input has workloads elsewhere. For a policy in YAML this is a note, unless the name is almost that of another namespace.',
    fix: 'Correct the name of the namespace. If the namespace is made elsewhere, state it: `--assume-namespaces NAME`, or `ClusterFacts.of(scope).addOpenNamespace(...)` in an app.',
  },
  NP123: {
    severity: 'error',
    title: 'The DNS of the cluster is isolated for ingress and refuses pods that ask it, so that no name leads anywhere for them. If no policy lets these pods out to DNS and others are let in, this is a warning.',
    fix: 'Let the pods of every namespace ask it: UDP and TCP 53.',
  },
  NP124: {
    severity: 'warning',
    title: 'Selectors of namespaces and of pods are in two items of a list where one was probably meant, or in one where two were. Peers and ports that are in two rules are a note.',
    fix: 'Write both selectors in one item if a peer must match both, and in two items if it must match one of them.',
  },
  NP125: {
    severity: 'warning',
    title: 'A rule lets everything through that narrower rules or peers beside it name, so these have no effect.',
    fix: 'Remove the wide rule or peer if the narrow ones are meant, and otherwise the narrow ones.',
  },
  NP126: {
    severity: 'warning',
    title: 'Pods whose ServiceAccount is bound to a role are cut off from the API server: their egress is isolated, and no rule lets them out to an address on one of its ports.',
    fix: 'Let them out to the addresses of the API server by an `ipBlock` with TCP 443 and TCP 6443, or write `automountServiceAccountToken: false` if they do not use the API.',
  },
  NP127: {
    severity: 'warning',
    title: 'The API server calls the pods of a webhook or of an API, but their policies let no address in on the port.',
    fix: 'Write a rule with the port of the container and without `from`, or with an `ipBlock` of the addresses of the API server.',
  },
  NP128: {
    severity: 'warning',
    title: 'Prometheus is asked to scrape pods, but does not get through to them.',
    fix: 'Let Prometheus in on the port: a rule with the namespace and the labels of its pods.',
  },
  NP129: {
    severity: 'error',
    title: 'An Ingress, a route of a Gateway or a Route leads to pods, but the policies do not let its controller through.',
    fix: 'Let the controller in on the port of the container: a rule with the namespace and the labels of its pods.',
  },
  NP130: {
    severity: 'warning',
    title: 'A NetworkPolicy changes nothing: other policies isolate the same pods and allow the same.',
    fix: 'Remove it, or correct what it was meant to allow.',
  },
  NP131: {
    severity: 'note',
    title: 'A rule of a NetworkPolicy allows only what other rules for the same pods allow too.',
    fix: 'Remove the rule, or correct what it was meant to allow.',
  },
  NP132: {
    severity: 'warning',
    title: 'A policy selects no pod, although its namespace has workloads. If it misses a workload by one label, this is an error.',
    fix: 'Correct the labels of `spec.podSelector`, or add the workload to the input.',
  },
  NP133: {
    severity: 'note',
    title: 'A policy is in a namespace without workloads, although the input has workloads in other namespaces.',
    fix: 'Correct the name of the namespace, or add its workloads to the input.',
  },
  NP134: {
    severity: 'warning',
    title: 'A NetworkPolicy has no `metadata.namespace`, and every workload of the input has one.',
    fix: 'Write the namespace of the pods.',
  },
  NP135: {
    severity: 'warning',
    title: 'A peer of a rule matches no pod of the input. If it misses a workload by one label, this is an error; if the namespace may be made elsewhere, it is a note.',
    fix: 'Correct the labels, or state the namespaces that are made elsewhere.',
  },
  NP136: {
    severity: 'warning',
    title: 'A policy selects pods that use the network of their node, so it has no effect on them. If it selects other pods too, this is a note.',
    fix: 'Remove `hostNetwork` from the pods, or protect the ports of the nodes by other means.',
  },
  NP137: {
    severity: 'warning',
    title: 'A Service leads to pods that policies isolate, and no policy lets anybody in. If no policy of the namespace lets anybody in, this is a note.',
    fix: 'Add an ingress rule for the pods, or remove the Service.',
  },
  NP140: {
    severity: 'warning',
    title: 'Replicas with a headless Service cannot reach each other. If the Service may be for clients only, this is a note.',
    fix: 'Let the pods of the workload reach each other, in ingress and egress.',
  },
  NP141: {
    severity: 'note',
    title: 'A namespace has workloads and no default deny for ingress. An input without any policy is a warning, once for all namespaces, unless it has policies that no kustomization uses.',
    fix: 'Add a NetworkPolicy with `podSelector: {}` and `policyTypes: [Ingress]`, and allow what the pods need.',
  },
  NP142: {
    severity: 'note',
    title: 'A namespace has a default deny in one direction only.',
    fix: 'Add the other direction to the `policyTypes` of the default deny, and allow what the pods need.',
  },
  NP143: {
    severity: 'warning',
    title: 'A rule lets in every address, but the pods are reached only from inside the cluster, whose pods such a block need not match. The same goes for pods that their policy lets out to each other. If the input has no way into the cluster at all, this is a note.',
    fix: 'Write `namespaceSelector: {}` for the pods of the cluster, or narrower peers.',
  },
  NP144: {
    severity: 'warning',
    title: 'Policies let pods use every address of one family and none of the other, in a cluster that has both IPv4 and IPv6.',
    fix: 'Write a block for the other family too: `::/0` beside `0.0.0.0/0`.',
  },
  NP145: {
    severity: 'warning',
    title: 'Policies isolate pods for egress, but let them ask the metadata service of the cloud, which may have credentials of the node. If only the address of IPv6 is open, which few clouds have, this is a note.',
    fix: 'Write the address in `except`: `169.254.169.254/32`, and `fd00:ec2::254/128` for IPv6.',
  },
  NP150: {
    severity: 'warning',
    title: 'A rule of a cluster-wide policy never decides, because rules before it match the same connections.',
    fix: 'Remove the rule, or move it in front of the others, or give its policy a lower priority number.',
  },
  NP151: {
    severity: 'warning',
    title: 'A rule of the Admin tier makes a NetworkPolicy pointless: it denies what the policy allows, or accepts what the policy isolates.',
    fix: 'Remove the rule of the NetworkPolicy, or change that of the Admin tier.',
  },
  NP152: {
    severity: 'warning',
    title: 'Two cluster-wide policies of one tier and priority disagree about the same connections. The cluster may apply either of them.',
    fix: 'Give the two policies different priorities.',
  },
  NP153: {
    severity: 'warning',
    title: 'A policy opens port 15008 to everybody in an ambient mesh. Connections of the mesh to every port of the pods arrive there.',
    fix: 'Name the peers that may use the port, or restrict the connections by an AuthorizationPolicy.',
  },
  NP160: {
    severity: 'error',
    title: 'A policy uses what the network plugin does not enforce. This is found only if `--cni` or the configuration file names the plugin.',
    fix: 'Write the policy without it, or use a plugin or a version that enforces it.',
  },
  NP161: {
    severity: 'warning',
    title: 'The network plugin does something differently from the text of the API. This is found only if `--cni` or the configuration file names the plugin.',
    fix: 'Write the policy so that both mean the same.',
  },
  NP190: { severity: 'warning', title: 'A suppression has no effect: its code cannot be suppressed, it has no reason, or there is no annotation of its name.', fix: 'Correct the code or the name, or write the reason.' },
  NP191: { severity: 'note', title: 'A suppression hides nothing, because there is no such finding.', fix: 'Remove the suppression.' },

  // Claims.
  NP201: { severity: 'error', title: 'A claim `allowed` does not hold: a connection is denied.', fix: 'Add the rule that the verdict shows, or correct the claim.' },
  NP202: { severity: 'error', title: 'A claim `denied` does not hold: a connection is allowed.', fix: 'Change the rule that the verdict shows, or correct the claim.' },
  NP203: {
    severity: 'error',
    title: 'A claim `admitsOnly` does not hold: a pod or address that is not in the list gets in.',
    fix: 'Change the rule that the verdict shows, or add the pod or address to the list.',
  },
  NP204: {
    severity: 'error',
    title: 'A claim `reachesOnly` does not hold: a pod or address that is not in the list can be reached.',
    fix: 'Change the rule that the verdict shows, or add the pod or address to the list.',
  },
  NP210: { severity: 'error', title: 'An endpoint or the cluster of an intent does not exist.', fix: 'Correct the name, or add the workload to the input.' },
  NP211: { severity: 'error', title: 'An intent is malformed.', fix: 'Write it in the form that `netpol check --help` shows.' },
  NP212: {
    severity: 'error',
    title: 'An intent has nothing to judge: addresses where pods are meant, a pod and itself, a party that nothing can match, or a port name that no pod has.',
    fix: 'Change the party or the port that the message names.',
  },
  NP213: { severity: 'error', title: 'An intent file has no intents.', fix: 'Write the intents that `netpol check` is to verify.' },
  NP214: {
    severity: 'warning',
    title: 'A party of a claim matches no declared pod, although the input has workloads in its namespace. A strict claim does not hold.',
    fix: 'Correct the labels, or add the workload to the input.',
  },
  NP215: {
    severity: 'note',
    title: "A `denied` claim matches a workload on its node's network by labels. The node always reaches the pods on it, and the claim does not count that.",
    fix: 'Name the workload in a claim of its own to count it.',
  },

  // What is undecided or assumed.
  NP301: { severity: 'warning', title: 'netpol does not evaluate policies of this kind.', fix: 'Check by hand what the policy allows and denies.' },
  NP302: {
    severity: 'note',
    title: 'The answer depends on the labels of a namespace that is not declared (`namespace-label`). Without `--strict`, netpol assumes that nothing sets them.',
    fix: 'Declare the namespace.',
  },
  NP303: { severity: 'warning', title: 'A custom resource makes pods that it does not describe, so they are not in the answers.', fix: 'Add the pods to the input.' },
  NP304: {
    severity: 'warning',
    title: 'The pods of a workload use the network of their node. No policy selects them, and only `ipBlock` peers match them.',
    fix: 'Remove `hostNetwork` if the pods should be subject to policies.',
  },
  NP305: {
    severity: 'warning',
    title: 'A namespace is stated with different labels from its declaration. netpol uses those of the declaration.',
    fix: 'State the labels that the Namespace object has, or do not state the namespace.',
  },
  NP306: {
    severity: 'note',
    title: 'The answer depends on a label of a pod whose value only the running cluster knows (`generated-label`): Kubernetes generates it, or copies it from the node.',
    fix: 'Select the pods by labels of their template, or ask about the manifests of the running pods.',
  },
  NP307: {
    severity: 'note',
    title: 'The answer depends on whether an `ipBlock` contains the address of a pod, and the address is not known (`pod-address`). Without `--strict`, netpol assumes that it is none of the public internet.',
    fix: 'State the blocks of pod addresses by `--pod-cidr`.',
  },
  NP308: {
    severity: 'note',
    title: 'A claim assumes that the pods of a party that is written by labels have no further label that a policy looks at (`extra-label`).',
    fix: 'Declare the workload, name the workload in the claim, or let the claim be about declared pods.',
  },
  NP309: {
    severity: 'note',
    title: 'A claim assumes that no other namespace has the labels by which it names namespaces (`new-namespace`).',
    fix: 'Name the namespaces, or let the claim be about declared pods.',
  },
  NP310: {
    severity: 'note',
    title: 'A claim assumes that different port names of a pod have different numbers (`port-name`).',
    fix: 'Declare the workload with its container ports.',
  },
  NP311: {
    severity: 'note',
    title: "A claim assumes that policies and selectors skip the pods that use their node's network (`host-network`).",
    fix: "Find out what the cluster's network plugin does with such pods.",
  },
  NP312: {
    severity: 'error',
    title: 'The search for a witness against a claim has used all the steps that one claim may take (`budget`).',
    fix: 'Split the claim, or list fewer parties.',
  },
  NP313: {
    severity: 'note',
    title: 'netpol reads the pods of a custom resource from the pod templates in it. If it does not know which labels the controller adds to them, this is a warning, and labels that the template does not have are undecided.',
    fix: 'Add the pods to the input to have every label.',
  },
  NP314: {
    severity: 'warning',
    title: 'An object holds other objects or stands for them, such as an OpenShift Template or a HelmRelease. They are not in the answers.',
    fix: 'Render them with the command in the message, and add them to the input.',
  },
  NP315: {
    severity: 'note',
    title: 'The answer depends on an object that netpol cannot read (`not-read`). The pods of the namespace of such a policy are undecided in its directions.',
    fix: 'Correct the object: it has a finding of its own.',
  },
  NP316: {
    severity: 'note',
    title: 'The answer depends on an object that is declared twice, with different content (`defined-twice`).',
    fix: 'Remove one of the two declarations, or make them equal.',
  },
  NP317: {
    severity: 'note',
    title: 'The answer depends on a folder or a Helm template that netpol did not render (`not-rendered`).',
    fix: 'Render it with the command in the message about it, and add the result to the input.',
  },
  NP318: {
    severity: 'note',
    title: 'The answer depends on a rule about nodes, and the input does not have their addresses (`node-address`).',
    fix: 'Add the Nodes to the input, as `kubectl get nodes -o yaml` prints them.',
  },
  NP319: {
    severity: 'note',
    title: 'Pods of the input have finished (`status.phase` is `Succeeded` or `Failed`). They have no connections, so they are not in the answers.',
    fix: 'Nothing, unless you want to ask about one of them: remove its `status`.',
  },
  NP320: {
    severity: 'note',
    title: 'The question is about the address of a Service (`service-address`). Where such an address leads depends on the data plane. The answer for the endpoints of the Service is beside it.',
    fix: 'Ask about the Service: `--to svc/NAMESPACE/NAME`.',
  },
  NP321: {
    severity: 'note',
    title: 'The answer depends on the addresses of a domain name (`domain-name`), to which a Service or a rule leads. They are not in the input.',
    fix: 'Ask about the addresses, or write them in the rule.',
  },
  NP322: {
    severity: 'warning',
    title: 'Domain names are peers of a rule that denies or passes, or of the Baseline tier. The API documents them only for rules that accept, and its validation does not say so.',
    fix: 'Write networks, or a rule that accepts.',
  },
  NP323: {
    severity: 'warning',
    title: 'A NetworkPolicy isolates pods in one direction, and a policy of the Baseline tier has rules for the other direction. netpol applies them, but the text can also be read so that the tier skips these pods.',
    fix: 'Let the NetworkPolicy isolate the pods in both directions, or move the rules to the Admin tier.',
  },
  NP324: {
    severity: 'warning',
    title: 'The specification leaves open what a policy does (`unspecified`): two cluster-wide policies of one tier and priority disagree, or no text says what a policy means.',
    fix: 'Give the two policies different priorities, or correct what the message names.',
  },
  NP330: {
    severity: 'warning',
    title: 'A kustomization or a Helm chart is not rendered. What it could affect is undecided. With `--render always`, this is an error.',
    fix: 'Install kustomize, kubectl or helm, or render the folder with the command in the message.',
  },
  NP331: {
    severity: 'error',
    title: 'A program cannot render a kustomization or a Helm chart. What the folder could affect is undecided. With `--render always`, there is no answer.',
    fix: 'Correct what the message of the program names.',
  },
  NP332: {
    severity: 'warning',
    title: 'Files in the folder of a kustomization or a Helm chart have objects and are not part of it, the folder of a kustomization is a chart too, or no kustomization uses a component. Their objects are not in the answers.',
    fix: 'Name the files too if they are applied.',
  },
  NP333: {
    severity: 'note',
    title: 'netpol renders a Helm chart as a release with the name of the chart, in the namespace `default`.',
    fix: 'Render the chart as another release: `helm template RELEASE CHART --namespace NAMESPACE | netpol list -`.',
  },
  NP334: {
    severity: 'warning',
    title: 'A git revision has a submodule whose files this clone does not have. What they could affect is undecided, unless both versions have the same commit.',
    fix: 'Fetch the submodule: `git submodule update --init`.',
  },

  // What a change opens: `netpol diff`.
  NP401: { severity: 'warning', title: 'A change opens connections.', fix: 'If that is not meant, take back the change that the message names.' },
  NP402: { severity: 'warning', title: 'It is undecided whether a change opens or closes connections.', fix: 'Give netpol what the message names, or check the change by hand.' },
} as const satisfies Readonly<Record<string, CodeDescription>>;

/** `NP` and three digits. */
export type FindingCode = keyof typeof CODES;

/** What each code stands for, in ascending order. */
export const FINDING_CODES: Readonly<Record<FindingCode, CodeDescription>> = CODES;

/** The codes of lint. They can be suppressed: the input is valid, but is probably not what its author meant. NP19x are about suppressions themselves. */
export const LINT_CODES: readonly FindingCode[] = (Object.keys(FINDING_CODES) as FindingCode[]).filter(code => /^NP1[0-8]/.test(code));
