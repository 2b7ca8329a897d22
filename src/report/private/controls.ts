/*
 * Requirements of standards that network policies are about. The texts say in our words what each requirement asks, so read the source for its wording.
 */

/** A requirement, and what a report shows about it. */
export interface Control {
  readonly standard: string;
  readonly id: string;
  readonly requirement: string;
  /** Where it is published. */
  readonly source: string;
  readonly shows: string;
  readonly doesNotShow: string;
  /** Which facts of the report belong to it. */
  readonly facts: readonly ('policies' | 'isolation' | 'outside' | 'claims' | 'undecided' | 'change')[];
}

const ENFORCEMENT = 'that the network plugin of the cluster enforces the policies, and that the cluster has exactly these objects';

export const CONTROLS: readonly Control[] = [
  {
    standard: 'CIS Kubernetes Benchmark',
    id: '5.3.2',
    requirement: 'Every namespace of the cluster has at least one NetworkPolicy (level 2, assessed by hand).',
    source: 'CIS Kubernetes Benchmark, section 5.3 Network Policies and CNI: https://www.cisecurity.org/benchmark/kubernetes',
    shows: 'which namespaces of the input have a NetworkPolicy, and which workloads no policy isolates although their namespace has one.',
    doesNotShow: `namespaces that are not in the input, and ${ENFORCEMENT}.`,
    facts: ['policies', 'isolation', 'undecided'],
  },
  {
    standard: 'NSA and CISA, Kubernetes Hardening Guidance',
    id: 'network separation (network policies)',
    requirement: 'Namespaces and workloads are separated by network policies, with a default policy that denies ingress and egress, and rules that open only what is needed.',
    source: 'Cybersecurity Technical Report, version 1.2, August 2022, chapter "Network separation and hardening": https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF',
    shows: 'every connection that the policies allow, the workloads that they do not isolate, and what they open to the outside and to pods that do not exist yet.',
    doesNotShow: `the control plane, encryption and resource limits, which the same chapter is about, and ${ENFORCEMENT}.`,
    facts: ['policies', 'isolation', 'outside', 'undecided'],
  },
  {
    standard: 'PCI DSS v4.0.1',
    id: '11.4.5',
    requirement: 'If segmentation isolates the cardholder data environment, penetration tests of the segmentation controls at least every 12 months and after every change confirm that they work and isolate it from all systems that are out of scope.',
    source: 'PCI DSS v4.0.1, requirement 11.4.5: https://www.pcisecuritystandards.org/document_library/',
    shows: 'for each claim, whether the policies as written isolate the pods that it names from every possible pod and address, with a witness if they do not; and by the hashes, whether the policies have changed since.',
    doesNotShow: `a penetration test, which the requirement demands: the report says what to test and what to expect. Nor does it show ${ENFORCEMENT}.`,
    facts: ['claims', 'isolation', 'change', 'undecided'],
  },
  {
    standard: 'PCI DSS v4.0.1',
    id: '11.4.6',
    requirement: 'Service providers that use segmentation have these tests made at least every six months and after every change.',
    source: 'PCI DSS v4.0.1, requirement 11.4.6, and FAQ 1447: https://www.pcisecuritystandards.org/faqs/1447/',
    shows: 'the same as for 11.4.5. A report for each change, with its hashes, shows when the segmentation changed.',
    doesNotShow: `the tests themselves and who made them, and ${ENFORCEMENT}.`,
    facts: ['claims', 'isolation', 'change', 'undecided'],
  },
];
