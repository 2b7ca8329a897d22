import { Construct } from 'constructs';
import { callError } from './call-error';
import { nearestName } from '../findings/nearest-name';
import { isObject } from '../k8s/objects';

/*
 * What the arguments of public calls must be. TypeScript checks the types of a TypeScript program only, and not the values that it reads from
 * the environment or from JSON. Without these checks, a wrong value would fail somewhere inside the library, or only at synth.
 */

/** What a value must be. */
export interface Shape {
  /** In messages, after "must be": `a list`. */
  readonly title: string;
  /** True if the value may be left out. */
  readonly optional?: true;
  /** A sentence in the imperative without its full stop, for a value that was found: `write a list`. */
  fix(found: unknown): string;
  accepts(value: unknown): boolean;
  /** A field of an accepted value that has no meaning, and the fields that have one. */
  unknownField?(value: any): { readonly name: string; readonly known: readonly string[] } | undefined;
  /** The values inside an accepted value. */
  parts?(value: any): readonly Part[];
}

/** A value inside another one. */
interface Part {
  /** `.name` of a struct, `[0]` of a list, `['app']` of a map. */
  readonly name: string;
  readonly value: unknown;
  readonly shape: Shape;
}

/** An argument that is given, and what it must be. */
export type Argument = readonly [value: unknown, shape: Shape];

/**
 * Throws an error that names the call, the first argument that is not what it must be, and the fix.
 *
 * @param call begins the error: `Peer.cidr(...)`, or with the path of a construct `shop/backend: allowFrom(...)`
 * @param given the arguments by their names
 */
export function checkArguments(call: string, given: { readonly [name: string]: Argument }): void {
  for (const [name, [value, shape]] of Object.entries(given)) { check(call, { name, value, shape }); }
}

function check(call: string, { name, value, shape }: Part): void {
  if (value === undefined && shape.optional) { return; }
  if (!shape.accepts(value)) {
    const found = describe(value);
    if (found === shape.title) {
      throw callError(call, `${name} is ${found} of another copy of this package`, 'install one copy: a construct library has it as a peer dependency');
    }
    throw callError(call, `${name} must be ${shape.title}, not ${found}`, shape.fix(value));
  }
  const unknown = shape.unknownField?.(value);
  if (unknown !== undefined) { throw callError(call, `there is no option '${unknown.name}'`, optionFix(unknown)); }
  for (const part of shape.parts?.(value) ?? []) {
    // Several languages have no struct at the call: they have arguments with the names of its fields.
    const isOption = part.name.startsWith('.') && (name === 'props' || name === 'options');
    check(call, { ...part, name: isOption ? part.name.slice(1) : name + part.name });
  }
}

function optionFix({ name, known }: { readonly name: string; readonly known: readonly string[] }): string {
  const near = nearestName(name, known);
  const others = known.length === 1 ? `write ${known[0]}, the only one` : `write one of ${known.join(', ')}`;
  return near === undefined ? others : `did you mean ${near}? If not, ${others}`;
}

