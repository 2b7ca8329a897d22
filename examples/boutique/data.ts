import { Chart, Cron } from 'cdk8s';
import { DefaultDeny, Peer, Port, Tier } from 'cdk8s-netpol';
import * as kplus from 'cdk8s-plus-34';
import { Construct } from 'constructs';

export interface DataProps {
  readonly apiServer: string;
  readonly objectStore: string;
  readonly prometheus: Tier;
}

/** Postgres, the operator that looks after it, and a backup job that writes to an object store outside the cluster. */
export class Data extends Chart {
  public readonly postgres: Tier;
  public readonly operator: Tier;
  public readonly backup: Tier;
  public readonly apiServer: Peer;
  public readonly objectStore: Peer;

  constructor(scope: Construct, id: string, props: DataProps) {
    super(scope, id, { namespace: 'data' });
    new kplus.Namespace(this, 'namespace', { metadata: { name: 'data' } });

    const postgres = new kplus.StatefulSet(this, 'postgres', {
      metadata: { name: 'postgres' },
      podMetadata: { labels: { app: 'postgres' } },
      containers: [{ image: 'example.com/postgres', ports: [{ name: 'sql', number: 5432 }, { name: 'metrics', number: 9187 }] }],
    });
    const operator = new kplus.Deployment(this, 'operator', {
      metadata: { name: 'operator' },
      podMetadata: { labels: { app: 'operator' } },
      containers: [{ image: 'example.com/postgres-operator', ports: [{ name: 'webhook', number: 9443 }, { name: 'metrics', number: 9090 }] }],
    });
    const backup = new kplus.CronJob(this, 'backup', {
      metadata: { name: 'backup' },
      podMetadata: { labels: { app: 'backup' } },
      schedule: Cron.daily(),
      containers: [{ image: 'example.com/postgres-backup' }],
    });

    this.apiServer = Peer.apiServer(props.apiServer);
    this.objectStore = Peer.cidr(props.objectStore);
    this.postgres = Tier.of(postgres, { ports: [Port.named('sql')] });
    this.operator = Tier.of(operator, { ports: [Port.named('webhook')] });
    this.backup = Tier.of(backup);

    new DefaultDeny(this, 'default-deny', { scrapedBy: [props.prometheus] });   // every pod, on its port `metrics`
    this.operator.allowTo(this.apiServer);
    this.operator.allowTo(this.postgres);
    this.operator.allowFrom(Peer.webhookCallers({ addresses: [props.apiServer] }));
    this.backup.allowTo(this.postgres);
    this.backup.allowTo(this.objectStore, { ports: [Port.tcp(443)] });
  }
}
