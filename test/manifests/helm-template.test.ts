import { parseYaml } from '../../src/manifests/private/yaml';
import { templateFault } from '../../src/manifests/read-text';

const found = (text: string) => {
  const fault = templateFault(text, parseYaml(text));
  if (fault !== undefined) { expect(fault.message).toContain("run 'helm template CHART | netpol list -' instead"); }
  return fault && text.slice(fault.offset).split('\n')[0];
};

describe('a Helm template is known', () => {
  test.each([
    ['by a condition around it', '{{- if .Values.enabled }}\nkind: Pod\n{{- end }}\n', '{{- if .Values.enabled }}'],
    ['by a value', 'kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n', '{{ .Release.Name }}'],
    ['by an include', 'metadata:\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\nspec: x\n', '{{- include "x.labels" . | nindent 4 }}'],
    ['by a loop in a list', 'items:\n{{- range $i := .Values.l }}\n- {{ $i }}\n{{- end }}\n', '{{- range $i := .Values.l }}'],
    ['by a comment of its own kind', '{{/* a comment */}}\nkind: Pod\n', '{{/* a comment */}}'],
    ['by a name that parses', 'kind: Pod\nmetadata:\n  name: web-{{ .Release.Name }}\n', 'name: web-{{ .Release.Name }}'],
    ['by a namespace in quotes', 'kind: Pod\nmetadata:\n  namespace: "{{ .Release.Namespace }}"\n', 'namespace: "{{ .Release.Namespace }}"'],
    ['by the rules of a policy', 'kind: NetworkPolicy\nspec:\n  egress:\n  - to: [{ ipBlock: { cidr: "{{ .Values.cidr }}" } }]\n', 'egress:'],
    ['by a kind', 'kind: "{{ .Values.kind }}"\n', 'kind: "{{ .Values.kind }}"'],
    ['by an apiVersion', 'apiVersion: "{{ .Values.api }}"\nkind: Pod\n', 'apiVersion: "{{ .Values.api }}"'],
    ['by a label', 'metadata:\n  labels: { "{{ .Values.key }}": x }\n', 'labels: { "{{ .Values.key }}": x }'],
    ['by the selector of a workload', 'kind: Deployment\nspec:\n  selector: { matchLabels: { app: "{{ .Chart.Name }}" } }\n', 'selector: { matchLabels: { app: "{{ .Chart.Name }}" } }'],
    ['by the selector of a policy', 'kind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { app: "{{ .Chart.Name }}" } }\n', 'podSelector: { matchLabels: { app: "{{ .Chart.Name }}" } }'],
    ['by the ingress rules of a policy', 'kind: NetworkPolicy\nspec:\n  ingress: "{{ .Values.rules }}"\n', 'ingress: "{{ .Values.rules }}"'],
    ['by the types of a policy', 'kind: NetworkPolicy\nspec:\n  policyTypes: ["{{ .Values.type }}"]\n', 'policyTypes: ["{{ .Values.type }}"]'],
    ['by a word right behind the braces', '{{if .Values.enabled}}\nkind: Pod\n{{end}}\n', '{{if .Values.enabled}}'],
    ['a line before what does not parse', 'a: b\nlabels: {{ .x }}\n]\nc: d\n', '{{ .x }}'],
    ['a line behind what does not parse', 'a: b\nc: ]\n{{ .x }}\n', '{{ .x }}'],
    ['in a last line without an end', 'a: {{ .x }}', '{{ .x }}'],
    ['in a text that ends in the middle of it', 'a: {{.', '{{.'],
    ['by the labels of pods', 'spec:\n  template:\n    metadata:\n      labels: { app: "{{ .Chart.Name }}" }', 'labels: { app: "{{ .Chart.Name }}" }'],
  ])('%s', (_name, text, line) => {
    expect(found(text)).toBe(line);
  });
});

describe('it is no Helm template', () => {
  test.each([
    ['where a ConfigMap holds one', 'kind: ConfigMap\nmetadata: {name: x}\ndata:\n  alert: "{{ $labels.instance }} is down"\n'],
    ['where an annotation holds one', 'kind: Pod\nmetadata:\n  annotations: {a: "{{ .x }}"}\n'],
    ['where a comment mentions one', '# {{ .Values.x }}\nkind: [\n'],
    ['where a comment beside the mistake mentions one', 'kind: ] # {{ .Values.x }}\n'],
    ['where the mistake is two lines above', 'f: ]\ne: |\n  {{ .x }}\n'],
    ['where the mistake is two lines below', 'e: |\n  {{ .x }}\na: b\nf: ]\n'],
    ['where an object of another kind has one in such fields', 'kind: Chart\nspec: { ingress: "{{ .x }}", podSelector: "{{ .y }}" }\n'],
    ['where a document is empty', '~ # {{ .x }}\n'],
    ['where the mistake is elsewhere', 'data:\n  a: |\n    {{ .x }}\nb: c\nd: e\nf: [\n'],
    ['where braces are just nested', 'a: {b: {c: d}}\n'],
    ['where nothing is amiss', 'kind: Pod\n'],
    ['where a document is no object', '- "{{ .x }}"\n'],
  ])('%s', (_name, text) => {
    expect(found(text)).toBeUndefined();
  });
});
