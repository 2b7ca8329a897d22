import { FINDING_CODES } from '../../src/findings/codes';

const GROUPS: readonly (readonly [prefix: string, title: string, about: string])[] = [
  ['NP0', 'Input that netpol cannot read or that the API server refuses', 'NP020 to NP026 follow the types of the field errors of the API server.'],
  ['NP1', 'Lint', 'The input is valid, but is probably not what its author meant. `app.synth()` looks for these: see [a cdk8s app](guides/cdk8s-app.md#findings).'],
  ['NP2', 'Claims', 'A claim that does not hold, or an intent that cannot be judged.'],
  ['NP3', 'What is undecided or assumed', 'netpol leaves something out of its answer, or the answer depends on something that the input does not state.'],
  ['NP4', 'Changes', 'What `netpol diff -o sarif` reports at the lines that cause it.'],
];

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** docs/findings.md, which is made from src/findings/codes.ts. */
export function findingsPage(): string {
  const sections = GROUPS.flatMap(([prefix, title, about]) => [
    `## ${prefix}xx: ${title}`, '', about, '', '| code | severity | meaning | fix |', '|---|---|---|---|',
    ...Object.entries(FINDING_CODES).filter(([code]) => code.startsWith(prefix)).map(([code, entry]) => `| ${code} | ${entry.severity} | ${cell(entry.title)} | ${cell(entry.fix)} |`),
    '',
  ]);
  return [
    '# Findings', '',
    'netpol prints a finding on one line: its place, its severity, its code, what is wrong, and the fix.', '',
    '```text',
    "k8s/db.yaml:12:5: error NP026: NetworkPolicy shop/db: spec.ingress: must be a list, not an object; start each item with '- '",
    '```', '',
    'A code never changes its meaning. An error is a fault in the input or a claim that does not hold. A warning says that the answers may not',
    'be what you expect. A note states an assumption.', '',
    'This page is made from `src/findings/codes.ts`, and `test/findings/codes.test.ts` compares them. After a change of the codes, run',
    '`npx ts-node -T test/findings/write-page.ts`.', '',
    ...sections,
  ].join('\n').replace(/\n+$/, '\n');
}
