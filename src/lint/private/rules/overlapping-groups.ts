import { Workload, workloadName } from '../../../cluster/cluster';
import { finding, Finding } from '../../../findings/finding';
import { LintRule, NamedGroup } from '../../lint-input';
import { SelectedPods } from '../selected-pods';

/**
 * Two groups have the same pods, which therefore have the connections of both. A group of a whole namespace has the pods of all others on purpose, and
 * so have two groups of one workload.
 */
export const overlappingGroups: LintRule = ({ cluster, groups = [] }) => {
  const selected = SelectedPods.of(cluster);
  const groupsOf = new Map<Workload, NamedGroup[]>();
  const pairs = new Map<NamedGroup, Map<NamedGroup, Workload[]>>();
  for (const group of groups) {
    if (group.selector.isEverything) { continue; }
    for (const { workload } of selected.inNamespace(group.namespace, group.selector)) {
      const others = groupsOf.get(workload) ?? [];
      for (const other of others) {
        if (group.workload !== undefined && group.workload === other.workload) { continue; }
        const ofGroup = pairs.get(group) ?? new Map<NamedGroup, Workload[]>();
        pairs.set(group, ofGroup.set(other, [...ofGroup.get(other) ?? [], workload]));
      }
      groupsOf.set(workload, [...others, group]);
    }
  }
  return [...pairs].flatMap(([group, others]) => [...others].map(([other, shared]) => overlap(group, other, shared)));
};

function overlap({ place }: NamedGroup, other: NamedGroup, [workload, ...further]: readonly Workload[]): Finding {
  const also = further.length === 0 ? '' : ` (and ${further.length} more)`;
  return finding('NP102', place, `the pods of ${workloadName(workload)}${also} are also in another tier, so they have the connections of both`, {
    about: workload, related: [{ message: 'the other tier', place: other.place }], fix: 'select by labels that only the pods of this tier have',
  });
}
