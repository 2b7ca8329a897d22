import { LintInput, LintRule } from './lint-input';
import { adminOverrides } from './private/rules/admin-overrides';
import { ambientPort } from './private/rules/ambient-port';
import { andOr } from './private/rules/and-or';
import { changesNothing } from './private/rules/changes-nothing';
import { closedDns } from './private/rules/closed-dns';
import { closedEntrances } from './private/rules/closed-entrances';
import { closedOtherEnd } from './private/rules/closed-other-end';
import { closedScrapeTargets } from './private/rules/closed-scrape-targets';
import { closedWebhooks } from './private/rules/closed-webhooks';
import { cloudMetadata } from './private/rules/cloud-metadata';
import { coveredRule } from './private/rules/covered-rule';
import { cutOff } from './private/rules/cut-off';
import { differingPortNames } from './private/rules/differing-port-names';
import { emptyNamespace } from './private/rules/empty-namespace';
import { equalPriorities } from './private/rules/equal-priorities';
import { everyAddressForCluster } from './private/rules/every-address-for-cluster';
import { everythingBesideNarrower } from './private/rules/everything-beside-narrower';
import { forgottenFamily } from './private/rules/forgotten-family';
import { pluginDiffers, pluginIgnores } from './private/rules/network-plugin';
import { neverDecides } from './private/rules/never-decides';
import { noApiServer } from './private/rules/no-api-server';
import { noDefaultDeny, oneDirectionDeny } from './private/rules/no-default-deny';
import { noDns } from './private/rules/no-dns';
import { noNamespace } from './private/rules/no-namespace';
import { onNodeNetwork } from './private/rules/on-node-network';
import { overlappingGroups } from './private/rules/overlapping-groups';
import { peerMatchesNobody } from './private/rules/peer-matches-nobody';
import { policiesElsewhere } from './private/rules/policies-elsewhere';
import { policySelectsNothing } from './private/rules/policy-selects-nothing';
import { replicasCutOff } from './private/rules/replicas-cut-off';
import { selectsAnotherWorkload } from './private/rules/selects-another-workload';
import { selectsByAddress } from './private/rules/selects-by-address';
import { selectsNothing } from './private/rules/selects-nothing';
import { serviceAddresses } from './private/rules/service-addresses';
import { singlePodAddress } from './private/rules/single-pod-address';
import { undeclaredPorts } from './private/rules/undeclared-ports';
import { annotatedSuppressions, Suppression, suppress } from './suppression';
import { Finding, formatFinding, formatPlace } from '../findings/finding';

/** The rules, in the order of their codes. Each of them has a page in docs/rules. */
const RULES: readonly LintRule[] = [
  selectsNothing, overlappingGroups, selectsAnotherWorkload, selectsByAddress,
  undeclaredPorts, differingPortNames, serviceAddresses, singlePodAddress,
  closedOtherEnd, noDns, emptyNamespace, closedDns, andOr, everythingBesideNarrower,
  noApiServer, closedWebhooks, closedScrapeTargets, closedEntrances,
  changesNothing, coveredRule, policySelectsNothing, policiesElsewhere, noNamespace, peerMatchesNobody, onNodeNetwork, cutOff,
  replicasCutOff, noDefaultDeny, oneDirectionDeny, everyAddressForCluster, forgottenFamily, cloudMetadata,
  neverDecides, adminOverrides, equalPriorities, ambientPort,
  pluginIgnores, pluginDiffers,
];

/** What the rules find. */
export interface LintResult {
  /** In the order of the codes, and for one code in that of the input. Findings about suppressions are the last ones. */
  readonly findings: readonly Finding[];
  /** The findings that a suppression hides. */
  readonly suppressed: readonly Finding[];
}

/**
 * Runs every rule on each cluster of an input. A finding that several clusters have counts once, because one object can be part of all of them.
 *
 * @param suppressions those of options and of the configuration file. Annotations of the objects suppress findings about these objects, too
 */
export function lint(clusters: readonly LintInput[], suppressions: readonly Suppression[] = []): LintResult {
  const found = distinct(clusters.flatMap(cluster => RULES.flatMap(rule => rule(cluster))))
    .sort((a, b) => Number(a.code > b.code) - Number(a.code < b.code));
  const annotated = annotatedSuppressions(new Set(clusters.flatMap(({ resources }) => resources)));
  const { kept, suppressed, unused } = suppress(found, [...annotated.suppressions, ...suppressions]);
  return { findings: [...kept, ...annotated.findings, ...unused], suppressed };
}

/**
 * The findings about the input, without those that a finding of lint repeats: where a policy selects pods on the network of their node (NP136), nobody needs to
 * read that there are such pods (NP304).
 */
export function withoutRepeated(inputFindings: readonly Finding[], { findings, suppressed }: LintResult): readonly Finding[] {
  const places = new Set([...findings, ...suppressed].filter(({ code }) => code === 'NP136').flatMap(({ related = [] }) => related.map(({ place }) => formatPlace(place))));
  return inputFindings.filter(({ code, place }) => code !== 'NP304' || !places.has(formatPlace(place)));
}

/** Each finding once. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map(one => [formatFinding(one), one])).values()];
}
