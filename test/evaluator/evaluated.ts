import { EVERYTHING, NOTHING, RowRef } from '../../src/evaluator/private/bit-rows';
import { Direction, CompiledPolicies } from '../../src/evaluator/private/compiled-policies';
import { evaluate, Evaluation, EvaluationOptions, NO_POLICIES } from '../../src/evaluator/private/evaluation';
import { labelled, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/** A cluster, evaluated, for tests that ask one part of the evaluation about workloads with one pod each. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** The class of `namespace/workload` within its namespace. */
  own(name: string): number;
  /** Its place on the line of endpoints. */
  place(name: string): number;
  /** The workloads, by name, whose bit is in a window of words on the line. */
  within(firstWord: number, words: number, row: RowRef): string[];
  /** The workloads whose bit is in a row as long as the line. */
  inLine(row: Uint32Array): string[];
  /** The workloads of a namespace that a row of its segment holds. */
  named(namespace: string, row: RowRef): string[];
  /** The policies of a namespace in one direction, in layers. */
  layers(namespace: string, direction?: Direction): CompiledPolicies;
}

export function evaluated(objects: readonly object[], options: EvaluationOptions = {}): Evaluated {
  const evaluation = evaluate(clusterOfObjects(objects), options);
  const { cluster: { workloads }, namespaces: segments, numbers, bits, policies } = evaluation;
  const workload = (name: string) => workloads.find(w => `${w.namespace}/${w.name}` === name)!;
  const placed = (namespace: string) => segments[numbers.get(namespace)!];
  const own = (name: string) => placed(workload(name).namespace).index.classOf(workload(name).pods[0])!;
  const place = (name: string) => placed(workload(name).namespace).firstWord * 32 + own(name);
  const names = workloads.map(w => `${w.namespace}/${w.name}`);
  const within = (firstWord: number, words: number, row: RowRef) => names.filter(name => {
    const bit = place(name) - firstWord * 32;
    return bit >= 0 && bit < words * 32 && row !== NOTHING && (row === EVERYTHING || bits.has(row, bit));
  }).sort();
  return {
    evaluation,
    own,
    place,
    within,
    inLine: row => names.filter(name => Math.floor(row[Math.floor(place(name) / 32)] / 2 ** (place(name) % 32)) % 2 === 1),
    named: (namespace, row) => within(placed(namespace).firstWord, placed(namespace).index.words, row).filter(name => name.startsWith(`${namespace}/`)),
    layers: (namespace, direction = 'ingress') => new CompiledPolicies(placed(namespace), policies.get(namespace) ?? NO_POLICIES, direction, evaluation),
  };
}

/** Tells pods apart by each of these values of `app`, and is of no namespace that has pods. */
export function mentionApps(...apps: string[]): object {
  return policy('elsewhere/mention', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: apps }] } });
}

/** `namespace/name` for the pods with the label `app: name`. */
export function policyOf(name: string, app: string | undefined, spec: object): object {
  return policy(name, { podSelector: app === undefined ? {} : labelled({ app }), ...spec });
}
