from cdk8s import ApiObjectMetadata, Chart
from cdk8s_netpol import ClusterFacts, ConnectivityIntent, Guardrail, Peer, Port
from cdk8s_plus_34 import ContainerProps, Deployment, Namespace
from constructs import Construct


class Platform(Chart):
    """What the platform team says about the connections of all teams. A team is the namespaces with the same label `team`."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="monitoring")
        Namespace(self, "namespace", metadata=ApiObjectMetadata(name="monitoring"))
        prometheus = Deployment(
            self,
            "prometheus",
            metadata=ApiObjectMetadata(name="prometheus"),
            pod_metadata=ApiObjectMetadata(labels={"app": "prometheus"}),
            containers=[ContainerProps(image="example.com/prometheus")],
        )

        # Nobody gives these the label of a team. With this, the intents rest on no assumption.
        for name in ["kube-system", "ingress-nginx"]:
            ClusterFacts.of(self).add_namespace(name)

        # These decide before every NetworkPolicy, the first one first.
        Guardrail.allow(self, "dns", Peer.all_namespaces(), Peer.cluster_dns())
        Guardrail.deny(self, "metadata", Peer.all_namespaces(), Peer.metadata_service())
        Guardrail.allow(self, "scraping", prometheus, Peer.all_namespaces(), ports=[Port.tcp(9090)])
        Guardrail.isolate_tenants(self, "teams", ["games", "shop"], label="team")

        # This decides for pods without a NetworkPolicy.
        Guardrail.isolate_namespaces(self, "baseline", ["games", "sandbox", "shop"])

    def add_intent(self) -> None:
        """Adds what must be true, whatever the teams write."""
        games, shop = (Peer.namespaces(labels={"team": team}).named(f"team {team}") for team in ["games", "shop"])
        intent = ConnectivityIntent(self, "intent")
        intent.denied(Peer.all_namespaces(), Peer.metadata_service())
        intent.allowed(Peer.all_namespaces(), Peer.cluster_dns())
        intent.denied(games, shop)
        intent.denied(shop, games)
        intent.denied(Peer.namespace("games"), Peer.namespace("sandbox"))
