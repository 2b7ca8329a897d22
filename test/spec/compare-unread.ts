import { RandomUnread, UNREAD_PODS } from './arbitrary-unread';
import { answerOfReadings } from './readings';
import { readCluster } from '../../src/cluster/read-cluster';
import { EvaluationOptions } from '../../src/evaluator/private/evaluation';
import { Reachability } from '../../src/evaluator/reachability';
import { readText } from '../../src/manifests/read-text';
import { partyNamed, Party, withUnreadParties } from '../../src/query/parties';
import { answerQuestion, QuestionAnswer } from '../../src/query/questions';

/* The comparison of the answers about a text that netpol cannot read in full with those of its readings, for the promise and `npm run fuzz`. */

const CODES = ['not-read', 'defined-twice'];

/** Compares each answer of the product for a text with that of its readings. Returns a text about the first difference. */
export function differenceFromReadings({ text, readings, absent, mayBeUndecided }: RandomUnread, options?: EvaluationOptions): string | undefined {
  const { resources, unread } = readText({ file: 'a.yaml', content: text, named: true });
  const names = UNREAD_PODS.map(({ namespace, name }) => `${namespace}/${name}`);
  const reach = new Reachability(withUnreadParties(readCluster(resources, undefined, unread).cluster, names), options);
  const parties = names.map(name => partyNamed(reach, name) as Party);
  for (const [i, from] of parties.entries()) {
    for (const [j, to] of parties.entries()) {
      for (const port of i === j ? [] : [80, 8080, 9999]) {
        const { answer, reasons } = answerQuestion(reach, { from, to, port: { protocol: 'TCP', first: port, last: port } }) as QuestionAnswer;
        const specified = answerOfReadings(readings, UNREAD_PODS[i].name, UNREAD_PODS[j].name, 'TCP', port);
        // Nothing passes to a workload that may not be there.
        const mayBeAbsent = specified === 'yes' && [i, j].some(index => UNREAD_PODS[index].name === absent);
        const expected = mayBeAbsent ? 'undecided' : specified;
        const asked = `${from.name} → ${to.name} TCP ${port}`;
        if (answer !== expected && !(answer === 'undecided' && mayBeUndecided === true)) { return `${asked}: ${answer}, not ${expected}`; }
        if (answer === 'undecided' && !reasons.some(({ code }) => CODES.includes(code))) { return `${asked}: undecided without a reason`; }
      }
    }
  }
  return undefined;
}
