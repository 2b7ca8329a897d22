import { bridgedSide, Bridge, BridgedSide, BridgeMaker, openingBridges, TooManyBridges } from './bridging-policies';
import { isNetworkPolicy, Operation, rankOf, versionsBetween, withSides } from './plan-operations';
import { isSameObject, meaningOf, PolicyObject } from './plan-policies';
import { Policy, policyName } from '../../cluster/cluster';
import { Direction, DIRECTIONS } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';

/*
 * The search for an order of operations. It only ever takes an operation after which the judge finds nothing cut and nothing opened. So whatever it returns is
 * safe, and a connection that stays as it is from every state on the way to the new version stays so on the whole way.
 */

/** The policies that are in the cluster, by name. */
export type PolicyState = ReadonlyMap<string, PolicyObject>;

/** An operation, and the state after it. */
export interface JudgedOperation {
  readonly state: PolicyState;
  readonly operation: Operation;
}

/**
 * Says what is wrong with the state after the last one of these operations; undefined if nothing is. The state before the first one is safe, and those between
 * need not be.
 */
export type Judge<Fault> = (operations: readonly JudgedOperation[]) => Fault | undefined;

/** An operation that cannot come next. */
export interface Blocked<Fault> {
  readonly operation: Operation;
  readonly fault: Fault;
}

/** An operation of a plan. */
export interface Taken<Fault> {
  readonly operation: Operation;
  /** What it cuts or opens. Absent for a safe one. */
  readonly fault?: Fault;
}

/** A plan as far as the search came. */
export interface FoundOrder<Fault> {
  readonly operations: readonly Taken<Fault>[];
  /** The operations that are left, each with what it would cut or open. Empty if the plan is complete. */
  readonly blocked: readonly Blocked<Fault>[];
}

/** Searches for an order in which the changes between two versions can be applied. */
export class PlanSearch<Fault> {
  private state: Map<string, PolicyObject>;
  private operations: Taken<Fault>[] = [];
  private isForced = false;
  /** What happened since the last state that was safe. */
  private sinceSafe: readonly JudgedOperation[] = [];
  private lastFault?: Fault;
  /** What is wrong with a state, by what makes it different from the old version. */
  private readonly judged = new Map<string, Fault | undefined>();
  private blocked: Blocked<Fault>[] = [];
  private readonly maker: BridgeMaker;
  private readonly target: PolicyState;
  /** The texts of the versions that each object has had, so that none comes back. */
  private readonly had = new Map<string, Set<string>>();

  /** @param forced what to do if there is no other way: which faults to accept, and whether connections stay open or closed in the meantime */
  constructor(
    private readonly old: PolicyState, private readonly now: PolicyState, private readonly judge: Judge<Fault>,
    private readonly forced?: { readonly prefer: 'open' | 'closed'; readonly accepts: (fault: Fault) => boolean },
  ) {
    this.maker = new BridgeMaker(new Set([...old.keys(), ...now.keys()]));
    this.state = new Map(old);
    this.target = now;
  }

  public run(): FoundOrder<Fault> {
    const namespaces = this.namespacesOf(this.pending());
    let held = namespaces.filter(namespace => this.bridgesFor(namespace, true).length > 0);
    for (;;) {
      this.restart();
      for (const bridge of held.flatMap(namespace => this.bridgesFor(namespace, false))) { this.tryBridge(bridge); }
      this.applyChanges();
      const more = this.namespacesOf(this.blocked.map(({ operation }) => operation))
        .filter(namespace => !held.includes(namespace) && this.bridgesFor(namespace, false).length > 0);
      if (this.isDone || more.length === 0) { break; }
      held = [...held, ...more];
    }
    if (!this.isDone) { this.applyByDirections(); }
    if (this.isDone) { this.simplify(); } else if (this.forced !== undefined) { this.force(this.forced.prefer); }
    return { operations: this.operations, blocked: this.blocked };
  }

  private get isDone(): boolean { return this.pending().length === 0; }

  private restart(): void {
    this.state = new Map(this.old);
    this.operations = [];
    this.had.clear();
    this.maker.restart();
  }

  private bridgesFor(namespace: string, onlyIfSure: boolean): Bridge[] {
    return openingBridges(namespace, [...this.old.values()], [...this.now.values()], this.maker, onlyIfSure);
  }

  /** What is left to do, in the order in which it is tried. */
  private pending(): Operation[] {
    const found: Operation[] = [];
    for (const [name, after] of this.target) {
      const before = this.state.get(name);
      if (before === undefined || !isSameObject(before, after)) { found.push({ name, before, after }); }
    }
    for (const [name, before] of this.state) {
      if (!this.target.has(name)) { found.push({ name, before }); }
    }
    return found.map(operation => ({ operation, rank: this.maker.isBridge(operation.name) ? 5 : rankOf(operation) }))
      .sort((a, b) => a.rank - b.rank).map(({ operation }) => operation);
  }

  /** Takes every operation that is safe, in several passes. */
  private applyChanges(): void {
    for (let isStuck = false; !isStuck;) {
      isStuck = !(this.applyDirectly() || this.applyBetween());
    }
  }

