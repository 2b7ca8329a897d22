import { formatPath, Path } from '../../findings/finding';
import { ApiResource, isObject, isSameJson } from '../../k8s/objects';

/** At most this many fields are named in a message. */
const MAX_FIELDS = 5;

/** The fields in which two declarations of an object differ, in the order of the first: `spec.ingress, spec.podSelector.matchLabels.app`. */
export function differingFields(first: ApiResource, second: ApiResource): string {
  const paths: Path[] = [];
  const visit = (a: unknown, b: unknown, path: Path): void => {
    if (isSameJson(a, b)) { return; }
    if (!isObject(a) || !isObject(b)) {
      paths.push(path);
      return;
    }
    for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
      // One declaration may leave out the namespace that both mean.
      if (path.length !== 1 || path[0] !== 'metadata' || field !== 'namespace') { visit(a[field], b[field], [...path, field]); }
    }
  };
  visit(first, second, []);
  const shown = paths.slice(0, MAX_FIELDS).map(formatPath).join(', ');
  return paths.length > MAX_FIELDS ? `${shown} and ${paths.length - MAX_FIELDS} more` : shown;
}
