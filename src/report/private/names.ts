/**
 * Workloads as a person reads them and as `--from` and `--to` take them: `app/backend` for
 * `app/backend[Deployment]`, and `app/Deployment/backend` where two kinds share the name.
 */
export function displayNames(workloads: readonly string[]): Map<string, string> {
  const parts = workloads.map(name => ({ name, ...partsOf(name) }));
  const sharing = new Map<string, number>();
  for (const { short } of parts) { sharing.set(short, (sharing.get(short) ?? 0) + 1); }
  return new Map(parts.map(({ name, short, long }) => [name, sharing.get(short) === 1 ? short : long]));
}

/** The namespace of a workload that is named as `list` names it. */
export function namespaceOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

function partsOf(name: string): { short: string; long: string } {
  const bracket = name.lastIndexOf('[');
  const short = name.slice(0, bracket);
  const kind = name.slice(bracket + 1, -1);
  const slash = short.indexOf('/');
  return { short, long: `${short.slice(0, slash)}/${kind}/${short.slice(slash + 1)}` };
}
