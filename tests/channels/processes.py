"""Real processes beside the test: they see the test's own database."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

ROOT = Path(__file__).parents[2]


def environment(**changes):
    """Of a process that works on the database this process is connected to."""
    url = urlsplit(os.environ.get("DATABASE_URL", "postgres://postgres@/motcua"))
    here = url._replace(path=f"/{settings.DATABASES['default']['NAME']}").geturl()
    base = {**os.environ, "DATABASE_URL": here, "DJANGO_SETTINGS_MODULE": "tests.channels.process_settings"}
    return {**base, "LOG_LEVEL": "ERROR", **{name: str(value) for name, value in changes.items()}}


def start(*arguments, **changes):
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment(**changes))