  private applyDirectly(): boolean {
    const changes = this.pending().filter(({ name }) => !this.maker.isBridge(name));
    const count = this.operations.length;
    this.blocked = changes.flatMap(operation => this.tryOperation(operation) ? [] : [{ operation, fault: this.lastFault! }]);
    const open = new Set(this.namespacesOf(this.blocked.map(({ operation }) => operation)));
    for (const operation of this.pending()) {
      // A bridging policy stays until nothing is left that may need it.
      if (!this.maker.isBridge(operation.name) || open.has(operation.before!.policy!.namespace)) { continue; }
      if (!this.tryOperation(operation)) { this.blocked.push({ operation, fault: this.lastFault! }); }
    }
    return this.operations.length > count && this.blocked.length > 0;
  }

  /** Takes one version between the old and the new one of an object. */
  private applyBetween(): boolean {
    const all = [...this.state.values(), ...this.target.values()];
    return this.blocked.some(({ operation }) => !this.maker.isBridge(operation.name)
      && versionsBetween(operation, all).some(between => !this.isKnown(between) && this.tryOperation(between)));
  }

  private isKnown({ name, after }: Operation): boolean {
    return this.had.get(name)?.has(meaningOf(after!)) === true;
  }

  private faultAfter(state: PolicyState, operation: Operation): Fault | undefined {
    const names = [...state.keys()].filter(name => state.get(name) !== this.old.get(name)).sort();
    const gone = [...this.old.keys()].filter(name => !state.has(name));
    const key = JSON.stringify([names.map(name => [name, meaningOf(state.get(name)!)]), gone]);
    // A gap stays until some later operation closes it, and which ones there are depends on the way.
    if (this.sinceSafe.length > 0) { return this.judge([...this.sinceSafe, { state, operation }]); }
    if (!this.judged.has(key)) { this.judged.set(key, this.judge([{ state, operation }])); }
    return this.judged.get(key);
  }

  private tryOperation(operation: Operation): boolean {
    const { name, before, after } = operation;
    const state = new Map(this.state);
    if (after === undefined) { state.delete(name); } else { state.set(name, after); }
    const isUnchanged = before !== undefined && after !== undefined && meaningOf(before) === meaningOf(after);
    this.lastFault = isUnchanged && this.sinceSafe.length === 0 ? undefined : this.faultAfter(state, operation);
    if (this.lastFault !== undefined && !(this.isForced && this.forced!.accepts(this.lastFault))) { return false; }
    this.state = state;
    this.sinceSafe = this.lastFault === undefined ? [] : [...this.sinceSafe, { state, operation }];
    const fault = this.lastFault === undefined ? {} : { fault: this.lastFault };
    const isBridge = this.maker.isBridge(name) ? { isBridge: true as const } : {};
    const target = this.target.get(name);
    const isLast = after !== undefined && target !== undefined && isSameObject(after, target);
    this.operations.push({ operation: { ...operation, ...isLast ? { after: target, purpose: undefined } : {}, ...isBridge }, ...fault });
    const had = this.had.get(name) ?? new Set<string>();
    this.had.set(name, had);
    for (const version of [before, after]) { had.add(version === undefined ? '' : meaningOf(version)); }
    return true;
  }

  private tryBridge({ object, purpose }: Bridge): boolean {
    return this.tryOperation({ name: object.name, after: object, purpose });
  }

  private namespacesOf(operations: readonly Operation[]): string[] {
    return [...new Set(operations.flatMap(({ before, after }) => (before ?? after)!.policy?.namespace ?? []))];
  }

  /**
   * The way that is left if nothing else is: one direction goes to what both versions allow, then the other one by way of what either of them allows to its new
   * rules, and then the first one to its new rules.
   */
  private applyByDirections(): void {
    const [state, operations, blocked] = [this.state, this.operations, this.blocked];
    for (const narrow of DIRECTIONS) {
      this.restart();
      if (this.applyNarrowing(narrow)) {
        this.blocked = [];
        return;
      }
    }
    [this.state, this.operations, this.blocked] = [state, operations, blocked];
  }

  private applyNarrowing(narrow: Direction): boolean {
    const wide = narrow === 'ingress' ? 'egress' : 'ingress';
    const namespaces = this.namespacesOf(this.pending());
    const old = [...this.state.values()];
    const sidesOf = (direction: Direction): BridgedSide[] => namespaces.flatMap(namespace =>
      bridgedSide(namespace, direction, old, [...this.target.values()], this.maker) ?? []);
    const of = (sides: readonly BridgedSide[], part: 'common' | 'now' | 'first' | 'last' | 'openBefore' | 'openAfter') =>
      sides.flatMap(side => side[part]);
    try {
      const [narrowed, widened] = [sidesOf(narrow), sidesOf(wide)];
      const openWide = of(widened, 'openBefore');
      return this.create(of(narrowed, 'openBefore')) && this.create(of(narrowed, 'common'))
        && this.create(of(narrowed, 'first')) && this.create(of(narrowed, 'last'))
        && this.create(openWide)
        && this.remove(of(narrowed, 'openBefore')) && this.empty(narrowed)
        && this.create(of(widened, 'now')) && this.create(of(widened, 'openAfter')) && this.empty(widened) && this.remove(openWide)
        && this.create(of(narrowed, 'openAfter'))
        && this.finish();
    } catch (error) {
      if (error instanceof TooManyBridges) { return false; }
      throw error;
    }
  }