/** A value in messages: `undefined`, `5`, `the text 'web'`, `a list`, `a Tier`. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'string': return `the text '${value.length > 40 ? `${value.slice(0, 40)}...` : value}'`;
    case 'object': {
      if (value === null) { return 'null'; }
      const name = Array.isArray(value) ? 'list' : value.constructor?.name;
      if (name === '') { return 'an object of a class'; }
      return name === undefined || name === 'Object' ? 'an object' : withArticle(name);
    }
    case 'function': return 'a function';
    default: return String(value);
  }
}

/** The name of a class or a kind in a sentence: `a Tier`, `an Ingress`. */
export function withArticle(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** The same, or nothing. */
export function optional(shape: Shape): Shape { return { ...shape, optional: true }; }

/** @param example as code: `'shop'` */
export function text(example: string): Shape {
  return { title: 'text', fix: found => `write text such as ${example}${unsetHint(found)}`, accepts: value => typeof value === 'string' };
}

/** For values that programs read from the environment: the end of a fix. */
export function unsetHint(found: unknown): string {
  return found === undefined ? '; an environment variable that is not set is undefined' : '';
}

/** True or false. */
export const FLAG: Shape = { title: 'true or false', fix: () => 'write true or false', accepts: value => typeof value === 'boolean' };

/** A number. Its range is checked where it is used. */
export const NUMBER: Shape = {
  title: 'a number',
  fix: found => typeof found === 'string' && /^\d+$/.test(found) ? `write the number without quotes: ${found}` : `write a number such as 5${unsetHint(found)}`,
  accepts: value => typeof value === 'number' && !Number.isNaN(value),
};

/** @param values the enum; its members are texts that are equal to their names */
export function memberOf(name: string, values: object): Shape {
  const members = Object.keys(values).map(key => `${name}.${key}`);
  return {
    title: `a ${name}`,
    fix: () => `write ${members.slice(0, -1).join(', ')} or ${members.at(-1)}`,
    accepts: value => typeof value === 'string' && Object.hasOwn(values, value),
  };
}

/**
 * An object of one of our classes.
 *
 * @param fix how to make one
 */
export function instanceOf(type: { readonly name: string; [Symbol.hasInstance](value: unknown): boolean }, fix: (found: unknown) => string): Shape {
  return { title: `a ${type.name}`, fix, accepts: value => type[Symbol.hasInstance](value) };
}

/** @param items what each item must be */
export function listOf(items: Shape): Shape {
  return {
    title: 'a list',
    fix: () => 'write a list, in brackets, also for a single item: [...]',
    accepts: Array.isArray,
    // Not `map`, which skips the holes of a list.
    parts: (list: unknown[]) => Array.from(list, (value, i) => ({ name: `[${i}]`, value, shape: items })),
  };
}

/** @param values what each value must be */
export function mapOf(values: Shape, example: string): Shape {
  return {
    title: 'a map',
    fix: () => `write a map such as ${example}`,
    accepts: isPlain,
    parts: (map: object) => Object.entries(map).map(([key, value]) => ({ name: `['${key}']`, value, shape: values })),
  };
}

/**
 * A struct, with a shape for each of its fields. It has no other fields: the compiler of a JavaScript program does not find a misspelled one, which would
 * have no effect.
 *
 * @param example as code: `{ ports: [Port.tcp(80)] }`
 */
export function structOf<T extends object>(example: string, fields: { readonly [K in keyof Required<T>]: Shape }): Shape {
  const known = Object.keys(fields);
  return {
    title: 'an object',
    fix: () => `write an object such as ${example}`,
    accepts: value => isPlain(value) || isObject(value) && !Construct.isConstruct(value) && known.some(key => key in value),
    unknownField: (struct: object) => {
      const name = givenIn(struct).find(key => !known.includes(key) && (isPlain(struct) || isMisspelled(struct, key, known)));
      return name === undefined ? undefined : { name, known };
    },
    parts: (struct: object) => Object.entries<Shape>(fields).map(([key, shape]) => ({ name: `.${key}`, value: struct[key as keyof typeof struct], shape })),
  };
}

/**
 * The same, but other fields are allowed unless they are misspelled ones: a construct library may pass its own props, which extend ours.
 */
export function propsOf<T extends object>(example: string, fields: { readonly [K in keyof Required<T>]: Shape }): Shape {
  const known = Object.keys(fields);
  return {
    ...structOf<T>(example, fields),
    unknownField: (struct: object) => {
      const name = givenIn(struct).find(key => isMisspelled(struct, key, known));
      return name === undefined ? undefined : { name, known };
    },
  };
}

function givenIn(struct: object): string[] {
  return Object.keys(struct).filter(key => struct[key as keyof typeof struct] !== undefined);
}

/** True if a field is not known, but nearly has the name of one that is not given. */
function isMisspelled(struct: object, key: string, known: readonly string[]): boolean {
  const near = known.includes(key) ? undefined : nearestName(key, known);
  return near !== undefined && struct[near as keyof typeof struct] === undefined;
}

/** An object without a class, in any realm of JavaScript. jsii makes one for the structs and the maps of the other languages. */
function isPlain(value: unknown): boolean {
  if (!isObject(value)) { return false; }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @param title after "must be": `a Chart or a construct inside one` */
export function constructThat(title: string, fix: string, accepts: (value: Construct) => boolean = () => true): Shape {
  return { title, fix: () => fix, accepts: value => Construct.isConstruct(value) && accepts(value) };
}

/** The scope of a construct or of a setting. */
export const SCOPE = constructThat('a construct', "write the construct around it, such as 'this' in the constructor of a Chart");

/** The id of a construct. */
const ID: Shape = { ...text("'backend'"), title: 'text with at least one character', accepts: value => typeof value === 'string' && value !== '' };

/**
 * Throws if a construct cannot be made in a scope. A constructor calls this before the constructor of `Construct`, whose errors do not name
 * the call.
 *
 * @param call `new Tier(...)`
 * @returns the scope
 */
export function checkedScope(call: string, scope: Construct, id: string): Construct {
  checkArguments(call, { scope: [scope, SCOPE], id: [id, ID] });
  return scope;
}

/**
 * The id, if it is free in the scope. Otherwise throws: the error of constructs does not name the path, and has no fix.
 *
 * @param call `new DefaultDeny(...)`, if there is only one way to make the construct
 */
export function freeId(scope: Construct, id: string, fix: string, call?: string): string {
  if (scope.node.tryFindChild(id) === undefined) { return id; }
  const where = [checkedPath('', scope, id), ...call === undefined ? [] : [call]].join(': ');
  throw callError(where, `there already is a construct with the id '${id}' in ${scope.node.path === '' ? 'the app' : scope.node.path}`, fix);
}

/**
 * The path that a construct will have. Throws as `checkedScope` does.
 *
 * @param call `Tier.fromWorkload(...)`
 */
export function checkedPath(call: string, scope: Construct, id: string): string {
  return [...checkedScope(call, scope, id).node.scopes.map(({ node }) => node.id), id].filter(part => part !== '').join('/');
}
