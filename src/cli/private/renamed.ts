import { Finding, Fix, Origin, Place } from '../../findings/finding';
import { ReadResult } from '../../manifests/resources';

/*
 * The files of a git revision are read from a temporary folder. In everything that a user sees, they have the name that git gives them: `HEAD~1:k8s/shop.yaml`.
 */

/** Changes a name in a text. */
type Rename = (text: string) => string;

/** What was read, with other names. */
export function renamedRead({ resources, findings, unread }: ReadResult, rename: Rename): ReadResult {
  return {
    resources: resources.map(one => ({
      ...one,
      origin: renamedOrigin(one.origin, rename),
      ...one.refusedFor === undefined ? {} : { refusedFor: renamedFindings(one.refusedFor, rename) },
    })),
    findings: renamedFindings(findings, rename),
    unread: unread.map(one => ({
      ...one, what: rename(one.what), origin: renamedOrigin(one.origin, rename), findings: renamedFindings(one.findings, rename),
    })),
  };
}

function renamedFindings(findings: readonly Finding[], rename: Rename): Finding[] {
  return findings.map(one => ({
    ...one,
    message: rename(one.message),
    place: renamedPlace(one.place, rename),
    ...one.related === undefined ? {} : {
      related: one.related.map(other => ({ message: rename(other.message), place: renamedPlace(other.place, rename) })),
    },
    ...one.fix === undefined ? {} : { fix: renamedFix(one.fix, rename) },
  }));
}

function renamedFix({ text, edit }: Fix, rename: Rename): Fix {
  return { text: rename(text), ...edit === undefined ? {} : { edit: { ...edit, place: renamedPlace(edit.place, rename) } } };
}

function renamedOrigin(origin: Origin, rename: Rename): Origin {
  return {
    ...origin.renderedFrom === undefined ? {} : { renderedFrom: rename(origin.renderedFrom) },
    at: path => renamedPlace(origin.at(path), rename),
    ...origin.written === undefined ? {} : { written: path => origin.written!(path) },
  };
}

function renamedPlace(place: Place, rename: Rename): Place {
  return place.file === undefined ? place : { ...place, file: rename(place.file) };
}
