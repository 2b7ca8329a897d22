import { existsSync } from 'fs';
import * as path from 'path';
import { Argument, GivenArguments, Tool } from './tool';
import { dnsLabelErrors } from '../../../k8s/names';
import { wayOut } from '../../../manifests/reach';
import { DEFAULT_CONFIG, readFacts } from '../facts';
import { BadInputError, Io } from '../io';

/* An agent may only ask about files below the root folder. This looks at every file that a call names, and at what those files lead to. */

const NOWHERE: Pick<Io, 'stdout' | 'stderr'> = { stdout: { write: () => {} }, stderr: { write: () => {} } };

/**
 * Why a call is refused; nothing if it reads files of the root folder only. The root is the working directory.
 * @param root the real path of the root folder
 */
export async function refusalOf(tool: Tool, given: GivenArguments, root: string): Promise<string | undefined> {
  const versions = [given.text('old'), given.text('new')];
  for (const [name, argument] of Object.entries(tool.arguments)) {
    // Without paths, the command reads the root.
    for (const value of name === 'paths' ? tool.operands(given).filter(one => !versions.includes(one)) : given.values(name)) {
      const fault = argumentRefusal(value, argument, root);
      if (fault !== undefined) { return `${name}: ${fault}`; }
    }
  }
  if (given.text('base') !== undefined) { return revisionRefusal(given.text('base')!, root); }
  return configRefusal(root);
}

function argumentRefusal(value: string, { names }: Argument, root: string): string | undefined {
  switch (names) {
    case undefined: return undefined;
    case 'path': return pathRefusal(value, root);
    // As readFacts tells them apart.
    case 'path-or-fact': return dnsLabelErrors(value.split(':', 1)[0]).length === 0 ? undefined : pathRefusal(value, root);
    case 'version': {
      const colon = value.indexOf(':');
      return colon < 0 || existsSync(value) ? pathRefusal(value, root)
        : revisionRefusal(value.slice(0, colon), root) ?? pathRefusal(value.slice(colon + 1), root);
    }
  }
}

function pathRefusal(named: string, root: string): string | undefined {
  if (named === '-') { return 'standard input has the messages of the protocol: name a file or a folder'; }
  const found = wayOut(named, root);
  if (found === undefined) { return undefined; }
  const { file, kind } = found;
  const only = `netpol reads only files in ${root}`;
  switch (kind) {
    case 'path': return `${file} is outside: ${only}. Name a path in it, or start netpol mcp with another --root`;
    case 'link': return `${file} is a link that leads outside: ${only}. Name a path without the link, or start netpol mcp with another --root`;
    case 'kustomization': return `${file} refers to something outside: ${only}. Name a path without it, or start netpol mcp with another --root`;
  }
}

/** A revision has all files of its repository, so the root must be the repository. */
function revisionRefusal(revision: string, root: string): string | undefined {
  if (revision.startsWith('-')) { return `${revision} is not a git revision`; }
  return existsSync(path.join(root, '.git')) ? undefined
    : `git revisions have files outside ${root}, which is not the top folder of a git repository: start netpol mcp with --root of that folder, or compare folders`;
}

/** The configuration file of the working directory is read too, and the files of values that it names. */
async function configRefusal(root: string): Promise<string | undefined> {
  if (!existsSync(DEFAULT_CONFIG)) { return undefined; }
  const fault = pathRefusal(DEFAULT_CONFIG, root);
  if (fault !== undefined) { return fault; }
  try {
    const { values } = await readFacts({ paths: [] }, { ...NOWHERE, readStdin: async () => Buffer.of(), untilInterrupted: async () => {} });
    return values.map(file => pathRefusal(file, root)).find(one => one !== undefined);
  } catch (error) {
    // The command reports a file that cannot be read.
    if (error instanceof BadInputError) { return undefined; }
    throw error;
  }
}
