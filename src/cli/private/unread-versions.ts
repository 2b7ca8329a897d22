import { GitRepository } from './git';
import { MissingSubmodule, submodulesNotThere } from './git-tree';
import { STDIN } from './input';
import { BadInputError } from './io';
import { inRepository, PathsSource } from './version-sources';
import { finding } from '../../findings/finding';
import { ANYTHING, Unread } from '../../manifests/unread';

/* What a version has and netpol cannot read: submodules whose files are not there, and links that lead out of the revision. */

/** The submodules of the working tree that it does not have. Without git, there are none. */
export function submodulesOf({ paths }: PathsSource): readonly MissingSubmodule[] {
  try {
    const repository = GitRepository.at('.', '');
    return submodulesNotThere(repository, paths.filter(one => one !== STDIN).map(one => inRepository(repository, one, '')));
  } catch (error) {
    if (error instanceof BadInputError) { return []; }
    throw error;
  }
}

/** True if one of these submodules is the same. A submodule at the same commit in both versions makes no difference. */
export function hasSubmodule(submodules: readonly MissingSubmodule[], { path, commit }: MissingSubmodule): boolean {
  return submodules.some(one => one.path === path && one.commit === commit);
}

/** What submodules could hold, unless the other version lacks the same files. */
export function unreadSubmodules(missing: readonly MissingSubmodule[], other: readonly MissingSubmodule[], label: string | undefined): Unread[] {
  return missing.filter(one => !hasSubmodule(other, one)).map(({ path: file, commit }) => {
    const place = { file: label === undefined ? file : `${label}:${file}` };
    const short = commit.slice(0, 10);
    const message = `the files of this submodule at commit ${short} are not here, so what they could affect is undecided`;
    const found = finding('NP334', place, message, {
      fix: "fetch them: 'git submodule update --init'",
    });
    return { what: `the submodule ${place.file}`, origin: { at: () => place }, code: 'not-read' as const, mayHold: ANYTHING, findings: [found] };
  });
}

/** What links out of a revision could lead to. */
export function linksOut(links: readonly string[], label: string | undefined): Unread[] {
  return links.map(file => {
    const place = { file: `${label ?? ''}:${file}` };
    const found = finding('NP002', place, 'this link leads out of the revision, so netpol does not follow it', { fix: 'let it lead to a file of the repository, or remove it' });
    return { what: `the link ${place.file}`, origin: { at: () => place }, code: 'not-read' as const, mayHold: ANYTHING, findings: [found] };
  });
}
