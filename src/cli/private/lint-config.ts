import { FAIL_ON, FailOn, isFailOn } from '../../findings/fail-on';
import { Origin, Path } from '../../findings/finding';
import { isObject } from '../../k8s/objects';
import { codeFix, isLintCode, Suppression } from '../../lint/suppression';
import { FieldErrors } from '../../validation/field-errors';

/** What `lint` of the configuration file says. */
export interface LintConfig {
  /** The severity from which findings make the command fail. Default: `error`. */
  readonly failOn?: FailOn;
  readonly suppressions: readonly Suppression[];
}

export const NO_LINT_CONFIG: LintConfig = { suppressions: [] };

/** Reads `{ failOn: warning, suppress: [{ code: NP132, reason: …, namespace: … }] }`. */
export function readLintConfig(value: unknown, path: Path, origin: Origin, errors: FieldErrors): LintConfig {
  const fields = errors.object(value, path, ['failOn', 'suppress']);
  const failOn = errors.text(fields?.failOn, [...path, 'failOn']) || undefined;
  if (failOn !== undefined && !isFailOn(failOn)) {
    errors.add('FieldValueNotSupported', [...path, 'failOn'], `'${failOn}' is not a severity`, { fix: `write one of ${FAIL_ON.join(', ')}` });
  }
  const list = [...path, 'suppress'];
  const suppressions = errors.list(fields?.suppress, list).flatMap((item, i) => readSuppression(item, [...list, i], origin, errors) ?? []);
  return { failOn: failOn !== undefined && isFailOn(failOn) ? failOn : undefined, suppressions };
}

function readSuppression(item: unknown, path: Path, origin: Origin, errors: FieldErrors): Suppression | undefined {
  const fields = errors.object(item, path, ['code', 'reason', 'namespace']);
  if (fields === undefined && !isObject(item)) { return undefined; }
  const before = errors.errors.length;
  const code = errors.text(fields?.code, [...path, 'code']) ?? '';
  const reason = errors.text(fields?.reason, [...path, 'reason']) ?? '';
  const namespace = errors.text(fields?.namespace, [...path, 'namespace']) || undefined;
  if (errors.errors.length > before) { return undefined; }
  if (!isLintCode(code)) {
    errors.add('FieldValueInvalid', [...path, 'code'], `'${code}' is no code that can be suppressed`, { fix: codeFix(code), place: path });
    return undefined;
  }
  if (reason.trim() === '') {
    errors.add('FieldValueRequired', [...path, 'reason'], 'a suppression needs a reason', { fix: 'write why the findings are as they should be', place: path });
    return undefined;
  }
  return { code, place: origin.at(path), ...namespace === undefined ? {} : { namespace } };
}
