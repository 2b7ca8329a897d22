import { createHash } from 'crypto';
import { ApiObject, ApiObjectMetadata, JsonPatch, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { invalidate, isLastPass, memoizeInSynth, watchSynth } from './synth-run';
import { LABEL_MAX } from '../k8s/names';
import { DEFAULT_NAMESPACE, NetworkPolicySpec } from '../k8s/objects';

/** The label by which `kubectl apply --prune -l` finds policies that are no longer wanted. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };

/** The annotation for what an object is there for (Kubernetes' well-known annotations). */
const DESCRIPTION = 'kubernetes.io/description';

/** What a policy object is made of. */
export interface PolicyObjectProps {
  readonly namespace: string | undefined;
  /** The name that it gets where no other policy wants it. */
  readonly name: string;
  /** Unique in the app, and the same whatever the order of calls. */
  readonly key: string;
  /** Read at synth, when all edges are known. */
  readonly spec: () => NetworkPolicySpec;
  /** Read at synth. */
  readonly descriptions: () => readonly string[];
}

/** Names of the policies of an app, kept while it can not change: they hang on all policies that are in it. */
const kept = new WeakMap<IConstruct, ReadonlyMap<string, string>>();

/** Apps that keep their names when they are validated. */
const keeping = new WeakSet<IConstruct>();

/**
 * A NetworkPolicy whose name is decided when it is asked for: only then are all policies of the app
 * known, and with them whether the name is free.
 */
export class PolicyObject extends ApiObject {
  public readonly wish: NameWish;

  constructor(scope: Construct, id: string, { namespace, name, key, spec, descriptions }: PolicyObjectProps) {
    const description = Lazy.any({ produce: () => [...new Set(descriptions())].sort().join('; ') || undefined });
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name,
        namespace,
        labels: MANAGED_BY,
        // Resolved with the rest of the metadata, and left out where there is none.
        annotations: { [DESCRIPTION]: description } as unknown as ApiObjectMetadata['annotations'],
      },
      spec: Lazy.any({ produce: spec }),
    });
    const { root } = this.node;
    kept.delete(root);
    invalidate(root);
    watchSynth(root);
    keepNamesInSynth(root);
    this.wish = { key, name, namespace: namespace ?? DEFAULT_NAMESPACE };
    const late = { get: () => this.decideName(), enumerable: true };
    Object.defineProperty(this, 'name', late);
    Object.defineProperty(this.metadata, 'name', late);
  }

  /** Rendered once in a synth, for whoever validates the app and for what is written. */
  public toJson(): any {
    return memoizeInSynth(this.node.root, this, () => super.toJson());
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    invalidate(this.node.root);
    super.addJsonPatch(...ops);
  }

  private decideName(): string {
    const { root } = this.node;
    const names = kept.get(root) ?? namesNow(root);
    // Not in the tree any more: whoever still holds it is told what it would have been called.
    return names.get(this.wish.key) ?? this.wish.name;
  }
}

/** True for a policy that this library wrote. */
export function isPolicyObject(construct: IConstruct): construct is PolicyObject {
  // ApiObject answers `instanceof` for all API objects, and so do its subclasses.
  return construct.constructor === PolicyObject;
}

/** The policies of an app as they were when names were last decided, and these names. */
const decided = new WeakMap<IConstruct, {
  readonly wishes: readonly NameWish[];
  readonly taken: readonly string[];
  readonly names: ReadonlyMap<string, string>;
}>();

const NAMES = {};

/** The names as they are now: in a synth, as they were when it began. */
function namesNow(root: IConstruct): ReadonlyMap<string, string> {
  return memoizeInSynth(root, NAMES, () => namesIn(root));
}

/** The name of each of our policies in an app, by its key. */
function namesIn(root: IConstruct): ReadonlyMap<string, string> {
  const wishes: NameWish[] = [];
  const taken: string[] = [];
  const visit = (construct: IConstruct) => {
    if (isPolicyObject(construct)) {
      wishes.push(construct.wish);
    } else if (ApiObject.isApiObject(construct) && construct.kind === 'NetworkPolicy') {
      taken.push(`${construct.metadata.namespace ?? DEFAULT_NAMESPACE}/${construct.name}`);
    }
    construct.node.children.forEach(visit);
  };
  visit(root);
  const last = decided.get(root);
  if (last !== undefined && isSame(last.wishes, wishes) && isSame(last.taken, taken)) { return last.names; }
  const names = assignNames(wishes, new Set(taken));
  decided.set(root, { wishes, taken, names });
  return names;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

/**
 * A synth begins with validation and runs to its end without a pause: names that are decided then need
 * not be decided anew for each policy. In the next task somebody may add another policy.
 */
function keepNamesInSynth(root: IConstruct): void {
  if (keeping.has(root)) { return; }
  keeping.add(root);
  root.node.addValidation({
    validate: () => {
      if (isLastPass(root) && namesNow(root) !== namesIn(root)) { invalidate(root); }
      kept.set(root, namesNow(root));
      queueMicrotask(() => kept.delete(root));
      return [];
    },
  });
}

/** What a policy would be called, and where. */
export interface NameWish {
  /** Unique in the app, and the same whatever the order of calls. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

const HASH_LENGTH = 8;

/**
 * Gives each policy a name that no other in its namespace has. A wish that is one of a kind, and not
 * taken by an object of somebody else's, comes true; else all that wish it get a hash, so that
 * none of them has its name by having come first.
 *
 * @param taken `namespace/name` of policies that are not ours
 * @returns the name for each key
 */
export function assignNames(wishes: readonly NameWish[], taken: ReadonlySet<string>): Map<string, string> {
  const count = new Map<string, number>();
  for (const { namespace, name } of wishes) {
    const full = `${namespace}/${fit(name)}`;
    count.set(full, (count.get(full) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const used = new Set([...taken, ...count.keys()]);
  for (const { key, namespace, name } of [...wishes].sort((a, b) => a.key < b.key ? -1 : 1)) {
    let chosen = fit(name);
    const full = `${namespace}/${chosen}`;
    if (count.get(full)! > 1 || taken.has(full)) {
      for (let attempt = 0; used.has(`${namespace}/${chosen}`); attempt++) {
        chosen = cut(name, hash(attempt === 0 ? key : `${key} ${attempt}`));
      }
      used.add(`${namespace}/${chosen}`);
    }
    names.set(key, chosen);
  }
  return names;
}

/** Text as a part of a name: lower-case letters, digits and single dashes; never empty. */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || hash(text);
}

/** A name that fits a DNS-1123 label: a long one is cut and told apart by a hash of the whole. */
function fit(name: string): string {
  return name.length <= LABEL_MAX ? name : cut(name, hash(name));
}

function cut(name: string, suffix: string): string {
  return `${name.slice(0, LABEL_MAX - HASH_LENGTH - 1).replace(/-+$/, '')}-${suffix}`;
}

/** Eight hexadecimal digits that stand for a text. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
