import { ApiObject } from 'cdk8s';
import { ConnectivityIntent, Peer, Port, Tier } from 'cdk8s-netpol';
import { Construct, IConstruct } from 'constructs';

/** Properties of a database. */
export interface PostgresProps {
  /** The tiers, workloads and peers that may reach the database. With an empty list, none may. */
  readonly clients: IConstruct[];

  /**
   * The version of PostgreSQL.
   *
   * @default '17'
   */
  readonly postgresVersion?: string;
}

/**
 * A PostgreSQL database. Only its clients reach its own port, only Prometheus reaches its metrics, and the database itself reaches only DNS.
 * `app.synth()` throws if other policies of the app change that.
 */
export class Postgres extends Construct {
  /** The tier of the database. Edges and intents can also name the database itself. */
  public readonly tier: Tier;

  /**
   * @param id unique in the scope; also the name of the StatefulSet
   * @param props the clients and the version
   */
  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    const labels = { app: id };
    const workload = new ApiObject(this, 'workload', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: id },
      spec: {
        serviceName: id,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { name: 'postgres', image: `postgres:${props.postgresVersion ?? '17'}`, ports: [{ name: 'sql', containerPort: 5432 }] },
              { name: 'exporter', image: 'example.com/postgres-exporter', ports: [{ name: 'metrics', containerPort: 9187 }] },
            ],
          },
        },
      },
    });
    // Policies have the name of the StatefulSet, which is the id.
    this.tier = Tier.fromApiObject(this, id, workload, { ports: [Port.named('sql')] });
    this.node.defaultChild = this.tier;
    this.tier.allowFrom(Peer.prometheus(), { ports: [Port.named('metrics')] });
    for (const client of props.clients) { this.tier.allowFrom(client); }
    new ConnectivityIntent(this, 'intent')
      .admitsOnly(this.tier, props.clients, { ports: [Port.named('sql')] })
      .admitsOnly(this.tier, [Peer.prometheus()], { ports: [Port.named('metrics')] })
      .reachesOnly(this.tier, [Peer.clusterDns()]);
  }
}
