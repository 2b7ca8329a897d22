import { ARGUMENT_MISTAKES } from './arguments';
import { CLAIM_MISTAKES } from './claims';
import { CLUSTER_MISTAKES } from './clusters';
import { EDGE_MISTAKES } from './edges';
import { GUARDRAIL_MISTAKES } from './guardrails';
import { Mistake } from './mistake';
import { POLICY_MISTAKES } from './policies';
import { TIER_MISTAKES } from './tiers';

/** All mistakes, by the headings of docs/mistakes.md. */
export const MISTAKES: readonly (readonly [heading: string, mistakes: readonly Mistake[]])[] = [
  ['Tiers and ports', TIER_MISTAKES],
  ['Edges, peers and default denies', EDGE_MISTAKES],
  ['Guardrails', GUARDRAIL_MISTAKES],
  ['Charts, clusters and files', CLUSTER_MISTAKES],
  ['Intents', CLAIM_MISTAKES],
  ['Arguments', ARGUMENT_MISTAKES],
  ['Policies written by hand', POLICY_MISTAKES],
];
