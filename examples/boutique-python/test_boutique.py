import cdk8s  # not `from cdk8s import Testing`: pytest collects names that begin with Test
import pytest
from cdk8s import ApiObject, ApiObjectMetadata, Chart, JsonPatch
from cdk8s_netpol import ClusterBoundary, Connectivity, Endpoint, Port

from cluster import add_cluster

BACKUP = Endpoint.workload("data/backup")
REDIS = Endpoint.workload("shop/redis")


@pytest.fixture
def app():
    app = cdk8s.Testing.app()
    add_cluster(app, "eu", api_server="10.10.0.1", object_store="198.51.100.16/28")
    add_cluster(app, "us", api_server="10.20.0.1", object_store="203.0.113.32/28")
    return app


def test_every_claim_holds_in_both_clusters(app):
    assert "name: allow-frontend-to-cart\n" in app.synth_yaml()


def test_only_the_cart_and_prometheus_reach_redis_in_each_of_the_clusters(app):
    connectivity = Connectivity.from_app(app)
    connectivity.assert_admits_only(REDIS, [Endpoint.workload("shop/cart"), Endpoint.workload("platform/prometheus")])
    connectivity.assert_denied(Endpoint.workload("shop/frontend"), REDIS)


def test_a_backup_is_stored_in_the_region_where_it_was_made(app):
    eu = Connectivity.from_app(app, cluster="eu")
    eu.assert_allowed(BACKUP, Endpoint.address("198.51.100.20"), ports=[Port.tcp(443)])
    eu.assert_denied(BACKUP, Endpoint.address("203.0.113.32/28"))


def test_a_hand_written_policy_that_breaks_a_claim_fails_the_synth_and_the_error_names_the_cluster(app):
    hotfix = Chart(app, "us-hotfix", namespace="shop")
    ClusterBoundary.of(hotfix).add("us")
    policy = ApiObject(
        hotfix,
        "policy",
        api_version="networking.k8s.io/v1",
        kind="NetworkPolicy",
        metadata=ApiObjectMetadata(name="debug"),
    )
    policy.add_json_patch(
        JsonPatch.add(
            "/spec",
            {
                "podSelector": {"matchLabels": {"app": "payment"}},
                "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "debug"}}}]}],
            },
        )
    )
    with pytest.raises(RuntimeError) as raised:
        app.synth_yaml()
    assert """\
    In cluster us:
    A pod with label app=debug in namespace shop can connect to shop/payment[Deployment] too, whether it exists today or not.
    Fix: narrow shop/debug spec.ingress[0].from[0], or remove it.
    Or list the other end in the claim, if it may connect.
    Let through by shop/debug spec.ingress[0].from[0] (us-hotfix/policy),
      which means pods app=debug of namespace 'shop', on every port""" in str(raised.value)
