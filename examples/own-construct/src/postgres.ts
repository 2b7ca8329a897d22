import { ApiObject } from 'cdk8s';
import { ConnectivityIntent, IPeer, Peer, Port, Tier } from 'cdk8s-netpol';
import { Construct } from 'constructs';

/** What a database is told. */
export interface PostgresProps {
  /** Who may reach it, all of them: tiers and peers. An empty list is nobody. */
  readonly clients: IPeer[];

  /**
   * The version of PostgreSQL.
   *
   * @default '17'
   */
  readonly postgresVersion?: string;
}

/**
 * A PostgreSQL database that is reached by its clients on its own port, by the monitoring, and by nobody else;
 * and that itself reaches nothing but DNS. An app in which this is not so does not synthesize.
 */
export class Postgres extends Construct {
  /** The database's part in the network: for `allowTo` of other tiers, and for intents. */
  public readonly tier: Tier;

  /**
   * @param scope the scope
   * @param id the id, and the name of the StatefulSet
   * @param props its clients and its version
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
    // Named as the database is, since policies are named after it.
    this.tier = Tier.fromApiObject(this, id, workload, { ports: [Port.named('sql')] });
    this.tier.allowFrom(Peer.prometheus(), { ports: [Port.named('metrics')] });
    for (const client of props.clients) { this.tier.allowFrom(client); }
    new ConnectivityIntent(this, 'intent')
      .admitsOnly(this.tier, props.clients, { ports: [Port.named('sql')] })
      .admitsOnly(this.tier, [Peer.prometheus()], { ports: [Port.named('metrics')] })
      .reachesOnly(this.tier, [Peer.clusterDns()]);
  }
}
