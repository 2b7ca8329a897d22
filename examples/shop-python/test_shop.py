import cdk8s  # not `from cdk8s import Testing`: pytest collects names that begin with Test
import pytest
from cdk8s import ApiObject, ApiObjectMetadata, Chart, JsonPatch
from cdk8s_netpol import Connectivity, Endpoint

from shop import Shop

BACKEND = Endpoint.workload("app/backend")
DB = Endpoint.workload("app/db")


@pytest.fixture
def app():
    return cdk8s.Testing.app()


@pytest.fixture
def shop(app):
    return Shop(app, "shop")


def test_the_intent_holds(app, shop):
    assert "name: allow-backend-to-db\n" in app.synth_yaml()


def test_only_the_backend_reaches_the_database(shop):
    connectivity = Connectivity.from_chart(shop)
    connectivity.assert_admits_only(DB, [BACKEND])
    verdict = connectivity.check_allowed(BACKEND, DB)
    assert verdict.holds, verdict.explanation


def test_a_claim_that_does_not_hold_fails_with_the_deciding_policies(shop):
    with pytest.raises(RuntimeError) as raised:
        Connectivity.from_chart(shop).assert_denied(BACKEND, DB)
    assert str(raised.value) == """\
Error: denied(app/backend, app/db) does not hold
app/backend[Deployment] reaches app/db[Deployment] on TCP 5432.
Fix: remove or narrow db.allowFrom(backend)
Egress of app/backend[Deployment]: allowed
  allowed by
    app/allow-backend-to-db-egress spec.egress[0] (shop/backend/allow-backend-to-db-egress-26effd0a): TCP 5432
Ingress of app/db[Deployment]: allowed
  allowed by
    app/allow-backend-to-db spec.ingress[0] (shop/db/allow-backend-to-db-bb9ca793): TCP 5432
Judged for the pods of 2 declared workloads."""


def test_a_hand_written_policy_that_breaks_the_intent_fails_the_synth(app, shop):
    hotfix = Chart(app, "hotfix", namespace="app")
    policy = ApiObject(
        hotfix,
        "policy",
        api_version="networking.k8s.io/v1",
        kind="NetworkPolicy",
        metadata=ApiObjectMetadata(name="reports-to-db"),
    )
    policy.add_json_patch(
        JsonPatch.add(
            "/spec",
            {
                "podSelector": {"matchLabels": {"app": "db"}},
                "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "reports"}}}]}],
            },
        )
    )
    with pytest.raises(RuntimeError) as raised:
        app.synth()
    assert str(raised.value) == """\
Error: Validation failed with the following errors:
  [shop/intent] admitsOnly(shop/db, [shop/backend]) does not hold.
    A pod with label app=reports in namespace app can connect to app/db[Deployment] too, whether it exists today or not.
    Fix: narrow app/reports-to-db spec.ingress[0].from[0], or remove it.
    Or list the other end in the claim, if it may connect.
    Let through by app/reports-to-db spec.ingress[0].from[0] (hotfix/policy),
      which means pods app=reports of namespace 'app', on every port
    Judged for every possible pod, 1 declared workload among them."""
