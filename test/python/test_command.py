"""The command of the wheel, as pip installs it."""

import subprocess
import sys
from pathlib import Path

NETPOL = Path(sys.executable).parent / "netpol"

PODS = """\
{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: app } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: app } }
"""


def netpol(*arguments):
    return subprocess.run([NETPOL, *arguments], capture_output=True, text=True)


def test_the_command_of_the_wheel_starts_and_answers(tmp_path):
    (tmp_path / "pods.yaml").write_text(PODS)
    answer = netpol("can-reach", str(tmp_path), "--from", "app/web", "--to", "app/db")
    assert (answer.returncode, answer.stdout.splitlines()[0]) == (0, "yes"), answer.stderr


def test_the_command_of_the_wheel_passes_on_its_exit_status(tmp_path):
    missing = netpol("list", str(tmp_path / "missing"))
    assert missing.returncode == 2
    assert "NP002" in missing.stderr
