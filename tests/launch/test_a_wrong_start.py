"""A house that is set up wrongly opens no door, whoever opens it."""

import os
import subprocess
import sys

import pytest

from tests.launch.conftest import ROOT

DOORS = {
    "web": ["-m", "gunicorn", "-c", str(ROOT / "bin/launch/web.py"), "portal.wsgi"],
    "worker": ["-m", "celery", "-A", "portal", "worker", "--pool", "solo"],
    "beat": ["-m", "celery", "-A", "portal", "beat", "-s", "beat", "--pidfile="],
}


@pytest.mark.parametrize("door", DOORS)
def test_production_with_demo_secrets_or_debug_does_not_start(door, tmp_path):
    wrong = {"ENVIRONMENT": "production", "DEBUG": "1", "SECRET_KEY": "demo-only-" + "0" * 40, "VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, *DOORS[door]], cwd=tmp_path, env=os.environ | wrong | {"PYTHONPATH": str(ROOT), "PORT": "1"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    for reason in ("portal.E002", "portal.E003", "Unset DEBUG"):
        assert reason in done.stderr + done.stdout
