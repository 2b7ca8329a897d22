import { formatFinding } from '../../src/findings/finding';
import { readText } from '../../src/manifests/read-text';

/** The rest of the line at which a text is found to be a template. */
const found = (text: string) => {
  const { findings } = readText({ file: 'a.yaml', content: text, named: true });
  const template = findings.find(({ code }) => code === 'NP009');
  if (template === undefined) { return undefined; }
  // A template has only this finding.
  const { line, column } = template.place;
  expect(findings.map(formatFinding)).toEqual([`a.yaml:${line}:${column}: error NP009: this is a Helm template, which is not YAML until it is rendered; run 'helm template CHART | netpol list -'`]);
  return text.split('\n')[line! - 1].slice(column! - 1);
};

describe('a Helm template is recognized', () => {
  test.each([
    ['by a condition around it', '{{- if .Values.enabled }}\nkind: Pod\n{{- end }}\n', '{{- if .Values.enabled }}'],
    ['by a value', 'kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n', '{{ .Release.Name }}'],
    ['by an include', 'metadata:\n  labels:\n    {{- include "x.labels" . | nindent 4 }}\nspec: x\n', '{{- include "x.labels" . | nindent 4 }}'],
    ['by a loop in a list', 'items:\n{{- range $i := .Values.l }}\n- {{ $i }}\n{{- end }}\n', '{{- range $i := .Values.l }}'],
    ['by a template comment', '{{/* a comment */}}\nkind: Pod\n', '{{/* a comment */}}'],
    ['by a name that is valid YAML', 'kind: Pod\nmetadata:\n  name: web-{{ .Release.Name }}\n', 'name: web-{{ .Release.Name }}'],
    ['by a namespace in quotes', 'kind: Pod\nmetadata:\n  namespace: "{{ .Release.Namespace }}"\n', 'namespace: "{{ .Release.Namespace }}"'],
    ['by the egress rules of a policy', 'kind: NetworkPolicy\nspec:\n  egress:\n  - to: [{ ipBlock: { cidr: "{{ .Values.cidr }}" } }]\n', 'egress:'],
    ['by a kind', 'kind: "{{ .Values.kind }}"\n', 'kind: "{{ .Values.kind }}"'],
    ['by an apiVersion', 'apiVersion: "{{ .Values.api }}"\nkind: Pod\n', 'apiVersion: "{{ .Values.api }}"'],
    ['by a label', 'metadata:\n  labels: { "{{ .Values.key }}": x }\n', 'labels: { "{{ .Values.key }}": x }'],
    ['by the selector of a workload', 'kind: Deployment\nspec:\n  selector: { matchLabels: { app: "{{ .Chart.Name }}" } }\n', 'selector: { matchLabels: { app: "{{ .Chart.Name }}" } }'],
    ['by the selector of a policy', 'kind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { app: "{{ .Chart.Name }}" } }\n', 'podSelector: { matchLabels: { app: "{{ .Chart.Name }}" } }'],
    ['by the ingress rules of a policy', 'kind: NetworkPolicy\nspec:\n  ingress: "{{ .Values.rules }}"\n', 'ingress: "{{ .Values.rules }}"'],
    ['by the types of a policy', 'kind: NetworkPolicy\nspec:\n  policyTypes: ["{{ .Values.type }}"]\n', 'policyTypes: ["{{ .Values.type }}"]'],
    ['by a word directly after the braces', '{{if .Values.enabled}}\nkind: Pod\n{{end}}\n', '{{if .Values.enabled}}'],
    ['in the line before a syntax error', 'a: b\nlabels: {{ .x }}\n]\nc: d\n', '{{ .x }}'],
    ['in the line after a syntax error', 'a: b\nc: ]\n{{ .x }}\n', '{{ .x }}'],
    ['in a last line without a line break', 'a: {{ .x }}', '{{ .x }}'],
    ['in a text that ends inside the action', 'a: {{.', '{{.'],
    ['by the labels of a pod template', 'spec:\n  template:\n    metadata:\n      labels: { app: "{{ .Chart.Name }}" }', 'labels: { app: "{{ .Chart.Name }}" }'],
  ])('%s', (_name, text, line) => {
    expect(found(text)).toBe(line);
  });
});

test('a template with several conditions has one finding', () => {
  expect(found('{{- if .Values.a }}\nkind: Pod\n{{- end }}\n---\n{{- if .Values.b }}\nkind: Pod\n{{- end }}\n')).toBe('{{- if .Values.a }}');
});

describe('a text is not taken for a Helm template', () => {
  test.each([
    ['if a ConfigMap contains an action', 'kind: ConfigMap\nmetadata: {name: x}\ndata:\n  alert: "{{ $labels.instance }} is down"\n'],
    ['if an annotation contains an action', 'kind: Pod\nmetadata:\n  annotations: {a: "{{ .x }}"}\n'],
    ['if a comment contains an action', '# {{ .Values.x }}\nkind: [\n'],
    ['if a comment beside a syntax error contains an action', 'kind: ] # {{ .Values.x }}\n'],
    ['if the syntax error is two lines above the action', 'f: ]\ne: |\n  {{ .x }}\n'],
    ['if the syntax error is two lines below the action', 'e: |\n  {{ .x }}\na: b\nf: ]\n'],
    ['if an object of another kind has an action in the fields of a policy', 'kind: Chart\nspec: { ingress: "{{ .x }}", podSelector: "{{ .y }}" }\n'],
    ['if a document is empty', '~ # {{ .x }}\n'],
    ['if the syntax error is elsewhere', 'data:\n  a: |\n    {{ .x }}\nb: c\nd: e\nf: [\n'],
    ['if it has nested braces', 'a: {b: {c: d}}\n'],
    ['if it has no action', 'kind: Pod\n'],
    ['if a document is not an object', '- "{{ .x }}"\n'],
  ])('%s', (_name, text) => {
    expect(found(text)).toBeUndefined();
  });
});

