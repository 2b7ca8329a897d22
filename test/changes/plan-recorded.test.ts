import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { momentsOf, objectsOf, planOf } from './planned';
import { Plan } from '../../src/changes/plan';
import { ClaimCluster } from '../spec/claims';
import { planFaults } from '../spec/plan';

/*
 * Random changes that need something different each, and the plans for them: no step too many, and none missing. A change of the search that makes one of them
 * worse is noticed here. Where it makes them better, RECORD=1 records them anew, after the specification has judged every state.
 */

const FILE = path.join(__dirname, 'recorded-plans.json');

interface Recorded { old: any[]; now: ClaimCluster; smooth: string[]; open?: string[]; closed?: string[] }

const all = JSON.parse(readFileSync(FILE, 'utf8')) as Recorded[];

function linesOf({ steps, obstacles }: Plan): string[] {
  return [
    ...steps.map(({ operation, name, purpose, obstacle }) => [operation, name, purpose, obstacle?.kind].filter(part => part !== undefined).join(', ')),
    ...obstacles.map(({ step, kind }) => `${step} is left: ${kind}`),
  ];
}

function plansOf({ old, now }: Recorded): { smooth: Plan; open?: Plan; closed?: Plan } {
  const [before, after] = [[...objectsOf(now), ...old], [...objectsOf(now), ...now.policies, ...now.clusterPolicies ?? []]];
  const smooth = planOf(before, after);
  return smooth.outcome === 'smooth' ? { smooth } : { smooth, open: planOf(before, after, 'open'), closed: planOf(before, after, 'closed') };
}

function judge({ old, now }: Recorded, plan: Plan, kinds: readonly string[]): void {
  const split = (objects: any[]) => ({
    policies: objects.filter(({ kind }) => kind === 'NetworkPolicy'),
    ...now.clusterPolicies && { clusterPolicies: objects.filter(({ kind }) => kind !== 'NetworkPolicy') },
  });
  expect(planFaults(now, split(old), momentsOf(old, plan).map(split)).filter(({ kind }) => !kinds.includes(kind))).toEqual([]);
}

test.each(all.map((one, i) => [i, one] as const))('the plan for change %i is the one that was recorded', (_, one) => {
  const { smooth, open, closed } = plansOf(one);
  if (process.env.RECORD === undefined) {
    const found = { smooth: linesOf(smooth), open: open && linesOf(open), closed: closed && linesOf(closed) };
    expect(found).toEqual({ smooth: one.smooth, open: one.open, closed: one.closed });
    return;
  }
  judge(one, smooth, []);
  Object.assign(one, { smooth: linesOf(smooth) });
  if (open !== undefined && closed !== undefined) {
    judge(one, open, ['opened']);
    judge(one, closed, ['cut']);
    Object.assign(one, { open: linesOf(open), closed: linesOf(closed) });
  }
  writeFileSync(FILE, `[\n${all.map(recorded => JSON.stringify(recorded)).join(',\n')}\n]\n`);
});
