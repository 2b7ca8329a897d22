import { fieldReference, policyReference, Reference, ruleReference } from './references';
import { IntentVerdict, verdictDetails } from './verdict-text';
import { Claim, Witness, formatClaim } from '../claims/claim';
import { Reachability } from '../evaluator/reachability';
import { Place } from '../findings/finding';
import { explain } from '../query/explanation';

/** What each kind of intent says; a rule of SARIF each. */
const RULES: Readonly<Record<Claim['kind'], string>> = {
  allowed: 'A connection that is meant to be allowed is blocked',
  denied: 'A connection that is meant to be denied is allowed',
  only: 'Something else than those named can connect to a workload',
  onlyTo: 'A workload can connect to something else than those named',
};

/** SARIF 2.1.0, which code hosts show beside the lines: a result for each intent that does not hold. */
export function* intentsSarif(reach: Reachability, intents: readonly IntentVerdict[]): Iterable<string> {
  const failed = intents.filter(({ verdict: judgement }) => !judgement.holds);
  yield `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'netpol',
          informationUri: 'https://github.com/cdk8s-netpol/cdk8s-netpol',
          rules: Object.entries(RULES).map(([kind, text]) => ({ id: ruleId(kind), shortDescription: { text } })),
        },
      },
      results: failed.map(({ verdict: judgement, place }) => {
        const related = referencesOf(reach, judgement.witness!);
        return {
          ruleId: ruleId(judgement.claim.kind),
          level: 'error',
          message: { text: [formatClaim(judgement.claim), ...verdictDetails(reach, judgement)].join('\n') },
          locations: location(place),
          relatedLocations: related.flatMap(({ name, place: at }) =>
            location(at).map(l => ({ ...l, message: { text: name } }))),
        };
      }),
    }],
  }, undefined, 2)}\n`;
}

function ruleId(kind: string): string {
  return `intent-${kind}`;
}

/** The policies and rules that decide. */
function referencesOf(reach: Reachability, counterexample: Witness): Reference[] {
  if (counterexample.kind === 'intrusion') {
    const { by } = counterexample.intrusion;
    return by === undefined ? [] : [fieldReference(by.policy, (by.clause ?? by.rule).path)];
  }
  const wanted = counterexample.kind === 'passes';
  const { egress, ingress } = explain(reach, counterexample.passage, wanted ? undefined : counterexample.port);
  return [egress, ingress].filter(side => side.passes === wanted).flatMap(side => wanted
    ? side.allowedBy.map(({ policy, rule }) => ruleReference(policy, rule))
    : [...side.isolatedBy.map(policyReference), ...side.nearMisses.map(({ policy, rule }) => ruleReference(policy, rule))]);
}

/** Standard input and constructs have no file that a code host could show. */
function location({ file, line, column }: Place): { physicalLocation: object }[] {
  if (file === undefined || file === '-') { return []; }
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return [{ physicalLocation: { artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) }, ...region } }];
}
