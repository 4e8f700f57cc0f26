"""Asks /healthz as a load balancer would. `python bin/launch/health.py` ends with 0 or 1, for containers."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit


def is_good(environ):
    """Whether the web server of this environment answers that all is up."""
    host = environ.get("HOST") or "127.0.0.1"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    # Django answers only under the names of ALLOWED_HOSTS, and production's are not this machine's.
    name = urlsplit(environ.get("BASE_URL", "")).hostname or "127.0.0.1"
    request = urllib.request.Request(f"http://{host}:{environ.get('PORT') or 8000}/healthz", headers={"Host": name})
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever HTTP_PROXY says
    try:
        return straight.open(request, timeout=5).status == 200
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_good(os.environ) else 1)
