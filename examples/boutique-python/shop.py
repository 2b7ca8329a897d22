from pathlib import Path

from cdk8s import ApiObjectMetadata, Chart, Include
from cdk8s_netpol import DefaultDeny, Peer, Port, Tier
from cdk8s_plus_34 import ContainerPort, ContainerProps, Deployment, Namespace, ServicePort
from constructs import Construct

CHARTS = Path(__file__).parent / "charts"


class Shop(Chart):
    """The eleven services of the shop."""

    def __init__(self, scope: Construct, id: str, *, ingress: Tier, postgres: Tier, prometheus: Tier) -> None:
        super().__init__(scope, id, namespace="shop")
        self.frontend = self._service("frontend")
        self.catalogue = self._service("catalogue")
        self.recommendation = self._service("recommendation")
        self.ad = self._service("ad")
        self.cart = self._service("cart")
        self.currency = self._service("currency")
        self.shipping = self._service("shipping")
        self.checkout = self._service("checkout")
        self.payment = self._service("payment")
        self.email = self._service("email")
        self.redis = self._helm_chart("redis")
        Namespace(self, "namespace", metadata=ApiObjectMetadata(name="shop"))
        DefaultDeny(self, "default-deny", scraped_by=[prometheus])  # every pod, on its port `metrics`

        self.frontend.allow_from(ingress)
        self.frontend.allow_to(
            Peer.any_of(
                [self.catalogue, self.recommendation, self.ad, self.cart, self.currency, self.shipping, self.checkout]
            )
        )
        self.recommendation.allow_to(self.catalogue)
        self.checkout.allow_to(
            Peer.any_of([self.catalogue, self.cart, self.currency, self.shipping, self.payment, self.email])
        )
        self.cart.allow_to(self.redis)
        postgres.allow_from(Peer.any_of([self.catalogue, self.checkout]))
        self.payment.allow_to(Peer.public_internet(), ports=[Port.tcp(443)], description="the payment provider")
        self.email.allow_to(Peer.public_internet(), ports=[Port.tcp(587)], description="the mail relay")

    def _service(self, name: str) -> Tier:
        """A Deployment of cdk8s-plus and its Service. The other services call the port `api`, and Prometheus scrapes the port `metrics`."""
        deployment = Deployment(
            self,
            name,
            metadata=ApiObjectMetadata(name=name),
            pod_metadata=ApiObjectMetadata(labels={"app": name}),
            containers=[
                ContainerProps(
                    image=f"example.com/boutique/{name}",
                    ports=[ContainerPort(name="api", number=8080), ContainerPort(name="metrics", number=9090)],
                )
            ],
        )
        deployment.expose_via_service(name=name, ports=[ServicePort(port=80, target_port=8080)])
        return Tier.of(deployment, ports=[Port.named("api")])

    def _helm_chart(self, name: str) -> Tier:
        """A Helm chart that was rendered to a file."""
        chart = Include(self, name, url=str(CHARTS / f"{name}.yaml"))
        stateful_set = next(found for found in chart.api_objects if found.kind == "StatefulSet")
        return Tier.of(stateful_set, ports=[Port.named(name)])
