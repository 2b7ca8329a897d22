import { apiGroup, ApiResource, isObject, isOfKubernetes } from './objects';
import { HOLDING_KINDS } from './private/holding-kinds';
import { FoundTemplate, LabelValue, POD_MAKERS, PodMaker, TemplatePlace } from './private/pod-making-kinds';
import { currentGroup, isWorkloadKind, PodTemplate, stringMap, templateAt } from './workloads';

/*
 * Objects of custom kinds that make pods, and those that hold other objects. private/pod-making-kinds.ts and private/holding-kinds.ts list the kinds that
 * netpol knows.
 */

const BY_TYPE: ReadonlyMap<string, PodMaker> = new Map(POD_MAKERS.map(maker => [maker.type, maker]));

/** A pod template of a custom resource. */
export interface CustomTemplate {
  /** With the ports that the controller adds. */
  readonly template: PodTemplate;
  /** The labels that the controller sets, whatever the template says. `#` stands for a number, and `*` for any text. With either, a pod may lack the label. */
  readonly adds: Readonly<Record<string, string>>;
  /** The labels that the controller sets unless the template has them. */
  readonly defaults: Readonly<Record<string, string>>;
  /** False if the controller may add any label. */
  readonly areLabelsKnown: boolean;
}

/** What an object of a custom kind says about pods and other objects. */
export interface CustomContents {
  /** Its pod templates. */
  readonly templates: readonly CustomTemplate[];
  /** True if it makes pods that none of its templates describes. */
  readonly makesOthers: boolean;
  /** What these pods are, if it has templates for others. */
  readonly besides?: string;
  /** The objects that are written inside it. */
  readonly held: readonly ApiResource[];
}

/** What an object of a custom kind contains. Empty for a kind of Kubernetes itself. */
export function contentsOfCustom(object: ApiResource, name: string): CustomContents {
  const maker = BY_TYPE.get(typeOf(object));
  if (maker !== undefined) {
    const templates = maker.templates.flatMap(place => templatesOf(object, name, place, maker.areLabelsKnown));
    if (templates.length === 0) { return { templates, makesOthers: true, held: [] }; }
    const besides = maker.besides?.unless !== undefined && fieldAt(object, maker.besides.unless.split('.')) !== undefined ? undefined : maker.besides?.pods;
    return { templates, makesOthers: besides !== undefined, besides, held: [] };
  }
  if (isKubernetesKind(object)) { return { templates: [], makesOthers: false, held: [] }; }
  const { templates, held } = found(object);
  return {
    templates: templates.map(path => ({ template: templateAt(object, path), adds: {}, defaults: {}, areLabelsKnown: false })),
    makesOthers: false,
    held,
  };
}

/** True for a custom kind that is known to make pods. */
export function makesPods(object: ApiResource): boolean {
  return BY_TYPE.has(typeOf(object));
}

/** A kind that netpol knows, for the documentation. */
export interface KnownKind {
  /** Group and kind. */
  readonly type: string;
  /** The page or file that describes it. */
  readonly source: string;
}

/** The kinds that are known to make pods. */
export function knownPodMakers(): readonly (KnownKind & { readonly hasTemplate: boolean; readonly areLabelsKnown: boolean })[] {
  return POD_MAKERS.map(({ type, templates, areLabelsKnown, source }) => ({ type, hasTemplate: templates.length > 0, areLabelsKnown, source }));
}

/** The kinds that are known to hold other objects, or to lead to them. */
export function knownHolders(): readonly KnownKind[] {
  return [...HOLDING_KINDS].map(([type, { source }]) => ({ type, source }));
}

/** How to print the objects which an object holds, or leads to. Undefined for an object of another kind. */
export function holderOf(object: ApiResource, name: string): { readonly command?: string } | undefined {
  const kind = HOLDING_KINDS.get(typeOf(object));
  // Whatever else a name contains must not get into a shell.
  return kind && { command: kind.command?.(/^[a-z0-9][a-z0-9.-]*$/.test(name) ? name : 'NAME') };
}

/** The pod templates at a place of an object. */
function templatesOf(object: ApiResource, name: string, place: TemplatePlace, areLabelsKnown: boolean): CustomTemplate[] {
  const { at, isOptional = false, adds = {}, defaults = {}, copies = [], ports } = place;
  return pathsTo(object, at === '' ? [] : at.split('.'), isOptional).map(({ path, ...around }) => {
    const template = templateAt(object, path);
    const written = fieldAt(object, path);
    const one: FoundTemplate = { object, name, written: isObject(written) ? written : {}, ports: template.ports, ...around };
    const copied = copies.flatMap(field => Object.keys(stringMap(valueOf(one, field))));
    return {
      template: ports === undefined ? template : { ...template, ports: ports(one) },
      adds: { ...Object.fromEntries(copied.map(key => [key, ANY])), ...labelValues(adds, one) },
      defaults: labelValues(defaults, one),
      areLabelsKnown,
    };
  });
}

