import { Mistake, terminalOf } from './mistake';
import { MISTAKES } from './mistakes';

/** docs/mistakes.md, which is made from the files in this folder. The messages are real: each mistake is made. */
export async function mistakesPage(): Promise<string> {
  const sections: string[] = [];
  for (const [heading, mistakes] of MISTAKES) {
    sections.push(`## ${heading}`, '', '| mistake | what you see | what to do |', '|---|---|---|', ...mistakes.map(rowOf), '');
    for (const mistake of mistakes) { sections.push(await detailsOf(mistake)); }
  }
  return [
    '# Mistakes, and what you see', '',
    'A test makes each mistake on this page, and the messages are the real ones. A message that begins with `netpol:` is a warning of `app.synth()`.',
    '`SynthFindings.of(app).strict()` makes it an error. [findings.md](findings.md) has all codes, such as NP101.', '',
    'The programs run in an app with a `chart` for namespace `shop`. `deploy(name, port)` makes a Deployment whose pods have the label `app: name` and a',
    'container port with the name `http`. `expose(name, port, targetPort)` makes a Service for them, and `policy(name, spec)` a NetworkPolicy.', '',
    'This page is made from `test/mistakes/`, and `test/mistakes/mistakes.test.ts` compares them. After a change of a message, run',
    '`npx ts-node --transpile-only -P tsconfig.dev.json test/mistakes/write-page.ts`.', '',
    ...sections,
  ].join('\n').replace(/\n+$/, '\n');
}

/** A row of the table at the beginning of a section, which leads to the details. */
function rowOf({ mistake, sees, todo }: Mistake): string {
  return `| [${cell(mistake)}](#${anchorOf(mistake)}) | ${cell(sees.includes('`') ? sees : `\`${sees}\``)} | ${cell(todo)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

async function detailsOf(mistake: Mistake): Promise<string> {
  return [
    `### ${mistake.mistake.replace(/\.$/, '')}`, '',
    ...'program' in mistake ? fenced('ts', withoutIndent(mistake.program)) : [
      ...Object.entries(mistake.files).flatMap(([name, text]) => fenced('yaml', `# ${name}\n${text.trimEnd()}`)),
      ...fenced('console', `$ netpol ${mistake.command}`),
    ],
    ...fenced('text', await terminalOf(mistake)),
  ].join('\n');
}

function fenced(language: string, text: string): string[] {
  return [`\`\`\`${language}`, text, '```', ''];
}

/** The program without the indentation that it has in its file. */
function withoutIndent(program: string): string {
  return program.split('\n').slice(1).map(line => line.replace(/^ {6}/, '')).join('\n');
}
