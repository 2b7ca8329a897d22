"""Workloads and peers of cdk8s-plus beside tiers, in both directions."""
import cdk8s_plus_34 as kplus
import pytest
from cdk8s import App, Chart
from cdk8s_netpol import Connectivity, Peer, Port, Tier


@pytest.fixture
def chart() -> Chart:
    return Chart(App(), "shop", namespace="app")


def deployment(chart: Chart, name: str) -> kplus.Deployment:
    return kplus.Deployment(chart, name, containers=[kplus.ContainerProps(image=name, port_number=8080)])


def test_a_tier_allows_a_deployment(chart: Chart) -> None:
    web = deployment(chart, "web")
    db = Tier(chart, "db", ports=[Port.tcp(5432)])
    db.allow_from(web)
    Tier(chart, "client").allow_to(web)
    connectivity = Connectivity.from_chart(chart)
    connectivity.assert_allowed(web, db)
    connectivity.assert_admits_only(db, [web])


def test_a_tier_allows_peers_of_cdk8s_plus(chart: Chart) -> None:
    db = Tier(chart, "db", ports=[Port.tcp(5432)])
    db.allow_from(kplus.Pods.select(chart, "backups", labels={"app": "backup"}))
    db.allow_from(kplus.Namespaces.select(chart, "ops", names=["ops"]))
    db.allow_from(kplus.NetworkPolicyIpBlock.ipv4(chart, "office", "203.0.113.0/24"))
    Connectivity.from_chart(chart).assert_admits_only(
        db, [Peer.pods(labels={"app": "backup"}), Peer.namespace("ops"), Peer.cidr("203.0.113.0/24")])


def test_a_deployment_allows_a_tier_and_a_peer(chart: Chart) -> None:
    web = deployment(chart, "web")
    db = Tier(chart, "db", ports=[Port.tcp(5432)])
    web.connections.allow_to(db)
    web.connections.allow_to(Peer.api_server("10.0.0.1"))
    web.connections.allow_from(Tier(chart, "client"))
    connectivity = Connectivity.from_chart(chart)
    connectivity.assert_allowed(web, db)
    connectivity.assert_reaches_only(web, [db, Peer.api_server("10.0.0.1"), Peer.cluster_dns()])


def test_what_is_no_peer_is_named(chart: Chart) -> None:
    db = Tier(chart, "db", ports=[Port.tcp(5432)])
    service = kplus.Service(chart, "svc", ports=[kplus.ServicePort(port=80)])
    with pytest.raises(RuntimeError, match="shop/svc is a Service, and policies select pods and addresses"):
        db.allow_from(service)
