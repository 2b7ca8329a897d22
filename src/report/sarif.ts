import { Finding, Place } from '../findings/finding';

/**
 * Findings as SARIF 2.1.0, which code hosts show beside the lines: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @param rules what each code means
 */
export function* sarif(findings: readonly Finding[], rules: Readonly<Record<string, string>>): Iterable<string> {
  yield `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'netpol',
          informationUri: 'https://github.com/cdk8s-netpol/cdk8s-netpol',
          rules: Object.entries(rules).map(([id, text]) => ({ id, shortDescription: { text } })),
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
