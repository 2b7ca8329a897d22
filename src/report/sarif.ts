import { FINDING_CODES, FindingCode, LINT_CODES } from '../findings/codes';
import { Finding, Fix, Place } from '../findings/finding';

const HOME = 'https://github.com/cdk8s-netpol/cdk8s-netpol';

/** Code hosts refuse a file of more than 10 MB. Results stop before it. */
const MAX_LENGTH = 8_000_000;

/** Code hosts show at most this many results of a file. */
const MAX_RESULTS = 5_000;

/** At most this many related places are beside a result. */
const MAX_RELATED = 20;

/**
 * Findings as SARIF 2.1.0, which code hosts show beside the lines: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. A file that would be too
 * large has the first results, and a notification says how many are missing.
 *
 * @param codes the codes that are rules of the file even if no finding has them
 */
export function* sarif(findings: readonly Finding[], codes: readonly FindingCode[]): Iterable<string> {
  const rules = [...new Set([...codes, ...findings.map(({ code }) => code)])].sort();
  const results: string[] = [];
  let length = 0;
  for (const one of findings.slice(0, MAX_RESULTS)) {
    const text = JSON.stringify(resultOf(one, rules));
    // The characters of a file are counted in bytes.
    length += Buffer.byteLength(text);
    if (length > MAX_LENGTH) { break; }
    results.push(text);
  }
  const missing = findings.length - results.length;
  const driver = { name: 'netpol', informationUri: HOME, rules: rules.map(ruleOf) };
  yield `{\n"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n"version": "2.1.0",\n"runs": [{\n"tool": ${JSON.stringify({ driver })},\n`;
  yield '"columnKind": "utf16CodeUnits",\n';
  if (missing > 0) {
    const message = { text: `${missing} more findings are not in this file, because code hosts refuse larger ones.` };
    yield `"invocations": ${JSON.stringify([{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning', message }] }])},\n`;
  }
  yield `"results": [${results.map(text => `\n${text}`).join()}${results.length === 0 ? '' : '\n'}]\n}]\n}\n`;
}

function ruleOf(id: FindingCode): object {
  const { title, fix, severity } = FINDING_CODES[id];
  return { id, shortDescription: { text: title }, help: { text: fix }, helpUri: `${HOME}/blob/main/docs/${pageOf(id)}`, defaultConfiguration: { level: severity } };
}

/** The page of a rule of lint, or else the one that has every code. */
function pageOf(id: FindingCode): string {
  return LINT_CODES.includes(id) ? `rules/${id}.md` : id.startsWith('NP19') ? 'lint.md#suppressions' : 'findings.md';
}

function resultOf({ code, severity, message, place, related = [], fix }: Finding, rules: readonly string[]): object {
  return {
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level: severity,
    message: { text: [message, ...fix === undefined ? [] : [`Fix: ${fix.text}`]].join('\n') },
    locations: location(place),
    relatedLocations: related.slice(0, MAX_RELATED).flatMap(({ message: text, place: at }) => location(at).map(l => ({ ...l, message: { text } }))),
    ...fixesOf(fix),
  };
}

/** A change of the file, if the fix is text to insert into one. */
function fixesOf(fix: Fix | undefined): object {
  if (fix?.edit === undefined) { return {}; }
  const { place: { line, column = 1 }, insert } = fix.edit;
  const [at] = location(fix.edit.place);
  if (at === undefined || line === undefined) { return {}; }
  const { artifactLocation } = at.physicalLocation;
  const deletedRegion = { startLine: line, startColumn: column, endLine: line, endColumn: column };
  const replacements = [{ deletedRegion, insertedContent: { text: insert } }];
  return { fixes: [{ description: { text: fix.text }, artifactChanges: [{ artifactLocation, replacements }] }] };
}

/** Standard input and constructs have no file that a code host could show. */
function location({ file, line, column }: Place): { physicalLocation: { artifactLocation: object } }[] {
  if (file === undefined || file === '-') { return []; }
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }];
}

/** A relative reference. The name of a file may have characters that mean something in one, such as `#`, or a colon, which would end a scheme. */
function uriOf(file: string): string {
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
