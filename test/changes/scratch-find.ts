import * as fc from 'fast-check';
import { planPair, tieredPair } from './plan-pairs';
import { objectsOf, planOf } from './planned';
import { writeFileSync } from 'fs';
const found: Record<string, { size: number; text: string; lines: string[]; count: number }> = {};
const seed = Number(process.argv[2]); const count = Number(process.argv[3]);
const show = (arb: any, tag: string, n: number) => {
for (const { old, now } of fc.sample(arb as fc.Arbitrary<any>, { numRuns: n, seed })) {
  const target = [...now.policies, ...now.clusterPolicies ?? []];
  const p = planOf([...objectsOf(now), ...old], [...objectsOf(now), ...target]);
  const kinds = [...new Set(p.steps.flatMap(({ purpose, isBridge }) => purpose === undefined ? [] : `${isBridge ? 'B ' : ''}${purpose.replace(/\(.*\)/, '(S)').replace(/(old|new) rules of .*/, '$1 rules').replace(/and the new.*/, '').replace(/what .*? /, 'what X ').replace(/free priority \d+/, 'free priority')}`))].sort().join('|');
  const key = `${tag} ${p.outcome} ${kinds}`;
  const text = JSON.stringify({ old, now });
  const known = found[key];
  const c = (known?.count ?? 0) + 1;
  if (known === undefined || text.length < known.size) { found[key] = { size: text.length, text, lines: p.steps.map(s => `${s.operation} ${s.name} ${s.purpose ?? ''}`), count: c }; } else { known.count = c; }
}
};
show(planPair, 'N', count); show(tieredPair, 'T', Math.ceil(count / 20));
writeFileSync(`/tmp/mp-found-${seed}.json`, JSON.stringify(found, null, 1));
