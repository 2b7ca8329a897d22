import { printable } from '../../findings/finding';
import { PodEnd, WorkloadEnd } from '../../query/connectivity';
import { ownPodName } from '../../query/endpoints';

/** An end of a row that is a workload or a pod. */
export type PodsEnd = WorkloadEnd | PodEnd;

/**
 * The names of workloads and pods for a person, in the form that `--from` and `--to` take: `app/backend`, and
 * `app/Deployment/backend` if two kinds share the name.
 */
export class DisplayNames {
  private readonly names = new Map<string, string>();

  constructor(workloads: Iterable<PodsEnd>) {
    const ends = [...new Map([...workloads].map(end => [end.name, end])).values()];
    const sharing = new Map<string, number>();
    for (const end of ends) { sharing.set(nameOf(end), (sharing.get(nameOf(end)) ?? 0) + 1); }
    for (const end of ends) { this.names.set(end.name, sharing.get(nameOf(end)) === 1 ? nameOf(end) : nameOf(end, true)); }
  }

  /** The name of an end that the constructor was given, or of the same end in another list. */
  public of({ name }: PodsEnd): string {
    return this.names.get(name)!;
  }
}

/** `app/backend`, or with its kind `app/Deployment/backend`. */
function nameOf(end: PodsEnd, withKind = false): string {
  const { namespace, kind } = end.workload;
  const name = end.kind === 'pod' ? ownPodName(end.workload, end.pod) : end.workload.name;
  return printable(withKind ? `${namespace}/${end.kind === 'pod' ? 'Pod' : kind}/${name}` : `${namespace}/${name}`);
}
