import * as kplus27 from 'cdk8s-plus-27';
import * as kplus33 from 'cdk8s-plus-33';
import * as kplus34 from 'cdk8s-plus-34';

/** A package of cdk8s-plus. The types of the lines differ only in details. */
export type Line = typeof kplus27;

/** The oldest and the newest packages of cdk8s-plus that we test. */
export const LINES: [name: string, line: Line][] = [
  ['cdk8s-plus-27', kplus27],
  ['cdk8s-plus-33', kplus33 as unknown as Line],
  ['cdk8s-plus-34', kplus34 as unknown as Line],
];
