import { Scenario, State } from './scenarios';
import { namespace, pod } from '../support/cluster-objects';

const NAMESPACES = ['x', 'y', 'z'];
const PODS = ['a', 'b', 'c'];

/** The nine pods, in the order of the rows and columns of the tables. */
export const NINE = NAMESPACES.flatMap(space => PODS.map(name => `${space}/${name}`));

/** The objects of a state. */
export function objectsOf({ podLabels = {}, namespaceLabels = {}, policies }: State): object[] {
  return [
    ...NAMESPACES.map(name => namespace(name, namespaceLabels[name])),
    ...NINE.map(name => pod(name, { pod: name.slice(2), ...podLabels[name] }, {
      ips: [`192.168.${NAMESPACES.indexOf(name[0]) + 1}.${PODS.indexOf(name[2]) + 10}`],
      ports: [80, 81].flatMap(containerPort => ['TCP', 'UDP', 'SCTP'].map(protocol => ({
        containerPort, protocol, name: `serve-${containerPort}-${protocol.toLowerCase()}`,
      }))),
    })),
    ...policies,
  ];
}

/** Whether each pod reaches each other pod in this state: 81 cells. */
export function truthTable({ truth }: State): boolean[][] {
  const lines = truth.map(line => {
    const match = /^(\S+ )?->( \S+)? (yes|no)$/.exec(line);
    if (match === null) { throw new Error(`not a line of a truth table: ${line}`); }
    return { from: match[1]?.trim(), to: match[2]?.trim(), reaches: match[3] === 'yes' };
  });
  return NINE.map(from => NINE.map(to => {
    const last = lines.filter(line => isMeant(line.from, from) && isMeant(line.to, to)).pop();
    return from === to || last === undefined || last.reaches;
  }));
}

function isMeant(pattern: string | undefined, name: string): boolean {
  return pattern === undefined || pattern === name || (pattern.endsWith('*') && pattern[0] === name[0]);
}

/** The text of docs/upstream-table.md. */
export function pageOf(scenarios: readonly Scenario[]): string {
  const rows = scenarios.flatMap(({ name, suite = 'Netpol', states }, i) => states.map((state, j) => {
    const denied = truthTable(state).flat().filter(reaches => !reaches).length;
    return `| ${states.length === 1 ? i + 1 : `${i + 1}.${j + 1}`} | ${suite} | ${name} | ${state.on} | ${81 - denied} | ${denied} |`;
  }));
  return `# The upstream test table

This table has the scenarios of the Kubernetes end-to-end suite for NetworkPolicy (\`test/e2e/network/netpol\`), under their upstream names. Each
scenario has three namespaces with three pods each. Each state of a scenario has 81 cells, one for each pair of pods, with the answer "allowed" or
"denied". The scenarios are data in \`test/upstream/scenarios.ts\`. The evaluator gives the right answer for every cell, and
\`test/upstream/upstream.test.ts\` checks this. \`npx ts-node -T test/upstream/write-page.ts\` writes this page.

${scenarios.length} scenarios, ${rows.length} states, ${rows.length * 81} cells.

| # | suite | scenario | port | allowed cells | denied cells |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
