"""Keeps parallel test processes apart: each gets databases of Valkey for itself (pytest-django does it for PostgreSQL).

Loaded by bin/test with `-p`, before pytest-django reads the settings.
"""

import os
import re

DATABASES_EACH = 2  # one for the broker, one for the cache


def own_databases(environ):
    """The same addresses with numbers that no other test process uses; gw0, gw1 … are pytest-xdist's."""
    place = int(environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return {
        name: re.sub(r"\d+$", lambda number: str(int(number[0]) + DATABASES_EACH * place), environ[name])
        for name in ("CELERY_BROKER_URL", "CACHE_URL")
        if name in environ
    }


if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.update(own_databases(os.environ))
