from cdk8s import ApiObjectMetadata, Chart
from cdk8s_netpol import ConnectivityIntent, Peer, Tier
from cdk8s_plus_34 import ContainerProps, Deployment, Namespace
from constructs import Construct


class Shop(Chart):
    """The namespace of team shop."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="shop")
        Namespace(self, "namespace", metadata=ApiObjectMetadata(name="shop", labels={"team": "shop"}))

        frontend = self._workload("frontend", 8080)
        self.catalogue = self._workload("catalogue", 8080)
        self.catalogue.allow_from(frontend)
        self.catalogue.allow_from(Peer.all_namespaces())  # too much, but the guardrail keeps the other teams out

        intent = ConnectivityIntent(self, "intent")
        intent.allowed(frontend, self.catalogue)
        intent.denied(Peer.namespace("games"), self.catalogue)  # the guardrail makes this true

    def _workload(self, name: str, port_number: int) -> Tier:
        deployment = Deployment(
            self,
            name,
            metadata=ApiObjectMetadata(name=name),
            pod_metadata=ApiObjectMetadata(labels={"app": name}),
            containers=[ContainerProps(image=f"example.com/{name}", port_number=port_number)],
        )
        return Tier.of(deployment)