  private create(bridges: readonly Bridge[]): boolean {
    return bridges.every(bridge => this.tryBridge(bridge));
  }

  private remove(bridges: readonly Bridge[]): boolean {
    return bridges.every(({ object }) => this.tryOperation({ name: object.name, before: object }));
  }

  /** Takes the rules of one direction out of the policies that change. They go on isolating. */
  private empty(sides: readonly BridgedSide[]): boolean {
    return sides.every(({ namespace, direction, changed }) => [...this.state].every(([name, before]) => {
      const isMeant = isNetworkPolicy(before) && before.policy.namespace === namespace && changed.has(before.policy.name);
      if (!isMeant || !before.policy[direction]?.length) { return true; }
      const { ingress, egress } = before.policy;
      const after = withSides(before, { ingress, egress, [direction]: [] });
      return this.tryOperation({ name, before, after, purpose: `without its ${direction} rules, which bridging policies have in the meantime` });
    }));
  }

  /** Applies everything that is left, whatever else is in the cluster. */
  private finish(): boolean {
    const opensEverything = ({ before }: Operation) => DIRECTIONS.some(direction =>
      before?.policy?.[direction]?.some(({ peers, ports }) => peers === undefined && ports === undefined));
    return this.inTurn(({ name }) => !this.maker.isBridge(name)) && this.inTurn(operation => !opensEverything(operation)) && this.inTurn(() => true);
  }

  /** Applies what is left and meant, in several passes. Returns false if something stays. */
  private inTurn(isMeant: (operation: Operation) => boolean): boolean {
    for (let left = this.pending().filter(isMeant); left.length > 0;) {
      this.blocked = left.flatMap(operation => this.tryOperation(operation) ? [] : [{ operation, fault: this.lastFault! }]);
      if (this.blocked.length === left.length) { return false; }
      left = this.blocked.map(({ operation }) => operation);
    }
    this.blocked = [];
    return true;
  }

  /**
   * Takes what is left although it is not safe. `open`: policies that let everything pass hold the namespaces open in the meantime. `closed`: everything that
   * changes first isolates without rules.
   */
  private force(prefer: 'open' | 'closed'): void {
    this.isForced = true;
    const left = this.pending();
    const bridges = left.filter(({ name }) => this.maker.isBridge(name));
    if (prefer === 'open') {
      for (const namespace of this.namespacesOf(left)) {
        const [sides, purpose] = [{ ingress: [{ path: [] }], egress: [{ path: [] }] }, 'lets everything pass while the other policies change'];
        this.tryBridge(this.maker.make(namespace, Selector.everything, sides, purpose));
      }
    } else {
      for (const { name, before, after } of left) { this.close(name, before, after); }
    }
    this.inTurn(({ name }) => !this.maker.isBridge(name));
    // The bridging policies of before go first.
    this.inTurn(({ name }) => bridges.some(bridge => bridge.name === name));
    this.inTurn(() => true);
  }

  /** Lets a policy isolate the pods of both of its versions, without rules. */
  private close(name: string, before: PolicyObject | undefined, after: PolicyObject | undefined): void {
    const purpose = 'without rules while the other policies change';
    const withoutRules = ({ ingress, egress }: Pick<Policy, Direction>) => ({ ingress: ingress && [], egress: egress && [] });
    if (isNetworkPolicy(before)) { this.tryOperation({ name, before, after: withSides(before, withoutRules(before.policy)), purpose }); }
    if (!isNetworkPolicy(after)) { return; }
    const { policy: { namespace, subject, ...sides } } = after;
    this.tryBridge(this.maker.make(namespace, subject, withoutRules(sides), `isolates the pods of the new ${policyName(after.policy)}`));
  }

  /** Leaves out the bridging policies and the versions in between without which the plan is safe too. */
  private simplify(): void {
    for (let at = this.operations.length - 1, tries = MAX_OMISSIONS; at >= 0 && tries > 0; at--) {
      const { name, purpose, isBridge } = this.operations[at].operation;
      if (purpose === undefined || this.operations.length > MAX_SIMPLIFIED) { continue; }
      tries--;
      const [state, operations] = [this.state, this.operations];
      const isLeftOut = (operation: Operation, i: number) => isBridge ? operation.name === name : i === at;
      this.restart();
      const others = operations.map(({ operation }) => operation).filter((operation, i) => !isLeftOut(operation, i));
      const isSafe = others.every(({ name: own, after, purpose: why }) =>
        this.tryOperation({ name: own, before: this.state.get(own), after, purpose: why }));
      if (!isSafe || !this.isDone) { [this.state, this.operations] = [state, operations]; }
      at = Math.min(at, this.operations.length);
    }
  }
}

/** A plan with more operations is not made shorter, and no more than so many parts of a plan are tried. */
const [MAX_SIMPLIFIED, MAX_OMISSIONS] = [200, 60];
