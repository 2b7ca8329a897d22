import { isLabelOpen, Namespace } from '../../cluster/cluster';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Requirement, Selector } from '../../k8s/selector';

/* Sets of pods that could exist, by their labels and those of their namespaces. */

/** The pods that two selectors select. */
export interface PodSelectors {
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** The pods that two selectors select, except those that others select. */
export interface PeerRegion extends PodSelectors {
  readonly except: readonly PodSelectors[];
}

/** The operations on regions. What is known about namespaces leaves out what no pod can be. */
export class PeerRegions {
  public static readonly EVERYTHING: PeerRegion = { namespaces: Selector.everything, pods: Selector.everything, except: [] };

  /** Equal for regions with the same selectors. */
  public static key({ namespaces, pods, except }: PeerRegion): string {
    return [{ namespaces, pods }, ...except].map(one => `${one.namespaces.id} ${one.pods.id}`).join(' \\ ');
  }

  constructor(private readonly namespaces: ReadonlyMap<string, Namespace>) {}

  /** The pods that are in both regions; undefined if there can be none. */
  public intersect(a: PeerRegion, b: PeerRegion): PeerRegion | undefined {
    return this.region(both(a, b), [...a.except, ...b.except]);
  }

  /** The pods that are in the first region, and not in the second one. The parts may overlap. */
  public subtract(a: PeerRegion, b: PeerRegion): PeerRegion[] {
    const outside = this.region(a, [...a.except, b]);
    const inHoles = b.except.map(hole => this.intersect(a, { ...hole, except: [] }));
    return [outside, ...inHoles].filter(region => region !== undefined);
  }

  /** The same region with fewer exceptions: one that is a single requirement becomes its opposite. */
  public folded(region: PeerRegion): PeerRegion {
    const { namespaces, pods, except } = region;
    for (const hole of except) {
      const ofNamespaces = hole.namespaces.requirements.filter(one => !followsFrom(namespaces, one));
      const ofPods = hole.pods.requirements.filter(one => !followsFrom(pods, one));
      if (ofNamespaces.length + ofPods.length !== 1) { continue; }
      const own = both(region, { namespaces: Selector.of(ofNamespaces.map(opposite)), pods: Selector.of(ofPods.map(opposite)) });
      return this.folded(this.region(own, except.filter(other => other !== hole))!);
    }
    return region;
  }

  private region(own: PodSelectors, holes: readonly PodSelectors[]): PeerRegion | undefined {
    if (!this.isPossible(own)) { return undefined; }
    const except: PodSelectors[] = [];
    for (const { namespaces, pods } of holes) {
      if (this.implies(own, { namespaces, pods })) { return undefined; }
      if (!this.isPossible(both(own, { namespaces, pods })) || except.some(other => this.implies({ namespaces, pods }, other))) { continue; }
      except.splice(0, Infinity, ...except.filter(other => !this.implies(other, { namespaces, pods })), { namespaces, pods });
    }
    const byId = except.map(one => ({ one, id: `${one.namespaces.id} ${one.pods.id}` })).sort((a, b) => a.id < b.id ? -1 : 1);
    return { namespaces: own.namespaces, pods: own.pods, except: byId.map(({ one }) => one) };
  }

  /** True if there can be a pod that the selectors select. */
  private isPossible({ namespaces, pods }: PodSelectors): boolean {
    return isSatisfiable(namespaces) && isSatisfiable(pods) && this.namesOf(namespaces)?.length !== 0;
  }

  /** True if every pod that the first selectors select is selected by the second ones. */
  private implies(a: PodSelectors, b: PodSelectors): boolean {
    return selectorImplies(a.pods, b.pods) && (selectorImplies(a.namespaces, b.namespaces)
      || this.namesOf(a.namespaces)?.every(name => this.surelyHas(name, b.namespaces)) === true);
  }

  /** The names of the namespaces that a selector may select; undefined if it does not name them. */
  private namesOf(selector: Selector): string[] | undefined {
    const named = selector.requirements.find(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In');
    return named?.values.filter(name => selector.couldMatch(this.labelsOf(name), key => this.isKnown(name, key)));
  }

  private surelyHas(name: string, selector: Selector): boolean {
    return selector.surelyMatches(this.labelsOf(name), key => this.isKnown(name, key));
  }

  private labelsOf(name: string) { return { ...this.namespaces.get(name)?.labels, [NAMESPACE_NAME_LABEL]: name }; }

  private isKnown(name: string, key: string): boolean {
    const namespace = this.namespaces.get(name);
    return key === NAMESPACE_NAME_LABEL || (namespace !== undefined && !isLabelOpen(namespace, key));
  }
}

function both(a: PodSelectors, b: PodSelectors): PodSelectors {
  return { namespaces: conjunction(a.namespaces, b.namespaces), pods: conjunction(a.pods, b.pods) };
}

/** What both selectors select, without requirements that follow from others. */
function conjunction(a: Selector, b: Selector): Selector {
  const all = Selector.of([...a.requirements, ...b.requirements]).requirements;
  const isNeeded = (one: Requirement, i: number) =>
    !all.some((other, j) => i !== j && requirementImplies(other, one) && (j < i || !requirementImplies(one, other)));
  return Selector.of(all.filter(isNeeded));
}

function isSatisfiable(selector: Selector): boolean {
  return selector.couldMatch({}, () => false);
}

function selectorImplies(a: Selector, b: Selector): boolean {
  return b.requirements.every(one => followsFrom(a, one));
}

function followsFrom(selector: Selector, requirement: Requirement): boolean {
  return selector.requirements.some(other => requirementImplies(other, requirement));
}

const OPPOSITES = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;

function opposite({ key, operator, values }: Requirement): Requirement {
  return { key, operator: OPPOSITES[operator], values };
}

/** True if each label that meets the first requirement meets the second one. */
function requirementImplies(a: Requirement, b: Requirement): boolean {
  if (a.key !== b.key) { return false; }
  switch (b.operator) {
    case 'In': return a.operator === 'In' && a.values.every(value => b.values.includes(value));
    case 'Exists': return a.operator === 'In' || a.operator === 'Exists';
    case 'DoesNotExist': return a.operator === 'DoesNotExist';
    case 'NotIn': return a.operator === 'DoesNotExist' || (a.operator === 'In' && !a.values.some(value => b.values.includes(value)))
      || (a.operator === 'NotIn' && b.values.every(value => a.values.includes(value)));
  }
}
