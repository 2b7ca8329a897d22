import { snippetOf } from './snippet';
import { unresolvedPort } from './unresolved-port';
import { Explanation, SideExplanation } from '../analysis/explanation';
import { formatPortQuestion } from '../analysis/port-question';
import { Policy, policyName, Rule } from '../cluster/cluster';
import { formatPath, Place } from '../cluster/origin';

/** An explanation as plain data for a program. */
export function explanationJson(explanation: Explanation): object {
  const { passage, port, allowed, egress, ingress } = explanation;
  const unresolved = unresolvedPort(explanation);
  return {
    allowed,
    from: passage.source.name,
    to: passage.destination.name,
    ...(port === undefined ? {} : { port: formatPortQuestion(port) }),
    connections: passage.connections.toString(),
    ...(passage.loopback ? { loopback: true } : {}),
    ...(unresolved === undefined ? {} : { unresolvedPort: unresolved }),
    egress: sideJson(egress, passage.egress.toString(), unresolved === undefined),
    ingress: sideJson(ingress, passage.ingress.toString(), unresolved === undefined),
  };
}

/** A place as a program reads it. */
export function placeJson({ file, line, column, constructPath }: Place): object {
  return constructPath !== undefined ? { constructPath } : { file, line, column };
}

/** A rule, and where it is written. */
export function ruleJson(policy: Policy, { path }: Pick<Rule, 'path'>): object {
  return { policy: policyName(policy), path: formatPath(path), ...placeJson(policy.origin.at(path)) };
}

function sideJson(side: SideExplanation, connections: string, mendable: boolean): object {
  const mend = mendable && side.mend ? snippetOf(side.mend) : undefined;
  return {
    allowed: side.passes,
    connections,
    isolatedBy: side.isolatedBy.map(policy => ({ policy: policyName(policy), ...placeJson(policy.origin.at()) })),
    allowedBy: side.allowedBy.map(({ policy, rule, connections: given }) => ({ ...ruleJson(policy, rule), connections: given.toString() })),
    nearMisses: side.nearMisses.map(({ policy, rule, why }) => ({ ...ruleJson(policy, rule), why })),
    ...(mend === undefined ? {} : {
      mend: { instruction: mend.instruction, ...(mend.place === undefined ? {} : placeJson(mend.place)), yaml: mend.yaml },
    }),
  };
}
