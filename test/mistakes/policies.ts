import { Mistake } from './mistake';

const policy = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
${spec}`;

/** Policies that are written by hand, as the command reads them. */
export const POLICY_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'A list is written as one object.',
    files: { 'db.yaml': policy('  podSelector: {}\n  ingress:\n    from: [{ podSelector: {} }]\n') },
    command: 'list db.yaml',
    sees: 'spec.ingress: must be a list, not an object',
    todo: 'Start each item of the list with a dash.',
  },
  {
    mistake: 'A field has a typo.',
    files: { 'db.yaml': policy('  podSelector: {}\n  ingres: []\n') },
    command: 'list db.yaml',
    sees: "spec.ingres: there is no such field; did you mean 'ingress'?",
    todo: 'Correct the name of the field.',
  },
  {
    mistake: 'The file is a Helm template.',
    files: { 'db.yaml': policy('  podSelector: { matchLabels: { app: {{ .Values.app }} } }\n') },
    command: 'list db.yaml',
    sees: 'this is a Helm template, which is not YAML until it is rendered',
    todo: 'Render the chart first.',
  },
  {
    mistake: 'The policy has an old API version.',
    files: { 'db.yaml': policy('  podSelector: {}\n').replace('networking.k8s.io/v1', 'extensions/v1beta1') },
    command: 'list db.yaml',
    sees: 'there is no NetworkPolicy in extensions/v1beta1',
    todo: 'Write `networking.k8s.io/v1`.',
  },
  {
    mistake: 'The protocol of a rule is in lower case.',
    files: { 'db.yaml': policy('  podSelector: {}\n  ingress:\n    - ports: [{ protocol: tcp, port: 5432 }]\n') },
    command: 'list db.yaml',
    sees: "must be SCTP, TCP or UDP, not 'tcp'",
    todo: 'Write it in upper case.',
  },
  {
    mistake: 'A range of ports ends before it begins.',
    files: { 'db.yaml': policy('  podSelector: {}\n  ingress:\n    - ports: [{ port: 9000, endPort: 8000 }]\n') },
    command: 'list db.yaml',
    sees: '8000 must be greater than or equal to `port`, which is 9000',
    todo: 'Write the lower port first.',
  },
];
