from cdk8s import ApiObjectMetadata, Chart, Cron
from cdk8s_netpol import DefaultDeny, Peer, Port, Tier
from cdk8s_plus_34 import ContainerPort, ContainerProps, CronJob, Deployment, Namespace, StatefulSet
from constructs import Construct


class Data(Chart):
    """Postgres, the operator that looks after it, and a backup job that writes to an object store outside the cluster."""

    def __init__(self, scope: Construct, id: str, *, api_server: str, object_store: str, prometheus: Tier) -> None:
        super().__init__(scope, id, namespace="data")
        Namespace(self, "namespace", metadata=ApiObjectMetadata(name="data"))

        postgres = StatefulSet(
            self,
            "postgres",
            metadata=ApiObjectMetadata(name="postgres"),
            pod_metadata=ApiObjectMetadata(labels={"app": "postgres"}),
            containers=[
                ContainerProps(
                    image="example.com/postgres",
                    ports=[ContainerPort(name="sql", number=5432), ContainerPort(name="metrics", number=9187)],
                )
            ],
        )
        operator = Deployment(
            self,
            "operator",
            metadata=ApiObjectMetadata(name="operator"),
            pod_metadata=ApiObjectMetadata(labels={"app": "operator"}),
            containers=[
                ContainerProps(
                    image="example.com/postgres-operator",
                    ports=[ContainerPort(name="webhook", number=9443), ContainerPort(name="metrics", number=9090)],
                )
            ],
        )
        backup = CronJob(
            self,
            "backup",
            metadata=ApiObjectMetadata(name="backup"),
            pod_metadata=ApiObjectMetadata(labels={"app": "backup"}),
            schedule=Cron.daily(),
            containers=[ContainerProps(image="example.com/postgres-backup")],
        )

        self.api_server = Peer.api_server(api_server)
        self.object_store = Peer.cidr(object_store)
        self.postgres = Tier.of(postgres, ports=[Port.named("sql")])
        self.operator = Tier.of(operator, ports=[Port.named("webhook")])
        self.backup = Tier.of(backup)

        DefaultDeny(self, "default-deny", scraped_by=[prometheus])  # every pod, on its port `metrics`
        self.operator.allow_to(self.api_server)
        self.operator.allow_to(self.postgres)
        self.operator.allow_from(Peer.webhook_callers(addresses=[api_server]))
        self.backup.allow_to(self.postgres)
        self.backup.allow_to(self.object_store, ports=[Port.tcp(443)])
