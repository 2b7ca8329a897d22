"""A wrong argument is an error that names the call, the argument and the fix."""

import inspect

import cdk8s
import cdk8s_netpol
import pytest
from cdk8s_netpol import (
    AssumedNamespace,
    ClusterFacts,
    Connectivity,
    DefaultDeny,
    Endpoint,
    LabelExpression,
    Peer,
    Policies,
    Port,
    Tier,
)

LIST = "Write a list, in brackets, also for a single item: [...]."
TEXT = "Write text in quotes"
UNSET = "; os.environ.get(...) is None for a variable that is not set."
PARTY = "Write a Tier, a Peer or a workload; in a claim also Endpoint.workload('shop/backend') or Endpoint.address('10.0.0.1')."
PODS = "{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: app } }"
WEB = Endpoint.workload("app/web")


@pytest.fixture
def chart():
    return cdk8s.Chart(cdk8s.Testing.app(), "shop", namespace="shop")


@pytest.fixture
def tier(chart):
    return Tier(chart, "db", ports=[Port.tcp(5432)])


CASES = {
    "an unset variable": (lambda c, t: Peer.cidr(None), f"Peer.cidr(...): block must be str, not None. {TEXT}{UNSET}"),
    "a number for text": (lambda c, t: Peer.cidr(5), f"Peer.cidr(...): block must be str, not 5. {TEXT}."),
    "text for a number": (lambda c, t: Port.tcp("80"), "Port.tcp(...): port must be int or float, not '80'. Write a number, without quotes."),
    "True for a number": (lambda c, t: Port.tcp(True), "Port.tcp(...): port must be int or float, not True. Write a number, without quotes."),
    "None for a number": (lambda c, t: Port.tcp(None), f"Port.tcp(...): port must be int or float, not None. Write a number, without quotes{UNSET}"),
    "text for a flag": (lambda c, t: DefaultDeny(c, "a", dns="no"), "DefaultDeny(...): dns must be bool, not 'no'. Write True or False."),
    "one port for a list": (lambda c, t: Tier(c, "a", ports=Port.tcp(80)), f"Tier(...): ports must be list, not a Port. {LIST}"),
    "a tuple for a list": (lambda c, t: Tier(c, "a", ports=(Port.tcp(80),)), f"Tier(...): ports must be list, not a tuple. {LIST}"),
    "text for a list": (lambda c, t: Connectivity.from_files("k8s"), f"Connectivity.from_files(...): paths must be list, not 'k8s'. {LIST}"),
    "text for values": (lambda c, t: LabelExpression.is_in("app", "web"), f"LabelExpression.is_in(...): values must be list, not 'web'. {LIST}"),
    "a number for a port": (
        lambda c, t: Tier(c, "a", ports=[Port.tcp(80), 80]),
        "Tier(...): ports[1] must be Port, not 80. Write Port.tcp(8080), or another factory of Port.",
    ),
    "None in a dict": (lambda c, t: Tier(c, "a", labels={"app": None}), f"Tier(...): labels['app'] must be str, not None. {TEXT}{UNSET}"),
    "text for a dict": (lambda c, t: Peer.pods(labels="app=web"), "Peer.pods(...): labels must be dict, not 'app=web'. Write a dict such as {'app': 'backend'}."),
    "no scope": (lambda c, t: Tier(None, "a"), "Tier(...): scope must be Construct, not None. Write the construct around it, such as self in the __init__ of a Chart."),
    "no id": (lambda c, t: Tier(c, None), f"Tier(...): id must be str, not None. {TEXT}{UNSET}"),
    "no peer": (lambda c, t: t.allow_from(None), f"Tier.allow_from(...): source must be IConstruct, not None. {PARTY}"),
    "a name for a peer": (lambda c, t: t.allow_to("web"), f"Tier.allow_to(...): destination must be IConstruct, not 'web'. {PARTY}"),
    "a list for a peer": (lambda c, t: t.allow_from([t]), f"Tier.allow_from(...): source must be IConstruct, not a list. {PARTY}"),
    "one peer for a list": (lambda c, t: Peer.any_of(t), f"Peer.any_of(...): peers must be list, not a Tier. {LIST}"),
    "None in a list": (lambda c, t: Peer.any_of([t, None]), f"Peer.any_of(...): peers[1] must be IConstruct, not None. {PARTY}"),
    "a name in a claim": (
        lambda c, t: Connectivity.from_yaml(PODS).check_denied("app/web", t),
        f"Connectivity.check_denied(...): source must be IConstruct, not 'app/web'. {PARTY}",
    ),
    "text for an option": (
        lambda c, t: Connectivity.from_yaml(PODS).check_denied(WEB, t, strict="yes"),
        "Connectivity.check_denied(...): strict must be bool, not 'yes'. Write True or False.",
    ),
    "text for an enum": (
        lambda c, t: Policies.of(c).use_layout("PER_TIER"),
        "Policies.use_layout(...): layout must be PolicyLayout, not 'PER_TIER'. Write PolicyLayout.PER_EDGE or PolicyLayout.PER_TIER.",
    ),
    "a block for a list": (lambda c, t: ClusterFacts.of(c).add_pod_cidrs("10.0.0.0/8"), f"ClusterFacts.add_pod_cidrs(...): pod_cidrs must be list, not '10.0.0.0/8'. {LIST}"),
    "a dict with a wrong field": (
        lambda c, t: Connectivity.from_yaml(PODS, namespaces=[{"name": 5}]),
        f"Connectivity.from_yaml(...): name must be str, not 5. {TEXT}.",
    ),
    "text for a struct": (
        lambda c, t: Connectivity.from_yaml(PODS, namespaces=["monitoring"]),
        "Connectivity.from_yaml(...): namespaces[0] must be AssumedNamespace, not 'monitoring'. Write an AssumedNamespace.",
    ),
}