/** A value that only the running cluster knows. */
const ANY = '*';

/** The longest value of a label (kubernetes.io/docs/concepts/overview/working-with-objects/labels). Controllers shorten or hash a name that is longer. */
const MAX_VALUE = 63;

function labelValues(values: Readonly<Record<string, LabelValue>>, one: FoundTemplate): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => {
    const text = typeof value === 'function' ? value(one) : filled(value, one);
    return [key, text.length > MAX_VALUE ? ANY : text];
  }));
}

/** A value with the fields of an object in it. Any text if it does not have one of them. */
function filled(value: string, one: FoundTemplate): string {
  const names = value.match(/\{[\w.]+\}/g) ?? [];
  const texts = names.map(field => valueOf(one, field.slice(1, -1)));
  return texts.every(text => typeof text === 'string')
    ? names.reduce((text, field, i) => text.replace(field, texts[i] as string), value)
    : ANY;
}

function valueOf({ object, name, item, key }: FoundTemplate, field: string): unknown {
  if (field === 'name') { return name; }
  if (field === 'key') { return key?.toLowerCase(); }
  const [first, ...rest] = field.split('.');
  return first === 'item' ? fieldAt(item, rest) : fieldAt(object, [first, ...rest]);
}

function fieldAt(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, field) =>
    (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined, from);
}

/** A path, and the last item or entry on it. */
interface PathTo extends Pick<FoundTemplate, 'item' | 'key'> {
  readonly path: readonly string[];
}

/** The paths to the objects that a pattern with `*` leads to. With `isOptional`, the last field may be absent. */
function pathsTo(from: unknown, pattern: readonly string[], isOptional: boolean): PathTo[] {
  if (pattern.length === 0) { return isObject(from) || (isOptional && (from ?? undefined) === undefined) ? [{ path: [] }] : []; }
  const [field, ...rest] = pattern;
  if (!isObject(from) && !Array.isArray(from)) { return []; }
  const fields = field === '*' ? Object.keys(from) : Object.hasOwn(from, field) || (rest.length === 0 && isOptional) ? [field] : [];
  return fields.flatMap(own => {
    const value = (from as Record<string, unknown>)[own];
    const around = field === '*' && isObject(value) ? { item: value, key: own } : {};
    return pathsTo(value, rest, isOptional).map(one => ({ ...around, ...one, path: [own, ...one.path] }));
  });
}

/** Objects are never nested deeper than this around a pod template. */
const MAX_DEPTH = 12;

/**
 * What looks like a pod template in an object, as it has `spec.containers`, and what looks like a whole object. Templates in a whole object are not those of
 * the outer one.
 */
function found(object: ApiResource): { templates: string[][]; held: ApiResource[] } {
  const templates: string[][] = [];
  const held: ApiResource[] = [];
  const visit = (value: unknown, path: string[]): void => {
    if ((!isObject(value) && !Array.isArray(value)) || path.length > MAX_DEPTH) { return; }
    if (path.length > 0 && isHeld(value)) {
      held.push(value);
      return;
    }
    if (path.length > 0 && isTemplate(value)) {
      templates.push(path);
      return;
    }
    for (const [field, inner] of Object.entries(value)) {
      if (path.length > 0 || (field !== 'metadata' && field !== 'status')) { visit(inner, [...path, field]); }
    }
  };
  visit(object, []);
  return { templates, held };
}

function isTemplate(value: unknown): boolean {
  return isObject(value) && isObject(value.spec) && Array.isArray(value.spec.containers);
}

/** A whole object that is written inside another one. A reference has neither metadata nor a spec. */
function isHeld(value: unknown): value is ApiResource {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string' && (isObject(value.metadata) || isObject(value.spec));
}

/** True for kinds of Kubernetes itself, none of which makes pods besides the workloads. */
function isKubernetesKind({ apiVersion, kind }: ApiResource): boolean {
  return isOfKubernetes(apiGroup(String(apiVersion))) || isWorkloadKind(apiVersion, kind);
}

function typeOf({ apiVersion, kind }: ApiResource): string {
  return `${currentGroup(String(apiVersion))}/${String(kind)}`;
}
