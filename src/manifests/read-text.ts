import { separateTemplates } from './private/helm-template';
import { parseJson } from './private/json';
import { parseManifests } from './private/manifest-stream';
import { ParsedDocument, ParsedText, UnreadPart } from './private/parsed-text';
import { scanText } from './private/scanned-text';
import { POINTER, SourceText } from './private/source-text';
import { parseYaml } from './private/yaml';
import { objectsOf, ReadResult, Resource } from './resources';
import { allOf, ANYTHING, MayHold, mayHoldNothing, Unread } from './unread';
import { Finding, Origin } from '../findings/finding';
import { countsForNetwork } from '../k8s/network-kinds';

/** The content of a file. */
export interface TextInput {
  /** The name of the file in messages. */
  readonly file: string;
  readonly content: string | Buffer;
  /** See Resource. */
  readonly named: boolean;
}

/**
 * Reads the Kubernetes objects of a text as kubectl reads them, whatever the name of the file. The items of a List are objects themselves. An
 * object with a field that is written twice is an error if its kind counts for the network. Otherwise the last of the two fields
 * counts, with a warning.
 */
export function readText({ file, content, named }: TextInput): ReadResult {
  const { source, fault } = SourceText.decode(file, content);
  const leftOut = (what: string, found: readonly Finding[], mayHold: MayHold, start = 0): Unread =>
    ({ what: `${what} ${file}`, origin: source.origin(() => start), code: 'not-read', mayHold, findings: found });
  if (fault !== undefined) {
    const found = [source.finding(fault)];
    return { resources: [], findings: found, unread: [leftOut('the file', found, fault.code === POINTER ? ANYTHING : scanText(source.text))] };
  }
  const all = parse(source.text);
  const separated = separateTemplates(source.text, all);
  const parsed = separated?.others ?? all;
  const resources: Resource[] = [];
  const unread: Unread[] = [];
  const textsOf = (parts: readonly UnreadPart[]) => parts.map(({ start, end }) => source.text.slice(start, end));
  const mayHold = allOf(textsOf(parsed.unread).map(text => scanText(text)));
  // A folder may have files of other tools that are no YAML, such as a tsconfig.json with comments.
  const isForeign = !named && separated === undefined && parsed.unread.length > 0 && mayHoldNothing(mayHold) && !OBJECT_FIELD.test(source.text);
  const findings = parsed.faults.map(one => source.finding(isForeign ? { ...one, severity: 'warning' } : one));
  if (parsed.unread.length > 0 && !isForeign) {
    unread.push(leftOut(counted(parsed.unread, 'document'), findings.filter(({ severity }) => severity === 'error'), mayHold, parsed.unread[0].start));
  }
  if (separated !== undefined) {
    const { fault: template, templates } = separated;
    const found = source.finding(template);
    findings.unshift(found);
    const what = parsed.documents.length === 0 && parsed.unread.length === 0 ? 'the Helm template' : counted(templates, 'Helm template');
    const templatesMayHold = allOf(textsOf(templates).map(text => scanText(text, 'template')));
    unread.push({ ...leftOut(what, [found], templatesMayHold, template.offset), code: 'not-rendered' });
  }
  for (const document of parsed.documents) {
    const read = objectsOf(document.value, source.origin(path => document.locate(path)), named);
    const { refused, findings: twice } = duplicateFields(document, read.resources, source);
    for (const resource of read.resources) { resources.push(refused.has(resource) ? { ...resource, refusedFor: twice } : resource); }
    findings.push(...read.findings, ...twice);
    unread.push(...read.unread);
  }
  return { resources, findings, unread };
}

/** A field that an object of Kubernetes has. */
const OBJECT_FIELD = /(?:^|[\s{,])(["']?)(?:kind|apiVersion|metadata|spec|items|podSelector|policyTypes)\1\s*:/im;

/** `a document of`, `2 documents of`. */
function counted({ length }: readonly UnreadPart[], what: string): string {
  return length === 1 ? `a ${what} of` : `${length} ${what}s of`;
}

/** The maximum number of findings about fields of one document that are written twice. */
const MAX_DUPLICATES = 50;

/** The findings about fields that are written twice, and the objects that are refused for one. */
function duplicateFields({ duplicates }: ParsedDocument, resources: readonly Resource[], source: SourceText):
{ refused: Set<Resource>; findings: Finding[] } {
  const refused = new Set<Resource>();
  const findings: Finding[] = [];
  if (duplicates.length === 0) { return { refused, findings }; }
  // The places of objects are in the order of the text. The object that starts last before a field has it.
  const starts = resources.map(({ origin }) => source.offsetOf(origin.at()));
  let owner = 0;
  for (const one of [...duplicates].sort((a, b) => a.offset - b.offset)) {
    while (owner + 1 < starts.length && starts[owner + 1] <= one.offset) { owner++; }
    const counts = owner < resources.length && countsForNetwork(resources[owner].object);
    if (counts) { refused.add(resources[owner]); }
    if (findings.length < MAX_DUPLICATES) { findings.push(source.finding({ ...one, severity: counts ? 'error' : 'warning' })); }
  }
  return { refused, findings };
}

/** A large text without the word `kind` has no object. Parsing it would only take time, so it counts as one empty document. */
function parse(text: string): ParsedText {
  const mayHaveObjects = text.length <= 1_000_000 || /\bkind\b/.test(text);
  if (mayHaveObjects) { return parseManifests(text); }
  return { documents: [{ value: undefined, offset: 0, duplicates: [], locate: () => 0 }], faults: [], unread: [] };
}

/** A document that is not a Kubernetes object, such as a list of intents. */
export interface InputDocument {
  readonly value: unknown;
  readonly origin: Origin;
}

/**
 * Reads the documents of a file that has no Kubernetes objects, such as an intent file. A field that is written twice is an error. kubectl does
 * not read these files, so a value in brackets may start with a colon: `[0.0.0.0/0, ::/0]`.
 */
export function readDocuments(file: string, content: Buffer, format: 'yaml' | 'json'): { documents: InputDocument[]; findings: Finding[] } {
  const { source, fault } = SourceText.decode(file, content);
  if (fault !== undefined) { return { documents: [], findings: [source.finding(fault)] }; }
  const { documents, faults } = format === 'json' ? parseJson(source.text) : parseYaml(source.text, 0, true);
  return {
    documents: documents.filter(({ duplicates }) => duplicates.length === 0)
      .map(({ value, locate }) => ({ value, origin: source.origin(locate) })),
    findings: [...faults, ...documents.flatMap(({ duplicates }) => duplicates.slice(0, MAX_DUPLICATES))].map(one => source.finding(one)),
  };
}