describe('a document beside a Helm template', () => {
  const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n`;
  const template = 'kind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\n';
  const read = (...documents: string[]) => {
    const { resources, findings, unread } = readText({ file: 'a.yaml', content: documents.join('---\n'), named: true });
    const names = resources.map(({ object }) => (object.metadata as { name: string }).name);
    return { names, codes: findings.map(({ code }) => code), unread: unread.map(({ what }) => what) };
  };

  test('is read by itself', () => {
    expect(read(pod('a'), template, pod('b'))).toEqual({ names: ['a', 'b'], codes: ['NP009'], unread: ['a Helm template of a.yaml'] });
    expect(read(template, template, pod('b'))).toEqual({ names: ['b'], codes: ['NP009'], unread: ['2 Helm templates of a.yaml'] });
    expect(read(template, pod('b').replace('kind:', 'kind :'))).toMatchObject({ names: ['b'] });
    expect(read('', template, pod('b'))).toMatchObject({ names: ['b'] });
  });

  test('has its own faults', () => {
    expect(read(template, 'kind: Pod\nspec: [\n', pod('b'))).toEqual({ names: ['b'], codes: ['NP009', 'NP004'], unread: ['a document of a.yaml', 'a Helm template of a.yaml'] });
    expect(read(template, 'kind: Pod\nspec: [\n')).toMatchObject({ unread: ['a document of a.yaml', 'a Helm template of a.yaml'] });
    // A separator with text on its line takes the document before it with it.
    expect(readText({ file: 'a.yaml', content: `${pod('a')}--- ${template}`, named: true }).unread).toHaveLength(2);
  });

  test('leaves open only what the template may hold', () => {
    const { unread } = readText({ file: 'a.yaml', content: `${pod('a')}---\n${template.replace('ConfigMap', 'NetworkPolicy')}`, named: true });
    expect(unread).toMatchObject([{ code: 'not-rendered', mayHold: { policies: 'any', workloads: [] } }]);
    expect(unread[0].origin.at()).toMatchObject({ line: 6 });
  });

  test.each([
    ['a condition around several documents', `{{- if .Values.a }}\n${pod('a')}---\n${pod('b')}---\n{{- end }}\n${pod('c')}`, []],
    ['a condition that ends before', `{{- if .Values.a }}\n${pod('a')}{{- end }}\n---\n${pod('b')}`, ['b']],
    ['a loop in a condition', `{{ if .a }}\n{{ range .b }}\n---\n${pod('a')}---\n{{ end }}\n---\n${pod('b')}---\n{{ end }}\n---\n${pod('c')}`, ['c']],
    ['a comment around a document', `{{/* {{ end }}\n---\n${pod('a')}---\n*/}}\n---\n${pod('b')}`, ['b']],
    ['a condition that is not closed', `${pod('a')}---\n{{ if .a }}\n---\n${pod('b')}`, []],
    ['an end of nothing', `${pod('a')}---\n{{ end }}\n---\n${pod('b')}`, []],
    ['an action that is not closed', `${pod('a')}---\n{{ .a\n---\n${pod('b')}`, []],
    ['a comment that is not closed', `${pod('a')}---\n{{/* a\n---\n${pod('b')}`, []],
    ['an action that joins two documents', `${pod('a')}---\n{{- include "a" . -}}\n\n---\n${pod('b')}`, []],
    ['braces in text', `${pod('a')}---\n{{ $x := "end" }}{{ if eq .a "}} {{ end }}" }}\n---\n${pod('b')}---\n{{ end }}\n---\n${pod('c')}`, ['a', 'c']],
    ['a quote in text', `${pod('a')}---\n{{ if eq .a "\\"}}" }}\n---\n${pod('b')}---\n{{ end }}\n---\n${pod('c')}`, ['a', 'c']],
    ['braces as a character', `${pod('a')}---\n{{ if eq .a '}}' }}\n---\n${pod('b')}---\n{{ end }}\n---\n${pod('c')}`, ['a', 'c']],
    ['text that is not closed', `${pod('a')}---\n{{ if eq .a " }}\n---\n${pod('b')}---\n{{ end }}\n`, []],
    ['words of a block in text', `${pod('a')}---\n{{ \`{{ if }}\` }}\n---\n${pod('b')}`, ['a', 'b']],
  ])('is not read inside of a block: %s', (_, content, names) => {
    const { resources, findings } = readText({ file: 'a.yaml', content, named: true });
    expect(resources.map(({ object }) => (object.metadata as { name: string }).name)).toEqual(names);
    expect(findings).toMatchObject([{ code: 'NP009' }]);
  });
});
