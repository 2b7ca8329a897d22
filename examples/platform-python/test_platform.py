import pathlib
import re
import subprocess
import sys

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


def test_an_intent_that_a_guardrail_overrules_fails_with_the_message_in_the_readme_of_the_example_in_typescript():
    readme = (pathlib.Path(__file__).parent / "../platform/README.md").read_text()
    _, message = re.search(r"^\$ npx ts-node overruled\.ts\n(.*\n)*?(Validation failed (?:.*\n)*?)```$", readme, re.MULTILINE).groups()
    run = subprocess.run([sys.executable, "overruled.py"], cwd=pathlib.Path(__file__).parent, capture_output=True, text=True)
    assert run.returncode == 1
    assert message in run.stderr
