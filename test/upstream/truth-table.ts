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

/** The scenarios as the README lists them, one line each. */
export function listOf(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(({ name, suite = 'Netpol', states }, i) => {
    const cells = states.map(state => truthTable(state).flat().filter(Boolean).length);
    return `| ${i + 1} | ${suite}: ${name} | ${[...new Set(states.map(({ on }) => on))].join(', ')} | ${cells.join(', ')} |`;
  });
  return `| # | scenario, by its upstream name | tried on | of 81 cells allowed, state by state |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** The text of docs/upstream-table.md. */
export function pageOf(scenarios: readonly Scenario[]): string {
  const rows = scenarios.flatMap(({ name, suite = 'Netpol', states }, i) => states.map((state, j) => {
    const denied = truthTable(state).flat().filter(reaches => !reaches).length;
    return `| ${states.length === 1 ? i + 1 : `${i + 1}.${j + 1}`} | ${suite} | ${name} | ${state.on} | ${81 - denied} | ${denied} |`;
  }));
  return `# The upstream test table

The scenarios of the Kubernetes end-to-end suite for NetworkPolicy (\`test/e2e/network/netpol\`), by their upstream names: three
namespaces with three pods each, and in each state of each test a table of 81 cells that says who reaches whom. They are
written as data in \`test/upstream/scenarios.ts\`, and the evaluator gives every cell of every table
(\`test/upstream/upstream.test.ts\`). This page is checked by that test, and written, with the README's list, by \`npx ts-node -T test/upstream/write-page.ts\`.

${scenarios.length} scenarios, ${rows.length} states, ${rows.length * 81} cells.

| # | suite | scenario | tried on | allowed | denied |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
