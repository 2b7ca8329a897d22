import { FINDING_CODES, FindingCode } from '../findings/codes';
import { Finding, Place } from '../findings/finding';

/**
 * Findings as SARIF 2.1.0, which code hosts show beside the lines: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @param codes every code that the findings can have, each of which becomes a rule
 */
export function* sarif(findings: readonly Finding[], codes: readonly FindingCode[]): Iterable<string> {
  yield `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'netpol',
          informationUri: 'https://github.com/cdk8s-netpol/cdk8s-netpol',
          rules: codes.map(id => ({ id, shortDescription: { text: FINDING_CODES[id].title }, help: { text: FINDING_CODES[id].fix } })),
        },
      },
      results: findings.map(({ code, severity, message, place, related = [], fix }) => ({
        ruleId: code,
        level: severity,
        message: { text: [message, ...fix === undefined ? [] : [`Fix: ${fix.text}`]].join('\n') },
        locations: location(place),
        relatedLocations: related.flatMap(({ message: text, place: at }) => location(at).map(l => ({ ...l, message: { text } }))),
      })),
    }],
  }, undefined, 2)}\n`;
}

/** Standard input and constructs have no file that a code host could show. */
function location({ file, line, column }: Place): { physicalLocation: object }[] {
  if (file === undefined || file === '-') { return []; }
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return [{ physicalLocation: { artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) }, ...region } }];
}
