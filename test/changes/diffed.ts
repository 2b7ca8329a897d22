import { Diff, diff, UndecidedRegion } from '../../src/changes/diff';
import { ClusterFacts } from '../../src/cluster/cluster';
import { deployment, labelled, namespace, policy } from '../support/cluster-objects';
import { clusterOfObjects } from '../support/manifests';

/* What a change opens and closes, in small clusters: a shop with a web server and a database. */

/** The diff of two versions. */
export function between(
  old: readonly object[], now: readonly object[], facts: { readonly old?: ClusterFacts; readonly now?: ClusterFacts } = {},
): Diff {
  return diff(clusterOfObjects(old, facts.old), clusterOfObjects(now, facts.now));
}

/** The gains of a diff, one line for each region. */
export function gains(result: Diff): string[] { return result.gains.map(textOf); }

/** Its losses. */
export function losses(result: Diff): string[] { return result.losses.map(textOf); }

/** What is undecided in it, with the codes of the reasons. */
export function undecided(result: Diff): string[] {
  return result.undecided.map(({ may, from, to, ports, reasons }: UndecidedRegion) =>
    `may ${may}: ${from.text} to ${to.text} on ${ports.text} (${reasons.map(({ code }) => code).join()})`);
}

function textOf({ kind, ends, from, to, ports }: Diff['gains'][number]): string {
  return `${kind} ${ends}: ${from.text} to ${to.text} on ${ports.text}`;
}

/** What causes the regions, one line for each cause: what changed, in words, and the files of the old and the new version. */
export function causesOf(regions: Diff['gains'] | Diff['undecided']): string[] {
  return regions.flatMap(({ causes }) => causes.map(({ kind, change, text, before, after }) => `${kind} ${change}: ${text} (${before?.file ?? '-'} → ${after?.file ?? '-'})`));
}

/** The declared pairs that differ: `shop/web[Deployment] to shop/db[Deployment] both: TCP 80 then No Connections`. */
export function pairs(result: Diff): string[] {
  return result.pairs.map(({ source, destination, ends, before, after }) => `${source.name} to ${destination.name} ${ends}: ${before.connections} then ${after.connections}`);
}

export const SHOP = namespace('shop');
export const WEB = deployment('shop/web', { app: 'web' });
export const DB = deployment('shop/db', { app: 'db' });

/** The pods of an app, as a peer. */
export function app(name: string): object { return { podSelector: labelled({ app: name }) }; }

/** A policy that lets peers connect to the database. */
export function db(from: readonly object[], ports: readonly object[] = [{ port: 5432 }]): any {
  return policy('shop/db', { podSelector: labelled({ app: 'db' }), ingress: [{ from, ports }] });
}
