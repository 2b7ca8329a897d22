import { LintRule } from '../../lint-input';
import { findingsOfPlugin } from '../plugin-uses';

/** A policy uses what the network plugin of the cluster does not enforce (k8s/network-plugins.ts). Without a stated plugin, nothing is found. */
export const pluginIgnores: LintRule = ({ cluster }) => findingsOfPlugin('NP160', cluster);
