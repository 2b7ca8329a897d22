from cdk8s import App
from cdk8s_netpol import ClusterBoundary, ConnectivityIntent, Peer, Port

from data import Data
from platform_chart import Platform
from shop import Shop


def add_cluster(app: App, cluster: str, *, api_server: str, object_store: str) -> None:
    """Adds everything that runs in one cluster: three charts, and what must be true of their network.

    :param api_server: the address of the API server
    :param object_store: the addresses of the object store, which is outside the cluster, as a block in CIDR notation
    """
    platform = Platform(app, f"{cluster}-platform")
    data = Data(app, f"{cluster}-data", api_server=api_server, object_store=object_store, prometheus=platform.prometheus)
    shop = Shop(app, f"{cluster}-shop", ingress=platform.ingress, postgres=data.postgres, prometheus=platform.prometheus)
    for chart in [platform, data, shop]:
        ClusterBoundary.of(chart).add(cluster)

    dns = Peer.cluster_dns()
    internet = Peer.public_internet()
    intent = ConnectivityIntent(shop, "intent")
    # Customers can buy, and we can see how it goes.
    intent.allowed(platform.ingress, shop.frontend)
    intent.allowed(shop.frontend, shop.checkout)
    intent.allowed(shop.checkout, shop.payment)
    intent.allowed(shop.cart, shop.redis)
    intent.allowed(shop.payment, internet, ports=[Port.tcp(443)])
    intent.allowed(platform.prometheus, shop.payment, ports=[Port.named("metrics")])
    # Nothing else reaches money and data, not even a pod that is deployed next year.
    intent.admits_only(shop.payment, [shop.checkout, platform.prometheus])
    intent.admits_only(shop.redis, [shop.cart, platform.prometheus])
    intent.admits_only(data.postgres, [shop.catalogue, shop.checkout, data.backup, data.operator, platform.prometheus])
    # Who holds secrets cannot send them anywhere else.
    intent.reaches_only(shop.redis, [dns])
    intent.reaches_only(data.backup, [data.postgres, data.object_store, dns])
    intent.reaches_only(shop.email, [internet, dns])
    # Only the operator needs the API server.
    intent.allowed(data.operator, data.api_server)
    intent.denied(Peer.namespace("shop"), data.api_server)
