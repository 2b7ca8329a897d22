import { LintRule } from '../../lint-input';
import { findingsOfPlugin } from '../plugin-uses';

/** The network plugin of the cluster does something differently from the text of the API (k8s/network-plugins.ts). Without a stated plugin, nothing is found. */
export const pluginDiffers: LintRule = ({ cluster }) => findingsOfPlugin('NP161', cluster);
