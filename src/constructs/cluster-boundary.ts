import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Network } from './network';
import { checkArguments, SCOPE, text } from '../cdk8s/call-arguments';
import { callError } from '../cdk8s/call-error';
import { stateBoundary } from '../cdk8s/cluster-boundaries';
import { labelValueErrors } from '../k8s/names';

/**
 * Says which charts of an app are for which cluster. Without a boundary, all charts of an app are for one cluster.
 *
 * Each cluster is judged by itself. Default denies, the names of policies, intents and what is judged stop at the boundary. An edge or a claim
 * across it is an error. In an app with a boundary, each `Tier` and each `DefaultDeny` must be inside one.
 *
 * Every object inside a boundary gets the annotation `cdk8s-netpol/cluster` with the name of the cluster, so that `netpol`, `Connectivity` and
 * the validation plugin find the clusters in the output. An object without the annotation is part of every cluster, such as a Namespace of a
 * chart outside of all boundaries.
 *
 * @example
 *
 * for (const region of ['eu', 'us']) {
 *   const chart = new Chart(app, `shop-${region}`, { namespace: 'shop' });
 *   ClusterBoundary.of(chart).add(region);
 *   new Tier(chart, 'frontend');
 * }
 */
export class ClusterBoundary {
  /**
   * The boundary around a scope.
   *
   * @param scope an app, a chart, or a construct around charts
   */
  public static of(scope: IConstruct): ClusterBoundary {
    checkArguments('ClusterBoundary.of(...)', { scope: [scope, SCOPE] });
    return new ClusterBoundary(scope);
  }

  private constructor(private readonly _scope: IConstruct) {}

  /**
   * States that everything in the scope is for one cluster, whether it exists already or is made later. Several scopes can be for the same
   * cluster.
   *
   * Throws if the scope is inside a chart, because a chart is for one cluster; if the name is not valid; and if the scope, a scope around it
   * or a scope inside it is for another cluster.
   *
   * @param cluster the name of the cluster in messages, in the annotation and for `--cluster`: 1–63 characters of a-z, A-Z, 0-9, '-', '_' and
   *   '.', which starts and ends with a letter or digit
   */
  public add(cluster: string): void {
    const { path, scopes } = this._scope.node;
    const title = path === '' ? 'the app' : path;
    checkArguments(`${title}: ClusterBoundary.add(...)`, { cluster: [cluster, text("'eu'")] });
    const where = `${title}: ClusterBoundary.add('${cluster}')`;
    const inside = scopes.slice(0, -1).reverse().find(scope => Chart.isChart(scope));
    if (inside !== undefined && !Chart.isChart(this._scope)) {
      throw callError(where, `${path} is inside chart ${inside.node.path}, and a chart is for one cluster`, 'state the boundary for the chart');
    }
    const [error] = cluster === '' ? ['it is empty'] : labelValueErrors(cluster);
    if (error !== undefined) { throw callError(where, `'${cluster}' cannot be the name of a cluster: ${error}`, "write a name such as 'eu'"); }
    stateBoundary(where, this._scope, cluster);
    Network.of(this._scope).refresh();
  }
}