@pytest.mark.parametrize("call,message", CASES.values(), ids=CASES.keys())
def test_the_error_names_the_call_the_argument_and_the_fix(call, message, chart, tier):
    with pytest.raises(TypeError) as raised:
        call(chart, tier)
    assert str(raised.value) == message


def calls_with_a_required_argument():
    for name in cdk8s_netpol.__all__:
        cls = getattr(cdk8s_netpol, name)
        if not isinstance(cls, type) or name.endswith(("Props", "Options")):
            continue
        for method, function in inspect.getmembers(cls, inspect.ismethod):
            if method in vars(cls) and not method.startswith("_"):
                parameters = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
                required = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
                if required:
                    yield pytest.param(function, [p.name for p in required], f"{name}.{method}(...)", id=f"{name}.{method}")


@pytest.mark.parametrize("function,names,call", list(calls_with_a_required_argument()))
def test_none_for_a_required_argument_of_a_factory_is_named(function, names, call):
    with pytest.raises(TypeError) as raised:
        function(*[None for _ in names])
    text = str(raised.value)
    assert any(text.startswith(f"{call}: {name} must be ") for name in names), text


def test_correct_arguments_pass(chart, tier):
    namespaces = [AssumedNamespace(name="monitoring"), {"name": "ops", "labels": {"team": "ops"}}]
    connectivity = Connectivity.from_yaml(PODS, namespaces=namespaces, pod_cidrs=["10.0.0.0/8"])
    assert connectivity.check_denied(WEB, tier, ports=None, strict=True).holds is False
    assert tier.allow_from(Peer.cidr("10.0.0.0/8", excluding=["10.1.0.0/16"]), description="office") is tier
    assert tier.allow_from(chart_workload(chart), ports=[Port.tcp_range(80, 90)]) is tier


def chart_workload(chart):
    deployment = cdk8s.ApiObject(chart, "web", api_version="apps/v1", kind="Deployment")
    deployment.add_json_patch(cdk8s.JsonPatch.add("/spec", {"template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}}))
    return deployment


def test_what_jsii_cannot_check_is_an_error_of_the_library(tier):
    with pytest.raises(RuntimeError) as raised:
        Port.tcp(80.5)
    assert "Port.tcp(...): port must be a whole number from 1 to 65535, not 80.5. Write a number such as 8080" in str(raised.value)
    with pytest.raises(RuntimeError) as raised:
        tier.allow_from(WEB)
    assert "shop/db: allowFrom(app/web): Endpoint is for claims" in str(raised.value)
