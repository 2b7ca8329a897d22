import re

import cdk8s  # not `from cdk8s import Testing`: pytest collects names that begin with Test
import pytest

from games import Games
from platform_chart import Platform
from shop import Shop


@pytest.fixture
def yaml():
    app = cdk8s.Testing.app()
    platform = Platform(app, "platform")
    Shop(app, "shop")
    Games(app, "games")
    platform.add_intent()
    return app.synth_yaml()


def test_the_guardrails_are_policies_of_the_whole_cluster_and_the_teams_write_policies_of_their_namespaces(yaml):
    assert set(re.findall(r"^kind: (.*Policy)$", yaml, re.MULTILINE)) == {"ClusterNetworkPolicy", "NetworkPolicy"}


def test_the_policies_of_a_guardrail_have_one_priority_in_the_order_in_which_the_guardrails_are_made(yaml):
    found = re.findall(r"^  name: (dns|metadata|scraping|teams)(?:-.*)?\n(?:.*\n)*?  priority: (\d+)$", yaml, re.MULTILINE)
    assert dict(found) == {"dns": "10", "metadata": "20", "scraping": "30", "teams": "40"}
