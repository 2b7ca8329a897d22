import { Finding, Origin } from '../findings/finding';

/*
 * What was not read: a document with a fault, a file that cannot be opened, a folder that was not rendered. Nobody knows the objects in it. So netpol
 * asks which objects it may hold, and what these could affect is undecided. The rest of the input is answered.
 */

/** The namespaces in which something may be: every one, or those of the list. */
export type Scope = 'any' | readonly string[];

/** The objects that something may hold, by what they affect. */
export interface MayHold {
  /** The namespaces of policies that it may hold. `any` also stands for policies without a namespace. */
  readonly policies: Scope;
  /** The namespaces of workloads that it may hold. */
  readonly workloads: Scope;
  /** The namespaces of Services, and of endpoints of Services, that it may hold. */
  readonly services: Scope;
  /** The names of namespaces that it may declare. */
  readonly namespaces: Scope;
}

/** A part of the input that was not read. */
export interface Unread {
  /** What messages call it, without a place: `a document of shop.yaml`. */
  readonly what: string;
  /** The name of the object, if it is one object that has a name. */
  readonly name?: string;
  readonly origin: Origin;
  /** The reason code of what is undecided because of it. */
  readonly code: 'not-read' | 'not-rendered' | 'defined-twice';
  readonly mayHold: MayHold;
  /** Equal for two parts that surely hold the same objects. Absent if nobody can say. */
  readonly content?: string;
  /** The findings that report it. An answer takes account of them, because it takes account of what was not read. */
  readonly findings: readonly Finding[];
}

/** It may hold any object. */
export const ANYTHING: MayHold = { policies: 'any', workloads: 'any', services: 'any', namespaces: 'any' };

/** It holds no object that matters. */
export const NOTHING: MayHold = { policies: [], workloads: [], services: [], namespaces: [] };

/** True if something holds no object that matters. */
export function mayHoldNothing(mayHold: MayHold): boolean {
  return Object.values(mayHold).every(scope => scope !== 'any' && scope.length === 0);
}

/** What several parts may hold together. */
export function allOf(parts: readonly MayHold[]): MayHold {
  const scopeOf = (kind: keyof MayHold): Scope => {
    const scopes = parts.map(part => part[kind]);
    return scopes.includes('any') ? 'any' : [...new Set(scopes.flat())];
  };
  return { policies: scopeOf('policies'), workloads: scopeOf('workloads'), services: scopeOf('services'), namespaces: scopeOf('namespaces') };
}

/** True if a scope has a namespace. */
export function includesNamespace(scope: Scope, namespace: string): boolean {
  return scope === 'any' || scope.includes(namespace);
}
