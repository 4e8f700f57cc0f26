"""The portal as it runs, plus one bare page to compare with."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
LOG_LEVEL = "ERROR"
