import { Bitset } from './bitset';
import { EndpointClasses } from './endpoint-classes';
import { Cluster } from '../cluster/cluster';
import { Requirement, Selector } from '../cluster/selector';

/**
 * Which endpoint classes a selector selects, each selector worked out once. A label's value leads to
 * a row of bits, so that a selector is a few rows joined; no pod is looked at again.
 */
export class SelectorIndex {
  private readonly byValue = new Map<string, Map<string, Bitset>>();
  private readonly byKey = new Map<string, Bitset>();
  private readonly bySelector = new Map<string, Bitset>();
  private readonly byNamespaceSelector = new Map<string, Bitset>();

  /** Classes that a selector can select at all: those that are not on their host's network. */
  private readonly selectable: Bitset;

  /** `size`: how many endpoints there are, classes first. */
  constructor(private readonly cluster: Cluster, private readonly classes: EndpointClasses, private readonly size: number) {
    this.selectable = new Bitset(size);
    classes.classes.forEach(({ labels, hostNetwork }, index) => {
      if (hostNetwork) { return; }
      this.selectable.add(index);
      for (const [key, value] of labels) {
        this.row(this.byKey, key).add(index);
        if (value === undefined) { continue; }
        let values = this.byValue.get(key);
        if (values === undefined) { this.byValue.set(key, values = new Map()); }
        this.row(values, value).add(index);
      }
    });
  }

  /** Classes whose labels are selected, in whatever namespace. The row is shared: copy it before changing it. */
  public pods(selector: Selector): Bitset {
    let row = this.bySelector.get(selector.id);
    if (row === undefined) {
      row = this.selectable.copy();
      for (const requirement of selector.requirements) { this.narrow(row, requirement); }
      this.bySelector.set(selector.id, row);
    }
    return row;
  }

  /** Classes of one namespace whose labels are selected. */
  public podsIn(namespace: string, selector: Selector): Bitset {
    const row = new Bitset(this.size);
    const run = this.classes.runs.get(namespace);
    if (run !== undefined) {
      row.addRange(run.first, run.end);
      row.and(this.pods(selector));
    }
    return row;
  }

  /** Classes of the namespaces that one selector selects whose labels another one does. */
  public podsAcross(namespaces: Selector, selector: Selector): Bitset {
    return this.inNamespaces(namespaces).copy().and(this.pods(selector));
  }

  private inNamespaces(selector: Selector): Bitset {
    let row = this.byNamespaceSelector.get(selector.id);
    if (row === undefined) {
      row = new Bitset(this.size);
      for (const [namespace, run] of this.classes.runs) {
        if (selector.matches(this.cluster.namespaces.get(namespace)!.labels)) { row.addRange(run.first, run.end); }
      }
      this.byNamespaceSelector.set(selector.id, row);
    }
    return row;
  }

  private narrow(row: Bitset, requirement: Requirement): void {
    const { key, operator, values } = requirement;
    switch (operator) {
      case 'Exists': row.and(this.withKey(key)); break;
      case 'DoesNotExist': row.andNot(this.withKey(key)); break;
      case 'In': row.and(this.withValue(key, values)); break;
      case 'NotIn': row.andNot(this.withValue(key, values)); break;
    }
  }

  private withKey(key: string): Bitset {
    return this.byKey.get(key) ?? new Bitset(this.size);
  }

  private withValue(key: string, values: readonly string[]): Bitset {
    const rows = values.map(value => this.byValue.get(key)?.get(value)).filter(row => row !== undefined);
    return rows.length === 1 ? rows[0] : rows.reduce((all, row) => all.or(row), new Bitset(this.size));
  }

  private row(rows: Map<string, Bitset>, key: string): Bitset {
    let row = rows.get(key);
    if (row === undefined) { rows.set(key, row = new Bitset(this.size)); }
    return row;
  }
}

