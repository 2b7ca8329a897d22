import { Fault, ParsedText } from './parsed-text';
import { isObject } from '../api/objects';

const ADVICE = "this looks like a Helm template, which is no YAML before it is rendered: run 'helm template CHART | netpol list -' instead";

/** An action before any quote or comment on its line: `name: {{ .Release.Name }}`. */
const ACTION = /^([^#'"\n]*?)\{\{[-\s]*[.$\w(/"]/m;

/** An action within a value that did parse: `app-{{ .Release.Name }}`. */
const ACTION_IN_VALUE = /\{\{.*\}\}/s;

/**
 * Tells a Helm template from other text: it does not parse and has `{{ … }}` where it fails, or it
 * does and the fields that say what an object is called have it. Elsewhere, as in a ConfigMap's data or
 * an annotation, such text is nothing unusual.
 */
export function templateFault(text: string, parsed: ParsedText): Fault | undefined {
  if (!text.includes('{{')) { return undefined; }
  for (const fault of parsed.faults) {
    // The parser may stumble a line before or behind what it stumbles over.
    const start = lineStart(text, lineStart(text, fault.offset) - 1);
    const end = lineEnd(text, lineEnd(text, fault.offset) + 1);
    const match = ACTION.exec(text.slice(start, end));
    if (match !== null) { return { offset: start + match.index + match[1].length, message: ADVICE }; }
  }
  for (const [index, { value }] of parsed.documents.entries()) {
    const path = actionPath(value);
    if (path !== undefined) { return { offset: parsed.locate(index, path), message: ADVICE }; }
  }
  return undefined;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** The path to a name, namespace, label or policy rule that has an action in it. */
function actionPath(value: unknown): string[] | undefined {
  if (!isObject(value)) { return undefined; }
  const fields: string[][] = [
    ['kind'], ['apiVersion'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'labels'],
    ['spec', 'selector'], ['spec', 'template', 'metadata', 'labels'],
  ];
  if (value.kind === 'NetworkPolicy') { fields.push(['spec', 'podSelector'], ['spec', 'ingress'], ['spec', 'egress'], ['spec', 'policyTypes']); }
  return fields.find(path => {
    const field = path.reduce<unknown>((at, step) => isObject(at) ? at[step] : undefined, value);
    return ACTION_IN_VALUE.test(JSON.stringify(field ?? null));
  });
}
