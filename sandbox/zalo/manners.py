"""How the hosts of Zalo greet: header `access_token`, proof, the envelope, HTTP 200 for a No."""

import hmac
from functools import partial

from sandbox.zalo import codes, signature


def require_token(zalo, call, *, unknown, dead, wrong_proof):
    """Zalo, all APIs: a header literally named access_token; `Authorization` is not read."""
    token = call.headers.get("access_token", "")
    standing = zalo.grants.standing(token) if token else "unknown"
    if standing != "alive":
        raise unknown if standing == "unknown" else dead
    given = call.headers.get("appsecret_proof")
    if given is None and not zalo.settings.require_proof:
        return
    wanted = signature.proof(app_secret=zalo.settings.app_secret, access_token=token)
    if not hmac.compare_digest((given or "").encode(), wanted.encode()):
        raise wrong_proof


def bound(zalo, table):
    """{(method, path): (name, handler(zalo, call))} as a door wants it."""
    return {at: (f"zalo.{name}", partial(handler, zalo)) for at, (name, handler) in table.items()}


class Enveloped:
    """{"error": 0, "message": "Success", "data": …}; on failure without data."""

    table = codes.OA

    def __init__(self, zalo):
        self.zalo = zalo

    def good(self, call, data):
        answer = {"error": 0, "message": "Success"}
        return answer if data is None else {**answer, "data": data}

    def bad(self, call, refused):
        return {"error": refused.code, "message": refused.message}

    def status_of(self, refused):
        return 200

    def headers(self, call):
        return None

    def message_of(self, code):
        return self.table.get(code, "Unknown error")
