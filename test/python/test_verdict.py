"""What a verdict is in Python."""

from cdk8s_netpol import Connectivity, Endpoint, Port

WEB = Endpoint.workload("app/web")
DB = Endpoint.workload("app/db")

CONNECTIVITY = Connectivity.from_yaml(
    "{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: app } }\n---\n"
    "{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: app } }"
)


def test_str_of_a_verdict_is_its_explanation():
    verdict = CONNECTIVITY.check_denied(WEB, DB)
    assert str(verdict) == f"denied(app/web, app/db) does not hold\n{verdict.explanation}"
    assert f"{verdict}" == verdict.to_string()


def test_a_verdict_is_as_true_as_its_claim_so_that_assert_fails():
    assert not CONNECTIVITY.check_denied(WEB, DB)
    assert CONNECTIVITY.check_allowed(WEB, DB)


def test_str_of_a_port_and_of_a_connectivity_are_texts_for_people():
    assert str(Port.tcp(80)) == "TCP 80"
    assert "app/web" in str(CONNECTIVITY)
