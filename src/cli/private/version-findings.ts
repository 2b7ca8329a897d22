import { BadInputError, Io, showFindings } from './io';
import { Versions } from './versions';
import { PairedCluster } from '../../changes/paired-clusters';
import { hasErrors } from '../../findings/finding';
import { findingChanges } from '../../findings/finding-changes';

/* What the commands about two versions have in common. */

/**
 * Prints what is wrong with both versions. What is the same in both is printed once, unless it is why there is no result: then everything has to be
 * corrected. Returns true if there is an error.
 */
export function showVersionFindings({ before, after }: Versions, io: Io): boolean {
  const isKept = before.input.isUnusable && before.name !== after.name;
  const ofOld = isKept ? before.input.findings : findingChanges(before.input.findings, after.input.findings).gone;
  showFindings([...ofOld, ...after.input.findings], io);
  return hasErrors([...before.input.findings, ...after.input.findings]);
}

/** The clusters that the user asks about. @throws BadInputError if no version has a cluster of this name */
export function wantedClusters(all: readonly PairedCluster[], wanted: string | undefined): readonly PairedCluster[] {
  const found = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  if (found.length > 0) { return found; }
  const names = all.flatMap(({ name }) => name ?? []);
  throw new BadInputError(names.length === 0
    ? `no version has the cluster '${wanted}': no object has the annotation cdk8s-netpol/cluster; leave out --cluster`
    : `no version has the cluster '${wanted}', but there is ${names.join(', ')}: write --cluster ${names[0]}`);
}
