from cdk8s import ApiObjectMetadata, Chart
from cdk8s_netpol import ConnectivityIntent, Peer, Tier
from cdk8s_plus_34 import ContainerProps, Deployment, Namespace
from constructs import Construct


class Games(Chart):
    """The namespaces of team games."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="games")
        for name in ["games", "sandbox"]:
            Namespace(self, f"namespace-{name}", metadata=ApiObjectMetadata(name=name, labels={"team": "games"}))
        lobby = Deployment(
            self,
            "lobby",
            metadata=ApiObjectMetadata(name="lobby"),
            pod_metadata=ApiObjectMetadata(labels={"app": "lobby"}),
            containers=[ContainerProps(image="example.com/lobby", port_number=8080)],
        )
        # The sandbox has no NetworkPolicy: there is no tier in it.
        Deployment(
            self,
            "prototype",
            metadata=ApiObjectMetadata(name="prototype", namespace="sandbox"),
            pod_metadata=ApiObjectMetadata(labels={"app": "prototype"}),
            containers=[ContainerProps(image="example.com/prototype", port_number=8080)],
        )

        self.lobby = Tier.of(lobby)
        self.lobby.allow_from(Peer.ingress_controller())
        ConnectivityIntent(self, "intent").allowed(Peer.ingress_controller(), self.lobby)
