"""What Zalo has stopped, and old code still calls."""

from sandbox.zalo import codes


def v3(zalo, call):
    """Transaction and promotion messages ended on 1 March 2026; which number they answer since is not published."""
    raise codes.oa(zalo.settings.stopped_code)


def v2_message():
    return codes.oa(-240)
