import { FindingCode, FINDING_CODES, LINT_CODES } from '../findings/codes';
import { Finding, finding, Origin, Place } from '../findings/finding';
import { nearestName } from '../findings/nearest-name';
import { isObject } from '../k8s/objects';
import { Resource } from '../manifests/resources';

/*
 * A finding that somebody has looked at, and that is as it should be, can be suppressed with a reason: by an annotation of the object that the finding is
 * about, by an option, or in the configuration file.
 */

/** Hides the findings of one code. */
export interface Suppression {
  readonly code: FindingCode;
  /** Where it is written. */
  readonly place: Place;
  /** Only findings about this object. */
  readonly object?: Origin;
  /** Only findings about objects of this namespace. */
  readonly namespace?: string;
}

/** The start of the annotations: `cdk8s-netpol/suppress-NP132: the pods are of another repository`. */
const ANNOTATION = 'cdk8s-netpol/suppress-';

/** The start of an annotation that is probably meant as one of them: `cdk8s-netpol/suppress: NP132`. */
const MEANT = /^cdk8s-netpol\/sup/i;

/** True for a code that can be suppressed. */
export function isLintCode(code: string): code is FindingCode {
  return (LINT_CODES as readonly string[]).includes(code);
}

/** How to correct a code that cannot be suppressed. */
export function codeFix(code: string): string {
  if (Object.hasOwn(FINDING_CODES, code)) { return 'correct what this finding is about'; }
  const near = nearestName(code, LINT_CODES);
  return near === undefined ? 'write a code of docs/rules, such as NP120' : `write ${near}`;
}

/** The suppressions in the annotations of objects, and what is wrong with those that have no effect. */
export function annotatedSuppressions(resources: Iterable<Resource>): { readonly suppressions: Suppression[]; readonly findings: Finding[] } {
  const suppressions: Suppression[] = [];
  const findings: Finding[] = [];
  for (const { object, origin } of resources) {
    const annotations = isObject(object.metadata) && isObject(object.metadata.annotations) ? object.metadata.annotations : {};
    for (const [key, reason] of Object.entries(annotations)) {
      if (!key.startsWith(ANNOTATION) && !MEANT.test(key)) { continue; }
      const place = origin.at(['metadata', 'annotations', key]);
      if (!key.startsWith(ANNOTATION)) {
        findings.push(finding('NP190', place, `there is no annotation ${key}`, { fix: `write ${ANNOTATION}NP132 with the code of the finding, and the reason as its value` }));
        continue;
      }
      const code = key.slice(ANNOTATION.length);
      if (!isLintCode(code)) {
        findings.push(finding('NP190', place, `the annotation ${key}: no finding with the code ${code} can be suppressed`, { fix: codeFix(code) }));
      } else if (typeof reason !== 'string' || reason.trim() === '') {
        findings.push(finding('NP190', place, `the annotation ${key} has no reason`, { fix: 'write why the finding is as it should be' }));
      } else {
        suppressions.push({ code, place, object: origin });
      }
    }
  }
  return { suppressions, findings };
}

/** The findings that no suppression hides, those that are hidden, and a note for each suppression that hides nothing. */
export function suppress(findings: readonly Finding[], suppressions: readonly Suppression[]): {
  readonly kept: Finding[]; readonly suppressed: Finding[]; readonly unused: Finding[];
} {
  const byCode = new Map<FindingCode, Suppression[]>();
  for (const one of suppressions) { byCode.set(one.code, [...byCode.get(one.code) ?? [], one]); }
  const used = new Set<Suppression>();
  const [kept, suppressed]: [Finding[], Finding[]] = [[], []];
  for (const one of findings) {
    const hiding = (byCode.get(one.code) ?? []).filter(suppression => hides(suppression, one));
    for (const suppression of hiding) { used.add(suppression); }
    (hiding.length === 0 ? kept : suppressed).push(one);
  }
  const unused = suppressions.filter(one => !used.has(one)).map(({ code, place }) =>
    finding('NP191', place, `nothing is suppressed here, because there is no such finding with the code ${code}`, { fix: 'remove the suppression' }));
  return { kept, suppressed, unused };
}

function hides({ object, namespace }: Suppression, { about }: Finding): boolean {
  return (object === undefined || object === about?.origin) && (namespace === undefined || namespace === about?.namespace);
}
