import { explanationJson, placeJson, ruleJson } from './explanation-json';
import { JudgedIntent } from './judged-intent';
import { judgementDetails } from './judgement-text';
import { Counterexample, formatClaim } from '../analysis/claim';
import { explain } from '../analysis/explanation';
import { Intrusion } from '../analysis/only';
import { formatRange } from '../api/address';
import { Reachability } from '../reach/reachability';

/** One object a line, in the order of the file: does it hold, and if not, why. */
export function* intentsJson(reach: Reachability, intents: readonly JudgedIntent[]): Iterable<string> {
  let before = '[\n  ';
  for (const { judgement, place, description } of intents) {
    yield before + JSON.stringify({
      holds: judgement.holds,
      kind: judgement.claim.kind,
      intent: formatClaim(judgement.claim),
      ...(description === undefined ? {} : { description }),
      ...placeJson(place),
      ...(judgement.counterexample === undefined ? {} : {
        message: judgementDetails(reach, judgement).join('\n'),
        ...counterexampleJson(reach, judgement.counterexample),
      }),
    });
    before = ',\n  ';
  }
  yield '\n]\n';
}

function counterexampleJson(reach: Reachability, counterexample: Counterexample): object {
  switch (counterexample.kind) {
    case 'blocked': return { explanation: explanationJson(explain(reach, counterexample.passage, counterexample.port)) };
    case 'passes': return {
      connections: counterexample.connections.toString(),
      explanation: explanationJson(explain(reach, counterexample.passage)),
    };
    case 'intrusion': return { intrusion: intrusionJson(counterexample.intrusion) };
  }
}

function intrusionJson({ subject, direction, by, stranger }: Intrusion): object {
  return {
    subject: subject.name,
    direction,
    ...(by === undefined ? {} : { by: ruleJson(by.policy, by.clause ?? by.rule) }),
    ...(stranger === undefined ? {} : { stranger: stranger.kind === 'address' ? { addresses: formatRange(stranger.range) } : strangerJson(stranger) }),
  };
}

function strangerJson({ namespace, namespaceLabels, labels }: { namespace: string; namespaceLabels: object; labels: object }): object {
  return { namespace, namespaceLabels, labels };
}
