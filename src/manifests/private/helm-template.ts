import { Fault, ParsedText } from './parsed-text';
import { isObject } from '../../k8s/objects';

/** A template action before any quote or comment on its line: `name: {{ .Release.Name }}`. */
const ACTION = /^([^#'"\n]*?)\{\{[-\s]*[.$\w(/"]/m;

/** The fields that identify an object or say which pods it is about. */
const FIELDS = [
  ['kind'], ['apiVersion'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels'],
  ['spec', 'selector'], ['spec', 'template', 'metadata', 'labels'],
];
const POLICY_FIELDS = [['spec', 'podSelector'], ['spec', 'ingress'], ['spec', 'egress'], ['spec', 'policyTypes']];

/**
 * The fault of a text that is a Helm template: a syntax error near `{{ … }}`, or `{{ … }}` in a field that identifies an object. In other
 * fields, such as the data of a ConfigMap or an annotation, `{{ … }}` is normal.
 */
export function templateFault(text: string, parsed: ParsedText): Fault | undefined {
  if (!text.includes('{{')) { return undefined; }
  for (const { offset } of parsed.faults) {
    // The parser may report a fault one line before or after its cause.
    const start = lineStart(text, lineStart(text, offset) - 1);
    const end = lineEnd(text, lineEnd(text, offset) + 1);
    const match = ACTION.exec(text.slice(start, end));
    if (match !== null) { return faultAt(start + match.index + match[1].length); }
  }
  for (const document of parsed.documents) {
    const path = actionPath(document.value);
    if (path !== undefined) { return faultAt(document.locate(path)); }
  }
  return undefined;
}

function faultAt(offset: number): Fault {
  return { code: 'NP009', offset, message: 'this is a Helm template, which is not YAML until it is rendered', fix: "run 'helm template CHART | netpol list -'" };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

function actionPath(value: unknown): string[] | undefined {
  if (!isObject(value)) { return undefined; }
  const fields = value.kind === 'NetworkPolicy' ? [...FIELDS, ...POLICY_FIELDS] : FIELDS;
  return fields.find(path => {
    const field = path.reduce<unknown>((parent, step) => isObject(parent) ? parent[step] : undefined, value);
    return field !== undefined && hasAction(JSON.stringify(field));
  });
}

/** True for a template action inside a value that is valid YAML: `app-{{ .Release.Name }}`. */
function hasAction(json: string): boolean {
  const start = json.indexOf('{{');
  return start >= 0 && json.includes('}}', start + 2);
}
