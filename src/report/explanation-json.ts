import { snippetOf } from './snippet';
import { Explanation, SideExplanation } from '../analysis/explanation';
import { formatPortQuestion } from '../analysis/port-question';
import { Policy, policyName, Rule } from '../cluster/cluster';
import { formatPath, Place } from '../cluster/origin';

/** An explanation as plain data for a program. */
export function explanationJson({ passage, port, allowed, egress, ingress }: Explanation): object {
  return {
    allowed,
    from: passage.source.name,
    to: passage.destination.name,
    ...(port === undefined ? {} : { port: formatPortQuestion(port) }),
    connections: passage.connections.toString(),
    ...(passage.loopback ? { loopback: true } : {}),
    egress: sideJson(egress, passage.egress.toString()),
    ingress: sideJson(ingress, passage.ingress.toString()),
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

function sideJson(side: SideExplanation, connections: string): object {
  const mend = side.mend && snippetOf(side.mend);
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
