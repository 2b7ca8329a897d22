from cdk8s import ApiObjectMetadata, Chart
from cdk8s_netpol import Peer, Tier
from cdk8s_plus_34 import ContainerProps, Deployment, Namespace
from constructs import Construct


class Platform(Chart):
    """The ingress controller, which takes requests from everywhere, and Prometheus."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="platform")
        Namespace(self, "namespace", metadata=ApiObjectMetadata(name="platform"))

        ingress = Deployment(
            self,
            "ingress",
            metadata=ApiObjectMetadata(name="ingress"),
            pod_metadata=ApiObjectMetadata(labels={"app": "ingress"}),
            containers=[ContainerProps(image="example.com/ingress-controller", port_number=8443)],
        )
        prometheus = Deployment(
            self,
            "prometheus",
            metadata=ApiObjectMetadata(name="prometheus"),
            pod_metadata=ApiObjectMetadata(labels={"app": "prometheus"}),
            containers=[ContainerProps(image="example.com/prometheus", port_number=9090)],
        )

        self.ingress = Tier.of(ingress)
        self.prometheus = Tier.of(prometheus)
        self.ingress.allow_from(Peer.any_address())
