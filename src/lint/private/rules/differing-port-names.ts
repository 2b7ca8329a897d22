import { workloadName } from '../../../cluster/cluster';
import { enumerate } from '../../../findings/enumeration';
import { finding, Finding, Place } from '../../../findings/finding';
import { formatPortQuery, PortQuery } from '../../../query/ports';
import { LintRule, PortUse } from '../../lint-input';
import { placeOfPort, portUses } from '../port-uses';

/**
 * A port name has different numbers in the pods that a rule means. A policy for every pod of a namespace means whatever each pod calls by the name, as
 * for `metrics`, so that is no finding.
 */
export const differingPortNames: LintRule = input => {
  const found = new Map<string, { readonly one: Finding; readonly others: Place[] }>();
  for (const use of portUses(input)) {
    if (use.rule === undefined || (use.rule.direction === 'ingress' && use.rule.policy.subject.isEverything)) { continue; }
    use.ports.forEach((port, at) => {
      const one = 'name' in port ? findingFor(use, port, at) : undefined;
      if (one === undefined) { return; }
      const key = JSON.stringify([formatPortQuery(port), use.destinations.map(({ workload }) => workloadName(workload)).sort()]);
      const known = found.get(key);
      if (known === undefined) { found.set(key, { one, others: [] }); } else { known.others.push(one.place); }
    });
  }
  return [...found.values()].map(({ one, others }) => ({ ...one, related: others.map(place => ({ message: 'also named here', place })) }));
};

type NamedPort = Extract<PortQuery, { name: string }>;

function findingFor(use: PortUse, port: NamedPort, at: number): Finding | undefined {
  const { name, destinations, rule } = use;
  const workloadsOf = new Map<number, Set<string>>();
  for (const { workload, pods } of destinations) {
    for (const pod of pods) {
      const numbers = [...new Set(pod.ports.filter(own => own.name === port.name && own.protocol === port.protocol).map(own => own.port))];
      if (numbers.length > 1) {
        return finding('NP113', placeOfPort(use, at), `${name} names ${formatPortQuery(port)}, which two containers of ${workloadName(workload)} have: ${enumerate(numbers.map(String))}`, {
          about: rule!.policy, severity: 'warning', fix: 'give the ports of the containers different names, or write the number that you mean',
        });
      }
      for (const number of numbers) { workloadsOf.set(number, (workloadsOf.get(number) ?? new Set()).add(workloadName(workload))); }
    }
  }
  if (workloadsOf.size < 2) { return undefined; }
  const texts = [...workloadsOf].map(([number, names]) => `${number} in ${enumerate([...names], 3)}`);
  return finding('NP113', placeOfPort(use, at), `${name} names ${formatPortQuery(port)}, which is ${enumerate(texts, 4)}; the rule opens each of them for its pods`, {
    about: rule!.policy, fix: 'write the number if only one of them is meant',
  });
}
