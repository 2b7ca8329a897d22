import { spawnSync } from 'child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'fs';
import * as path from 'path';

const PROJECT = path.join(__dirname, '..', '..');

/** A type, member or parameter of a jsii assembly with its documentation. It has the fields that tests read. */
export interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string; readonly default?: string; readonly returns?: string };
}

export interface TypeReference {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
  readonly union?: object;
}

export interface Parameter extends Documented {
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly variadic?: boolean;
}

export interface Member extends Documented {
  readonly static?: boolean;
  readonly async?: boolean;
  readonly optional?: boolean;
  readonly parameters?: readonly Parameter[];
  readonly returns?: { readonly type: TypeReference };
  readonly type?: TypeReference;
}

export interface PublicType extends Documented {
  readonly kind: 'class' | 'interface' | 'enum';
  /** Whether it is a struct: keyword arguments in Python, a builder in Java. */
  readonly datatype?: boolean;
  readonly initializer?: Omit<Member, 'name'>;
  readonly methods?: readonly Member[];
  readonly properties?: readonly Member[];
  readonly members?: readonly Member[];
}

/** The types that every language gets. jsii compiles the present sources, because the assembly in the project may be out of date. */
export function publicTypes(): PublicType[] {
  const folder = path.join(PROJECT, 'node_modules', '.cache', `assembly-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    for (const part of ['src', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE']) {
      cpSync(path.join(PROJECT, part), path.join(folder, part), { recursive: true });
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [require.resolve('jsii/bin/jsii'), '--silence-warnings=reserved-word'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    });
    if (status !== 0) { throw new Error(`jsii does not compile the sources:\n${stdout}${stderr}`); }
    return Object.values(JSON.parse(readFileSync(path.join(folder, '.jsii'), 'utf8')).types);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
